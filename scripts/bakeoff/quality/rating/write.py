"""Writes the pages, the record of them, and the key."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bakeoff.errors import HarnessError
from bakeoff.quality.items import Item
from bakeoff.quality.rating.key import write_key
from bakeoff.quality.rating.page import VERSION, Page, answers_that_name
from bakeoff.quality.rating.pairs import MAX_PAIRS, pairs_for, pairs_of
from bakeoff.store.files import write_text

KEY = "key.json"
_PAGE = re.compile(r"rater-\d+\.html")
_NOTE = "Give each person their own page and nothing else: key.json says who is who."


def write_pages(
    folder: Path,
    items: Iterable[Item],
    answers: Iterable[Mapping[str, Any]],
    *,
    candidates: Sequence[str],
    raters: int,
) -> dict[str, Any]:
    """Write ``rater-1.html`` and so on, ``key.json``, and at last ``pages.json``.

    Args:
        folder: Where to; pages of before are replaced, the key is added to.
        items: The questions.
        answers: Rows of ``answers``, of all candidates.
        candidates: Their ids.
        raters: How many people rate.

    Returns:
        The record that ``pages.json`` holds.

    Raises:
        HarnessError: If no two candidates answered the same creative question, or the key
            that is there cannot be read.
    """
    pairs = pairs_of(items, answers, candidates)
    if not pairs:
        raise HarnessError(
            "there is nothing to rate side by side: no two of the candidates "
            f"{', '.join(candidates)} answered the same creative question; a rating page needs "
            "two candidates and a suite of kind creative in stages.quality.suites"
        )
    pages = [
        Page(rater_no=number, pairs=tuple(pairs_for(pairs, number)))
        for number in range(1, raters + 1)
    ]
    write_key(folder / KEY, pages)
    _write_files(folder, pages)
    record = _record(pages, len(pairs), candidates)
    write_text(folder / "pages.json", json.dumps(record, indent=2) + "\n")
    return record


def _write_files(folder: Path, pages: Sequence[Page]) -> None:
    for stale in folder.iterdir():
        if _PAGE.fullmatch(stale.name):
            stale.unlink()
    for page in pages:
        write_text(folder / f"{page.rater}.html", page.html)


def _record(pages: Sequence[Page], all_pairs: int, candidates: Sequence[str]) -> dict[str, Any]:
    return {
        "version": VERSION,
        "note": _NOTE,
        "pairs_in_all": all_pairs,
        "max_pairs_per_rater": MAX_PAIRS,
        "answers_that_name_a_candidate": answers_that_name(candidates, pages),
        "pages": [
            {
                "rater": page.rater,
                "file": f"{page.rater}.html",
                "items_sha256": page.items_sha256,
                "pairs": len(page.pairs),
            }
            for page in pages
        ],
    }
