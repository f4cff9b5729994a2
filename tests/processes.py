"""Processes that tests look at while they come and go."""

import contextlib

import psutil


def below(part: str, pid: int | None = None) -> list[psutil.Process]:
    """Return the processes below one whose command line holds a text; none that has ended.

    Args:
        part: The text.
        pid: The process; None for this one.
    """
    found = []
    for process in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it has just ended
            if part in " ".join(process.cmdline()):
                found.append(process)
    return found
