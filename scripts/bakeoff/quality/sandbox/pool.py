"""Hands programs to workers, kills those that take too long, and gives results in order."""

import ast
import selectors
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from bakeoff.errors import HarnessError
from bakeoff.progress import say
from bakeoff.quality.sandbox.handle import Handle, WorkerDiedError
from bakeoff.quality.sandbox.limits import Limits
from bakeoff.quality.sandbox.programs import Program, RunResult
from bakeoff.quality.sandbox.protocol import ForgedError, told_by_worker
from bakeoff.quality.sandbox.record import SandboxUnavailableError, ready

#: Longest that a worker may take to start.
_STARTS_WITHIN_S: Final = 60.0
#: Longest that a worker may take from the first byte of a result to the last.
_TELLS_WITHIN_S: Final = 10.0
#: Workers that may end on a program before it is the program's doing.
_TRIES: Final = 2


def run_programs(
    record: Path | None,
    programs: Sequence[Program],
    *,
    workers: int,
    on_done: Callable[[int], None] = lambda _done: None,
) -> Iterator[RunResult]:
    """Yield what became of each program, in their order; nothing that one does raises here.

    Args:
        record: ``sandbox.json``; where it is None or says that there is no sandbox, or its
            component has changed, every result is ``sandbox_unavailable``.
        programs: What to run.
        workers: Programs to run at the same time, at least 1.
        on_done: Called with the programs done so far.

    Raises:
        HarnessError: If a case is no literal of a tuple.
    """
    for program in programs:
        _check(program)
    done = 0
    try:
        for result in _results(record, programs, workers, on_done):
            yield result
            done += 1
    except SandboxUnavailableError as error:
        lost = RunResult(status="sandbox_unavailable", error=str(error))
        yield from [lost] * (len(programs) - done)


def _check(program: Program) -> None:
    for case in program.cases:
        try:
            arguments = ast.literal_eval(case)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            arguments = None
        if type(arguments) is not tuple:
            raise HarnessError(
                f"a case of {program.function} is {case[:80]!r}, which is no Python literal of a "
                "tuple of arguments; correct the suite"
            )


def _results(
    record: Path | None,
    programs: Sequence[Program],
    workers: int,
    on_done: Callable[[int], None],
) -> Iterator[RunResult]:
    sandbox = ready(record)
    with tempfile.TemporaryDirectory(prefix="bakeoff-sandbox-") as folder:
        compiled = sandbox.compiled or _compiled_here(
            sandbox.component, Path(folder), sandbox.limits
        )
        pool = _Pool(compiled, sandbox.limits, programs, on_done)
        try:
            yield from pool.run(workers)
        finally:
            pool.close()


def _compiled_here(component: Path, folder: Path, limits: Limits) -> Path:
    """Compile a component for this machine and wasmtime, for this run only."""
    from bakeoff.quality.sandbox.build import compile_component  # noqa: PLC0415 -- workers do without

    say("sandbox · compiling it again: it was built on another machine or with another wasmtime")
    compiled = folder / "guest.cwasm"
    compile_component(component, compiled, limits)
    return compiled


@dataclass
class _Slot:
    """A worker and what it does.

    Attributes:
        worker: The process.
        until: Monotonic time at which it is killed, in s; None while it waits for orders.
        place: The program it runs; None while it starts or waits.
        ready: Whether it can run programs.
        telling: Whether it has begun to tell a result, which was then done in time.
    """

    worker: Handle
    until: float | None
    place: int | None = None
    ready: bool = False
    telling: bool = False


class _Pool:
    """Workers, the programs that wait for one, and the results that are there."""

    def __init__(
        self,
        compiled: Path,
        limits: Limits,
        programs: Sequence[Program],
        on_done: Callable[[int], None],
    ) -> None:
        self._compiled, self._limits, self._programs = compiled, limits, programs
        self._on_done = on_done
        self._waiting = deque(range(len(programs)))
        self._deaths = [0] * len(programs)
        self._results: dict[int, RunResult] = {}
        self._done = 0
        self._selector = selectors.DefaultSelector()

    def run(self, workers: int) -> Iterator[RunResult]:
        """Yield the results in the programs' order.

        Raises:
            SandboxUnavailableError: If a worker cannot start.
        """
        for place, program in enumerate(self._programs):
            if len(program.source) > self._limits.source_characters:
                self._waiting.remove(place)
                self._finish(place, RunResult(status="exception", error="the code is too long"))
        for _ in range(min(max(1, workers), len(self._waiting))):
            self._start()
        for place in range(len(self._programs)):
            while place not in self._results:
                self._step()
            yield self._results.pop(place)

    def close(self) -> None:
        """Kill all workers."""
        for slot in self._slots():
            slot.worker.close()
        self._selector.close()

    def _slots(self) -> list[_Slot]:
        return [key.data for key in self._selector.get_map().values()]

    def _start(self) -> None:
        try:
            worker = Handle(self._compiled, self._limits)
        except (WorkerDiedError, OSError) as error:
            raise SandboxUnavailableError(f"a worker did not start: {error}") from error
        slot = _Slot(worker, until=time.monotonic() + _STARTS_WITHIN_S)
        self._selector.register(worker, selectors.EVENT_READ, slot)

    def _step(self) -> None:
        """Wait until a worker says something or its time is over, and act on it."""
        ends = [slot.until for slot in self._slots() if slot.until is not None]
        wait_s = max(0.0, min(ends) - time.monotonic()) if ends else None
        # What has been said meanwhile comes first: we may have been away for longer than that.
        for key, _ in self._selector.select(wait_s):
            self._hear(key.data)
        now = time.monotonic()
        for slot in self._slots():
            if slot.until is not None and slot.until <= now:
                self._overdue(slot)

    def _hear(self, slot: _Slot) -> None:
        try:
            message = slot.worker.message()
            if message is not None:
                self._take(slot, message)
                self._next(slot)
            elif not slot.telling:
                slot.telling, slot.until = True, time.monotonic() + _TELLS_WITHIN_S
        except (WorkerDiedError, ForgedError, KeyError, TypeError) as error:
            self._died(slot, str(error))

    def _take(self, slot: _Slot, message: dict[str, Any]) -> None:
        """Take in what a worker says.

        Raises:
            SandboxUnavailableError: If it cannot run programs.
            ForgedError: If no worker says this.
        """
        if not slot.ready:
            if (reason := message.get("unavailable")) is not None:
                raise SandboxUnavailableError(str(reason))
            slot.ready = True
        elif slot.place is None:
            raise ForgedError("it spoke unasked")
        else:
            cases = len(self._programs[slot.place].cases)
            self._finish(slot.place, told_by_worker(message["result"], cases))

    def _next(self, slot: _Slot) -> None:
        """Give a worker the next program, if there is one."""
        slot.place, slot.until, slot.telling = None, None, False
        if self._waiting:
            slot.place = self._waiting.popleft()
            slot.until = time.monotonic() + self._limits.wall_s
            slot.worker.send(asdict(self._programs[slot.place]))

    def _overdue(self, slot: _Slot) -> None:
        if slot.place is None:
            raise SandboxUnavailableError(f"a worker did not start in {_STARTS_WITHIN_S:.0f} s")
        error = f"it was not done in {self._limits.wall_s:g} s"
        self._finish(slot.place, RunResult(status="timeout", error=error))
        self._replace(slot)

    def _died(self, slot: _Slot, how: str) -> None:
        """Try its program once more in another worker: it may not have been its doing."""
        if not slot.ready:
            raise SandboxUnavailableError(f"a worker did not start: {how}")
        if slot.place is not None:
            self._deaths[slot.place] += 1
            if self._deaths[slot.place] < _TRIES:
                self._waiting.appendleft(slot.place)
            else:
                error = f"its worker died {_TRIES} times: {how}"
                self._finish(slot.place, RunResult(status="exited", error=error))
        self._replace(slot)

    def _replace(self, slot: _Slot) -> None:
        self._selector.unregister(slot.worker)
        slot.worker.close()
        if self._waiting:
            self._start()

    def _finish(self, place: int, result: RunResult) -> None:
        self._results[place] = result
        self._done += 1
        self._on_done(self._done)
