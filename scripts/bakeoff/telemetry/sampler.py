"""The sampling process: ``python -m bakeoff.telemetry.sampler SPOOL [GPU ...]``.

A process of its own, so that sampling never holds up the measuring client. It samples the
GPUs, the processor packages, the host and the job that started it from its start on, and
takes orders on standard input, one a line:

* ``tree PID``: sample the descendants of this process from now on.
* ``engine URL``: scrape the server of this base URL from now on.
* ``leave``: scrape it no more.
* ``now NUMBER``: scrape it now as well; ``done NUMBER`` on standard output says that the
  samples are in the spool.

Each sample is one line in the spool file, written at once, so that nothing is lost whatever
ends the process; what people should know of the samples is a line that begins with ``#``.
It ends with its standard input, or with its parent.
"""

import os
import selectors
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from io import FileIO
from pathlib import Path

from bakeoff.serving import processes
from bakeoff.telemetry import rapl
from bakeoff.telemetry.host import Host
from bakeoff.telemetry.process import ProcessTree, Self
from bakeoff.telemetry.scraper import Scraper
from bakeoff.telemetry.source import Source
from bakeoff.telemetry.spool import write_note, write_samples


def main(spool: str, *devices: str) -> None:
    """Sample into the spool until standard input ends."""
    processes.die_with_parent(signal.SIGKILL)
    # Ctrl-C reaches the whole group; the job ends us once its server is stopped.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with FileIO(Path(spool), "w") as file, selectors.DefaultSelector() as selector:
        tree = ProcessTree(None, client=os.getppid())
        timetable = Timetable(_sources(file, devices, tree), file)
        scraper: Scraper | None = None
        selector.register(sys.stdin, selectors.EVENT_READ)
        pending = b""
        while True:
            if selector.select(timetable.patience_s()):
                read = os.read(sys.stdin.fileno(), 4096)
                if not read:
                    break
                *lines, pending = (pending + read).split(b"\n")
                for word, argument in map(_order, lines):
                    match word:
                        case "tree":
                            tree.pid = int(argument)
                        case "engine":
                            scraper = Scraper(argument, file, _done)
                        case "leave" if scraper:
                            scraper.stop()
                        case "now":
                            (scraper.ask if scraper else _done)(int(argument))
            timetable.run()


def _order(line: bytes) -> tuple[str, str]:
    word, _, argument = line.decode().partition(" ")
    return word, argument


def _done(number: int) -> None:
    os.write(sys.stdout.fileno(), f"done {number}\n".encode())


def _sources(file: FileIO, devices: Sequence[str], tree: ProcessTree) -> Iterator[Source]:
    """Yield what there is to sample on this machine."""

    def report(text: str) -> None:
        write_note(file, text)

    if devices:
        yield from _gpus(devices, report, tree)
    if zones := rapl.zones(report=report):
        yield rapl.Rapl(zones, report)
    yield tree
    yield Host(os.getppid())
    yield Self()


def _gpus(
    devices: Sequence[str], report: Callable[[str], None], tree: ProcessTree
) -> Iterator[Source]:
    import pynvml  # noqa: PLC0415 -- only where there are GPUs

    from bakeoff.telemetry.gpuprocesses import Others  # noqa: PLC0415 -- the same
    from bakeoff.telemetry.nvml import Gpus  # noqa: PLC0415 -- the same

    gpus = Gpus(devices, pynvml, report)
    yield gpus
    if gpus.any:
        yield Others(devices, pynvml, report, tree.owns)


class Timetable:
    """When each source is due.

    Samples that could not be taken in time are left out, not made up for.

    Args:
        sources: What to sample, from now on.
        file: The spool.
    """

    def __init__(self, sources: Iterator[Source], file: FileIO) -> None:
        self._file = file
        self._sources = list(sources)
        began_ns = time.perf_counter_ns()
        self._due_ns = [began_ns] * len(self._sources)

    def patience_s(self) -> float:
        """Return the time until the next source is due."""
        return max(0.0, (min(self._due_ns) - time.perf_counter_ns()) / 1e9)

    def run(self) -> None:
        """Sample the sources that are due."""
        for number, source in enumerate(self._sources):
            now_ns = time.perf_counter_ns()
            late_ns = now_ns - self._due_ns[number]
            if late_ns >= 0:
                write_samples(self._file, source.name, now_ns, source.sample(now_ns))
                self._due_ns[number] = now_ns + source.period_ns - late_ns % source.period_ns


if __name__ == "__main__":
    main(*sys.argv[1:])
