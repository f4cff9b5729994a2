"""More of the sections on quality: factual errors, answers cut off, what chance would decide."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from bakeoff.paths import ROOT
from bakeoff.report import groups
from bakeoff.report.data import Report, open_report
from bakeoff.report.html import Html
from bakeoff.report.numbers import plain
from bakeoff.report.sections import answers, believing, costtable, quality
from tests.synthetic_quality import Questions
from tests.unit.report.quality_pages import HOSTILE, make, pair, renew_checks


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("pair"), pair())


@pytest.fixture(scope="module")
def report(database: Path) -> Report:
    return open_report(database)


def judged(
    database: Path, folder: Path, said: Sequence[tuple[str, int, str | None]], control: str = "none"
) -> Report:
    """Return a report in which the judge said this of factual errors.

    Args:
        database: A database of judged answers.
        folder: Where the copy is written.
        said: Candidate, number of its creative answer that ended well, and what the judge said;
            one answer that is named again was read again.
        control: What was done to the answers.
    """
    copy = folder / "judged.duckdb"
    shutil.copy(database, copy)
    with duckdb.connect(str(copy)) as connection:
        for repeat_no, (who, number, text) in enumerate(said):
            connection.execute(
                "INSERT INTO judgements BY NAME SELECT candidate, suite, item_id, sample_no, "
                "? AS control, 'logic' AS criterion, ? AS repeat_no, 'unparsable' AS status, "
                "? AS factual_errors, 'a-judge' AS judge FROM answers WHERE candidate = ? "
                "AND suite = 'creative' AND status = 'ok' ORDER BY item_id LIMIT 1 OFFSET ?",
                [control, repeat_no, text, who, number],
            )
        renew_checks(connection)
    return open_report(copy)


def text_of(shown: object) -> str:
    """Return what a reader sees, with plain spaces."""
    assert isinstance(shown, Html)
    plain = re.sub(r"<[^>]*>", " ", shown.text).replace("\u2060", "")
    return re.sub(r"\s+", " ", plain)


def row(shown: object, key: str) -> str:
    """Return the text of a row of a table."""
    assert isinstance(shown, Html)
    found = re.search(rf'<tr data-row="{re.escape(key)}">(.*?)</tr>', shown.text, re.DOTALL)
    assert found, key
    return text_of(Html(found.group(1)))


def test_answers_with_factual_errors_are_counted(database: Path, tmp_path: Path) -> None:
    """Of demo-llama 2 of 3 answers that the judge spoke of, of demo-gpt-oss 0 of 1."""
    said = [
        *(("demo-llama", 0, ""), ("demo-llama", 0, "the moon is no star"), ("demo-llama", 1, "")),
        *(("demo-llama", 2, "rivers\nflow up"), ("demo-llama", 3, None), ("demo-gpt-oss", 0, "")),
    ]
    told = text_of(believing.judge(judged(database, tmp_path, said)))
    expected = "named factual errors in 2 of 3 answers of demo-llama and 0 of 1 answer of demo-gpt"
    assert expected in told
    assert "in at least one of up to 2 readings" in told


def test_controls_name_no_errors_and_nothing_said_is_said(
    report: Report, database: Path, tmp_path: Path
) -> None:
    only = judged(database, tmp_path, [("demo-llama", 0, "made up")], control="shuffled")
    for one in (report, only):
        assert "said nothing about factual errors" in text_of(believing.judge(one))
        assert "Factual errors" not in text_of(answers.side_by_side(one))


def test_cards_show_the_errors_cut_and_inert(database: Path, tmp_path: Path) -> None:
    """Every creative question is judged, so that some are among those shown."""
    errors = f"{HOSTILE.splitlines()[0]}\n{'B' * 500}\n\nthird\nfourth"
    said = [("demo-llama", number, errors) for number in range(7)]
    said += [("demo-llama", number, "third\nfifth") for number in range(7)]
    said += [("demo-gpt-oss", number, "") for number in range(8)]
    shown = answers.side_by_side(judged(database, tmp_path, said))
    assert shown is not None
    assert "<img" not in shown.text
    cards = re.findall(r"Factual errors that the judge named: (.*?)</p>", shown.text)
    named = [card for card in cards if card != "none"]
    assert named
    assert "none" in cards
    for card in named:
        assert card.startswith("&lt;/pre&gt;")
        assert f"; {'B' * 90}…; third and 2 more" in card


def test_the_share_cut_off_stands_beside_the_reasoning(report: Report) -> None:
    """Cut off are 2 of 39 answers to math that came, and 10 of 40; of the others none."""
    shown = costtable.costs(report)
    math = row(shown, "math/truncated_share").replace("\u00a0", " ")
    assert "5.13 %" in math
    assert "n 39" in math
    assert "25.0 %" in math
    first, _ = groups.of_suite(report, "math", "truncated_share")
    assert first.lo is not None
    assert f"{plain(100 * first.lo)}–" in math
    assert "0 %" in row(shown, "creative/truncated_share").replace("\u00a0", " ")
    # 2 of 39, 24 and 8 items; 10 of 40, 24 and 8.
    overall = row(shown, "truncated_share").replace("\u00a0", " ")
    assert "2.82 %" in overall
    assert "13.9 %" in overall
    assert isinstance(shown, Html)
    keys = re.findall(r'data-row="([^"]+)"', shown.text)
    assert keys.index("truncated_share") == keys.index("reasoning_share") + 1


def test_what_chance_would_decide_is_said_of_several_comparisons(
    report: Report, tmp_path: Path
) -> None:
    told = text_of(quality.chance(report)).replace("\u00a0", " ")
    # Math, code and both: 5 % of 3.
    assert "These are 3 comparisons" in told
    assert "5 % of them, 0.15 on average" in told
    one = make(tmp_path, pair(), (Questions(templates=6, each=2),), stages=())
    assert quality.comparisons(open_report(one)) is not None
    assert quality.chance(open_report(one)) is None


def test_ten_comparisons_and_more_are_counted_without_those_not_measured(tmp_path: Path) -> None:
    (truth, own), (other, _) = pair()
    bare = replace(own, right={"math": 0.5}, outcomes={}, judged={}, rated={})
    broken = replace(other, id="broken", failed={"quality": "out of memory"})
    many = [(replace(truth, id=f"candidate-{i}"), bare) for i in range(5)]
    found = make(tmp_path, [*many, (broken, bare)], (Questions(templates=6, each=2),), stages=())
    # Five candidates have ten pairs.
    told = text_of(quality.chance(open_report(found))).replace("\u00a0", " ")
    assert "These are 10 comparisons" in told
    assert "0.5 on average" in told


def test_captions_on_memory_are_true_without_a_gpu() -> None:
    paths = sorted((ROOT / "reports" / "sections").glob("*.qmd"))
    sources = "".join(path.read_text(encoding="utf-8") for path in paths)
    captions = re.findall(r"^#\| (?:fig|tbl)-cap: (Memory.*GPU.*)$", sources, re.MULTILINE)
    assert len(captions) == 2
    assert all(re.search("GPUs? where there|where there is a GPU", one) for one in captions)
