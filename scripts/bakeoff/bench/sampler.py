"""What the sampler takes of a processor core, beside a server of many processes.

It samples a tree of idle processes and scrapes a reference server, as in a measurement. What
counts is the processor time that it writes down itself, without its start.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bakeoff.reference import reference_server
from bakeoff.telemetry.sampling import sampling

PROCESSES = 17
SECONDS = 60.0
#: Most that it may take: one hundredth of a core.
LIMIT_S_PER_MIN = 0.6
#: Time after which its start is over, in s.
_STARTED_S = 3.0
_TREE = """
import os, sys
for _ in range({children}):
    if os.fork() == 0:
        sys.stdin.read()
        os._exit(0)
print("begun", flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True)
class Outcome:
    """What was measured.

    Attributes:
        processes: Processes in the tree.
        seconds: How long, the start left out.
        cpu_s: Processor time of the sampler meanwhile.
        rows: Samples it took, by source, its start included.
    """

    processes: int
    seconds: float
    cpu_s: float
    rows: dict[str, int]

    @property
    def cpu_s_per_min(self) -> float:
        """Processor time in a minute."""
        return self.cpu_s / self.seconds * 60


def measure(seconds: float = SECONDS, processes: int = PROCESSES) -> Outcome:
    """Sample for so long and return what that took.

    Args:
        seconds: How long, at least 2.
        processes: Processes in the tree.
    """
    with (
        tempfile.TemporaryDirectory(prefix="bakeoff-bench-") as folder,
        _tree(processes) as supervisor,
        reference_server() as server,
        sampling(Path(folder) / "spool.csv") as sampler,
    ):
        sampler.watch(supervisor)
        sampler.scrape(f"{server.url}/v1")
        time.sleep(_STARTED_S + seconds)
        rows = sampler.rows(candidate="bench", stage="sampler", start_no=0)
    own = [(row["t_ns"] / 1e9, row["value"]) for row in rows if row["device"] == "sampler"]
    after = [one for one in own if one[0] - own[0][0] >= _STARTED_S - 1]
    return Outcome(
        processes=processes,
        seconds=after[-1][0] - after[0][0],
        cpu_s=after[-1][1] - after[0][1],
        rows=dict(Counter(row["source"] for row in rows)),
    )


@contextmanager
def _tree(processes: int) -> Iterator[int]:
    """Run a tree of idle processes below one, whose process id is given."""
    code = _TREE.format(children=processes - 1)
    above = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", above], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        if process.stdout is not None:
            process.stdout.readline()
        try:
            yield process.pid
        finally:
            if process.stdin is not None:
                process.stdin.close()


def lines(outcome: Outcome) -> list[str]:
    """Return the outcome as lines for people."""
    verdict = "below" if outcome.cpu_s_per_min < LIMIT_S_PER_MIN else "ABOVE"
    rows = ", ".join(f"{source} {count:,}" for source, count in sorted(outcome.rows.items()))
    share = outcome.cpu_s_per_min / 0.6
    return [
        f"a tree of {outcome.processes} processes and one engine, {outcome.seconds:.0f} s",
        f"samples: {rows}",
        f"{outcome.cpu_s_per_min:.2f} CPU-seconds a minute, {share:.2f} % of a core",
        f"{verdict} {LIMIT_S_PER_MIN} s a minute",
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the bench and print it; return 1 where it took more than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long to sample")
    parser.add_argument("--processes", type=int, default=PROCESSES, help="processes of the tree")
    chosen = parser.parse_args(arguments)
    outcome = measure(chosen.seconds, chosen.processes)
    print("\n".join(lines(outcome)))  # noqa: T201 -- a bench prints its result
    return int(outcome.cpu_s_per_min >= LIMIT_S_PER_MIN)


if __name__ == "__main__":
    raise SystemExit(main())
