"""What a server's log says about its end: the last lines, and the reason among them."""

import re
import signal
from pathlib import Path

#: Lines of the log that a failed stage keeps.
TAIL_LINES = 60
_READ_BYTES = 256 * 1024

_STAMP = re.compile(r"^\[ *\d+\.\d{6}\] ")
_PREFIX = re.compile(r"^(\([^)]*\) )?((ERROR|WARNING|INFO|CRITICAL) [\d-]+ [\d:]+ \[[^\]]*\] )?")
_OUT_OF_MEMORY = re.compile(
    r"out of memory|OutOfMemory|cannot allocate memory|MemoryError|"
    r"no available memory for the cache blocks|larger than the available KV cache memory|"
    r"is less than desired GPU memory utilization",
    re.IGNORECASE,
)
#: An exception as Python prints it, or a message of an argument parser.
_ERROR = re.compile(r"^\s*((\w+\.)*\w*(Error|Exception|Exit|Interrupt)\b.*|.*: error: .*)$")
#: Follow-up errors that point at another one.
_POINTER = re.compile(r"see (root cause|stack trace) above|the above exception", re.IGNORECASE)
_ADDRESS_IN_USE = re.compile(r"address already in use", re.IGNORECASE)


def tail(path: Path, offset: int = 0, lines: int = TAIL_LINES) -> str:
    """Return the last lines of a log.

    Args:
        path: The log; one that does not exist is empty.
        offset: Where this start's part of the log begins, in bytes.
        lines: How many lines at most.
    """
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        end = file.seek(0, 2)
        file.seek(max(offset, end - _READ_BYTES))
        text = file.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-lines:])


def reason(text: str) -> str | None:
    """Return the line of a log that tells best why a server ended, None if none does.

    Out of memory wins over everything; otherwise the last error that does not merely point
    at one above it, with the line after it where the message goes on there.
    """
    lines = [_PREFIX.sub("", _STAMP.sub("", line), count=1) for line in text.splitlines()]
    memory = [line for line in lines if _OUT_OF_MEMORY.search(line)]
    if memory:
        return f"out of memory: {memory[-1].strip()}"
    for number in range(len(lines) - 1, -1, -1):
        if _ERROR.match(lines[number]) and not _POINTER.search(lines[number]):
            more = lines[number + 1 : number + 2] if lines[number].startswith("pydantic") else []
            return " ".join(line.strip() for line in [lines[number], *more])
    return None


def address_in_use(text: str) -> bool:
    """Say whether a log tells that the server's port was taken."""
    return _ADDRESS_IN_USE.search(text) is not None


def how_it_ended(exit_code: int) -> str:
    """Return an exit code in words: ``exited with code 2``, ``was killed by SIGKILL``."""
    if exit_code >= 0:
        return f"exited with code {exit_code}"
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        name = f"signal {-exit_code}"
    hint = " (often the kernel, when memory runs out)" if name == "SIGKILL" else ""
    return f"was killed by {name}{hint}"
