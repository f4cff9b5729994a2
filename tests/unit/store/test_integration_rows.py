"""Facts of integration in the database: of every candidate, whatever is known of its model."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from bakeoff.config import Config
from bakeoff.config.models import Candidate
from bakeoff.errors import HarnessError
from bakeoff.models import read_manifest, write_manifest
from bakeoff.models.integration import FACTS, NOT_HERE
from bakeoff.store import rows
from bakeoff.store.database import load_database


def test_every_candidate_has_every_fact(tmp_path: Path, tree: Callable[..., Config]) -> None:
    config = tree()
    path = tmp_path / "results" / "models" / "demo-llama-s1" / "manifest.json"
    known = read_manifest(path).model_copy(update={"license": "mit", "vocabulary_size": 512})
    write_manifest(known, path)
    load_database(config, tmp_path / "results", tmp_path / "d.duckdb")
    with duckdb.connect(str(tmp_path / "d.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "SELECT candidate, fact, value FROM integration_facts"
        ).fetchall()
    values = {(candidate, fact): value for candidate, fact, value in found}
    assert set(values) == {(c.id, fact.id) for c in config.candidates for fact in FACTS}
    assert values["demo-llama", "licence"] == "mit"
    assert values["demo-llama", "vocabulary_size"] == "512"
    assert values["demo-gpt-oss", "licence"] is None
    assert values["demo-gpt-oss", "download_bytes"] == "4200000"


def test_a_candidate_that_is_served_elsewhere_says_so(
    tmp_path: Path, tree: Callable[..., Config]
) -> None:
    elsewhere = Candidate(
        id="elsewhere", engine="external", url="http://127.0.0.1:1/v1", served_model="x"
    )
    config = tree().model_copy(update={"candidates": (elsewhere,)})
    found = rows.integration_facts(config, tmp_path / "results")
    assert {(row["value"], row["note"]) for row in found} == {(None, NOT_HERE)}


def test_a_broken_manifest_is_named(tmp_path: Path, tree: Callable[..., Config]) -> None:
    config = tree()
    (tmp_path / "results" / "models" / "demo-llama-s1" / "manifest.json").write_text("{}")
    with pytest.raises(HarnessError, match=r"manifest\.json is no readable manifest"):
        rows.integration_facts(config, tmp_path / "results")
