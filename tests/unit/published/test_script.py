"""The script of the rule: a table for the database, a page for people, lines in the log."""

import importlib.util
from pathlib import Path

from bakeoff.paths import ROOT
from bakeoff.published.findings import page
from bakeoff.store.files import read_table
from bakeoff.store.schemas import PUBLISHED_CLAIMS
from tests.unit.published.conftest import ARTICLE


def test_table_page_and_log(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location(
        "audit_published", ROOT / "scripts" / "audit_published.py"
    )
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    claims, table, log = (tmp_path / name for name in ("c.parquet", "c.md", "c.log"))
    script.main(published=ARTICLE, claims=claims, table=table, log=log)
    rows = read_table(PUBLISHED_CLAIMS, claims).to_pylist()
    keys = [(row["claim_no"], row["check_id"], row["part_no"]) for row in rows]
    assert len(set(keys)) == len(keys) > 60
    lines = [line for line in table.read_text("utf-8").splitlines() if line.startswith("|")]
    assert len(lines) == len(rows) + 2
    assert "impossible: Mean total response time, GPT-OSS-20B: 387 ms" in log.read_text("utf-8")


def test_the_worst_come_first_and_cells_stay_cells() -> None:
    row = {"claim_no": 1, "check_id": "scores", "claim": "a | b", "reason": "c\nd"}
    text = page("somebody", [row | {"verdict": "holds"}, row | {"verdict": "impossible"}])
    first, second = text.splitlines()[-2:]
    assert "impossible" in first
    assert "holds" in second
    assert "a \\| b" in first
    assert "c d" in first
