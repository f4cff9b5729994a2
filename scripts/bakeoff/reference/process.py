"""The reference server as a child process, for tests and benches."""

import contextlib
import os
import select
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bakeoff.errors import HarnessError
from bakeoff.reference.answers import KnownAnswer, write_answers
from bakeoff.reference.record import Record, from_lines, read_records
from bakeoff.reference.schedule import Schedule

#: Time that the server gets to open its port, and to stop, in s.
START_S, STOP_S = 30.0, 10.0
KEY_NAME = "BAKEOFF_REFERENCE_KEY"


@dataclass(kw_only=True)
class ReferenceServer:
    """A running reference server.

    Attributes:
        port: Its port on 127.0.0.1.
        process: Its process.
        record_path: The file that it writes its records to when it stops.
        kept: Its records, once the block that ran it is over; None before.
    """

    port: int
    process: "subprocess.Popen[str]"
    record_path: Path
    kept: list[Record] | None = None

    @property
    def url(self) -> str:
        """Address without a path, as in ``http://127.0.0.1:8000``."""
        return f"http://127.0.0.1:{self.port}"

    def records(self) -> list[Record]:
        """Return the records so far, in the order of receipt; all of them once it stopped.

        Raises:
            HarnessError: If the server died without writing them.
        """
        if self.process.poll() is None:
            with urllib.request.urlopen(f"{self.url}/reference/records") as response:  # noqa: S310 -- our own server
                return from_lines(response.read().decode())
        if self.kept is not None:
            return list(self.kept)
        if not self.record_path.exists():
            raise HarnessError(f"The reference server left no {self.record_path}: it was killed")
        return read_records(self.record_path)


@contextlib.contextmanager
def reference_server(
    schedule: Schedule | None = None,
    *,
    faults: str = "",
    model: str = "reference",
    context: int = 8192,
    api_key: str | None = None,
    refuse_after: int | None = None,
    cpu: int | None = None,
    record: Path | None = None,
    answers: Sequence[KnownAnswer] = (),
    unknown: Sequence[str] = (),
) -> Iterator[ReferenceServer]:
    """Run a reference server for the time of the block; it never outlives this process.

    The kernel ties its life to the thread that enters the block (PR_SET_PDEATHSIG).

    Args:
        schedule: Its schedule; the default one if left out.
        faults: Faults to play, as ``name@share,name@share``.
        model: Name of the served model.
        context: Most tokens of prompt and answer together.
        api_key: Key that ``/v1`` asks for.
        refuse_after: Requests for an answer after which the port is closed.
        cpu: CPU that the server is pinned to.
        record: File for its records, Parquet or ``.jsonl``; a temporary one if left out.
        answers: What is answered to known chat prompts.
        unknown: Fields of a body that are refused, as servers do that do not know them.

    Raises:
        HarnessError: If it does not come up.
    """
    with tempfile.TemporaryDirectory(prefix="bakeoff-reference-") as folder:
        path = (record or Path(folder, "records.jsonl")).resolve()
        flags: dict[str, object] = {
            "faults": faults or None,
            "model": model,
            "context": context,
            "refuse-after": refuse_after,
            "cpu": cpu,
            "record": path,
            "parent": os.getpid(),
            "api-key-env": KEY_NAME if api_key else None,
            "unknown": ",".join(unknown) or None,
        }
        if answers:
            table = Path(folder, "answers.json")
            write_answers(answers, table)
            flags["answers"] = table
        for name, value in asdict(schedule or Schedule()).items():
            flags[name.replace("_", "-")] = value
        process = _started(flags, {KEY_NAME: api_key} if api_key else {})
        try:
            server = ReferenceServer(port=_port(process), process=process, record_path=path)
            yield server
        finally:
            _stop(process)
        if path.exists():
            server.kept = read_records(path)


def _started(flags: dict[str, object], variables: dict[str, str]) -> "subprocess.Popen[str]":
    given = [f"--{name}={value}" for name, value in flags.items() if value is not None]
    package_root = str(Path(__file__).resolve().parents[2])
    return subprocess.Popen(
        [sys.executable, "-m", "bakeoff.reference", "--port=0", *given],
        env=os.environ | variables | {"PYTHONPATH": package_root},
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )


def _port(process: "subprocess.Popen[str]") -> int:
    """Return the port that the server says it listens on.

    Raises:
        HarnessError: If it says none.
    """
    line, deadline = "", time.monotonic() + START_S
    if process.stdout and select.select([process.stdout], [], [], deadline - time.monotonic())[0]:
        line = process.stdout.readline()
    if not line.startswith("listening on port "):
        raise HarnessError(
            f"The reference server said {line!r} in place of its port (exit code "
            f"{process.poll()}); see its messages above"
        )
    return int(line.split()[-1])


def _stop(process: "subprocess.Popen[str]") -> None:
    """Stop the server, at first kindly, so that it writes its records."""
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
