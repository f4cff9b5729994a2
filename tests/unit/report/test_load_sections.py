"""Sections on load: their numbers are the database's, and those are the known truth."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bakeoff.config import load_config, stages
from bakeoff.paths import ROOT
from bakeoff.report.axes import axis_over, levels_axis
from bakeoff.report.data import Report, open_report
from bakeoff.report.html import Html
from bakeoff.report.levels import levels
from bakeoff.report.placing import Label, place
from bakeoff.report.probes import Probe, Search, searches
from bakeoff.report.render import render_report
from bakeoff.report.sections import concurrency, energy, hold, rates, throughput
from bakeoff.store.database import load_database
from tests.synthetic_load import SLO, Load, add_stages

RATES = (2.0, 20.0)
#: Exact values: no spread. 64 tokens at 2 ms after 174 ms take 300 ms, so that one stream gives
#: 64 / 0.3 s = 213.3 tokens/s, and 16 streams 3,413 tokens/s; 64 streams are beyond the knee.
EXACT = {"ttft_ms": 174.0, "itl_ms": 2.0, "tokens": 64, "spread": 0.0, "failures": 0}
LOAD = Load(window_s=6.0, rates=RATES, holds=23, trend_ms_per_s=0.8, hold_requests=20)
OTHER = Load(window_s=6.0, rates=RATES, holds=12, knee=10, lag_ms=30.0)


@pytest.fixture(scope="module")
def _built() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        asked = [*stages.BUILT, "throughput", "concurrency"]
        patch.setattr(stages, "BUILT", tuple(dict.fromkeys(asked)))
        yield


@pytest.fixture(scope="module")
def database(
    synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory, _built: None
) -> Callable[..., Path]:
    """Return a function that makes a database of candidates under load."""

    def make(*loads: tuple[Any, Load]) -> Path:
        folder = tmp_path_factory.mktemp("load")
        config = synthetic.write_results(folder / "results", [truth for truth, _ in loads])
        config = add_stages(folder / "results", config, loads)
        load_database(load_config(config), folder / "results", folder / "bakeoff.duckdb")
        return folder / "bakeoff.duckdb"

    return make


@pytest.fixture(scope="module")
def pair(synthetic: ModuleType, database: Callable[..., Path]) -> Report:
    one, other = (replace(truth, gpus=1, **EXACT) for truth in synthetic.PAIR)
    return open_report(database((one, LOAD), (other, OTHER)))


@pytest.fixture(scope="module")
def ten(synthetic: ModuleType, database: Callable[..., Path]) -> Report:
    short = Load(levels=(1, 4), rates=RATES, least=8, holds=3, hold_requests=4)
    one = replace(synthetic.PAIR[0], requests=4, repeats=1)
    loads = [(replace(one, id=f"candidate-{i}", seed=i), short) for i in range(10)]
    return open_report(database(*loads))


def cells(shown: Html | None) -> dict[str, dict[str, list[float | None]]]:
    """Return the numbers behind a table: row, figure, then value and interval."""
    assert shown is not None
    rows = re.findall(r'<tr data-row="([^"]+)">(.*?)</tr>', shown.text, re.DOTALL)
    return {
        key: {
            name: [None if n == "None" else float(n) for n in numbers.split()]
            for name, numbers in re.findall(r'data-figure="(\w+)" data-numbers="([^"]*)"', row)
        }
        for key, row in rows
    }


def drawn(shown: Html | None) -> list[dict[str, Any]]:
    """Return the records of every plot, each with the number of its plot."""
    assert shown is not None
    records = []
    for number, text in enumerate(
        re.findall(r'bakeoffChart\("[^"]+", (\{.*?\})\);</script>', shown.text)
    ):
        spec = json.loads(text)
        for layer in spec["layer"]:
            values = spec["datasets"][layer["data"]["name"]]
            records += [{"plot": number} | record for record in values]
    return records


def test_the_levels_are_the_truth_that_was_planted(pair: Report) -> None:
    found = {(v.candidate, v.level): v for v in levels(pair, "closed")}
    assert len(found) == 8
    alone, many = found["demo-llama", 1.0], found["demo-llama", 16.0]
    assert alone.value("output_tokens_per_s") == pytest.approx(64 / 0.3, rel=0.01)
    assert many.value("output_tokens_per_s") == pytest.approx(16 * 64 / 0.3, rel=0.01)
    assert many.value("requests_per_s") == pytest.approx(16 / 0.3, rel=0.02)
    assert many.value("ttft_p95_ms") == pytest.approx(174)
    assert many.value("goodput_requests_per_s") == pytest.approx(16 / 0.3, rel=0.02)
    # 64 streams with a knee at 16 take four times as long: TTFT 696 ms misses the limit of 200.
    assert found["demo-llama", 64.0].value("ttft_p95_ms") == pytest.approx(696)
    assert found["demo-llama", 64.0].value("goodput_requests_per_s") == 0


@pytest.mark.parametrize("load", ["closed", "open"])
def test_tables_of_levels_hold_the_numbers_of_the_database(pair: Report, load: str) -> None:
    shown = throughput.level_table(pair) if load == "closed" else rates.rate_table(pair)
    rows = pair.rows("SELECT * FROM level_metrics WHERE load = ?", [load])
    true = {(r["candidate"], r["level"], r["figure"]): [r["value"], r["lo"], r["hi"]] for r in rows}
    checked = 0
    for key, figures in cells(shown).items():
        _, candidate, kind, level = key.split("/")
        assert kind == load
        for name, numbers in figures.items():
            assert numbers == true[candidate, float(level), name], (key, name)
            checked += 1
    assert checked == (8 * 9 if load == "closed" else 4 * 9)


def test_charts_of_levels_draw_the_numbers_of_the_database(pair: Report) -> None:
    points = [r for r in drawn(throughput.output(pair)) if "tip" in r]
    true = levels(pair, "closed")
    for plot, name in ((0, "output_tokens_per_s"), (1, "goodput_requests_per_s")):
        shown = {(r["x"], r["y"]) for r in points if r["plot"] == plot}
        assert {(v.level, round(v.value(name) or 0, 6)) for v in true} <= shown
    shown = {(r["x"], r["y"], r["plot"]) for r in drawn(throughput.curve(pair)) if "tip" in r}
    assert shown == {
        (round(v.value("output_tokens_per_s") or 0, 6), round(v.value(name) or 0, 6), plot)
        for plot, name in enumerate(("ttft_p95_ms", "itl_p95_ms"))
        for v in true
    }


def test_the_limit_is_drawn_and_named(pair: Report) -> None:
    records = drawn(throughput.curve(pair))
    for plot, name in enumerate(("ttft_p95_ms", "itl_p95_ms")):
        rules = [r for r in records if r["plot"] == plot and set(r) == {"plot", "y"}]
        assert [rule["y"] for rule in rules] == [SLO[name]]
        assert f"limit {SLO[name]:g} ms" in " ".join(str(r.get("label")) for r in records)


def test_intervals_reach_where_the_database_says(pair: Report) -> None:
    whiskers = {(r["x"], r["y"], r["y2"]) for r in drawn(throughput.output(pair)) if "y2" in r}
    bounded = [v for v in levels(pair, "closed") if v.figure("output_tokens_per_s").lo is not None]
    assert bounded
    for level in bounded:
        figure = level.figure("output_tokens_per_s")
        ends = (level.level, round(figure.lo or 0, 6), round(figure.hi or 0, 6))
        assert ends in whiskers


def test_the_finding_counts_only_levels_that_met_the_limits(pair: Report) -> None:
    shown = throughput.curve(pair)
    assert shown is not None
    title = re.search(r'class="chart-title">(.*?)</p>', shown.text)
    assert title is not None
    # 16 streams of demo-gpt-oss are beyond its knee of 10: TTFT 278 ms.
    assert "from demo-llama with 16" in title[1]
    assert "from demo-gpt-oss with 4 " in title[1]


def test_latency_from_the_schedule_holds_the_lag(pair: Report) -> None:
    records = [r for r in drawn(rates.rates(pair)) if "demo-gpt-oss, 2 " in str(r.get("tip"))]
    values = sorted(r["y"] for r in records)
    # Its first event carries two tokens: 174 ms and 62 tokens of 2 ms; sent 30 ms late.
    assert values == pytest.approx([298, 328])


def test_one_rate_is_a_table_and_no_chart(
    synthetic: ModuleType, database: Callable[..., Path]
) -> None:
    one = replace(synthetic.PAIR[0], requests=4, repeats=1)
    report = open_report(database((one, Load(levels=(1,), rates=(4.0,), least=8))))
    assert rates.rates(report) is None
    assert len(cells(rates.rate_table(report))) == 1
    assert concurrency.heading(report) is None


def test_the_answer_names_the_hold_and_what_failed_above_it(pair: Report) -> None:
    text = re.sub(r"<[^>]+>", "", concurrency.answers(pair).text)  # type: ignore[union-attr]
    why = "TTFT P95 2400 ms, limit 200 ms."
    assert f"demo-llama holds 23 streams; 24 failed: {why}" in text
    assert f"demo-gpt-oss holds 12 streams; 13 failed: {why}" in text
    assert concurrency.finding(searches(pair)) == (
        "demo-llama holds the most: 23 streams against 12 streams for demo-gpt-oss"
    )


def test_the_path_draws_every_probe_at_its_level_with_its_word(pair: Report) -> None:
    records = drawn(concurrency.path(pair))
    marks = sorted(r["x"] for r in records if "tip" in r and "x2" not in r)
    rows = pair.rows("SELECT level FROM probes ORDER BY level")
    assert marks == [row["level"] for row in rows]
    words = [str(r["label"]) for r in records if "label" in r]
    assert {"32 failed", "hold: 23 passed", "hold: 12 passed"} <= set(words)


def test_the_table_of_probes_has_a_row_for_each(pair: Report) -> None:
    shown = concurrency.probe_table(pair)
    assert shown is not None
    keys = re.findall(r'data-row="probe/([^"]+)"', shown.text)
    rows = pair.rows("SELECT candidate || '/' || probe_no AS probe FROM probes")
    assert sorted(keys) == sorted(str(row["probe"]) for row in rows)


def test_the_hold_shows_its_requests_and_their_trend(pair: Report) -> None:
    records = [r for r in drawn(hold.hold(pair)) if r["plot"] == 0]
    # Three marks: the dots, the limit, and the trend's line (drawn twice, for its halo).
    limits = [r["y"] for r in records if "x" not in r]
    assert limits == [SLO["ttft_p95_ms"]]
    ends = records[-2:]
    slope = (ends[1]["y"] - ends[0]["y"]) / (ends[1]["x"] - ends[0]["x"])
    assert slope == pytest.approx(0.8)
    dots = [r for r in records if "x" in r][:-4]
    search = searches(pair)[0]
    assert search.hold is not None
    every = -(-search.hold.requests // 400)
    assert len(dots) == -(-search.hold.requests // every)
    # Exact truth: TTFT grows from 174 ms along the trend itself.
    for dot in dots:
        assert dot["y"] == pytest.approx(174 + 0.8 * dot["x"], abs=0.01)


def test_the_trend_of_a_hold_is_told_with_its_interval() -> None:
    slow = replace(
        probe(0, "hold", 4, "passed"), ttft_trend_ms_per_s=0.2, ttft_trend_lo_ms_per_s=-0.1
    )
    told = hold._trends([("a", replace(slow, ttft_trend_hi_ms_per_s=0.5)), ("b", slow)])
    assert told.replace("\u00a0", " ") == (
        "TTFT over the hold moves by +0.200 ms/s (\u22120.100 to +0.500) for a "
        "and +0.200 ms/s for b "
        "(95 % intervals)"
    )
    old = replace(slow, ttft_trend_lo_ms_per_s=None)
    assert hold._trends([("a", old)]).endswith("moves by +0.200\u00a0ms/s for a")
    assert hold._trends([("a", probe(0, "hold", 4, "passed"))]) == "TTFT over the hold"


def test_energy_is_power_by_output_with_the_idle_apart(pair: Report) -> None:
    figures = cells(energy.level_table(pair))["energy/demo-llama/closed/16"]
    # 300 W by 3,413 tokens/s; 60 W at rest.
    value, lo, hi = figures["energy_j_per_output_token"]
    assert value == pytest.approx(300 * 0.3 / (16 * 64), rel=0.01)
    assert lo is not None
    assert hi is not None
    assert lo <= value <= hi < 1.01 * lo
    assert figures["power_w"] == [pytest.approx(300)]
    assert figures["idle_power_w"] == [60.0]
    shown = [r["y"] for r in drawn(energy.per_token(pair)) if "demo-llama, 16" in str(r.get("tip"))]
    above, whole = sorted(shown)
    assert above / whole == pytest.approx(1 - 60 / 300, rel=0.01)


def test_many_candidates_get_a_small_plot_each(ten: Report) -> None:
    sections = (throughput.output, throughput.goodput, throughput.curve, rates.rates, hold.hold)
    for section in sections:
        shown = section(ten)
        assert shown is not None
        assert shown.text.count('class="chart-plot"') == 10, section
    assert energy.heading(ten) is None
    assert energy.per_token(ten) is None
    assert energy.level_table(ten) is None


def test_few_candidates_have_goodput_beside_output(pair: Report) -> None:
    assert throughput.goodput(pair) is None
    assert throughput.output(pair).text.count('class="chart-plot"') == 2  # type: ignore[union-attr]


def test_without_the_stages_nothing_is_shown(databases: Callable[[str], Path]) -> None:
    report = open_report(databases("pair"))
    sections: tuple[Callable[[Report], object], ...] = (
        throughput.heading,
        throughput.output,
        throughput.goodput,
        throughput.curve,
        throughput.level_table,
        rates.rates,
        rates.rate_table,
        concurrency.heading,
        concurrency.answers,
        concurrency.path,
        concurrency.probe_table,
        hold.hold,
        energy.heading,
        energy.per_token,
        energy.level_table,
    )
    assert [section(report) for section in sections] == [None] * len(sections)


def probe(number: int, kind: str, level: int, verdict: str) -> Probe:
    return Probe(
        number=number,
        kind=kind,
        level=level,
        verdict=verdict,
        reason="because",
        requests=10,
        start_no=0,
        begin_ns=0,
        end_ns=1,
        ttft_p95_ms=None,
        itl_p95_ms=None,
        error_rate=None,
        ttft_trend_ms_per_s=None,
    )


def search(who: str, *probes: tuple[str, int, str]) -> Search:
    made = tuple(probe(number, *each) for number, each in enumerate(probes))
    return Search(candidate=who, probes=made)


def test_a_hold_that_failed_is_no_answer() -> None:
    found = search("a", ("step", 8, "passed"), ("hold", 8, "failed"), ("hold", 7, "passed"))
    assert found.hold is not None
    assert found.failing is not None
    assert (found.hold.level, found.failing.level) == (7, 8)


def test_a_lead_needs_a_level_that_the_other_failed() -> None:
    a = search("a", ("step", 16, "failed"), ("hold", 12, "passed"))
    b = search("b", ("step", 15, "failed"), ("hold", 14, "passed"))
    # b held 14, a failed only at 16: what a does at 14 was not seen.
    assert concurrency.finding([a, b]) == (
        "b and a cannot be told apart within the search's steps: 14 streams and 12 streams"
    )
    surely = search("b", ("step", 17, "failed"), ("hold", 16, "passed"))
    assert concurrency.finding([a, surely]).startswith("b holds the most: 16 streams against 12")


def test_nothing_held_and_everything_held() -> None:
    none = search("a", ("step", 1, "failed"))
    most = search("b", ("step", 64, "passed"), ("hold", 64, "passed"))
    assert concurrency.finding([none]) == "No candidate holds a single stream"
    assert concurrency.finding([none, most]) == "Only b holds: at least 64 streams"


def test_labels_keep_clear_of_each_other_and_of_the_edge() -> None:
    labels = [Label("64", 0.5, 0.5), Label("64", 0.5, 0.5), Label("a-name", 0.99, 0.5, needed=True)]
    first, second, name = place(labels, [(0.5, 0.5)], widths=(300.0,), height=200)
    assert None not in (first, second)
    assert first != second
    assert name is not None
    assert name.align == "right"


def test_a_label_without_room_is_left_out_unless_it_is_needed() -> None:
    crowd = [(x / 50, y / 50) for x in range(51) for y in range(51)]
    labels = [Label("64", 0.5, 0.5), Label("a-name", 0.5, 0.5, needed=True)]
    label, name = place(labels, crowd, widths=(300.0,), height=200)
    assert label is None
    assert name is not None


def test_an_axis_is_logarithmic_only_where_values_span_widely() -> None:
    assert axis_over("x", [50, 2000], zero=False).told == "x, logarithmic axis"
    assert axis_over("x", [50, 2000]).low == 0
    assert axis_over("x", [50, 90], zero=False).low == 0
    levels_ = levels_axis("streams", [1, 64])
    assert levels_.told == "streams, log2 axis"
    assert levels_.share(8) == pytest.approx(0.5)


@pytest.fixture(scope="module")
def page(pair: Report, tmp_path_factory: pytest.TempPathFactory) -> str:
    (_, name, _), *_ = pair.connection.execute("PRAGMA database_list").fetchall()
    file = pair.connection.execute(
        "SELECT path FROM duckdb_databases() WHERE database_name = ?", [name]
    ).fetchall()[0][0]
    out = tmp_path_factory.mktemp("page") / "report.html"
    render_report(ROOT / "reports", Path(file), out, renderer="bakeoff")
    return out.read_text(encoding="utf-8")


def test_the_page_has_the_sections_and_no_empty_figure(page: str) -> None:
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    wanted = {"sec-throughput", "sec-concurrency", "sec-energy", "fig-throughput", "fig-curve"}
    wanted |= {"fig-rates", "tbl-rates", "fig-search", "fig-hold", "fig-energy", "tbl-energy"}
    assert wanted <= set(ids)
    # Two candidates have their goodput beside the output: that cell shows nothing.
    assert "fig-goodput" not in ids
    assert page.index('id="fig-e2e"') < page.index('id="sec-throughput"')
    assert re.search(r'href="#sec-throughput"', page)


def test_a_page_without_load_has_no_trace_of_the_sections(pages: Callable[[str], Path]) -> None:
    html = pages("pair").read_text(encoding="utf-8")
    for trace in ("sec-throughput", "sec-concurrency", "sec-energy", "fig-curve", "fig-hold"):
        assert trace not in html
