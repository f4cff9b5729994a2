"""Answers that attack: none passes, none harms, each is told apart, and the next is run rightly."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bakeoff.quality.sandbox import Program, RunResult, run_programs
from tests.unit.quality.sandbox.attacks import ATTACKS

#: What a right answer returns; no attack may come back with it.
WANTED = "2"
GOOD = Program(source="def f(x):\n    return x + 1\n", function="f", cases=("(1,)",))


@pytest.fixture(scope="module")
def listening() -> Iterator[tuple[int, list[str]]]:
    """A port of this machine, stream and datagram, and who called it."""
    called: list[str] = []
    with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagram:
        stream.bind(("127.0.0.1", 0))
        stream.listen()
        port = stream.getsockname()[1]
        datagram.bind(("127.0.0.1", port))

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection = stream.accept()[0]
                    called.append("stream")
                    connection.close()

        def receive() -> None:
            with suppress(OSError):
                while datagram.recv(10):
                    called.append("datagram")

        for target in (accept, receive):
            threading.Thread(target=target, daemon=True).start()
        yield port, called
        for one in (stream, datagram):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("host")
    (made / "secret").write_text("kept", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def results(
    short: Path, listening: tuple[int, list[str]], folder: Path
) -> dict[str, tuple[RunResult, RunResult]]:
    """Every attack in one and the same worker, each with what a good program then gave."""
    os.environ["BAKEOFF_TEST_SECRET"] = "kept"
    programs = []
    for source, _, _ in ATTACKS.values():
        aimed = source.replace("{port}", str(listening[0])).replace("{folder}", str(folder))
        programs += [Program(source=aimed, function="f", cases=("(1,)",)), GOOD]
    try:
        found = list(run_programs(short, programs, workers=1))
    finally:
        del os.environ["BAKEOFF_TEST_SECRET"]
    return dict(zip(ATTACKS, zip(found[::2], found[1::2], strict=True), strict=True))


@pytest.mark.parametrize("name", ATTACKS)
def test_none_passes_and_each_is_told_apart(
    name: str, results: dict[str, tuple[RunResult, RunResult]]
) -> None:
    _, status, words = ATTACKS[name]
    result, after = results[name]
    said = [result.error, *(text for case in result.cases for text in (case.value, case.error))]
    assert result.status == status, result
    assert words in " ".join(text for text in said if text is not None), result
    assert all(case.value != WANTED for case in result.cases)
    assert after.status == "ok"
    assert [case.value for case in after.cases] == [WANTED]


def test_none_harms(
    results: dict[str, tuple[RunResult, RunResult]],
    listening: tuple[int, list[str]],
    folder: Path,
) -> None:
    assert len(results) == len(ATTACKS)
    assert listening[1] == []
    assert [(one.name, one.read_text(encoding="utf-8")) for one in folder.iterdir()] == [
        ("secret", "kept")
    ]


def test_the_listener_hears_those_that_are_allowed(listening: tuple[int, list[str]]) -> None:
    port, called = listening
    with socket.create_connection(("127.0.0.1", port)) as connection:
        assert connection.recv(1) == b""
    assert called == ["stream"]
    called.clear()


def test_a_forged_value_is_only_a_value(short: Path) -> None:
    forging = (
        "import sys\n"
        "sys.modules['guest.app']._case = lambda *arguments: ('ok', '41')\n"
        "def f(x):\n    return 3\n"
    )
    (result,) = run_programs(
        short, [Program(source=forging, function="f", cases=("(1,)", "(2,)"))], workers=1
    )
    assert [case.value for case in result.cases] == ["41", "41"]  # to be compared, as any other
