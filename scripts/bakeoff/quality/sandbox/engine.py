"""wasmtime, set up the same way wherever it compiles or runs the guest.

Run as a program, it compiles a component to machine code: ``COMPONENT COMPILED STACK_BYTES``.
That takes seconds, once; a worker then only maps the file. wasmtime ends the whole process
when it is misused, so that this is never done in a job's own process.
"""

from pathlib import Path

from wasmtime import Config, Engine
from wasmtime.component import Component


def engine_of(stack_bytes: int) -> Engine:
    """Return an engine that counts instructions and has a call stack of this size, in bytes."""
    config = Config()
    config.consume_fuel = True
    config.max_wasm_stack = stack_bytes
    return Engine(config)


def main(arguments: list[str]) -> None:
    """Compile a component.

    Args:
        arguments: The component, the file to write, and the size of the call stack in bytes.
    """
    component, compiled, stack_bytes = arguments
    built = Component.from_file(engine_of(int(stack_bytes)), component)
    Path(compiled).write_bytes(built.serialize())
