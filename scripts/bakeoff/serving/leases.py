"""GPUs of a job's own, for as long as it needs them.

Each GPU has a file in a folder of this user, named by its UUID; who has locked it
(``flock``) holds the lease. The kernel drops the lock with the last process that has the file
open, so a lease survives nothing: no time-out, nothing to clean up. What stands in the file
is only who to name when somebody else wants it.

A lease keeps jobs of one user on one machine apart. Everybody else is seen by NVML: a GPU on
which a process computes already is not taken.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bakeoff.errors import HarnessError
from bakeoff.serving import devices, marker, processes
from bakeoff.serving.locks import lock, lock_folder
from bakeoff.serving.visible import Gpu, visible_gpus
from bakeoff.telemetry.gpuprocesses import GpuProcess, compute_processes

#: Time that the driver gets to let go of processes that have ended or are being ended, in s.
SETTLE_S = 10.0
_POLL_S = 0.2


@dataclass(frozen=True)
class _Obstacle:
    """Why a GPU cannot be had; ``passing`` if it will be gone in a moment."""

    text: str
    passing: bool = False


@dataclass(frozen=True)
class _Wish:
    """What a job asks for; as the arguments of :func:`leased`."""

    gpus: int
    subject: str
    folder: Path
    settle_s: float


@contextmanager
def leased(
    gpus: int,
    environ: Mapping[str, str],
    *,
    subject: str = "",
    nvml: Any = None,
    folder: Path | None = None,
    settle_s: float = SETTLE_S,
) -> Iterator[tuple[str, ...]]:
    """Hold free GPUs for as long as the block lasts.

    Without NVML there are no leases: the first visible GPUs are given, unasked.

    Args:
        gpus: How many; for 0 nothing is done.
        environ: Environment of the job or the candidate; only GPUs that its
            ``CUDA_VISIBLE_DEVICES``, where set, names are taken.
        subject: Whom they are for, which others are told that want them.
        nvml: The module ``pynvml`` or what stands in for it; ``pynvml`` if left out.
        folder: Folder of the locks; one of this user if left out.
        settle_s: Longest wait for processes that are ending.

    Yields:
        NVML indices, as text.

    Raises:
        HarnessError: If there are not so many free ones, naming each GPU and what is in the
            way.
    """
    if not gpus:
        yield ()
        return
    nvml = _loaded() if nvml is None else nvml
    if nvml is None or not _initialised(nvml):
        yield devices.chosen(gpus, environ)
        return
    with ExitStack() as held:
        try:
            wish = _Wish(gpus, subject, folder or lock_folder(), settle_s)
            taken = _take(nvml, visible_gpus(nvml, environ), wish, held)
        finally:
            nvml.nvmlShutdown()
        yield tuple(gpu.index for gpu in taken)


def _loaded() -> Any:
    try:
        import pynvml  # noqa: PLC0415 -- only where there are GPUs
    except ImportError:
        return None
    return pynvml


def _initialised(nvml: Any) -> bool:
    try:
        nvml.nvmlInit()
    except nvml.NVMLError:
        return False
    return True


def _take(nvml: Any, visible: list[Gpu], wish: _Wish, held: ExitStack) -> list[Gpu]:
    """Lock free GPUs until the stack unwinds; wait while what is in the way is passing.

    Raises:
        HarnessError: If there are too few.
    """
    until = time.monotonic() + wish.settle_s
    while True:
        with ExitStack() as trial, ExitStack() as choosing:
            # One job chooses at a time: two that want two GPUs would each lock one.
            lock(wish.folder / "choosing.lock", wait=True, stack=choosing)
            taken, obstacles = _free(nvml, visible, wish, trial)
            if len(taken) == wish.gpus:
                for gpu in taken:
                    _sign(wish.folder / f"{gpu.uuid}.lock", wish.subject)
                held.enter_context(trial.pop_all())
                return taken
        enough = len(taken) + sum(one.passing for one in obstacles) >= wish.gpus
        if not enough or time.monotonic() >= until:
            raise HarnessError(_refusal(visible, obstacles, wish))
        time.sleep(_POLL_S)


def _free(
    nvml: Any, visible: list[Gpu], wish: _Wish, trial: ExitStack
) -> tuple[list[Gpu], list[_Obstacle]]:
    """Lock as many free GPUs as are wanted; return them and why others cannot be had."""
    taken: list[Gpu] = []
    obstacles: list[_Obstacle] = []
    for gpu in visible:
        if len(taken) == wish.gpus:
            break
        path = wish.folder / f"{gpu.uuid}.lock"
        with ExitStack() as attempt:
            if not lock(path, wait=False, stack=attempt):
                obstacles.append(_Obstacle(f"GPU {gpu.index} is leased to {_holder(path)}"))
            elif obstacle := _obstacle(nvml, gpu):
                obstacles.append(obstacle)
            else:
                trial.enter_context(attempt.pop_all())
                taken.append(gpu)
    return taken, obstacles


def _obstacle(nvml: Any, gpu: Gpu) -> _Obstacle | None:
    """Return what makes a GPU useless to measure on, None for nothing.

    What the driver does not tell is taken as nothing.
    """
    try:
        if nvml.nvmlDeviceGetMigMode(gpu.handle)[0]:
            return _Obstacle(f"GPU {gpu.index} is divided (MIG mode): switch MIG off to use it")
    except nvml.NVMLError:
        pass
    try:
        found = compute_processes(nvml, gpu.handle)
    except nvml.NVMLError:
        return None
    if not found:
        return None
    text = f"GPU {gpu.index} is used by {', '.join(map(str, found))}"
    return _Obstacle(text, passing=all(map(_ending, found)))


def _ending(process: GpuProcess) -> bool:
    """Say whether a process has ended, or is a server's whose job has."""
    found = processes.stat(process.pid)
    if found is None or found.state in "ZX":
        return True
    mark = marker.read(process.pid)
    return mark is not None and not mark.job_alive


def _sign(path: Path, subject: str) -> None:
    """Write into a file that we have locked who we are."""
    path.write_text(json.dumps({"pid": os.getpid(), "subject": subject}), encoding="utf-8")


def _holder(path: Path) -> str:
    """Return who has locked a file, as it says."""
    try:
        signed = json.loads(path.read_text(encoding="utf-8"))
        return f"pid {signed['pid']} ({signed['subject'] or processes.command(signed['pid'])})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another job"


def _refusal(visible: list[Gpu], obstacles: list[_Obstacle], wish: _Wish) -> str:
    who = f"{wish.subject}: " if wish.subject else ""
    if wish.gpus > len(visible):
        return (
            f"{who}gpus is {wish.gpus}, but {len(visible)} are visible; lower gpus, or name more "
            "in CUDA_VISIBLE_DEVICES"
        )
    return (
        f"{who}gpus is {wish.gpus}, but too few of {len(visible)} are free: "
        f"{'; '.join(one.text for one in obstacles)}; end what is in the way or wait for it, run "
        "fewer jobs at a time (resource measurement), or name free GPUs in CUDA_VISIBLE_DEVICES"
    )
