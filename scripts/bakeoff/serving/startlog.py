"""The phases of a server's start, and the figures that its log gives.

The phases lie side by side from the start of the process to its first token. A line that
logs a duration places its phase before itself; a line without one explains everything
since the line before it. Where a phase lies inside a longer one (graph capturing inside
the engine's initialisation), the inner one takes its time out of the outer one, whose
earlier part is called ``<outer>:before_<inner>``. What no line explains is called
``unexplained:<the phase that follows>``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bakeoff.engines.base import Engine, PhaseMark
from bakeoff.serving.stamps import LogLine

#: Gaps shorter than this come from rounding in the logged durations; they join what follows.
_ROUNDING_NS = 10_000_000


@dataclass(frozen=True)
class Phase:
    """A stretch of a start.

    Attributes:
        name: As in ``startups.phase``.
        begin_ns: Its begin, on the monotonic clock.
        end_ns: Its end; None if the start failed before.
    """

    name: str
    begin_ns: int
    end_ns: int | None


@dataclass(frozen=True)
class _Span:
    """A phase as the log tells it: spans may overlap. ``begin_ns`` None: since the last one."""

    name: str
    begin_ns: int | None
    end_ns: int


def phases(
    engine: Engine,
    lines: Sequence[LogLine],
    *,
    started_ns: int,
    ready_ns: int | None,
    first_token_ns: int | None,
) -> list[Phase]:
    """Return the phases of one start, side by side, and then ``total``.

    Args:
        engine: Whose log it is.
        lines: The start's part of the log.
        started_ns: When the process was started.
        ready_ns: When the health check first answered 200, which ends ``http_ready``; None
            if it never did.
        first_token_ns: First token of the first request, which ends ``first_token``; None if
            there was none.
    """
    until_ns = None if ready_ns is None else ready_ns - started_ns
    spans = [_shifted(span, started_ns) for span in _spans(engine, lines, until_ns)]
    if ready_ns is not None:
        explained = any(span.name == "http_ready" for span in spans)
        spans = [span for span in spans if span.name != "http_ready"]
        spans.append(_Span("http_ready", None if explained else ready_ns, ready_ns))
    else:
        spans = [span for span in spans if span.name != "http_ready"]
    if first_token_ns is not None:
        spans.append(_Span("first_token", None, first_token_ns))
    found = _side_by_side(spans, started_ns)
    if first_token_ns is None:
        begin_ns = spans[-1].end_ns if spans else started_ns
        unreached = "first_token" if ready_ns is not None else "unexplained:http_ready"
        found.append(Phase(unreached, begin_ns, None))
    return [*found, Phase("total", started_ns, first_token_ns)]


def facts(engine: Engine, lines: Sequence[LogLine]) -> dict[str, float | str]:
    """Return the figures of the engine's log: numbers as such, anything else as text."""
    found: dict[str, float | str] = {}
    for name, pattern in engine.log_facts.items():
        for match in filter(None, (re.search(pattern, line.text) for line in lines)):
            found[name] = _number(match["value"])
    return found


def _number(text: str) -> float | str:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return text


def _spans(engine: Engine, lines: Sequence[LogLine], until_ns: int | None) -> list[_Span]:
    """Return what the log tells before the server was ready, in the order of the ends."""
    early = [line for line in lines if until_ns is None or line.t_ns <= until_ns]
    spans = [span for mark in engine.phase_marks if (span := _span(mark, early)) is not None]
    return sorted(spans, key=lambda span: span.end_ns)


def _span(mark: PhaseMark, lines: Sequence[LogLine]) -> _Span | None:
    """Return the span of a phase; several workers log one line each, the phase spans them all."""
    hits = [(line.t_ns, match) for line in lines if (match := re.search(mark.pattern, line.text))]
    if not hits:
        return None
    begins = [
        t_ns - round(float(match["seconds"]) * 1e9)
        for t_ns, match in hits
        if "seconds" in match.re.groupindex
    ]
    return _Span(mark.phase, min(begins) if begins else None, max(t_ns for t_ns, _ in hits))


def _shifted(span: _Span, by_ns: int) -> _Span:
    begin_ns = None if span.begin_ns is None else span.begin_ns + by_ns
    return replace(span, begin_ns=begin_ns, end_ns=span.end_ns + by_ns)


def _side_by_side(spans: Sequence[_Span], started_ns: int) -> list[Phase]:
    """Return the spans, given in the order of their ends, without overlaps and gaps."""
    whole: list[Phase] = []
    before_ns = started_ns
    for span in spans:
        begin_ns = before_ns if span.begin_ns is None else max(started_ns, span.begin_ns)
        if 0 < begin_ns - before_ns < _ROUNDING_NS:
            begin_ns = before_ns
        whole.append(Phase(span.name, min(begin_ns, span.end_ns), span.end_ns))
        before_ns = span.end_ns
    cuts = sorted({started_ns, *(p.begin_ns for p in whole), *(p.end_ns or 0 for p in whole)})
    pieces: list[Phase] = []
    for begin_ns, end_ns in pairwise(cuts):
        name = _owner(whole, begin_ns, end_ns)
        if pieces and pieces[-1].name == name:
            pieces[-1] = replace(pieces[-1], end_ns=end_ns)
        else:
            pieces.append(Phase(name, begin_ns, end_ns))
    empty = [phase for phase in whole if phase.begin_ns == phase.end_ns]
    return sorted([*_named(pieces), *empty], key=lambda phase: (phase.end_ns, phase.begin_ns))


def _owner(whole: Sequence[Phase], begin_ns: int, end_ns: int) -> str:
    """Return the phase that a stretch belongs to: of those that cover it, the first to end."""
    for phase in whole:
        if phase.begin_ns <= begin_ns and phase.end_ns is not None and end_ns <= phase.end_ns:
            return phase.name
    following = [phase for phase in whole if phase.begin_ns >= end_ns]
    nearest = min(following, key=lambda phase: (phase.begin_ns, phase.end_ns))
    return f"unexplained:{nearest.name}"


def _named(pieces: Sequence[Phase]) -> list[Phase]:
    """Return the pieces with a name each of its own: the last of a phase keeps the name."""
    named = []
    for number, piece in enumerate(pieces):
        if any(later.name == piece.name for later in pieces[number + 1 :]):
            named.append(replace(piece, name=f"{piece.name}:before_{pieces[number + 1].name}"))
        else:
            named.append(piece)
    return named
