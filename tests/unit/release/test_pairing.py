"""Right answers compared item by item, where both versions were asked the same questions."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from bakeoff.metrics import registry
from bakeoff.release.change import change
from bakeoff.release.differs import differing
from bakeoff.release.pairing import Databases, paired_change
from bakeoff.release.versions import read_version
from bakeoff.report.compare import Figure
from tests.synthetic import Truth
from tests.synthetic_quality import Answers, Questions, load_answers

SUITE = Questions(templates=10, each=10)
WHO, METRIC = "demo-llama", "quality_math"


def _database(folder: Path, share: float) -> Path:
    """Return a database in which that share of 100 items is right, others among them."""
    folder.mkdir()
    # With one seed the items that are right at 0.5 are right at 0.6 as well.
    own = Answers(right={"math": share}, seed=1)
    load_answers(folder, [(Truth(), own)], suites=[SUITE]).close()
    return folder / "bakeoff.duckdb"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """60 of 100 right before, 50 of them now, and no other."""
    folder = tmp_path_factory.mktemp("pairing")
    return _database(folder / "before", 0.6), _database(folder / "after", 0.5)


@pytest.fixture
def databases(made: tuple[Path, Path], tmp_path: Path) -> Iterator[Databases]:
    """Copies of both, free to be changed."""
    before, after = (shutil.copy(p, tmp_path / f"{i}.duckdb") for i, p in enumerate(made))
    with duckdb.connect(str(before)) as old, duckdb.connect(str(after)) as new:
        yield Databases(old, new)


def test_ten_items_that_all_got_worse_are_a_change(databases: Databases) -> None:
    moved = paired_change(databases, WHO, METRIC)
    assert moved
    assert moved.kind == "difference"
    assert moved.value == pytest.approx(-0.1)
    assert moved.hi is not None
    assert moved.hi < 0
    assert moved.p < 0.05
    # Unpaired, 60 and 50 of 100 cannot be told apart: their Wilson intervals overlap widely.
    old = Figure(WHO, METRIC, 0.6, 0.502, 0.691, 100, "1")
    new = Figure(WHO, METRIC, 0.5, 0.404, 0.596, 100, "1")
    unpaired = change(old, new, (99, 99))
    assert unpaired
    assert unpaired.p > 0.1
    assert not unpaired.clear


def test_the_same_answers_did_not_change(databases: Databases) -> None:
    same = Databases(databases.after, databases.after)
    moved = paired_change(same, WHO, METRIC)
    assert moved
    assert moved.value == 0
    assert moved.p == 1.0
    assert not moved.clear


def test_other_questions_cannot_be_paired(databases: Databases) -> None:
    databases.before.execute("UPDATE items SET prompt = 'Another?' WHERE position = 7")
    assert paired_change(databases, WHO, METRIC) is None


def test_what_is_no_share_of_right_answers_is_not_paired(databases: Databases) -> None:
    assert paired_change(databases, WHO, "ttft_p50_ms") is None
    assert paired_change(databases, WHO, "quality_code") is None  # no such suite


def test_an_older_database_cannot_be_paired(databases: Databases) -> None:
    databases.before.execute("DROP VIEW answer_outcomes CASCADE")
    assert paired_change(databases, WHO, METRIC) is None


def test_other_templates_make_another_quantity(databases: Databases) -> None:
    databases.before.execute("UPDATE items SET template = 'older' WHERE position % 10 = 3")
    versions = [
        read_version(one, name, methods={}, settings={})
        for one, name in ((databases.before, "v1"), (databases.after, "now"))
    ]
    found = [one for one in differing(*versions, WHO, registry.get(METRIC)) if one.forbids]
    assert [(one.field, one.before, one.after) for one in found] == [
        ("questions", "math/older (version 1)", "math/template_03 (version 1)")
    ]
    assert not [
        one for one in differing(*versions, WHO, registry.get("quality_code")) if one.forbids
    ]
