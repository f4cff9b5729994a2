"""The selection matrix, differences in words and recommendations: no winner without an interval."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from bakeoff.metrics import registry
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report
from bakeoff.report.differences import SENTENCES, difference, open_questions, reference, sentences
from bakeoff.report.dimensions import DIMENSIONS
from bakeoff.report.html import Html, joined
from bakeoff.report.sections import closing, operations, selection
from tests.unit.report.test_opening import ROWS, asked, decided, told

Make = Callable[[Any], Report]
TTFT, SPEED, MEMORY = "ttft_p50_ms", "decode_tokens_per_s", "memory_steady_bytes"


def row(shown: Html, key: str) -> str:
    """Return the text of one row of a table."""
    found = re.search(rf'<tr data-row="{re.escape(key)}">(.*?)</tr>', shown.text, re.DOTALL)
    assert found is not None, key
    return told(Html(found[1])).strip()


def test_dimensions_and_sentences_name_metrics_of_the_registry() -> None:
    known = {metric.id for metric in registry.METRICS}
    named = [metric for dimension in DIMENSIONS for metric in dimension.metrics]
    assert set(named) <= known
    assert len(named) == len(set(named))
    assert set(SENTENCES) <= known


def test_the_winner_is_marked_by_word_and_weight_with_its_margin(report_of: Make) -> None:
    shown = selection.matrix(report_of(ROWS))
    # ln 4 ± sqrt(ln(20/19)² + ln(82/80)²) and sqrt(ln(21/20)² + ln(80/78)²): 73.6 to 76.4 % lower.
    text = row(shown, f"speed/{TTFT}")
    assert text.startswith("TTFT, median lower is better 80.0 ms 78.0–82.0 best 20.0 ms 19.0–21.0")
    assert "75 % lower (95 % interval 74–76 %)" in text
    assert '<strong><a href="#row-ttft_p50_ms-b"' in shown.text
    assert row(shown, f"memory/{MEMORY}").endswith(
        "tied 2.00 GB 1.50–2.50 tied 2.10 GB 1.60–2.60 tied"
    )
    assert row(shown, "speed").endswith("b leads on 1 figure and a leads on 1 figure of 2")
    assert row(shown, "memory") == "Memory tied"
    assert row(shown, "integration") == "Ease of integration not measured"


def test_a_figure_without_an_interval_wins_nothing(report_of: Make) -> None:
    rows = [("a", TTFT, 10.0, None, None), ("b", TTFT, 90.0, None, None)]
    text = row(selection.matrix(report_of(rows)), f"speed/{TTFT}")
    assert "best" not in text.replace("lower is better", "")
    assert text.endswith("no interval, so no winner")


def test_one_candidate_has_nothing_to_be_compared_with(report_of: Make) -> None:
    report = report_of([("a", TTFT, 10.0, 9.0, 11.0)])
    assert "There is one candidate" in selection.finding(report).text
    assert row(selection.matrix(report), "speed").endswith("nothing to compare with")
    assert operations.in_words(report) is None


def test_one_that_an_audit_keeps_out_is_not_called_unmeasured(report_of: Make) -> None:
    report = report_of(ROWS)
    report.connection.execute(
        "UPDATE metrics SET value = NULL, lo = NULL, hi = NULL, "
        "note = 'excluded: failed audit Made up' WHERE candidate = 'a' AND metric = ?",
        [TTFT],
    )
    text = row(selection.matrix(report), f"speed/{TTFT}")
    assert "excluded failed audit Made up." in text
    assert "not measured" not in text


def test_the_interval_of_a_difference() -> None:
    x = Figure("a", TTFT, 80.0, 77.0, 84.0, 100, "ms")
    y = Figure("b", TTFT, 50.0, 46.0, 52.0, 100, "ms")
    found = difference(x, y)
    assert found is not None
    # 30 - sqrt(3² + 2²) and 30 + sqrt(4² + 4²).
    assert (found.value, found.lo, found.hi) == pytest.approx((30.0, 26.394449, 35.656854))
    assert difference(x, Figure("b", TTFT, 50.0, None, 52.0, 100, "ms")) is None


def test_differences_are_told_only_where_the_interval_excludes_none(report_of: Make) -> None:
    report = report_of(ROWS)
    text = told(joined(sentences(report, "b", "a"), " ")).strip()
    assert text == (
        # 60 - sqrt(1² + 2²), 60 + sqrt(1² + 2²); 75 % less.
        "b sends its first token sooner than a: 60.0 ms (57.8–62.2), 75.0 % (73.6–76.4 %). "
        # 100 - sqrt(2² + 1²).
        "b writes more slowly than a: 100 tokens/s (97.8–102), 50.0 % (49.3–50.7 %)."
    )
    assert open_questions(report, "b", "a") == ["Memory in steady state"]


def test_a_factor_is_told_as_one(report_of: Make) -> None:
    text = told(joined(sentences(report_of(ROWS), "a", "b"), " "))
    assert "a sends its first token later than b: 60.0 ms (57.8–62.2), 4.00" in text
    assert "times as much" in text


def test_instances_are_counts_by_memory(report_of: Make) -> None:
    rows = [
        ("a", "instances_per_gpu", 3.0, None, None),
        ("b", "instances_per_gpu", 2.0, None, None),
    ]
    (only,) = sentences(report_of(rows), "b", "a")
    assert "By the memory needed, 2 of b fit on a GPU of this machine instead of 3 of a" in told(
        only
    )


def test_others_are_compared_with_who_is_recommended_most_often(report_of: Make) -> None:
    assert reference(report_of(ROWS)) == "a"
    report = decided(report_of(ROWS), asked(wins={"b": 0.97}))
    assert reference(report) == "b"
    assert "a beside b" in told(operations.in_words(report) or Html(""))


def test_instances_on_a_machine_of_several_gpus(report_of: Make) -> None:
    report = report_of([("a", "instances_per_gpu", 1.5, None, None)])
    report.connection.execute("UPDATE candidates SET gpus = 2")
    # Three servers on each pair of GPUs, and seven GPUs hold three pairs.
    assert operations.fitting(report, "a", 7) == 9
    assert operations.fitting(report, "a", 0) is None


def test_instances_on_the_cluster_that_is_configured(report_of: Make) -> None:
    report = report_of([("a", "instances_per_gpu", 3.0, None, None)])
    report.connection.execute("UPDATE candidates SET gpus = 1")
    assert "Instances on the cluster" not in told(operations.costs(report) or Html(""))
    report.connection.execute("INSERT INTO cluster VALUES (16)")
    shown = told(operations.costs(report) or Html(""))
    assert "Instances on the cluster (16 GPUs) 48" in shown


def test_recommendations_link_every_number_to_its_row(report_of: Make) -> None:
    report = decided(report_of(ROWS), asked(wins={"b": 0.97}))
    shown = closing.recommendations(report)
    text = told(shown)
    assert "One question. Deploy b: very likely the best" in text
    assert "What decides: TTFT, median 20.0 ms (19.0–21.0);" in text
    assert (
        "Decode speed: a with 200 tokens/s (198–202) , 100 % higher (95 % interval 97–103 %)."
        in text
    )
    assert "No difference can be told in Memory in steady state." in text
    # Three figures of the scenario and one of each decided metric.
    assert len(re.findall(r'href="#row-', shown.text)) == 5
