"""Settings that are secret are known by their names, and masked wherever they stand."""

import pytest
import yaml

from bakeoff.config import Config, load_config
from bakeoff.release.contents import config_text
from bakeoff.release.secrets import is_secret, secret_values


def _config(**candidate: object) -> Config:
    return load_config(
        {
            "title": "secrets",
            "candidates": [
                {"id": "a", "engine": "vllm", "model": {"source": "demo", "family": "llama"}}
                | candidate
            ],
            "stages": {"latency": {}},
        }
    )


@pytest.mark.parametrize(
    ("name", "variable", "secret"),
    [
        ("OPENAI_API_KEY", True, True),
        ("HF_TOKEN", True, True),
        ("MY_SECRET", True, True),
        ("db_password", True, True),
        ("TOKENIZERS_PARALLELISM", True, False),
        ("OMP_NUM_THREADS", True, False),
        ("MAX_TOKENS", True, False),
        ("api-key", False, True),
        ("hf-token", False, True),
        ("max-num-batched-tokens", False, False),
        ("tokenizer", False, False),
        ("kv-cache-dtype", False, False),
    ],
)
def test_names_tell_secrets(name: str, variable: bool, secret: bool) -> None:  # noqa: FBT001 -- a table of cases
    assert is_secret(name, variable=variable) is secret


def test_the_published_config_shows_names_without_values() -> None:
    config = _config(
        env={"HF_TOKEN": "hf_0123456789", "OMP_NUM_THREADS": 1},
        args={"hf-token": ["sk-one-0123", "sk-two-0123"], "max-num-batched-tokens": 2048},
    )
    shown = yaml.safe_load(config_text(config))["candidates"][0]
    assert shown["env"] == {"HF_TOKEN": "(secret)", "OMP_NUM_THREADS": 1}
    assert shown["args"] == {"hf-token": "(secret)", "max-num-batched-tokens": 2048}
    assert set(secret_values(config, {})) == {"hf_0123456789", "sk-one-0123", "sk-two-0123"}


def test_keys_and_logins_are_looked_for_and_short_values_are_not() -> None:
    config = load_config(
        {
            "title": "secrets",
            "candidates": [
                {
                    "id": "a",
                    "engine": "external",
                    "url": "http://ada:lovelace@127.0.0.1:1/v1",
                    "served_model": "m",
                    "api_key_env": "SOME_KEY",
                }
            ],
            "stages": {"latency": {}},
        }
    )
    found = secret_values(config, {"SOME_KEY": "k0123456789"})
    assert found == {
        "k0123456789": "the environment variable SOME_KEY",
        "ada:lovelace": "a: url",
    }
    assert secret_values(config, {"SOME_KEY": "131072000"}) == {"ada:lovelace": "a: url"}
    assert secret_values(config, {"SOME_KEY": "true"}) == {"ada:lovelace": "a: url"}
    assert yaml.safe_load(config_text(config))["candidates"][0]["url"] == (
        "http://(secret)@127.0.0.1:1/v1"
    )
    assert "SOME_KEY" in config_text(config)
