"""The sections on quality, answers and audits in Chinese: nothing of ours is left in English."""

# ruff: noqa: RUF001 -- Chinese is written with its own signs

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import duckdb
import pytest

from bakeoff import language
from bakeoff.quality.rating.estimate import Estimate
from bakeoff.report import estimates
from bakeoff.report.data import Report, open_report
from bakeoff.report.html import Html, Markdown
from bakeoff.report.sections import (
    answers,
    audits,
    believing,
    calibration,
    cost,
    costtable,
    describing,
    endings,
    environment,
    failures,
    method,
    quality,
    ratings,
    splits,
)
from tests.synthetic_quality import Answers
from tests.unit.report.quality_pages import make, pair

_SECTIONS: tuple[Callable[[Report], object], ...] = (
    *(quality.heading, quality.finding, quality.accuracy, quality.comparisons, quality.chance),
    *(endings.endings, endings.without_sandbox, splits.splits),
    *(cost.heading, cost.scatter, costtable.costs),
    *(ratings.heading, ratings.said, ratings.scores, ratings.criteria),
    *(believing.judge, believing.people, describing.diagnostics),
    *(answers.heading, answers.side_by_side),
    *(audits.finding, audits.tables, calibration.finding, calibration.errors),
    *(environment.candidates, environment.host, failures.finding, failures.stages),
    method.glossary,
)
#: Three English words in a row; what the questions and answers of the synthetic study say is none.
_ENGLISH = re.compile(r"\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b")
_THEIRS = re.compile(r'<pre class="answer-text".*?</pre>|<code>.*?</code>', re.DOTALL)


pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[Report]:
    """Return a study in which one candidate is better, and one of two that are alike."""
    one = Answers(
        right={"math": 0.65, "code": 0.5}, outcomes={"code": {"sandbox_unavailable": 4}}, samples=2
    )
    (first, _), (second, _) = pair(gpus=0)
    alike = [(first, one), (second, replace(one, right={"math": 0.6, "code": 0.5}, seed=3))]
    folders = [tmp_path_factory.mktemp(name) for name in ("better", "alike")]
    return [
        open_report(make(folders[0], pair(), gpu_hour_usd=3.6)),
        open_report(make(folders[1], alike)),
    ]


def _seen(shown: object) -> str:
    """Return what a reader sees and what pointing shows, without what models wrote."""
    if shown is None:
        return ""
    if isinstance(shown, Markdown):
        return shown.text
    assert isinstance(shown, Html)
    text = _THEIRS.sub("", shown.text)
    tips = re.findall(r'"(?:tip|label|title|told)":"((?:[^"\\]|\\.)*)"', text)
    titles = re.findall(r'title="([^"]*)"', text)
    text = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    plain = re.sub(r"<[^>]*>", "\n", text)
    return unescape(
        "\n".join([plain, *titles, *(tip.encode().decode("unicode_escape") for tip in tips)])
    )


@pytest.mark.parametrize("section", _SECTIONS, ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_no_sentence_is_left_in_english(
    section: Callable[[Report], object], reports: list[Report]
) -> None:
    for report in reports:
        assert _ENGLISH.findall(_seen(section(report))) == []


def test_a_sentence_is_whole_in_chinese(reports: list[Report]) -> None:
    """The claim names who, on what, by how much: the numbers are those of the English report."""
    told = _seen(quality.finding(reports[0]))
    assert "在 math 题目上，demo-llama 答对的多于 demo-gpt-oss：66.7% 对 20.0%" in told
    apart = _seen(quality.finding(reports[1]))
    assert "难分高下" in apart
    assert "再有" in apart


def test_notes_of_the_database_are_retold(reports: list[Report]) -> None:
    """Every note that the study holds on a figure, an audit or a grade is known."""
    known = language.retelling("zh")
    columns = {
        "metrics": "note",
        "audits": "note",
        "quality_comparisons": "note",
        "quality_groups": "note",
        "rating_checks": "note",
    }
    for report in reports:
        for table, column in columns.items():
            rows = report.connection.execute(
                f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608 -- our own names
            ).fetchall()
            assert [note for (note,) in rows if known.whole(note) is None] == []


def test_a_failed_stage_and_an_excluded_figure_are_told(tmp_path: Path) -> None:
    """The engine's own words stay as they are, ours around them are translated."""
    database = make(tmp_path, pair())
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "UPDATE stages SET status = 'failed', error = 'the server was killed by SIGKILL (often "
            "the kernel, when memory runs out) while it was measured: out of memory: CUDA gave up' "
            "WHERE candidate = 'demo-llama' AND stage = 'latency'"
        )
        connection.execute(
            "UPDATE audits SET passed = false, severity = 'excludes' WHERE candidate = "
            "'demo-gpt-oss' AND stage = 'latency' AND audit = 'output_length'"
        )
    report = open_report(database)
    told = _seen(failures.stages(report))
    assert (
        "服务端在测量期间被 SIGKILL 终止（常为内存耗尽时内核所为）：内存不足：CUDA gave up" in told
    )
    assert "未通过，数字已排除" in _seen(audits.tables(report))
    assert "项检查中 1 项未通过：回答长度（demo-gpt-oss，延迟）" in _seen(audits.finding(report))


def test_a_share_that_is_next_to_nothing_is_no_number_of_digits() -> None:
    """0.0144 % is below a tenth of a percent, and its interval is rounded outwards."""
    tiny = Estimate(value=0.000144, lo=0.00001, hi=0.0031, n=50)
    with language.speaking("en"):
        assert estimates.signed(0.000144, estimates.SHARE) == "< 0.1\u00a0%"
        assert estimates.signed(0.99995, estimates.SHARE) == "> 99.9\u00a0%"
        assert estimates.ends(tiny, estimates.SHARE) == "0.0–0.4"
        assert estimates.signed(0.0, estimates.SHARE) == "0.0\u00a0%"
        assert estimates.signed(1.0, estimates.SHARE) == "100\u00a0%"
        assert estimates.signed(0.0321, estimates.SHARE) == "3.2\u00a0%"
