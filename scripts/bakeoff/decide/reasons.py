"""Why a verdict is what it is: every message of the decision, in one place.

A reason is a sentence of clauses, joined as notes are, each made from one of the messages below
with the numbers that decide. The report translates them by these messages.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from bakeoff.audits import exclusions
from bakeoff.decide import words
from bakeoff.decide.flips import Flip
from bakeoff.decide.gates import Passage
from bakeoff.decide.needed import Needed
from bakeoff.decide.readings import Reading, Study
from bakeoff.decide.replicates import REPLICATES
from bakeoff.decide.scoring import Scores
from bakeoff.decide.verdicts import Standing
from bakeoff.language import marked

JOINED = "; "
#: How notes begin, or go on, that tell why there is no interval, or an open one.
_WHY = re.compile(r"^no interval\b|\bcannot bound\b|\bto bound\b|^at (?:least|most)\b")

WINS = marked("wins {share} of {n} replicates")
WINS_ALONE = marked("the only one that passes every gate and could be measured")
ONLY_CANDIDATE = marked("the only candidate: there is none to compare it with")
BEATEN = marked("{other} is better in {share} of {n} replicates")
DECIDES = marked(
    "compared with {other}, {metric} decides most: {figure} here, {other_figure} there"
)
TIED = marked(
    "cannot be told apart from {other}: the better one in {share} of {n} replicates, "
    "where {bar} would decide"
)
TOGETHER = marked("surely better than each other one alone, but not than all together")
UNSURE = marked("{metric} leaves most open: {figure} here, {other_figure} there")
NO_INTERVAL = marked("{metric} has no interval on both sides, so that no difference of it counts")
WHY_NO_INTERVAL = marked(
    "{metric} has no interval on both sides, so that no difference of it counts: {reason}"
)
NEEDED = MappingProxyType(
    {
        "server starts": marked(
            "about {n_needed} server starts instead of {n} would decide a difference of this size"
        ),
        "requests": marked(
            "about {n_needed} requests instead of {n} would decide a difference of this size"
        ),
        "questions": marked(
            "about {n_needed} questions instead of {n} would decide a difference of this size"
        ),
        "checks": marked(
            "about {n_needed} checks instead of {n} would decide a difference of this size"
        ),
    }
)
ALIKE = marked("too alike: no number of measurements is known to decide")
SAME = marked("the same in everything that counts here")
EXCLUDED = marked("{metric} is {figure}, the gate asks for {limit}")
CLOSE = marked("that is close: {share} of {n} replicates meet the gate on {metric}")
FAILED = marked("not compared with {other}, which failed")
NOT_COMPARED = marked("not compared with {other}, which lacks {metric}")
MISSING = marked("{metric} was not measured: {reason}")
KEPT_OUT = marked("{metric} is kept out: {reason}")
MISSING_STAGE = marked("{metric} was not measured: stage {name} would measure it")
ZERO = marked("{metric} is 0, and a ratio to 0 is not a number")
NOTHING_LEFT = marked("there is none left to compare it with")
#: Notes of rows of the decision.
NO_RATIO = marked("no ratio: this candidate is not scored")
NO_OTHER_WEIGHT = marked("the only weight: there is no other to shift it to")
NO_FLIP_WEIGHT = marked("no weight of it gives another winner")
NO_FLIP_GATE = marked("no limit gives another winner")
NO_RIVAL = marked("fewer than two candidates are scored")
BY_POINT = marked("by the figures as measured, without their intervals")
BEYOND = marked("just beyond this limit, which the winner still meets")
FLOORED = marked("0 counts as half of one observation: {figure}")


def recommended(study: Study, scores: Scores, found: Standing) -> str:
    """Return why the best is recommended."""
    if found.second is None:
        return ONLY_CANDIDATE if len(study.candidates) == 1 else WINS_ALONE
    wins = WINS.format(share=words.share(found.wins[found.best]), n=f"{REPLICATES:,}")
    return JOINED.join([wins, decides(study, scores, found.best, found.second)])


def not_recommended(study: Study, scores: Scores, found: Standing, place: int) -> str:
    """Return why another one is better."""
    best = scores.candidates[found.best]
    beaten = BEATEN.format(other=best, share=words.share(found.beaten[place]), n=f"{REPLICATES:,}")
    return JOINED.join([beaten, decides(study, scores, place, found.best)])


def decides(study: Study, scores: Scores, place: int, other: int) -> str:
    """Return the metric that tells two places apart, with both figures."""
    metric = deciding(scores, place, other)
    return DECIDES.format(
        other=scores.candidates[other],
        metric=words.label(metric),
        figure=words.figure(study.reading(scores.candidates[place], metric)),
        other_figure=words.figure(study.reading(scores.candidates[other], metric)),
    )


def deciding(scores: Scores, place: int, other: int) -> str:
    """Return the metric that speaks most for the better one of two places."""
    gaps = (scores.point[place] - scores.point[other]) * scores.weights
    ahead = gaps if gaps.sum() >= 0 else -gaps
    return scores.metrics[int(ahead.argmax())]


def tied(study: Study, scores: Scores, found: Standing, place: int, missing: Needed | None) -> str:
    """Return why a place cannot be told apart from the best, or the best from the next.

    Args:
        study: What was measured.
        scores: The scored candidates.
        found: How they stand.
        place: The place that the reason is for.
        missing: What would break the tie; None where nothing is unsure.
    """
    best, other = found.best, rival(found, place)
    against = best if place != best else other
    share = found.beaten[other]
    clauses = [
        TIED.format(
            other=scores.candidates[against],
            share=words.share(share if place == best else 1 - share),
            n=f"{REPLICATES:,}",
            bar=words.share(found.bar),
        )
    ]
    if share >= found.bar:
        clauses.append(TOGETHER)
    if missing is None:
        return JOINED.join([*clauses, SAME])
    one, two = (study.reading(scores.candidates[at], missing.metric) for at in (place, against))
    label = words.label(missing.metric)
    clauses.append(
        UNSURE.format(metric=label, figure=words.figure(one), other_figure=words.figure(two))
    )
    if one.unbounded or two.unbounded:
        clauses.append(_no_interval(label, one if one.unbounded else two))
    elif missing.needed is None:
        clauses.append(ALIKE)
    elif missing.needed > missing.now:
        more = NEEDED[missing.what]
        clauses.append(more.format(n_needed=f"{missing.needed:,}", n=f"{missing.now:,}"))
    return JOINED.join(clauses)


def _no_interval(label: str, reading: Reading) -> str:
    """Return that a figure lacks an interval, with the clause of its note that tells why."""
    told = [part for part in (reading.note or "").split(JOINED) if _WHY.search(part)]
    if not told:
        return NO_INTERVAL.format(metric=label)
    return WHY_NO_INTERVAL.format(metric=label, reason=told[0])


def rival(found: Standing, place: int) -> int:
    """Return whom a tie is with: the nearest of the tied for the best, the best for others."""
    if place != found.best:
        return place
    others = [one for one in found.tied if one != found.best]
    return min(others, key=lambda one: found.beaten[one])


def excluded(passage: Passage) -> str:
    """Return the gate that excludes a candidate, with its figure."""
    reading, gate = passage.reading, passage.gate
    told = EXCLUDED.format(
        metric=words.label(gate.metric),
        figure=words.figure(reading),
        limit=f"{gate.op} {words.limit(reading, gate.value)}",
    )
    return JOINED.join([told, *close(passage)])


def close(passage: Passage) -> list[str]:
    """Return a clause where a gate's side is not sure."""
    if not passage.close or passage.probability is None:
        return []
    share = words.share(passage.probability)
    label = words.label(passage.gate.metric)
    return [CLOSE.format(share=share, n=f"{REPLICATES:,}", metric=label)]


def undecided(lacking: list[Reading]) -> str:
    """Return what a candidate lacks, and where that would come from."""
    return JOINED.join(_lack(reading) for reading in lacking)


def _lack(reading: Reading) -> str:
    label = words.label(reading.metric)
    if reading.value is not None:
        return ZERO.format(metric=label)
    if reading.note:
        # A note's own clauses would read as clauses of the reason.
        reason = reading.note.partition(JOINED)[0]
        audit = reason.removeprefix(f"{exclusions.EXCLUDED}: ")
        message = MISSING if audit == reason else KEPT_OUT
        return message.format(metric=label, reason=audit)
    return MISSING_STAGE.format(metric=label, name=reading.stage)


def why_no_ratio(reading: Reading) -> str:
    """Return why a weighted figure has no ratio: the note of ``scenario_parts``."""
    return NO_RATIO if reading.usable else _lack(reading)


def floored(reading: Reading) -> str | None:
    """Return what a 0 counts as in a ratio; None for any other figure."""
    if reading.value or reading.floor is None:
        return None
    return FLOORED.format(figure=words.limit(reading, reading.floor))


def flip_note(flip: Flip, *, rivals: bool, alone: bool) -> str:
    """Return what limits the statement of a flip, or why there is none.

    Args:
        flip: The flip.
        rivals: Whether more than one candidate is scored.
        alone: Whether the scenario has only one weight.
    """
    if flip.at is not None:
        return JOINED.join([BEYOND, BY_POINT]) if flip.beyond else BY_POINT
    if flip.kind == "gate":
        return NO_FLIP_GATE
    if not rivals:
        return NO_RIVAL
    return NO_OTHER_WEIGHT if alone else NO_FLIP_WEIGHT
