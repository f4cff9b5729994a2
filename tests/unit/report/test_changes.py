"""The section on what changed: said from the rows, and nothing where nothing is compared."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from bakeoff.report.data import Report
from bakeoff.report.html import Html
from bakeoff.report.sections import changes, ratios
from bakeoff.store.decision_tables import CHANGES

HOSTILE = "<script>alert(1)</script>"
Make = Callable[..., Report]


@pytest.fixture
def report(report_of: Callable[..., Report]) -> Make:
    """Return a function that makes a report with rows of ``changes``."""

    def make(*rows: dict[str, Any]) -> Report:
        made = report_of([("a", "ttft_p50_ms", 120.0, 115.0, 125.0), ("b", "itl_p95_ms", 5, 4, 6)])
        for row in rows:
            whole = [_ROW | row]
            values = [whole[0].get(column.name) for column in CHANGES.columns]
            places = ", ".join("?" * len(values))
            made.connection.execute(f"INSERT INTO changes VALUES ({places})", values)  # noqa: S608 -- question marks
        return made

    return make


_ROW = {
    "candidate": "a",
    "metric": "ttft_p50_ms",
    "baseline": "v1",
    "before_value": 100.0,
    "before_lo": 96.0,
    "before_hi": 104.0,
    "after_value": 120.0,
    "after_lo": 115.0,
    "after_hi": 125.0,
    "unit": "ms",
    "ratio": 1.2,
    "ratio_lo": 1.13,
    "ratio_hi": 1.27,
    "p_value": 1e-6,
    "p_adjusted": 1e-5,
    "verdict": "worse",
}
_STILL = _ROW | {
    "metric": "itl_p95_ms",
    "ratio": 1.01,
    "ratio_lo": 0.9,
    "ratio_hi": 1.1,
    "p_value": 0.8,
    "p_adjusted": 1.0,
    "verdict": "no real change",
}
_GONE = dict.fromkeys(_ROW) | {
    "candidate": "gone",
    "metric": "ttft_p50_ms",
    "baseline": "v1",
    "before_value": 90.0,
    "unit": "ms",
    "verdict": "not comparable",
    "note": "only in the baseline: the candidate is no longer measured",
}


def _text(shown: Html | None) -> str:
    assert shown is not None
    return shown.text


def _plain(text: str) -> str:
    bare = re.sub(r"<[^>]+>", "", text).replace("\u2060", "")
    return re.sub(r"[\s\u00a0]+", " ", bare)


def test_without_a_baseline_there_is_nothing(report: Make) -> None:
    empty = report()
    assert changes.heading(empty) is None
    assert changes.finding(empty) is None
    assert ratios.ratios(empty) is None  # an empty text would leave its caption alone
    assert changes.figures(empty) is None


def test_what_got_worse_is_told_first(report: Make) -> None:
    told = _plain(_text(changes.finding(report(_ROW, _STILL))))
    assert told.startswith("Since v1 1 figure got worse and 0 improved, of 2 that were compared.")
    assert "Most surely worse is TTFT, median of a: +20.0 % (+13.0 to +27.0)." in told
    assert "Most surely improved" not in told


def test_equal_versions_are_told_as_such(report: Make) -> None:
    told = _plain(_text(changes.finding(report(_STILL))))
    assert told.startswith(
        "Since v1 nothing changed that chance does not explain: 1 figure was compared."
    )


def test_a_difference_of_shares_is_told_in_percentage_points(report: Make) -> None:
    share = _ROW | {
        "metric": "quality_math",
        "unit": "1",
        "before_value": 0.8,
        "after_value": 0.6,
        "ratio": None,
        "ratio_lo": None,
        "ratio_hi": None,
        "difference": -0.2,
        "difference_lo": -0.31,
        "difference_hi": -0.09,
    }
    told = _plain(_text(changes.finding(report(share))))
    assert "−20.0 percentage points (−31.0 to −9.0)" in told
    assert ratios.ratios(report(share)) is None  # no ratio, nothing to draw


def test_what_differs_is_a_warning_that_names_it(report: Make) -> None:
    differs = [{"field": "host", "before": HOSTILE, "after": "def"}]
    text = changes.finding(report(_ROW | {"differs": json.dumps(differs)})).text
    assert "callout-warning" in text
    assert "The versions also differ in host:" in text
    assert HOSTILE not in text
    assert "&lt;script&gt;" in text


def test_candidates_of_one_version_are_named_and_folded_away(report: Make) -> None:
    made = report(_ROW, _GONE)
    assert "Only in the baseline: gone." in _text(changes.finding(made))
    folded = _text(changes.figures(made)).split("<details>")[1]
    assert "1 figure that cannot be compared" in folded
    assert "the candidate is no longer measured" in folded
    assert "not measured" in folded


def test_figures_stand_with_their_intervals_and_lead_to_their_rows(report: Make) -> None:
    text = _text(changes.figures(report(_ROW, _STILL)))
    assert 'href="#row-ttft_p50_ms-a"' in text
    row = _plain(text.split('data-row="ttft_p50_ms-a"')[1].split("</tr>")[0])
    for figure in ("100 ms (96.0–104)", "120 ms (115–125)", "+20.0 % (+13.0 to +27.0)", "▼ worse"):
        assert figure in row
    assert text.index("ttft_p50_ms-a") < text.index("1 figure without a real change")


def test_an_interval_that_is_open_is_drawn_to_the_edge(report: Make) -> None:
    made = report(_ROW | {"ratio_hi": None})
    assert "(+13.0 to open)" in _text(changes.figures(made))
    chart = _text(ratios.ratios(made))
    assert "chart-changes-0" in chart
    assert "NaN" not in chart
    assert "Infinity" not in chart


def test_many_figures_are_cut_to_the_surest(report: Make) -> None:
    metrics = ["startup_ready_s", "ttft_p50_ms", "ttft_p95_ms", "itl_p95_ms", "e2e_mean_ms"]
    metrics += ["e2e_p95_ms", "memory_loaded_bytes", "memory_steady_bytes", "energy_j_per_request"]
    rows = [_STILL | {"metric": one, "p_adjusted": 0.9} for one in metrics[:-1]]
    chart = _text(ratios.ratios(report(*rows, _ROW | {"metric": metrics[-1]})))
    assert "8 figures, now by before" in chart
    assert "Energy" in chart
