"""Rating pages from files of answers, and ratings from files of people."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bakeoff.progress import say
from bakeoff.quality.rating.exports import quoted
from bakeoff.quality.rating.intake import answer_hashes, take_in
from bakeoff.quality.rating.key import read_key
from bakeoff.quality.rating.write import write_pages
from bakeoff.quality.sources import read_items
from bakeoff.store.files import read_table, write_rows, write_text
from bakeoff.store.schemas import ANSWERS, RATINGS


def pages_from_files(
    *, items: Path, answers: Sequence[Path], candidates: Sequence[str], raters: int, out: Path
) -> None:
    """Write one page for each rater, and the key to them.

    Args:
        items: The questions.
        answers: The answers, a file for each candidate.
        candidates: Ids of the candidates.
        raters: How many people rate.
        out: Folder to write to.

    Raises:
        HarnessError: If a file cannot be read.
    """
    record = write_pages(
        out, read_items(items), _read(answers), candidates=candidates, raters=raters
    )
    pages = record["pages"]
    say(f"rating_page · {len(pages)} pages of {pages[0]['pairs']} pairs in {out}")
    say(f"rating_page · {record['note']} What they export goes into ratings/")
    if named := record["answers_that_name_a_candidate"]:
        say(f"rating_page · {named} answers name a candidate: those are not anonymous")


def ratings_from_files(
    *, files: Sequence[Path], answers: Sequence[Path], key: Path, ratings: Path, refused: Path
) -> None:
    """Write the ratings that count, and why the others do not.

    Args:
        files: What people exported.
        answers: The answers as they are now, a file for each candidate.
        key: The key to the pages; need not be there.
        ratings: Parquet file to write.
        refused: JSON file to write.

    Raises:
        HarnessError: If the answers or the key cannot be read.
    """
    hashes = answer_hashes(_read(answers))
    rows, refusals = take_in(files, read_key(key) if files else None, hashes)
    write_rows(RATINGS, ratings, rows)
    reasons = [asdict(refusal) for refusal in refusals]
    write_text(refused, json.dumps(reasons, indent=2) + "\n")
    for refusal in refusals:
        say(f"collect_ratings · {quoted(refusal.file)} · {refusal.reason}")
    raters = len({row["rater"] for row in rows})
    say(f"collect_ratings · files: {len(files)} · raters: {raters} · ratings: {len(rows)}")


def _read(paths: Sequence[Path]) -> list[dict[str, Any]]:
    return [row for path in paths for row in read_table(ANSWERS, path).to_pylist()]
