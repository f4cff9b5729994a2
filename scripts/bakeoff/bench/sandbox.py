"""How long it takes to run 1,000 code answers in the sandbox, on two cores.

Most answers are small functions with a handful of calls, as the items of the suite ask for;
among them are some that crash, flood, eat memory, loop for ever or sleep for ever.
"""

import argparse
import os
import resource
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from bakeoff.errors import HarnessError
from bakeoff.quality.sandbox import Program, run_programs
from bakeoff.quality.sandbox.build import RECORD, build_sandbox
from bakeoff.serving.processes import descendants

ANSWERS: Final = 1000
WORKERS: Final = 2
LIMIT_S: Final = 60.0
_SAMPLE_EVERY_S: Final = 0.05

_GOOD: Final = (
    (
        (
            "def solve(words: list[str]) -> dict[str, int]:\n"
            "    from collections import Counter\n"
            "    return dict(sorted(Counter(w.lower() for w in words).items()))\n"
        ),
        f"({['a', 'B', 'b', 'c'] * 20},)",
    ),
    (
        (
            "import re\n"
            "def solve(text: str) -> list[int]:\n"
            "    return [int(n) for n in re.findall(r'-?\\d+', text)]\n"
        ),
        "('12 apples, -3 pears and 40 plums',)",
    ),
    (
        (
            "def solve(n: int) -> list[int]:\n"
            "    sieve = [True] * (n + 1)\n"
            "    for i in range(2, int(n ** 0.5) + 1):\n"
            "        if sieve[i]:\n"
            "            sieve[i * i :: i] = [False] * len(sieve[i * i :: i])\n"
            "    return [i for i in range(2, n + 1) if sieve[i]]\n"
        ),
        "(5000,)",
    ),
    (
        (
            "import heapq\n"
            "def solve(edges: list[tuple[int, int, int]]) -> int:\n"
            "    graph, seen, queue = {}, {}, [(0, 0)]\n"
            "    for a, b, w in edges:\n"
            "        graph.setdefault(a, []).append((b, w))\n"
            "    while queue:\n"
            "        d, a = heapq.heappop(queue)\n"
            "        if a not in seen:\n"
            "            seen[a] = d\n"
            "            for b, w in graph.get(a, []):\n"
            "                heapq.heappush(queue, (d + w, b))\n"
            "    return seen[max(seen)]\n"
        ),
        f"({[(0, 1, 2), (1, 2, 3), (0, 2, 9), (2, 3, 1)] * 10},)",
    ),
)
_BAD: Final = {
    "def solve(x) return x\n": 20,
    "def solve(x):\n    return x.missing\n": 20,
    "import os\ndef solve(x):\n    os._exit(0)\n": 10,
    "def solve(x):\n    while True:\n        print('x' * 1000)\n": 5,
    "def solve(x):\n    return bytearray(10**9)\n": 5,
    "def solve(x):\n    return solve(x)\n": 10,
    "def solve(x):\n    while True:\n        pass\n": 10,
    "import time\ndef solve(x):\n    time.sleep(10**6)\n": 1,
}
_CASES: Final = 10


@dataclass(frozen=True)
class Outcome:
    """What was measured.

    Attributes:
        answers: Answers that were run.
        build_s: Time to build the sandbox.
        seconds: Time to run all answers, the start of the workers included.
        cpu_s: Processor time of the workers meanwhile, which a busy machine does not change much.
        plain_ms: Time of a good answer in one worker, in ms.
        peak_bytes: Most memory that one worker had resident.
        statuses: Answers by what became of them.
    """

    answers: int
    build_s: float
    seconds: float
    cpu_s: float
    plain_ms: float
    peak_bytes: int
    statuses: dict[str, int]


def programs(answers: int) -> list[Program]:
    """Return so many answers, the bad ones spread among the good."""
    bad = [(source, "(1,)") for source, of_1000 in _BAD.items() for _ in range(of_1000)]
    mixed = list(islice(cycle(_GOOD), 1000 - len(bad)))
    for number, answer in enumerate(bad):
        mixed.insert(number * 1000 // len(bad), answer)
    return [_program(*answer) for answer in islice(cycle(mixed), answers)]


def _program(source: str, case: str) -> Program:
    return Program(source=source, function="solve", cases=(case,) * _CASES)


def measure(answers: int = ANSWERS, workers: int = WORKERS) -> Outcome:
    """Build a sandbox and run answers in it.

    Args:
        answers: How many.
        workers: How many at the same time.

    Raises:
        HarnessError: If no sandbox can be built.
    """
    with tempfile.TemporaryDirectory(prefix="bakeoff-bench-") as folder:
        record = build_sandbox(Path(folder))
        if record.build_s is None:
            raise HarnessError(f"no sandbox: {record.reason}")
        path = Path(folder) / RECORD
        plain_ms = _plain_ms(path)
        with _peak_memory() as peak:
            began, cpu_began_s = time.monotonic(), _children_cpu_s()
            results = list(run_programs(path, programs(answers), workers=workers))
            seconds, cpu_s = time.monotonic() - began, _children_cpu_s() - cpu_began_s
    return Outcome(
        answers=answers,
        build_s=record.build_s,
        seconds=seconds,
        cpu_s=cpu_s,
        plain_ms=plain_ms,
        peak_bytes=peak[0],
        statuses=dict(Counter(result.status for result in results)),
    )


def _children_cpu_s() -> float:
    """Return the processor time of all children that have ended, in s."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _plain_ms(record: Path) -> float:
    """Return the time of one good answer in one worker, without the worker's start."""
    few, many = ([_program(*answer) for answer in islice(cycle(_GOOD), n)] for n in (4, 204))
    times = []
    for batch in (few, many):
        began = time.monotonic()
        deque(run_programs(record, batch, workers=1), maxlen=0)
        times.append(time.monotonic() - began)
    return (times[1] - times[0]) / (len(many) - len(few)) * 1000


@contextmanager
def _peak_memory() -> Iterator[list[int]]:
    """Give the most memory that a child of this process had resident, in bytes."""
    peak, over = [0], threading.Event()

    def watch() -> None:
        while not over.wait(_SAMPLE_EVERY_S):
            peak[0] = max([peak[0], *map(_resident_bytes, descendants(os.getpid()))])

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def _resident_bytes(pid: int) -> int:
    """Return the most memory that a process had resident, 0 if it is gone (proc_pid_status(5))."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def lines(outcome: Outcome) -> list[str]:
    """Return the outcome as lines for people."""
    verdict = "below" if outcome.seconds < LIMIT_S else "ABOVE"
    statuses = ", ".join(f"{count} {status}" for status, count in sorted(outcome.statuses.items()))
    return [
        f"sandbox built in {outcome.build_s:.0f} s",
        f"a plain answer of {_CASES} calls: {outcome.plain_ms:.1f} ms",
        f"most memory of one worker: {outcome.peak_bytes / 1e6:.0f} MB",
        f"{outcome.answers:,} answers ({statuses})",
        f"in {outcome.seconds:.1f} s, {verdict} {LIMIT_S:.0f} s; {outcome.cpu_s:.1f} s of a core",
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the bench and print it; return 1 where it took longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=ANSWERS, help="answers to run")
    parser.add_argument("--workers", type=int, default=WORKERS, help="answers at the same time")
    chosen = parser.parse_args(arguments)
    outcome = measure(chosen.answers, chosen.workers)
    print("\n".join(lines(outcome)))  # noqa: T201 -- a bench prints its result
    return int(outcome.seconds >= LIMIT_S)


if __name__ == "__main__":
    raise SystemExit(main())
