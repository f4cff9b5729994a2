"""Start-up and memory: how long until a server answers, and what it occupies."""

from __future__ import annotations

from statistics import median

from bakeoff.language import marked, phrase, phrases
from bakeoff.report import lanes
from bakeoff.report.charts import Caption, figure, legend
from bakeoff.report.data import Report, Row
from bakeoff.report.findings import Words, finding, value
from bakeoff.report.html import NOTHING, Content, Html, Table, folded, paragraph, table
from bakeoff.report.numbers import NOT_MEASURED, plain
from bakeoff.report.parts import named

READY = Words(
    marked("start-up time"),
    marked("{best} is ready sooner than {other}"),
    marked("{best} is ready soonest"),
)
#: Phases that engines name, as the page calls them (marked): what is done when each ends.
PHASES = {
    "imports": marked("modules imported"),
    "engine_process": marked("engine process started"),
    "model_init": marked("model initialised"),
    "weights": marked("weights loaded"),
    "weights_processing": marked("weights processed"),
    "engine_init": marked("engine initialised"),
    "graphs": marked("graphs captured"),
    "http_ready": marked("HTTP ready"),
    "first_token": marked("first token"),
}
UNEXPLAINED = marked("not explained by the log")
#: States of the page cache, marked.
STATES = {"cold": marked("cold"), "warm": marked("warm"), "as_found": marked("as found")}
STATES_EXPLAINED = marked(
    "Cold: the weights were evicted from the page cache before the start. Warm: they were "
    "read just before. The starts of all stages are shown; those of other stages than start-up are "
    "named, and are cold starts."
)
_BAR, _GAP = 15, 5
_SHOWN_STARTS = 8


def phases(report: Report) -> Html:
    """Return the chart of all starts, phase by phase on one time axis."""
    starts = _starts(report)
    if not starts:
        return paragraph(phrase("No server start was measured."), "note")
    bar, gap = (_BAR, _GAP) if len(report.candidates) <= 4 else (_BAR - 5, _GAP - 2)
    longest = max(float(str(row["end_s"])) for rows in starts.values() for row in rows)
    axis = lanes.Axis(phrase("seconds since the server's process began"), 0, longest * 1.33)
    lanes_, bars, labels = [], [], []
    for candidate in report.candidates:
        own = [rows for (who, *_), rows in starts.items() if who == candidate]
        lanes_.append(_start_lane(report, candidate, len(own) * (bar + gap)))
    kinds = _kinds(starts)
    for candidate, top in zip(report.candidates, lanes.tops(lanes_), strict=True):
        own = [rows for (who, *_), rows in starts.items() if who == candidate]
        for place, rows in enumerate(own):
            y = top + place * (bar + gap)
            bars += [_segment(row, y, y + bar, kinds) for row in rows]
            labels.append(_start_label(rows, y + bar / 2))
    caption = Caption(
        finding(report, "startup_ready_s", READY),
        phrases(
            "{n} server start, split into the phases that the engine's log tells. After each bar: "
            "time to the first token. At the right: mean time until ready, with the weights not in "
            "memory where that was measured.",
            "{n} server starts, split into the phases that the engine's log tells. After each bar: "
            "time to the first token. At the right: mean time until ready, with the weights not in "
            "memory where that was measured.",
            len(starts),
        ),
        legend([(_swatch(kind, kinds), _phase(kind)) for kind in kinds]),
    )
    layers = [lanes.bars(bars), lanes.labels(labels)]
    return figure("startup", lanes.chart(lanes_, axis, layers), caption)


def states(report: Report) -> Html:
    """Return what the states of the page cache mean."""
    del report
    return paragraph(phrase(STATES_EXPLAINED), "note")


def _starts(report: Report) -> dict[tuple[str, str, int], list[Row]]:
    """Return the phases of each start that succeeded, at most a few starts per candidate."""
    rows = report.rows(
        """
        SELECT candidate, stage, start_no, page_cache, phase, begin_s, end_s
        FROM start_phases
        WHERE phase <> 'total' AND end_s IS NOT NULL AND status = 'ok'
        ORDER BY candidate, stage <> 'startup', stage, page_cache, start_no, begin_s
        """
    )
    held: dict[tuple[str, str, int], list[Row]] = {}
    shown: dict[str, set[tuple[str, int]]] = {}
    for row in rows:
        candidate, start = str(row["candidate"]), (str(row["stage"]), int(str(row["start_no"])))
        seen = shown.setdefault(candidate, set())
        if start in seen or len(seen) < _SHOWN_STARTS:
            seen.add(start)
            held.setdefault((candidate, *start), []).append(row)
    return held


def _kinds(starts: dict[tuple[str, str, int], list[Row]]) -> list[str]:
    """Return the kinds of phases in the order in which they begin."""
    begins: dict[str, list[float]] = {}
    for rows in starts.values():
        for row in rows:
            begins.setdefault(_kind(row), []).append(float(str(row["begin_s"])))
    explained = [kind for kind in begins if kind != UNEXPLAINED]
    explained.sort(key=lambda kind: median(begins[kind]))
    return [*explained, *([UNEXPLAINED] if UNEXPLAINED in begins else [])]


def _kind(row: Row) -> str:
    phase = str(row["phase"])
    return UNEXPLAINED if phase.startswith("unexplained:") else phase


def _swatch(kind: str, kinds: list[str]) -> str:
    return "phase-none" if kind == UNEXPLAINED else f"phase-{kinds.index(kind) % 9}"


def _start_lane(report: Report, candidate: str, height: float) -> lanes.Lane:
    ready = report.figure(candidate, "startup_ready_s")
    told = phrase(NOT_MEASURED)
    if ready.value is not None:
        told = phrase("ready after {time}", time=value(report, ready))
    return lanes.Lane(candidate, report.colour(candidate), told, height + 10)


def _segment(row: Row, y: float, y2: float, kinds: list[str]) -> dict[str, object]:
    begin, end = float(str(row["begin_s"])), float(str(row["end_s"]))
    kind = _kind(row)
    return {
        "x": round(begin, 4),
        "x2": round(end, 4),
        "y": y,
        "y2": y2,
        "fill": f"var(--{_swatch(kind, kinds)})",
        "opacity": 1,
        "tip": phrase(
            "{phase}: {duration} s ({begin} to {end} s)",
            phase=_phase_name(str(row["phase"])),
            duration=plain(end - begin),
            begin=plain(begin),
            end=plain(end),
        ),
    }


def _start_label(rows: list[Row], y: float) -> dict[str, object]:
    end = float(str(rows[-1]["end_s"]))
    told = {"state": _state(rows[0]), "duration": plain(end)}
    stage = str(rows[0]["stage"])
    text = phrase("{state} {duration} s", **told)
    if stage != "startup":
        text = phrase("{state}, {stage} {duration} s", stage=stage, **told)
    return {"x": round(end, 4), "y": y, "label": text, "fill": "var(--muted)"}


def phase_table(report: Report) -> Html:
    """Return the mean duration of each phase by candidate and state of the page cache."""
    rows = report.rows(
        """
        SELECT candidate, page_cache, phase, avg(duration_s) AS mean_s, count(*) AS starts,
            min(begin_s) AS first_s
        FROM start_phases WHERE status = 'ok' AND duration_s IS NOT NULL
        GROUP BY candidate, page_cache, phase
        ORDER BY candidate, page_cache, phase = 'total', first_s
        """
    )
    shown: list[list[Content]] = [
        [
            named(report, str(row["candidate"])),
            _state(row),
            _phase_name(str(row["phase"])),
            f"{float(str(row['mean_s'])):.2f}\u00a0s",
            f"{row['starts']}",
        ]
        for row in sorted(rows, key=lambda row: report.candidates.index(str(row["candidate"])))
    ]
    head = [
        phrase("candidate"),
        phrase("page cache"),
        phrase("phase"),
        phrase("mean"),
        phrase("starts"),
    ]
    inner = table(Table(head, shown, frozenset({3, 4}), "tall"))
    return folded(phrase("Mean duration of each phase"), inner) if shown else NOTHING


def _state(row: Row) -> str:
    return phrase(STATES.get(str(row["page_cache"]), str(row["page_cache"])))


def _phase(kind: str) -> str:
    return phrase(PHASES.get(kind, kind))


def _phase_name(phase: str) -> str:
    if phase == "total":
        return phrase("total")
    before = phase.removeprefix("unexplained:")
    name = _phase(before)
    if before == phase:
        return name
    return phrase("not explained by the log, before {phase}", phase=name)
