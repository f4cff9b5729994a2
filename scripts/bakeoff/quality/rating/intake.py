"""Takes in what people exported: every file either counts or is refused with a reason."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bakeoff.quality.rating.exports import RatedPair, Read, RefusedRatings, quoted, read_export
from bakeoff.quality.rating.key import Key, KeyPage, KeyPair, KeySide
from bakeoff.quality.rating.pairs import Side
from bakeoff.quality.rating.repeats import latest

#: Hash of an answer's text by suite, item, sample and candidate.
Hashes = Mapping[tuple[str, str, int, str], str]
_PREFERENCE = {"tie": (0.5, 0.5), "left": (1.0, 0.0), "right": (0.0, 1.0), "both_bad": (None, None)}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What does not count.

    Attributes:
        file: Name of the file.
        reason: Why, and what to do; where only a part of it does not count, which part.
    """

    file: str
    reason: str


def answer_hashes(answers: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str, int, str], str]:
    """Return the hash of every answer's text.

    Args:
        answers: Rows of ``answers``.
    """
    return {
        (row["suite"], row["item_id"], row["sample_no"], row["candidate"]): Side(
            candidate=row["candidate"], text=row["text"]
        ).sha256
        for row in answers
        if row["status"] != "error"
    }


def take_in(
    files: Sequence[Path], key: Key | None, hashes: Hashes
) -> tuple[list[dict[str, Any]], list[Refusal]]:
    """Return the rows of ``ratings`` and what was refused.

    Args:
        files: What people exported, or anything else that lies in the folder.
        key: The key to the pages; None where there is none.
        hashes: The answers as they are now; see :func:`answer_hashes`.
    """
    refused: list[Refusal] = []

    def refuse(file: Path, reason: str) -> None:
        refused.append(Refusal(file=file.name, reason=reason))

    read = []
    for path in sorted(files):
        try:
            found = read_export(path)
            _check(found, key)
        except RefusedRatings as reason:
            refuse(path, str(reason))
        else:
            read.append(found)
    rows: dict[tuple[object, ...], dict[str, Any]] = {}
    for found in sorted(latest(read, refuse), key=lambda one: one.export.exported_at):
        page = (key or Key(pages={})).pages[found.export.items_sha256]
        new = list(_rows(found, page, hashes, refuse))
        _put(rows, new, found, refuse)
    return list(rows.values()), refused


def _check(found: Read, key: Key | None) -> None:
    """Refuse an export of a page that is unknown, or that says more than the page asks.

    Raises:
        RefusedRatings: Why.
    """
    export = found.export
    if key is None:
        raise RefusedRatings(
            "there is no results/rating/key.json, so nobody knows which answers were rated; put "
            "back the key that was written with the page, then run snakemake --forcerun "
            "collect_ratings"
        )
    page = key.pages.get(export.items_sha256)
    if page is None:
        raise RefusedRatings(
            f"its page (items_sha256 {export.items_sha256[:12]}…) is not in results/rating/"
            "key.json: it was made from other answers, or the file was changed"
        )
    if page.rater != export.rater:
        raise RefusedRatings(
            f"says that its rater is {quoted(export.rater)}, but its page is that of {page.rater}: "
            "the file was changed"
        )
    if unknown := sorted({pair.pair for pair in export.pairs} - page.pairs.keys()):
        raise RefusedRatings(f"its page has no pair {quoted(unknown[0])}: the file was changed")
    if not export.said:
        raise RefusedRatings("holds no rating yet")


def _rows(
    found: Read, page: KeyPage, hashes: Hashes, refuse: Callable[[Path, str], None]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of an export, but for pairs of answers that are gone."""
    gone = 0
    for rated in found.export.pairs:
        pair = page.pairs[rated.pair]
        if _stands(pair, hashes):
            yield from _pair_rows(rated, pair, found)
        else:
            gone += 1
    if gone:
        refuse(
            found.path,
            f"{gone} of its {len(found.export.pairs)} pairs are of answers that are gone: they "
            "were generated anew after the page was made, or their candidate or question is no "
            "longer asked for; these ratings do not count",
        )


def _stands(pair: KeyPair, hashes: Hashes) -> bool:
    """Return whether both answers are still those that were shown."""
    return all(
        hashes.get((pair.suite, pair.item_id, pair.sample_no, side.candidate)) == side.text_sha256
        for side in (pair.left, pair.right)
    )


def _pair_rows(rated: RatedPair, pair: KeyPair, found: Read) -> Iterator[dict[str, Any]]:
    """Yield a row for everything that was said of a pair; nothing for what was not said."""
    for position, side, other in pair.sides:
        common = _common(found, pair, side, other, position)
        scores = rated.left if position == "left" else rated.right
        for criterion, score in scores.items():
            if score is not None:
                yield {**common, "criterion": criterion, "score": float(score)}
        if rated.preference is not None:
            left, right = _PREFERENCE[rated.preference]
            preferred = left if position == "left" else right
            yield {**common, "criterion": "preference", "score": preferred}


def _common(
    found: Read, pair: KeyPair, side: KeySide, other: KeySide, position: str
) -> dict[str, Any]:
    return {
        "rater": found.export.rater,
        "suite": pair.suite,
        "item_id": pair.item_id,
        "candidate": side.candidate,
        "other": other.candidate,
        "sample_no": pair.sample_no,
        "position": position,
        "source": found.path.name,
    }


def _put(
    rows: dict[tuple[object, ...], dict[str, Any]],
    new: Sequence[dict[str, Any]],
    found: Read,
    refuse: Callable[[Path, str], None],
) -> None:
    """Add rows; where the rater said the same thing on an earlier page, the later counts."""
    replaced: dict[str, int] = {}
    for row in new:
        place = tuple(
            row[name] for name in ("rater", "suite", "item_id", "candidate", "other", "criterion")
        )
        if before := rows.get(place):
            replaced[before["source"]] = replaced.get(before["source"], 0) + 1
        rows[place] = row
    for source, number in replaced.items():
        refuse(
            Path(source),
            f"{number} of its ratings were given again by {found.export.rater} on a page made "
            f"later, in {found.path.name}; those count",
        )
