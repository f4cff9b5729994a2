"""Stamps on log lines, and the reason that a log gives for a server's end."""

import io
from pathlib import Path

import pytest

from bakeoff.serving import logtail, stamps

POINTING = """\
(EngineCore pid=7) ERROR 11-23 14:48:05 [core.py:1] ValueError: no such layer
(APIServer pid=6) RuntimeError: Engine core initialization failed. See root cause above.
"""
VALIDATION = """\
pydantic_core.ValidationError: 1 validation error for X
  Value error, too large
    For further information visit
"""


def stamped(*feeds: tuple[bytes, int]) -> list[stamps.LogLine]:
    file = io.BytesIO()
    log = stamps.StampedLog(file, started_ns=1_000_000_000)
    for data, now_ns in feeds:
        log.feed(data, now_ns)
    log.close(9_000_000_000)
    return stamps.parse(file.getvalue().decode())


def test_a_line_is_stamped_when_it_is_complete() -> None:
    assert stamped((b"one\ntw", 1_500_000_000), (b"o\n", 2_000_001_000)) == [
        stamps.LogLine(500_000_000, "one"),
        stamps.LogLine(1_000_001_000, "two"),
    ]


def test_progress_bars_are_lines_and_blank_lines_are_none() -> None:
    lines = stamped((b" 10%\r 20%\r\n\n\r\nlast", 2_000_000_000))
    assert [(line.t_ns, line.text) for line in lines] == [
        (1_000_000_000, " 10%"),
        (1_000_000_000, " 20%"),
        (8_000_000_000, "last"),
    ]


def test_a_line_without_end_is_written_in_pieces() -> None:
    lines = stamped((b"x" * 100_000, 2_000_000_000), (b"y\n", 3_000_000_000))
    assert [len(line.text) for line in lines] == [100_000, 1]


def test_undecodable_bytes_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "server.log"
    path.write_bytes(b"[    1.000000] \xff\xfe end\n")
    assert logtail.tail(path).endswith(" end")


def test_the_tail_begins_at_this_start(tmp_path: Path) -> None:
    path = tmp_path / "server.log"
    path.write_text("first start\n" * 3 + "second a\nsecond b\nsecond c\n")
    assert logtail.tail(path, offset=36) == "second a\nsecond b\nsecond c"
    assert logtail.tail(path, offset=36, lines=2) == "second b\nsecond c"
    assert logtail.tail(tmp_path / "none.log") == ""


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        ("[    1.000000] hello\n[    2.000000] world", None),
        (
            "[    7.0000001] x\n[    7.100000] api_server.py: error: argument --dtype: bad",
            "api_server.py: error: argument --dtype: bad",
        ),
        (POINTING, "ValueError: no such layer"),
        (
            VALIDATION,
            "pydantic_core.ValidationError: 1 validation error for X Value error, too large",
        ),
        (
            "torch.OutOfMemoryError: CUDA out of memory.\nRuntimeError: worker died",
            "out of memory: torch.OutOfMemoryError: CUDA out of memory.",
        ),
        (
            "ValueError: No available memory for the cache blocks. Try more.",
            "out of memory: ValueError: No available memory for the cache blocks. Try more.",
        ),
    ],
)
def test_reason(log: str, reason: str | None) -> None:
    assert logtail.reason(log) == reason


def test_exit_codes_in_words() -> None:
    assert logtail.how_it_ended(2) == "exited with code 2"
    assert logtail.how_it_ended(-15) == "was killed by SIGTERM"
    assert logtail.how_it_ended(-9).startswith("was killed by SIGKILL (often the kernel")
