"""The keys of the configuration that steer publishing and guarding."""

import pytest

from bakeoff.config import load_config
from bakeoff.errors import ConfigError
from tests import synthetic


@pytest.mark.parametrize("version", ["v1", "2026.11.23-1a2b3c4d", "1.0+cu13", None])
def test_names_of_releases(version: str | None) -> None:
    assert load_config(synthetic.configuration() | {"version": version}).version == version


@pytest.mark.parametrize(
    ("version", "told"),
    [
        (2026.1, "version: 2026.1 is a number to YAML; choose a name that is none"),
        (7, "version: 7 is a number to YAML"),
        ("latest", "version: 'latest' has a meaning of its own"),
        ("index.html", "version: 'index.html' has a meaning of its own"),
        ("a/b", "version: 'a/b' is not allowed"),
        ("../up", "version: '../up' is not allowed"),
        (".hidden", "version: '.hidden' is not allowed"),
        ("", "version: '' is not allowed"),
    ],
)
def test_names_that_no_release_may_have(version: object, told: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config(synthetic.configuration() | {"version": version})
    assert told in str(refused.value)


def test_a_guard_on_no_metric_is_refused() -> None:
    with pytest.raises(ConfigError, match="ttft_p50_ms"):
        load_config(synthetic.configuration() | {"guard": ["ttft_p50"]})
    assert load_config(synthetic.configuration() | {"guard": ["ttft_p50_ms"]}).guard
