"""The table of agreement, for people."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bakeoff.crosscheck.agreement import COARSE, MARGIN
from bakeoff.crosscheck.quantities import TTFT_MARGIN_MS
from bakeoff.crosscheck.theirs import NAME
from bakeoff.report.numbers import NOT_MEASURED, percent, plain

Record = Mapping[str, Any]
_HEAD = ("", "ours", f"`{NAME}`", "theirs − ours", "margin", "verdict", "why", "n")
_TURNS = (
    *("round", "client", "requests", "failed", "tokens in", "tokens out", "events"),
    "prefix-cache hits",
    "server waited for a CPU",
)
_METHOD = f"""\
# Crosscheck

The same workload from two clients, in turns, on one live server: ours and `{NAME}`, which runs
from the engine's own environment. Every interval is a 95 % interval with rounds as clusters. The
difference is paired within rounds: the mean of the rounds' differences, with Student's t over them.

- **agree**: the difference is below the margin, or its interval holds 0.
- **disagree**: its interval leaves out 0 and it is above the margin.
- **undecided**: the rounds are too far apart to say (an interval that reaches further than
  {COARSE:g} margins to either side), or there are too few.

The margin is {100 * MARGIN:g} % of our figure, for TTFT at least {TTFT_MARGIN_MS:g} ms.

What the two define differently, and what was done about it:

- **TTFT**: ours ends with the first event that carries a token, theirs with the first event that
  has a choice, empty or not. Both send `return_token_ids` and `continuous_usage_stats`, with which
  vLLM sends no such event without a token.
- **TTFT**: theirs begins before the request is built and ends after the event was parsed; ours
  begins when the bytes are handed to the socket and ends when they arrive. This is not corrected;
  the least margin allows for it.
- **TPOT**: (last token − first token) / (completion tokens − 1) on both sides, tokens from the
  server's usage. Their last token is the first one plus the sum of their gaps.
- **Throughput**: output tokens of the measured requests / (last token − first sending), computed
  from the requests of both. The figure that `{NAME}` prints counts warm-up and its own overhead.
- **Workload**: text prompts of the completions endpoint on both sides, each sent once, with the
  same request fields. The first requests of each turn are warm-up and not counted (theirs open a
  connection), nor is a whole turn of ours before the first. `{NAME}` runs without a ready check
  and a warm-up of its own, which would send the first prompt twice; its dataset is
  `prefix_repetition` with one prompt to a prefix, since `random` repeats prompts.

Tokens and events are those of one answer. vLLM puts several tokens into one event for a client that
is slow to read, which spares the server work: a client with fewer events can see a lower TPOT.

Where the server waited for a CPU for more than a few per cent of the time that it wanted one, other
processes were in the way: run the crosscheck again on a quiet machine before believing a verdict.
"""


def page(records: Sequence[Record]) -> str:
    """Return the whole page as Markdown.

    Args:
        records: What was found of each candidate, as ``run_crosscheck`` writes it.
    """
    return "\n".join([_METHOD, *(line for record in records for line in _section(record))])


def _section(record: Record) -> Iterator[str]:
    """Yield the lines of one candidate."""
    settings, workload = record["settings"], record["workload"]
    yield f"## {record['candidate']}"
    yield ""
    if record["status"] != "ok":
        yield f"Failed: {record['error']}"
        yield ""
    yield (
        f"vLLM {record['engine_version']}; {_count(settings['rounds'], 'round')} of "
        f"{_count(settings['requests'], 'request')} from each client after {settings['warmup']} of "
        f"warm-up, {_count(settings['streams'], 'stream')}; asked for {workload['input_tokens']} "
        f"tokens in, {workload['output_tokens']} out."
    )
    yield ""
    yield from _rows(_HEAD, [_cells(row) for row in record["agreement"]])
    yield ""
    yield from _rows(_TURNS, [_turn(turn) for turn in record["turns"]])
    yield ""
    for note in record["notes"]:
        yield f"- {note}"
    yield ""


def _cells(row: Record) -> list[str]:
    """Return the cells of one quantity."""
    ours, theirs, difference = row["ours"], row["theirs"], row["difference"]
    return [
        f"{row['label']} ({row['unit']})",
        _figure(ours),
        _figure(theirs),
        NOT_MEASURED if difference is None else _figure(difference),
        f"± {plain(row['margin'])}",
        f"**{row['verdict']}**",
        row["reason"],
        f"{ours['n']} and {theirs['n']} in {_count(row['rounds'], 'round')}",
    ]


def _figure(figure: Record) -> str:
    """Return a figure with its interval."""
    if figure["value"] is None:
        return NOT_MEASURED
    value = _signed(figure["value"])
    if figure["lo"] is None or figure["hi"] is None:
        return f"{value} (no interval)"
    return f"{value} ({_signed(figure['lo'])} to {_signed(figure['hi'])})"


def _signed(value: float) -> str:
    """Return a number, with a true minus."""
    return f"−{plain(-value)}" if value < 0 else plain(value)


def _turn(turn: Record) -> list[str]:
    """Return the cells of one turn."""
    requests = turn["requests"]
    hits, waited = turn["prefix_hits"], turn["waited"]
    return [
        str(turn["round_no"] + 1),
        turn["client"],
        str(len(requests)),
        str(sum(request["error"] is not None for request in requests)),
        _range([request["prompt_tokens"] for request in requests]),
        _range([request["completion_tokens"] for request in requests]),
        _range([request["events"] for request in requests]),
        NOT_MEASURED if hits is None else f"{hits:g}",
        NOT_MEASURED if waited is None else percent(waited),
    ]


def _range(values: Sequence[int | None]) -> str:
    """Return the least and the largest value that is known."""
    known = [value for value in values if value is not None]
    if not known:
        return NOT_MEASURED
    least, most = min(known), max(known)
    return str(least) if least == most else f"{least} to {most}"


def _rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    for cells in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(cells)} |"


def _count(number: int, noun: str) -> str:
    """Return a count with its noun: ``1 request``, ``2,000 requests``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
