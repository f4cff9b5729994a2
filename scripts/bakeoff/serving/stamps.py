"""A server's log with a time on every line: seconds since its process was started."""

import re
from dataclasses import dataclass
from typing import BinaryIO

_LINE = re.compile(r"\[ *(?P<seconds>\d+\.\d{6})\] (?P<text>.*)")
#: A line longer than this is written in pieces.
_LONGEST_BYTES = 64 * 1024


@dataclass(frozen=True)
class LogLine:
    """One line of a stamped log.

    Attributes:
        t_ns: When it arrived, in ns since the server's process was started.
        text: The line as the server wrote it, without its line end.
    """

    t_ns: int
    text: str


class StampedLog:
    """Writes a server's output line by line, each stamped with the time of its arrival.

    A carriage return ends a line as well: progress bars redraw themselves with it.

    Args:
        file: Where to write; unbuffered, so that nothing is lost when we are killed.
        started_ns: When the server's process was started, on the monotonic clock.
    """

    def __init__(self, file: BinaryIO, started_ns: int) -> None:
        self._file, self._started_ns = file, started_ns
        self._rest = b""

    def feed(self, data: bytes, now_ns: int) -> None:
        """Take output that arrived at ``now_ns``."""
        *lines, self._rest = (self._rest + data).replace(b"\r", b"\n").split(b"\n")
        if len(self._rest) > _LONGEST_BYTES:
            lines, self._rest = [*lines, self._rest], b""
        self._write(lines, now_ns)

    def close(self, now_ns: int) -> None:
        """Write what was left without a line end."""
        self._write([self._rest], now_ns)
        self._rest = b""

    def _write(self, lines: list[bytes], now_ns: int) -> None:
        stamp = b"[%12.6f] " % ((now_ns - self._started_ns) / 1e9)
        data = b"".join(stamp + line + b"\n" for line in lines if line.strip())
        if data:
            self._file.write(data)


def parse(text: str) -> list[LogLine]:
    """Return the lines of a stamped log; lines without a stamp are passed over."""
    found = (_LINE.fullmatch(line) for line in text.split("\n"))
    return [
        LogLine(t_ns=round(float(match["seconds"]) * 1e9), text=match["text"])
        for match in found
        if match
    ]
