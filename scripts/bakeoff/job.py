"""One job of the workflow, from its script's first line to its last.

What it prints goes to the terminal and to its log (Snakemake's ``log:`` names a file but
redirects nothing into it), SIGTERM ends it in order, and it does not outlive Snakemake.
"""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import TextIOBase
from pathlib import Path
from typing import TextIO

from bakeoff.run import announce_job
from bakeoff.serving.interrupts import ending_with, terminable
from bakeoff.serving.launch import main_pid


class _Tee(TextIOBase):
    """Writes to several streams, each flushed at once."""

    def __init__(self, *streams: TextIO) -> None:
        self._streams = streams

    def write(self, text: str) -> int:
        for stream in self._streams:
            stream.write(text)
            stream.flush()
        return len(text)


@contextmanager
def job(rule: str, log: Path, *, subject: str = "") -> Iterator[None]:
    """Run the block as a job: say that it begins, keep its log, end it when Snakemake ends.

    Args:
        rule: Name of the rule.
        log: The job's own log.
        subject: The candidate or model that it is for; empty for jobs that are for all.
    """
    with job_log(log), terminable(), ending_with(main_pid()):
        announce_job(rule, subject)
        yield


@contextmanager
def job_log(path: Path) -> Iterator[None]:
    """Copy standard output and standard error to a file for as long as the block lasts.

    An exception that leaves the block is written to the file as well; whoever handles it
    shows it in the terminal.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        out, error = _Tee(sys.stdout, file), _Tee(sys.stderr, file)
        try:
            with redirect_stdout(out), redirect_stderr(error):
                yield
        except BaseException:
            file.write(traceback.format_exc())
            raise
