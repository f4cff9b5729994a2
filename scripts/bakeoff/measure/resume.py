"""What a killed job leaves behind, so that the next one goes on where it ended.

The spool is a file of JSON lines in the stage's folder: a header, a line for each server start
and one for each request that ended. It is no output of the rule, so Snakemake does not delete
it with the job, and each line is handed to the system at once, so that no kill takes it away.
"""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any

from bakeoff.measure.clocks import Clock, shifted
from bakeoff.measure.remains import UNFINISHED, Row, remains, telemetry_spool, telemetry_spools

#: Name of the spool in the stage's folder.
SPOOL = "unfinished-answers.jsonl"


@dataclass(kw_only=True)
class TakenOver:
    """What earlier jobs of the same stage did; all times are on this job's clock.

    Attributes:
        starts: Their server starts by number, each with ``command`` and ``engine_version``.
        clocks: The clocks of the jobs that made these.
        requests: Rows of ``requests``.
        answers: Rows of ``answers`` by the place of the question, without those that failed.
        startups: Rows of ``startups``.
        telemetry: Rows of ``telemetry``.
        files: Files that are of no more use once all this is written to the stage's tables.
        notes: What a reader should know.
    """

    starts: dict[int, Row] = field(default_factory=dict)
    clocks: dict[int, Clock] = field(default_factory=dict)
    requests: list[Row] = field(default_factory=list)
    answers: dict[int, Row] = field(default_factory=dict)
    startups: list[Row] = field(default_factory=list)
    telemetry: list[Row] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def next_start(self) -> int:
        """The number of the next server start."""
        return max(self.starts, default=-1) + 1


class Spool:
    """The file that requests are kept in while the stage runs.

    Args:
        path: The file.
        file: The same, open to add to.
        clock: This job's clock.

    Attributes:
        path: As above.
    """

    def __init__(self, path: Path, file: FileIO, clock: Clock) -> None:
        self.path, self._file, self._clock = path, file, clock

    @classmethod
    def open(cls, directory: Path, *, key: str, clock: Clock) -> "Spool":
        """Return the spool of a stage's folder; made if it is not there, else added to.

        Args:
            directory: The folder.
            key: What the answers depend on.
            clock: This job's clock.
        """
        path = directory / SPOOL
        spool = cls(path, FileIO(path, "a"), clock)
        if not path.stat().st_size:
            spool._write({"key": key})
        return spool

    def start(self, start_no: int, **facts: Any) -> None:
        """Note a server start; the requests that follow are its own."""
        self._write({"start": start_no, "clock": asdict(self._clock), **facts})

    def add(self, place: int | None, request: Mapping[str, Any], answer: Row | None) -> None:
        """Keep a request and, unless it was warm-up, the answer to the question of a place."""
        self._write({"place": place, "request": request, "answer": answer})

    def close(self) -> None:
        """Write no more; the file stays."""
        self._file.close()

    def _write(self, line: Mapping[str, Any]) -> None:
        data = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        while data:  # a full pipe or disk may take a part only
            data = data[self._file.write(data) or 0 :]


def take_over(directory: Path, *, key: str, clock: Clock, identity: Mapping[str, str]) -> TakenOver:
    """Return what earlier jobs left, and leave the spool ready to be added to.

    What is of other questions or of another configuration is set aside in a folder of its
    own, never deleted.

    Args:
        directory: Folder of the stage.
        key: What the answers depend on.
        clock: This job's clock.
        identity: The columns ``candidate`` and ``stage``.
    """
    path = directory / SPOOL
    if not path.exists():
        return TakenOver(files=telemetry_spools(directory))
    lines, torn = _lines(path)
    if not lines or lines[0].get("key") != key:
        aside = _set_aside(directory)
        note = f"What an earlier job left is of other questions or settings: set aside in {aside}."
        return TakenOver(notes=[note])
    found = _read(lines, clock)
    left = remains(directory, found.clocks, now=clock, identity=identity)
    found.startups, found.telemetry = left["startups"], left["telemetry"]
    found.files = [telemetry_spool(directory, start_no) for start_no in found.starts]
    if found.answers:
        found.notes.append(
            f"{len(found.answers)} answers were taken over from {len(found.starts)} interrupted "
            "server starts; what was in flight when they ended was asked again."
        )
    if torn:
        found.notes.append(f"{torn} torn lines of an interrupted job were dropped.")
    return found


def _lines(path: Path) -> tuple[list[dict[str, Any]], int]:
    """Return the lines that can be read, and how many cannot; a torn end is cut off the file."""
    content = path.read_bytes()
    whole, newline, rest = content.rpartition(b"\n")
    if rest:
        with path.open("r+b") as file:
            file.truncate(len(whole) + len(newline))
    lines, torn = [], int(bool(rest))
    for line in whole.split(b"\n") if newline else []:
        try:
            value = json.loads(line)
        except ValueError:
            value = None
        if isinstance(value, dict):
            lines.append(value)
        else:
            torn += 1
    return lines, torn


def _read(lines: Iterable[Mapping[str, Any]], now: Clock) -> TakenOver:
    """Return what the lines of a spool say, on this job's clock."""
    found, shift_ns = TakenOver(), 0
    for line in lines:
        if "start" in line:
            clock = Clock(**line["clock"])
            found.starts[line["start"]] = dict(line)
            found.clocks[line["start"]] = clock
            shift_ns = clock.shift_ns(now)
        elif "request" in line:
            found.requests.append(shifted(line["request"], shift_ns))
            answer = line["answer"]
            if answer is not None and answer["status"] != "error":
                found.answers[line["place"]] = answer
    return found


def _set_aside(directory: Path) -> Path:
    """Move what earlier jobs left to a folder of its own; return it."""
    aside = directory / f"set-aside-{time.time_ns()}"
    aside.mkdir()
    for path in (directory / SPOOL, directory / UNFINISHED, *telemetry_spools(directory)):
        if path.exists():
            path.rename(aside / path.name.removeprefix("."))
    return aside
