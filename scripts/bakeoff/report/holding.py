"""What a search for the maximum stable concurrency found, in words."""

from __future__ import annotations

from bakeoff.language import marked, phrase, phrases, retold
from bakeoff.report.html import Content, Html, worded
from bakeoff.report.numbers import listed
from bakeoff.report.probes import Search

#: How a probe ended, marked.
WORDS = {"passed": marked("passed"), "failed": marked("failed"), "undecided": marked("not decided")}
_MANY = 4


def outcome(name: Html, search: Search) -> Html:
    """Return one sentence on what a candidate holds, and what failed above it."""
    hold, failing = search.hold, search.failing
    if failing is None and hold is None:
        return worded("{candidate} holds no stream, and none was tried.", candidate=name)
    if failing is None:
        return worded(
            "{candidate} holds at least {streams}, the most that was tried.",
            candidate=name,
            streams=streams(hold.level if hold else 0),
        )
    ended = marked("failed") if failing.verdict == "failed" else marked("was not decided")
    told: dict[str, Content] = {
        "candidate": name,
        "level": str(failing.level),
        "ended": phrase(ended),
        "reason": retold(failing.reason),
    }
    if hold is not None:
        return worded(
            "{candidate} holds {streams}; {level} {ended}: {reason}.",
            streams=streams(hold.level),
            **told,
        )
    if failing.level > 1:
        return worded(
            "{candidate} held none of the levels that were held; the lowest, {level}, {ended}: "
            "{reason}.",
            **told,
        )
    return worded("{candidate} holds no stream; a single one {ended}: {reason}.", **told)


def streams(level: int) -> str:
    """Return a level as a number of streams."""
    return phrases("{n} stream", "{n} streams", level)


def finding(found: list[Search]) -> str:
    """Return who holds more, where one held a level at which the next failed."""
    able = sorted((s for s in found if s.hold), key=lambda s: -s.hold.level if s.hold else 0)
    if not able:
        return phrase("No candidate holds a single stream")
    best = able[0]
    told = {"candidate": best.candidate, "streams": held(best)}
    if len(found) == 1:
        return phrase("{candidate} holds {streams}", **told)
    if len(able) == 1:
        return phrase("Only {candidate} holds: {streams}", **told)
    second = able[1]
    if not _surely_more(best, second):
        return _tied(able)
    told |= {"other": second.candidate, "others": held(second)}
    if len(able) == 2:
        return phrase("{candidate} holds the most: {streams} against {others} for {other}", **told)
    return phrase(
        "{candidate} holds the most: {streams} against {others} for {other}, the next", **told
    )


def _tied(able: list[Search]) -> str:
    best = able[0]
    tied = [search for search in able if search is best or not _surely_more(best, search)]
    if len(tied) > _MANY:
        return phrase(
            "{n} candidates cannot be told apart: {least} to {most}",
            n=len(tied),
            least=held(tied[-1]),
            most=held(best),
        )
    return phrase(
        "{candidates} cannot be told apart within the search's steps: {values}",
        candidates=listed(search.candidate for search in tied),
        values=listed(held(search) for search in tied),
    )


def held(search: Search) -> str:
    """Return what a search found: ``23 streams``, or ``at least 64 streams``."""
    if search.hold is None:
        return phrase("no stream")
    told = streams(search.hold.level)
    return told if search.failing else phrase("at least {streams}", streams=told)


def _surely_more(best: Search, other: Search) -> bool:
    """Whether one held a level at which the other did not pass."""
    if best.hold is None or other.failing is None:
        return False
    return other.failing.level <= best.hold.level
