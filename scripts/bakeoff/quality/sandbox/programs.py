"""What the sandbox takes and gives: programs in, values out; no verdicts."""

from dataclasses import dataclass
from typing import Final

#: What can become of one call.
CASE_STATUSES: Final = ("ok", "exception", "unencodable")

#: What can become of a whole program.
RUN_STATUSES: Final = (
    "ok",
    "exception",
    "no_function",
    "timeout",
    "memory",
    "output",
    "exited",
    "forged",
    "sandbox_unavailable",
)


@dataclass(frozen=True, kw_only=True)
class Program:
    """Code that nobody vouches for, and the calls to make.

    Attributes:
        source: The answer's code, a Python module.
        function: Name of the function to call.
        cases: Each the Python literal of a tuple of positional arguments.
    """

    source: str
    function: str
    cases: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CaseResult:
    """What one call returned.

    Attributes:
        status: ``ok``; ``exception``: the call raised; ``unencodable``: the value is of no plain
            type, or too large or too deep to be written down.
        value: The value as a Python literal; None unless ``ok``.
        error: Type and message of the exception, or why the value could not be written down;
            None where ``ok``.
    """

    status: str
    value: str | None = None
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """What became of a program.

    Attributes:
        status: ``ok``: every call was made and ``cases`` tells of each; ``exception``: the module
            raised before a call was made; ``no_function``: it has no function of this name;
            ``timeout``, ``memory``, ``output``: a limit was passed; ``exited``: it left
            through an exit; ``forged``: what came back is not what the sandbox writes;
            ``sandbox_unavailable``: nothing was run.
        cases: One for each of the program's cases, in their order; empty unless ``ok``.
        error: What happened, for people; None where ``ok``.
    """

    status: str
    cases: tuple[CaseResult, ...] = ()
    error: str | None = None
