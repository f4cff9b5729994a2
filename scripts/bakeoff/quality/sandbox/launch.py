"""Starts Python processes that inherit nothing: no environment, no input, no search path."""

import sys
from pathlib import Path
from typing import Final

_SCRIPTS: Final = Path(__file__).parents[3]
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); from importlib import import_module; "
    "import_module(sys.argv[2]).main(sys.argv[3:])"
)
#: The whole environment of such a process.
ENVIRONMENT: Final[dict[str, str]] = {}


def command(module: str, *arguments: str) -> list[str]:
    """Return the command line that calls ``main(arguments)`` of a module of this folder."""
    name = f"bakeoff.quality.sandbox.{module}"
    return [sys.executable, "-I", "-B", "-c", _START, str(_SCRIPTS), name, *arguments]
