"""A process that runs programs one after the other, until it is killed or its parent is gone.

Its orders come on standard input and its results go to standard output, a JSON object on a
line each: first ``{compiled, limits, parent}``, answered by ``{ready}`` or ``{unavailable}``,
then programs, each answered by ``{result}``.
"""

import json
import os
import resource
import signal
import sys
from dataclasses import asdict
from typing import Any, BinaryIO, Final

from wasmtime import WasmtimeError
from wasmtime.component import Component

from bakeoff.quality.sandbox.engine import engine_of
from bakeoff.quality.sandbox.instance import Sandbox, open_sandbox, run
from bakeoff.quality.sandbox.limits import Limits
from bakeoff.quality.sandbox.programs import Program
from bakeoff.serving.processes import die_with_parent

#: A worker that cannot run this runs nothing.
CONTROL: Final = Program(
    source="def control(x):\n    return [x, 'ok']\n", function="control", cases=("(1,)",)
)
_EXPECTED: Final = "[1, 'ok']"


def main(_arguments: list[str]) -> None:
    """Work off standard input."""
    die_with_parent(signal.SIGKILL)
    told = _taken_over_output()
    order = json.loads(sys.stdin.buffer.readline() or b"{}")
    if order.get("parent") != os.getppid():
        return  # the parent died before the kernel knew that we go with it
    sandbox = _opened(order["compiled"], Limits(**order["limits"]))
    if isinstance(sandbox, str):
        _tell(told, {"unavailable": sandbox})
        return
    _fence(sandbox.limits)
    _tell(told, {"ready": True})
    for line in sys.stdin.buffer:
        order = json.loads(line)
        program = Program(
            source=order["source"], function=order["function"], cases=tuple(order["cases"])
        )
        _tell(told, {"result": asdict(run(sandbox, program))})


def _opened(compiled: str, limits: Limits) -> Sandbox | str:
    """Return the sandbox, or why there is none."""
    engine = engine_of(limits.stack_bytes)
    try:
        component = Component.deserialize_file(engine, compiled)
    except WasmtimeError as error:
        return f"its machine code does not fit this machine: {error}"
    sandbox = open_sandbox(engine, component, limits)
    result = run(sandbox, CONTROL)
    if result.status != "ok" or result.cases[0].value != _EXPECTED:
        return f"the control program came back as {result}"
    return sandbox


def _fence(limits: Limits) -> None:
    """Limit this process too: no core dumps, no files to write, so much memory, few handles."""
    data = limits.worker_data_bytes
    for what, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_DATA, data),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (value, value))


def _taken_over_output() -> BinaryIO:
    """Return standard output, and let whatever else is printed in this process go nowhere."""
    told = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return told


def _tell(told: BinaryIO, message: dict[str, Any]) -> None:
    told.write(json.dumps(message).encode("ascii") + b"\n")
    told.flush()
