"""One program in an interpreter of its own, made for it and thrown away after it."""

import errno
import json
from dataclasses import dataclass
from typing import Final

from wasmtime import Engine, ExitTrap, Store, Trap, WasiConfig, WasmtimeError
from wasmtime.component import Component, Linker

from bakeoff.quality.sandbox.limits import Limits
from bakeoff.quality.sandbox.programs import Program, RunResult
from bakeoff.quality.sandbox.protocol import ForgedError, readable, result_of

#: What wasmtime says, to what became of the program.
_TRAPS: Final = (
    ("all fuel consumed", "timeout", "it ran longer than it may"),
    ("call stack exhausted", "memory", "the call stack is exhausted"),
    ("unreachable", "exited", "the interpreter gave up"),
)
#: What an interpreter says on its way out when there was no memory left.
_NO_MEMORY: Final = (b"memory allocation of", b"MemoryError")


@dataclass(frozen=True)
class Sandbox:
    """A component that is ready to be run.

    Attributes:
        engine: The engine that it is compiled for.
        component: The guest.
        linker: What the guest is given: WASI's interfaces, with nothing behind them.
        limits: What a program may use.
    """

    engine: Engine
    component: Component
    linker: Linker
    limits: Limits


def open_sandbox(engine: Engine, component: Component, limits: Limits) -> Sandbox:
    """Return a sandbox around a component."""
    linker = Linker(engine)
    linker.add_wasip2()
    return Sandbox(engine, component, linker, limits)


class _Output:
    """Counts what is printed, keeps the end of it, and fails every write beyond the limit."""

    def __init__(self, limit_bytes: int) -> None:
        self._left = limit_bytes
        self.tail = b""

    @property
    def flooded(self) -> bool:
        return self._left < 0

    def take(self, data: bytes) -> int | None:
        self._left -= len(data)
        self.tail = (self.tail + data)[-1000:]
        return -errno.EFBIG if self.flooded else None


def run(sandbox: Sandbox, program: Program) -> RunResult:
    """Run a program; whatever it does becomes a result.

    Time spent waiting is not limited here: whoever calls this must be able to be killed.
    """
    limits = sandbox.limits
    printed = _Output(limits.output_bytes)
    try:
        text = _called(sandbox, program, printed)
    except (WasmtimeError, Trap) as error:
        result = _trapped(error, printed)
    except MemoryError:
        result = RunResult(status="memory", error="what came back does not fit into the worker")
    else:
        result = _told(text, len(program.cases), limits)
    if printed.flooded:
        return RunResult(status="output", error=f"it printed over {limits.output_bytes} bytes")
    return result


def _called(sandbox: Sandbox, program: Program, printed: _Output) -> str:
    """Return what the guest returns.

    Raises:
        WasmtimeError: If it trapped or left.
    """
    limits = sandbox.limits
    request = {
        "source": program.source,
        "function": program.function,
        "cases": program.cases,
        "characters": limits.value_characters,
    }
    wasi = WasiConfig()  # no arguments, environment, folders, network or input
    wasi.stdout_custom = printed.take
    wasi.stderr_custom = printed.take
    store = Store(sandbox.engine)
    try:
        store.set_wasi(wasi)
        store.set_limits(memory_size=limits.memory_bytes)
        store.set_fuel(limits.fuel)
        function = sandbox.linker.instantiate(store, sandbox.component).get_func(store, "run")
        if function is None:
            raise WasmtimeError("the component has no function run")
        return str(function(store, json.dumps(request)))
    finally:
        store.close()


def _told(text: str, cases: int, limits: Limits) -> RunResult:
    if len(text) > limits.result_characters:
        return RunResult(status="output", error=f"its results take {len(text)} characters")
    try:
        return result_of(text, cases, limits)
    except ForgedError as error:
        return RunResult(status="forged", error=str(error))


def _trapped(error: Exception, printed: _Output) -> RunResult:
    """Return what a trap means; the last line of wasmtime's message is its cause."""
    if isinstance(error, ExitTrap):
        return RunResult(status="exited", error=f"exit status {error.code}")
    cause = str(error).strip().rpartition("\n")[2].strip()
    if any(words in printed.tail for words in _NO_MEMORY):
        return RunResult(status="memory", error="the interpreter ran out of memory")
    for words, status, meaning in _TRAPS:
        if words in cause:
            return RunResult(status=status, error=meaning)
    return RunResult(status="exited", error=readable(cause))
