"""Databases of a report with quality, written from :mod:`tests.synthetic_quality`."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from bakeoff.config import load_config
from bakeoff.quality.statistics import checks
from bakeoff.store import schemas
from bakeoff.store.database import load_database
from bakeoff.store.files import write_rows
from tests import synthetic
from tests.synthetic import Truth
from tests.synthetic_quality import SUITES, Answers, Questions, add_quality

#: Text of an answer that must stay text, and stay in its place.
HOSTILE = (
    "</pre></script><img src=x onerror=\"document.title='broken into'\">"
    "<script>document.title='broken into'</script><style>body{display:none}</style>\n"
    "{{< include secret.qmd >}} ``` ````` `````` {=html} $x$ @fig-none &lt; \u202e\x07\n"
    + "A" * 5_000
    + "\n"
    + "one more line\n" * 10_000
)
#: 26 of 40 and 24 of 24 against 8 of 40 and 24 of 24: math differs, code does not.
BETTER = Answers(
    right={"math": 0.65, "code": 1.0},
    outcomes={"math": {"truncated": 2, "refused": 1, "error": 1}, "creative": {"empty": 1}},
    judged={"coherence": 4.0, "style": 3.0},
    rated={"coherence": 4.0, "originality": 3.0},
)
WORSE = Answers(
    right={"math": 0.2, "code": 1.0},
    outcomes={"math": {"truncated": 10, "empty": 2}},
    e2e_s={"math": 4.0, "code": 3.0, "creative": 5.0},
    reasoning_tokens=50,
    judged={"coherence": 2.0, "style": 3.0},
    rated={"coherence": 2.0, "originality": 3.0},
    seed=2,
)


def pair(*, gpus: int = 1) -> list[tuple[Truth, Answers]]:
    """Return two candidates: demo-llama is better at math, both are perfect at code."""
    one, other = (replace(truth, gpus=gpus) for truth in synthetic.PAIR)
    return [(one, BETTER), (other, WORSE)]


def make(
    folder: Path,
    answers: list[tuple[Truth, Answers]],
    suites: tuple[Questions, ...] = SUITES,
    *,
    gpu_hour_usd: float | None = None,
    hostile: bool = False,
    stages: tuple[str, ...] = ("startup", "latency"),
) -> Path:
    """Write results and return their database.

    Args:
        folder: An empty folder.
        answers: Each candidate with its answers.
        suites: The questions.
        gpu_hour_usd: Price of a GPU.
        hostile: Whether every answer of the first candidate to math, and the first question of
            math, is :data:`HOSTILE`.
        stages: Other stages.
    """
    results = folder / "results"
    raw = synthetic.write_results(results, [truth for truth, _ in answers], stages=stages)
    raw = add_quality(results, raw, answers, suites, gpu_hour_usd=gpu_hour_usd)
    # The synthetic candidates serve 2,048 tokens.
    raw["stages"]["quality"]["max_tokens"] = 1_024
    if hostile:
        _edit(results / answers[0][0].id / "quality" / "answers.parquet", _hostile_text)
    for truth, _ in answers:
        _describe(results / truth.id)
    load_database(load_config(raw), results, folder / "bakeoff.duckdb")
    return folder / "bakeoff.duckdb"


def _hostile_text(row: Mapping[str, Any]) -> dict[str, Any]:
    return dict(row) | ({"text": HOSTILE} if row["suite"] == "math" else {})


def _edit(path: Path, change: Any) -> None:
    table = pq.read_table(path)
    rows = [change(row) for row in table.to_pylist()]
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)


def _describe(folder: Path) -> None:
    """Give every creative answer two figures: 100, 101, ... words, and English with 0.9."""
    answers = pq.read_table(folder / "quality" / "answers.parquet").to_pylist()
    rows = []
    for number, answer in enumerate(row for row in answers if row["suite"] == "creative"):
        key = {name: answer[name] for name in ("candidate", "suite", "item_id", "sample_no")}
        rows += [
            key | {"name": "words", "value": 100.0 + number, "unit": "words", "label": None},
            key | {"name": "language", "value": 0.9, "unit": "1", "label": "en"},
            key | {"name": "distinct_1", "value": None, "unit": "1", "label": None},
        ]
    write_rows(schemas.DIAGNOSTICS, folder / "grading" / "diagnostics.parquet", rows)


def renew_checks(connection: duckdb.DuckDBPyConnection) -> None:
    """Compute ``rating_checks`` anew, as loading does, after ratings were changed by hand."""
    named = "SELECT candidate FROM candidates ORDER BY position"
    candidates = [row[0] for row in connection.execute(named).fetchall()]
    connection.execute("DELETE FROM rating_checks")
    for row in list(checks.rows(connection, candidates)):
        places = ", ".join("?" * len(row))
        connection.execute(
            f"INSERT INTO rating_checks ({', '.join(row)}) VALUES ({places})",  # noqa: S608 -- our own columns
            list(row.values()),
        )
