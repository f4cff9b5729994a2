"""Several files of one rater: which one counts.

An export holds all that its rater has said so far, so a later one replaces an earlier one of
the same browser. Two browsers with the same page are two people, or one who began again:
the later file counts only if it says all that the earlier one says.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bakeoff.quality.rating.exports import Read

Refuse = Callable[[Path, str], None]


def latest(read: Iterable[Read], refuse: Refuse) -> Iterator[Read]:
    """Yield for each page the one file that counts.

    Args:
        read: The files, each a valid export of a known page.
        refuse: Called with each file that does not count, and why.
    """
    pages: dict[str, list[Read]] = defaultdict(list)
    for found in _once(read, refuse):
        pages[found.export.items_sha256].append(found)
    for exports in pages.values():
        yield _of_page(_of_sessions(exports, refuse), refuse)


def _once(read: Iterable[Read], refuse: Refuse) -> Iterator[Read]:
    seen: dict[str, Read] = {}
    for found in read:
        if first := seen.get(found.sha256):
            refuse(found.path, f"is the same file as {first.path.name}; it counts once")
        else:
            seen[found.sha256] = found
            yield found


def _of_sessions(exports: Iterable[Read], refuse: Refuse) -> list[Read]:
    """Return the last export of each browser."""
    sessions: dict[str, Read] = {}
    for found in sorted(exports, key=_age):
        if before := sessions.get(found.export.session):
            refuse(before.path, f"was replaced by {found.path.name}, a later export of the same")
        sessions[found.export.session] = found
    return list(sessions.values())


def _age(found: Read) -> tuple[int, float]:
    """Return how late an export of a browser is; its clock may have been set back."""
    return found.export.changes, found.export.exported_at.timestamp()


def _of_page(exports: Iterable[Read], refuse: Refuse) -> Read:
    """Return the one of several browsers' exports that counts."""
    first, *others = sorted(exports, key=lambda one: one.export.exported_at)
    for found in others:
        if first.export.said.items() <= found.export.said.items():
            refuse(first.path, f"was replaced by {found.path.name}, which says the same and more")
            first = found
        else:
            refuse(found.path, _conflict(first, found))
    return first


def _conflict(first: Read, found: Read) -> str:
    before, now = first.export.said, found.export.said
    other = sum(value != now.get(place) for place, value in before.items())
    return (
        f"is a second export of the page of {first.export.rater}, from another browser, and leaves "
        f"out or contradicts {other} of the {len(before)} ratings in {first.path.name}, which "
        "counts; remove one of the two, or give each person a page of their own"
    )
