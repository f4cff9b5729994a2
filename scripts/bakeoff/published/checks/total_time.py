"""Response times against the time to the first token and the decode speed."""

from __future__ import annotations

from collections.abc import Iterator

from bakeoff.language import marked
from bakeoff.published.checks.base import Check
from bakeoff.published.finding import Finding, Verdict, amount, cell, worded
from bakeoff.published.load import Study
from bakeoff.published.models import Figure, Published
from bakeoff.published.number import Range
from bakeoff.report.numbers import plain

#: A mean total stands beside a median TTFT: so far they may differ without contradiction.
_TOLERANCE = 0.1
_UNTOLD = marked(
    "A response time can be checked where the decode speed and the length of the answer are told; "
    "one of them is not."
)
_TOO_SHORT = marked(
    "{tokens} tokens after the first one at {speed} take {decoding}, more than the whole answer "
    "is said to take; {told} would need {needed} tokens/s."
)
_ANOTHER = marked(
    "{tokens} tokens after the first one at {speed} take {decoding}, with the time to the first "
    "token {whole}; {told} is more than a tenth away from that."
)
_SUM = marked("{first} to the first token + {tokens} tokens at {speed} ({decoding}) = {whole}.")
_LONG_ENOUGH = marked("{tokens} tokens after the first one at {speed} take {decoding}.")


def _run(study: Study) -> Iterator[Finding]:
    published = study.published
    totals = [f for f in published.figures if f.quantity == "total_time"]
    speeds = [f for f in published.figures if f.quantity == "decode_speed"]
    for total in (f for f in totals if (f.percentile or 0.5) >= 0.5):
        for system in total.values:
            speed = next((f for f in speeds if system in f.values), None)
            yield _finding(published, total, speed, system)


def _finding(published: Published, total: Figure, speed: Figure | None, system: str) -> Finding:
    claim, tokens = cell(published, total, system), published.workload.output_tokens
    if speed is None or tokens is None:
        return Finding(claim=claim, verdict="not checkable", reason=worded(_UNTOLD))
    told = total.values[system].range.times(total.base)
    decoding = Range(tokens - 1, tokens - 1).over(speed.values[system].range)
    first = _first_token(published, system)
    whole = decoding if first is None else decoding + first
    verdict, message = _judged(total, told, decoding, whole)
    reason = worded(
        message,
        tokens=tokens - 1,
        speed=amount(speed, system),
        decoding=_seconds(decoding),
        first=_seconds(whole - decoding if first is None else first),
        whole=_seconds(whole),
        told=amount(total, system),
        needed=plain((tokens - 1) / _decode_share(told, first)),
    )
    return Finding(
        claim=claim,
        verdict=verdict,
        reason=reason,
        value=total.values[system].value,
        expected=whole.middle / total.base,
        unit=total.unit,
    )


def _judged(total: Figure, told: Range, decoding: Range, whole: Range) -> tuple[Verdict, str]:
    """Return the verdict and the message that gives its reason."""
    if told.hi < decoding.lo:
        return "impossible", _TOO_SHORT
    if total.percentile not in {None, 0.5}:
        return "holds", _LONG_ENOUGH  # a slow one may take longer than the typical sum
    if not told.meets(Range(whole.lo * (1 - _TOLERANCE), whole.hi * (1 + _TOLERANCE))):
        return "inconsistent", _ANOTHER
    return "holds", _LONG_ENOUGH if whole == decoding else _SUM


def _seconds(span: Range) -> str:
    return f"{plain(span.middle)} s"


def _first_token(published: Published, system: str) -> Range | None:
    """Return the time to the first token in s: the median, or what there is; None if not told."""
    found = [f for f in published.figures if f.quantity == "ttft" and system in f.values]
    order = {"mean": 0, "P50": 1, "value": 2}
    told = sorted((f for f in found if f.statistic in order), key=lambda f: order[f.statistic])
    return told[0].values[system].range.times(told[0].base) if told else None


def _decode_share(told: Range, first: Range | None) -> float:
    """Return the seconds that are left for decoding in the middle of a told total."""
    left = told.middle - (first.middle if first else 0.0)
    return left if left > 0 else told.middle


CHECK = Check(
    id="total_time",
    label=marked("Response time against its parts"),
    about=marked(
        "A response time cannot be shorter than its tokens take at the decode speed: (tokens - 1) "
        "/ speed. With the time to the first token it should be within a tenth of the sum."
    ),
    position=10,
    run=_run,
)
