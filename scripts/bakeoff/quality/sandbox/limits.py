"""What a program in the sandbox may use."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a program may use, all its calls together; the interpreter's own share counts as well.

    Attributes:
        fuel: WebAssembly instructions, about 10^10 a second: the same program stops at the same
            place on every machine, however busy that is.
        wall_s: Time until its worker is killed, in s; for programs that wait and do nothing.
        memory_bytes: Memory of the interpreter; about 40 MB are taken before the program begins.
        stack_bytes: WebAssembly's call stack.
        output_bytes: What it may print; what is printed is not kept.
        value_characters: Length of one returned value as a literal.
        result_characters: Length of all that comes back, in JSON.
        source_characters: Length of the program.
        worker_data_bytes: Memory of the worker process, a second fence around the first.
    """

    fuel: int = 30_000_000_000
    wall_s: float = 15.0
    memory_bytes: int = 256 * 2**20
    stack_bytes: int = 2 * 2**20
    output_bytes: int = 2**20
    value_characters: int = 100_000
    result_characters: int = 4_000_000
    source_characters: int = 200_000
    worker_data_bytes: int = 1536 * 2**20

    def as_json(self) -> dict[str, Any]:
        """Return the limits as they are written into records."""
        return asdict(self)
