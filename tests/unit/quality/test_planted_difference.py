"""The demo's planted difference, found by the whole pipeline on real servers.

One demo model knows days in weeks, the other minutes in hours, and a third is a copy of the
first. Each is asked every question of both by a real vLLM through chat.
"""

import importlib.util
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from bakeoff.config import load_config
from bakeoff.config.models import DemoModel
from bakeoff.models.fetch import fetch
from bakeoff.models.manifest import write_manifest
from bakeoff.models.names import model_key
from bakeoff.paths import ROOT
from bakeoff.quality import suites
from bakeoff.quality.draw import draw_items
from bakeoff.quality.grading.base import Surroundings
from bakeoff.quality.items import Item
from bakeoff.quality.sources import item_rows
from bakeoff.store.database import load_database
from bakeoff.store.files import write_rows
from bakeoff.store.schemas import ITEMS, RATINGS
from tests import synthetic

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(1800)]

NUMBERS = 20
SKILLS = ("days_in_weeks", "minutes_in_hours")
MODELS = {
    "days": DemoModel(source="demo", family="llama", skill="days_in_weeks"),
    "days-too": DemoModel(source="demo", family="llama", skill="days_in_weeks"),
    "minutes": DemoModel(source="demo", family="gpt-oss", skill="minutes_in_hours"),
}
STAGE = {"concurrency": 4, "max_tokens": 256, "temperature": 0.0}


def candidate(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "engine": "vllm",
        "model": MODELS[name].model_dump(mode="json"),
        "args": {"dtype": "float32", "max-model-len": 1024, "enforce-eager": True},
        "env": {
            "OMP_NUM_THREADS": 1,
            "VLLM_CPU_OMP_THREADS_BIND": "nobind",
            "VLLM_CPU_KVCACHE_SPACE": 1,
        },
    }


def script(name: str) -> ModuleType:
    path = ROOT / "scripts" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"{name}_script", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def questions() -> list[Item]:
    """Every question of both templates, each template as a suite of its own."""
    math = suites.get("math")
    return [
        replace(item, suite=name)
        for name in SKILLS
        for item in draw_items(math, number=NUMBERS, seed=1, templates=[name])
    ]


def ask_and_grade(name: str, results: Path) -> None:
    """Run the rules generate_answers and grade_answers for one candidate."""
    manifest = results / "models" / model_key(MODELS[name]) / "manifest.json"
    write_manifest(fetch(MODELS[name]), manifest)
    script("generate_answers").main(
        parts={"candidate": candidate(name), "stage": STAGE, "method_version": 1},
        items=results / "quality" / "items.parquet",
        answer_timeout_s=120.0,
        manifest=manifest,
        timeout_s=600.0,
        directory=results / name / "quality",
        log=results / f"{name}.log",
    )
    record = json.loads((results / name / "quality" / "stage.json").read_text("utf-8"))
    assert record["status"] == "ok", record["error"]
    script("grade_answers").main(
        candidate=name,
        items=results / "quality" / "items.parquet",
        answers=results / name / "quality" / "answers.parquet",
        around=Surroundings(),
        out=results / name / "grading",
        log=results / f"{name}.log",
    )


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a run with the three candidates."""
    if not (ROOT / ".venv-vllm" / "bin" / "python").exists():
        pytest.skip("needs the engine's environment, .venv-vllm (`make test` sets it up)")
    folder = tmp_path_factory.mktemp("planted")
    results = folder / "results"
    items = questions()
    rows = [row for name in SKILLS for row in item_rows([i for i in items if i.suite == name])]
    write_rows(ITEMS, results / "quality" / "items.parquet", rows)
    write_rows(RATINGS, results / "quality" / "ratings.parquet", [])
    synthetic._write_json(results / "host" / "host.json", synthetic._host_rows())
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in MODELS:
            ask_and_grade(name, results)
        files = {name: {"source": "file", "path": "x.jsonl", "kind": "math"} for name in SKILLS}
        config = load_config(
            {
                "title": "A planted difference",
                "candidates": [candidate(name) for name in MODELS],
                "stages": {"quality": STAGE | {"suites": files}},
            }
        )
        load_database(config, results, results / "bakeoff.duckdb")
    return results / "bakeoff.duckdb"


def fetched(database: Path, query: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(query)
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def verdicts(database: Path) -> Mapping[tuple[str, str, str], str]:
    rows = fetched(database, "FROM quality_comparisons")
    return {(row["candidate"], row["other"], row["suite"]): row["verdict"] for row in rows}


def test_each_model_knows_its_own_template_alone(database: Path) -> None:
    query = "SELECT candidate, suite, count(*) FILTER (correct) AS share FROM grades GROUP BY ALL"
    right = {(row["candidate"], row["suite"]): row["share"] for row in fetched(database, query)}
    for name, model in MODELS.items():
        for skill in SKILLS:
            if skill == model.skill:
                assert right[name, skill] >= 0.9 * NUMBERS, (name, skill)
            else:
                assert right[name, skill] <= 0.3 * NUMBERS, (name, skill)


def test_the_planted_difference_is_found_in_both_directions(database: Path) -> None:
    found = verdicts(database)
    assert found["days", "minutes", "days_in_weeks"] == "better"
    assert found["days", "minutes", "minutes_in_hours"] == "worse"
    assert found["days", "minutes", "all"] == "indistinguishable"


def test_two_copies_of_one_model_are_indistinguishable(database: Path) -> None:
    found = verdicts(database)
    assert {found["days", "days-too", suite] for suite in (*SKILLS, "all")} == {"indistinguishable"}


def test_two_copies_give_the_same_answers(database: Path) -> None:
    """At temperature 0, asked in another process."""
    query = (
        "SELECT count(*) AS number, "
        "count(*) FILTER (one.text IS DISTINCT FROM other.text) AS differ "
        "FROM answers one JOIN answers other USING (suite, item_id, sample_no) "
        "WHERE one.candidate = 'days' AND other.candidate = 'days-too'"
    )
    assert fetched(database, query) == [{"number": 2 * NUMBERS, "differ": 0}]


def test_answers_are_short_and_reasoning_is_told_apart(database: Path) -> None:
    own = fetched(
        database,
        "SELECT candidate, answers.text, reasoning, reasoning_tokens, answers.status "
        "FROM answers JOIN requests USING (candidate, stage, start_no, request_no) "
        "JOIN items USING (suite, item_id) WHERE requests.phase = 'measure' AND prompt LIKE "
        "'%in 3 hours?%' AND candidate = 'minutes'",
    )
    assert len(own) == 1
    assert own[0]["status"] == "ok"
    assert own[0]["text"] == "Answer: 180"
    assert own[0]["reasoning"] == "3 * 60"
    assert own[0]["reasoning_tokens"] >= 3
