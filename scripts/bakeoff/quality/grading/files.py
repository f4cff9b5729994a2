"""Grades and describes the answers in a file."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

from bakeoff.progress import Progress, say
from bakeoff.quality.diagnostics import diagnostic_rows
from bakeoff.quality.grading.base import Surroundings
from bakeoff.quality.grading.run import grade_answers
from bakeoff.quality.sources import read_items
from bakeoff.store.files import read_table, write_rows
from bakeoff.store.schemas import ANSWERS, DIAGNOSTICS, GRADES


def grade_files(
    *, candidate: str, items: Path, answers: Path, around: Surroundings, out: Path
) -> None:
    """Grade the answers of a candidate and write the grades and the diagnostics.

    Args:
        candidate: Whose answers they are.
        items: Parquet file of the questions.
        answers: Parquet file of the answers.
        around: What graders may need.
        out: Folder for ``grades.parquet`` and ``diagnostics.parquet``.

    Raises:
        HarnessError: If a file cannot be read or does not fit its table.
    """
    asked = read_items(items)
    given = read_table(ANSWERS, answers).to_pylist()
    progress = Progress(f"{candidate} · grading", total=len(given), unit="answers")
    grades = list(grade_answers(given, asked, replace(around, on_done=progress.update)))
    write_rows(GRADES, out / "grades.parquet", grades)
    write_rows(DIAGNOSTICS, out / "diagnostics.parquet", diagnostic_rows(given, asked))
    counted = Counter(grade["status"] for grade in grades)
    told = ", ".join(f"{n} {status.replace('_', ' ')}" for status, n in counted.most_common())
    say(f"{candidate} · grading · {len(grades)} answers: {told or 'none'}")
