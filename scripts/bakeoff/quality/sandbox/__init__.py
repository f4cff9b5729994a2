"""Runs code that nobody vouches for: CPython on WASI under wasmtime, in killable workers.

`guest/` is the Python program inside, which `build` makes a component of; `record` says what
was built. `pool` hands programs to workers and kills those that wait; a `worker` runs each in
an interpreter of its own (`instance`); `protocol` reads what comes out. What comes out are
values, never verdicts.
"""

from bakeoff.quality.sandbox.pool import run_programs
from bakeoff.quality.sandbox.programs import CaseResult, Program, RunResult

__all__ = ["CaseResult", "Program", "RunResult", "run_programs"]
