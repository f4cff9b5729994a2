"""The sampling process: ``python -m bakeoff.telemetry.sampler SPOOL [GPU ...]``.

A process of its own, so that sampling never holds up the measuring client. It samples the
GPUs from its start on and, once a line with a process id arrives on standard input, that
process's tree. Each sample is one line in the spool file, written at once, so that nothing
is lost whatever ends the process; what people should know of the samples is a line that
begins with ``#``. It ends with its standard input, or with its parent.
"""

import os
import selectors
import signal
import sys
import time
from collections.abc import Callable, Sequence
from io import FileIO
from pathlib import Path

from bakeoff.serving import processes
from bakeoff.telemetry.nvml import Gpus
from bakeoff.telemetry.process import ProcessTree
from bakeoff.telemetry.source import Source


def main(spool: str, *devices: str) -> None:
    """Sample into the spool until standard input ends."""
    processes.die_with_parent(signal.SIGKILL)
    # Ctrl-C reaches the whole group; the job ends us once its server is stopped.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    began_ns = time.perf_counter_ns()
    with FileIO(Path(spool), "w") as file, selectors.DefaultSelector() as selector:
        sources = _gpus(devices, lambda text: _write(file, f"# {text}\n"))
        selector.register(sys.stdin, selectors.EVENT_READ)
        due_ns = dict.fromkeys(sources, began_ns)
        while True:
            now_ns = time.perf_counter_ns()
            patience_s = (min(due_ns.values()) - now_ns) / 1e9 if due_ns else None
            if selector.select(patience_s):
                order = os.read(sys.stdin.fileno(), 4096)
                if not order:
                    break
                sources["process"] = ProcessTree(int(order.split()[-1]))
                due_ns["process"] = now_ns
            for name, source in sources.items():
                due_ns[name] = _sample(source, due_ns[name], file)


def _gpus(devices: Sequence[str], report: Callable[[str], None]) -> dict[str, Source]:
    if not devices:
        return {}
    import pynvml  # noqa: PLC0415 -- only where there are GPUs

    return {"nvml": Gpus(devices, pynvml, report)}


def _sample(source: Source, due_ns: int, file: FileIO) -> int:
    """Sample a source if it is due, and return when it is due next.

    Samples that could not be taken in time are left out, not made up for.
    """
    now_ns = time.perf_counter_ns()
    if now_ns < due_ns:
        return due_ns
    lines = (
        f"{now_ns},{source.name},{one.device},{one.name},{one.value!r}\n"
        for one in source.sample(now_ns)
    )
    _write(file, "".join(lines))
    return now_ns + source.period_ns - (now_ns - due_ns) % source.period_ns


def _write(file: FileIO, text: str) -> None:
    file.write(text.encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
