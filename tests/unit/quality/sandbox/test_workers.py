"""Workers: replaced when they die, gone when nobody needs them, and never trusted with a doubt."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bakeoff.quality.sandbox import Program, run_programs
from bakeoff.serving.processes import descendants, environment_variable, stat
from tests.unit.quality.sandbox.conftest import with_limits

GOOD = Program(source="def f(x):\n    return x + 1\n", function="f", cases=("(1,)",))
SLEEP = Program(
    source="import time\ndef f(x):\n    time.sleep(10**6)\n", function="f", cases=("(1,)",)
)
_SCRIPTS = str(Path(run_programs.__code__.co_filename).parents[3])


def workers_of(pid: int) -> list[int]:
    """Processes below this one that are alive."""
    found = [(child, stat(child)) for child in descendants(pid)]
    return [child for child, seen in found if seen is not None and seen.state != "Z"]


def wait_until(condition: Callable[[], object], within_s: float = 20.0) -> None:
    until = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def test_no_worker_is_left_after_the_last_result(short: Path) -> None:
    before = set(workers_of(os.getpid()))
    results = run_programs(short, [GOOD] * 10, workers=2)
    assert next(results).status == "ok"
    assert set(workers_of(os.getpid())) - before
    assert [result.status for result in results] == ["ok"] * 9
    assert set(workers_of(os.getpid())) == before


def test_no_worker_is_left_when_nobody_asks_on(short: Path) -> None:
    before = set(workers_of(os.getpid()))
    results = run_programs(short, [GOOD, SLEEP, SLEEP], workers=2)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert set(workers_of(os.getpid())) == before


def test_a_worker_that_is_killed_costs_nothing(short: Path) -> None:
    """The first killing may not have been the program's doing, so that it is run again."""
    before = set(workers_of(os.getpid()))
    results = run_programs(short, [GOOD] * 300, workers=1)
    assert next(results).status == "ok"
    (worker,) = set(workers_of(os.getpid())) - before
    os.kill(worker, signal.SIGKILL)
    assert [result.status for result in results] == ["ok"] * 299


_KILLER = """
import os, signal, sys, time
sys.path.insert(0, sys.argv[1])
from bakeoff.serving.processes import descendants
parent, spared = int(sys.argv[2]), {os.getpid(), *map(int, sys.argv[3:])}
killed = set()
while len(killed) < 2:
    for pid in set(descendants(parent)) - spared - killed:
        time.sleep(3.0)
        os.kill(pid, signal.SIGKILL)
        killed.add(pid)
"""


def test_a_program_whose_workers_die_is_told_from_the_others(built: Path) -> None:
    patient = with_limits(built, "patient.json", wall_s=60.0)
    spared = map(str, workers_of(os.getpid()))
    killers: list[subprocess.Popen[bytes]] = []

    def kill(_done: int) -> None:
        """Kill whoever runs the second program, twice, once the first is done."""
        if not killers:
            arguments = [_SCRIPTS, str(os.getpid()), *spared]
            killers.append(subprocess.Popen([sys.executable, "-c", _KILLER, *arguments]))

    found = list(run_programs(patient, [GOOD, SLEEP, GOOD], workers=1, on_done=kill))
    assert killers[0].wait() == 0
    assert [result.status for result in found] == ["ok", "exited", "ok"]
    assert found[1].error == "its worker died 2 times: it ended by SIGKILL"


def test_a_worker_inherits_nothing(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAKEOFF_TEST_SECRET", "kept")
    before = set(workers_of(os.getpid()))
    results = run_programs(short, [GOOD, GOOD], workers=1)
    next(results)
    (worker,) = set(workers_of(os.getpid())) - before
    assert environment_variable(worker, "BAKEOFF_TEST_SECRET") is None
    assert Path(f"/proc/{worker}/environ").read_bytes() == b""
    assert Path(f"/proc/{worker}/cwd").readlink() == Path("/")
    limits = Path(f"/proc/{worker}/limits").read_text(encoding="ascii")
    wanted = {"Max core file size": "0", "Max file size": "0", "Max open files": "64"}
    for name, value in wanted.items():
        line = next(line for line in limits.splitlines() if line.startswith(name))
        assert line.removeprefix(name).split()[:2] == [value, value]
    results.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("program", ["loop", "sleep"])
def test_no_worker_outlives_a_parent_that_is_killed(
    built: Path, tmp_path: Path, program: str
) -> None:
    """SIGKILL gives the parent no chance to clean up: the kernel does it (PR_SET_PDEATHSIG)."""
    patient = with_limits(built, f"{program}.json", fuel=10**15, wall_s=600.0)
    busy = "while True: pass" if program == "loop" else "__import__('time').sleep(10**6)"
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys\n"
        f"sys.path.insert(0, {_SCRIPTS!r})\n"
        "from pathlib import Path\n"
        "from bakeoff.quality.sandbox import Program, run_programs\n"
        f"program = Program(source={busy!r}, function='f', cases=('(1,)',))\n"
        f"list(run_programs(Path({str(patient)!r}), [program] * 2, workers=2))\n",
        encoding="utf-8",
    )
    parent = subprocess.Popen([sys.executable, str(script)])
    try:
        wait_until(lambda: len(workers_of(parent.pid)) == 2)
        workers = workers_of(parent.pid)
        wait_until(lambda: all(_began(pid) for pid in workers))
    finally:
        parent.kill()
        parent.wait()
    wait_until(lambda: all(_gone(pid) for pid in workers))


def _began(pid: int) -> bool:
    """Whether a worker has set its own limits, which it does before its first program."""
    limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
    return any(
        line.split()[:5] == ["Max", "file", "size", "0", "0"] for line in limits.splitlines()
    )


def _gone(pid: int) -> bool:
    seen = stat(pid)
    return seen is None or seen.state == "Z"


def test_results_that_wait_are_not_overdue(built: Path) -> None:
    """A consumer that takes its time between two results does not time out those that are done."""
    hasty = with_limits(built, "hasty.json", wall_s=1.0)
    long = "def f(x):\n    return 'x' * 95_000\n"  # more than a pipe holds
    programs = [Program(source=long, function="f", cases=("(1,)",) * 20)] * 6
    results = run_programs(hasty, programs, workers=2)
    statuses = []
    for result in results:
        statuses.append((result.status, *{case.status for case in result.cases}))
        if len(statuses) < 3:
            time.sleep(1.5)
    assert statuses == [("ok", "ok")] * 6


def test_a_limit_of_the_record_is_in_force(built: Path) -> None:
    taken = Program(
        source="def f(x):\n    return len(bytearray(x * 2**20))\n",
        function="f",
        cases=("(60,)",),
    )
    roomy = with_limits(built, "roomy.json", memory_bytes=256 * 2**20)
    tight = with_limits(built, "tight.json", memory_bytes=80 * 2**20)
    (enough,) = run_programs(roomy, [taken], workers=1)
    (short_of_it,) = run_programs(tight, [taken], workers=1)
    assert enough.cases[0].value == str(60 * 2**20)
    assert short_of_it.status == "memory"


def test_the_record_names_what_is_allowed(built: Path) -> None:
    said = json.loads(built.read_text(encoding="utf-8"))
    assert said["status"] == "ready"
    assert said["limits"]["memory_bytes"] == 256 * 2**20
    assert said["versions"]["guest-python"].startswith("3.")
