"""Small studies, and the article's."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bakeoff.paths import ROOT
from bakeoff.published.checks import get
from bakeoff.published.finding import Finding
from bakeoff.published.findings import rows
from bakeoff.published.load import Study, load_study

ARTICLE = ROOT / "config" / "published" / "gpt-oss-20b-vs-llama3-20b.yaml"

#: Two systems without anything to check; tests add to it.
BARE: dict[str, Any] = {
    "source": "a test",
    "systems": [{"id": "one", "name": "One"}, {"id": "two", "name": "Two"}],
}


@pytest.fixture
def study_of(tmp_path: Path) -> Callable[..., Study]:
    """Return a function that reads a study with these keys beside the bare ones."""

    def make(**keys: object) -> Study:
        path = tmp_path / "published.yaml"
        path.write_text(yaml.safe_dump(BARE | keys), encoding="utf-8")
        return load_study(path)

    return make


@pytest.fixture
def checked(study_of: Callable[..., Study]) -> Callable[..., list[Finding]]:
    """Return a function that runs one check on a study with these keys."""

    def run(check_id: str, **keys: object) -> list[Finding]:
        return list(get(check_id).run(study_of(**keys)))

    return run


@pytest.fixture(scope="session")
def article() -> list[dict[str, Any]]:
    """Return the findings of the article's figures."""
    return rows(load_study(ARTICLE))
