"""Metrics of what a right answer takes: seconds, tokens, joules and dollars."""

from dataclasses import dataclass, replace
from functools import partial

from bakeoff.metrics import throughput
from bakeoff.metrics.base import Figure, Metric, Source
from bakeoff.quality.statistics.answers import GRADED, Who, suites
from bakeoff.quality.statistics.perright import ratio, taken
from bakeoff.quality.statistics.reasoning import reasoning_share

_STAGE = "quality"
_NO_PRICE = "no price is configured"
_NO_GPU = "the candidate occupies no GPU, and only GPUs have a price"


def _per_right(amount: str, missing: str, source: Source) -> Figure:
    """Return a column of ``answer_outcomes``, summed, by the right ones; NULL means missing."""
    if reason := source.unmeasured.get(_STAGE):
        return Figure(notes=(reason,))
    whos = _graded(source)
    if not whos:
        return Figure(notes=(f"no suite of kind {' or '.join(GRADED)} was asked for",))
    figure = ratio(taken(whos, amount))
    notes = [*figure.notes, *(f"{who.suite}: {note}" for who in whos for note in who.ungraded())]
    graded = _graded_answers(source)
    if figure.n < graded:
        notes.append(f"{graded - figure.n} of {graded} graded answers are left out: {missing}")
    return replace(figure, notes=tuple(notes))


def _graded(source: Source) -> list[Who]:
    names = suites(source.connection, GRADED)
    return [Who(source.connection, source.candidate, suite) for suite in names]


def _graded_answers(source: Source) -> int:
    row = source.connection.execute(
        "SELECT count(*) FROM answer_outcomes WHERE candidate = ? AND correct IS NOT NULL "
        "AND list_contains(?, kind)",
        [source.candidate, list(GRADED)],
    ).fetchone()
    return int(row[0]) if row else 0


_seconds = partial(_per_right, "e2e_s", "their requests have no times")


def _tokens(source: Source) -> Figure:
    figure = _per_right("completion_tokens", "the server tells no token counts", source)
    share = reasoning_share(_graded(source)).value
    if figure.value is None or share is None:
        return figure
    return replace(figure, notes=(f"{share:.0%} of the tokens are reasoning", *figure.notes))


@dataclass(frozen=True)
class _Windows:
    """The generation windows of a candidate, summed."""

    windows: int
    counted: int
    streams: float
    window_s: float
    in_flight_s: float
    gpus: int
    source: str | None
    energy_j: float | None
    idle_j: float | None


def _windows(source: Source, *, with_energy: bool) -> _Windows | None:
    """Return the windows; where energy is asked for, sums of those that have it."""
    where = "energy_j IS NOT NULL" if with_energy else "true"
    row = source.connection.execute(
        f"SELECT count(*), count(*) FILTER ({where}), max(streams), "  # noqa: S608 -- our own words
        f"sum(window_s) FILTER ({where}), sum(in_flight_s) FILTER ({where}), any_value(gpus), "
        f"any_value(source), sum(energy_j), CASE WHEN count(idle_j) = count(energy_j) "
        "THEN sum(idle_j) END FROM generation_windows WHERE candidate = ?",
        [source.candidate],
    ).fetchone()
    return _Windows(*row) if row and row[1] and row[4] else None


def _scaled(seconds: Figure, per_second: float, notes: tuple[str, ...]) -> Figure:
    """Return what a right answer takes, from its seconds in flight and what one of them takes."""
    return Figure(
        None if seconds.value is None else seconds.value * per_second,
        None if seconds.lo is None else seconds.lo * per_second,
        None if seconds.hi is None else seconds.hi * per_second,
        seconds.n,
        (*notes, *seconds.notes),
    )


def _shared(found: _Windows) -> str:
    """Return how many answers shared the server."""
    streams = "stream" if found.streams == 1 else "streams"
    return (
        f"at {found.streams:g} {streams}, {found.in_flight_s / found.window_s:.2g} answers in "
        "flight on average"
    )


def _energy(source: Source) -> Figure:
    seconds = _seconds(source)
    if seconds.value is None:
        return seconds
    found = _windows(source, with_energy=True)
    if found is None or found.energy_j is None:
        return Figure(notes=("not measured: no energy counter over the generation",))
    notes = [_shared(found)]
    if found.source == "rapl":
        notes.append("processor packages only (RAPL): no GPU")
    if found.idle_j is None:
        notes.append("idle power was not measured")
    elif found.energy_j:
        notes.append(f"idle alone would have taken {found.idle_j / found.energy_j:.0%} of it")
    if found.counted < found.windows:
        notes.append(f"energy of {found.counted} of {found.windows} server starts only")
    return _scaled(seconds, found.energy_j / found.in_flight_s, tuple(notes))


def _dollars(source: Source) -> Figure:
    seconds = _seconds(source)
    if seconds.value is None:
        return seconds
    found = _windows(source, with_energy=False)
    if found is None:
        return Figure(notes=("no generation window was measured",))
    per_hour = _usd_per_hour(source)
    if isinstance(per_hour, str):
        return Figure(notes=(per_hour,))
    per_second = found.window_s / found.in_flight_s * per_hour / 3600
    return _scaled(seconds, per_second, (_shared(found),))


def _dollars_by_rate(metric: str, number: float, source: Source) -> Figure:
    """Return what a number of things costs, given the metric of how many a second there are."""
    per_hour = _usd_per_hour(source)
    rate = next(m for m in throughput.METRICS if m.id == metric).measure(source)
    if rate.value is None:
        return rate
    if isinstance(per_hour, str):
        return Figure(notes=(per_hour,))
    if not rate.value:
        return Figure(notes=rate.notes)
    cost = per_hour / 3600 * number
    return replace(
        rate,
        value=cost / rate.value,
        lo=cost / rate.hi if rate.hi else None,
        hi=cost / rate.lo if rate.lo else None,
    )


_dollars_per_token = partial(_dollars_by_rate, "throughput_tokens_per_s", 1e6)
_dollars_per_request = partial(_dollars_by_rate, "throughput_requests_per_s", 1.0)


def _usd_per_hour(source: Source) -> float | str:
    """Return what the candidate's GPUs cost, or why that is not known."""
    price = source.connection.execute("SELECT gpu_hour_usd FROM prices").fetchone()
    if price is None:
        return _NO_PRICE
    row = source.connection.execute(
        "SELECT gpus FROM candidates WHERE candidate = ?", [source.candidate]
    ).fetchone()
    gpus = int(row[0]) if row else 0
    return gpus * float(price[0]) if gpus else _NO_GPU


_ANSWERS = (
    "All answers of the suites of kinds math and code that have a grade, right or wrong, pay for "
    "those that are right; with none right there is no figure. The interval is Student's t over "
    "the templates of each suite, on the log scale, never narrower than the number of right "
    "answers allows. n counts graded answers."
)
_PART = (
    "An answer's part of the generation is its share of the time that all requests were in flight: "
    "answers that shared the server share what it took, so the figure holds for that many streams. "
)

METRICS = (
    Metric(
        id="seconds_per_correct",
        label="Time per right answer",
        unit="s",
        direction="lower",
        stage=_STAGE,
        formula="Response times (last token minus send time) of graded answers, summed, divided "
        f"by the right ones. {_ANSWERS}",
        measure=_seconds,
    ),
    Metric(
        id="tokens_per_correct",
        label="Output tokens per right answer",
        unit="tokens",
        direction="lower",
        stage=_STAGE,
        formula="Completion tokens of graded answers, reasoning included, summed, divided by the "
        f"right ones; the note tells the reasoning's share. {_ANSWERS}",
        measure=_tokens,
    ),
    Metric(
        id="energy_j_per_correct",
        label="Energy per right answer",
        unit="J",
        direction="lower",
        stage=_STAGE,
        formula="The difference of the energy counter over the generation, idle included, as for "
        "the energy per request; the graded answers' part of it, divided by the right ones. "
        f"{_PART}{_ANSWERS}",
        measure=_energy,
    ),
    Metric(
        id="usd_per_correct",
        label="Cost per right answer",
        unit="USD",
        direction="lower",
        stage=_STAGE,
        formula="Wall time of the generation × GPUs of the candidate × price of a GPU hour; the "
        f"graded answers' part of it, divided by the right ones. {_PART}{_ANSWERS}",
        measure=_dollars,
    ),
    Metric(
        id="usd_per_request",
        label="Cost per request",
        unit="USD",
        direction="lower",
        stage="throughput",
        formula="GPUs of the candidate × price of a GPU hour, divided by the requests that are "
        "answered in an hour at the closed-loop level where most are answered; the interval is "
        "that of the request throughput. n counts the requests that were answered in the window.",
        measure=_dollars_per_request,
    ),
    Metric(
        id="usd_per_million_output_tokens",
        label="Cost per million output tokens",
        unit="USD",
        direction="lower",
        stage="throughput",
        formula="GPUs of the candidate × price of a GPU hour, divided by the output tokens of an "
        "hour at the closed-loop level where output throughput is highest, times a million; the "
        "interval is that of the throughput. n counts the requests that were answered in the "
        "window.",
        measure=_dollars_per_token,
    ),
)
