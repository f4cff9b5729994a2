"""Imports the standard library while the component is built: later there are no files."""

import contextlib
import importlib
import pkgutil
import sys

#: Packages whose modules are imported lazily or by name only.
_WHOLE = (
    "asyncio",
    "collections",
    "concurrent.futures",
    "email",
    "encodings",
    "html",
    "http",
    "importlib",
    "json",
    "logging",
    "unittest",
    "urllib",
    "xml.dom",
    "xml.etree",
)
#: Modules that print, open a window or a browser, or are no library.
_NOT = {"__main__", "antigravity", "idlelib", "this", "turtle", "turtledemo"}
#: ``sys.maxsize`` of a 64-bit Python, which answers take for infinity; the guest has 32 bits.
_MAXSIZE = 2**63 - 1


def import_all() -> None:
    """Import every module of the standard library that this Python has."""
    for name in sorted(sys.stdlib_module_names - _NOT):
        _try(name)
    for package in _WHOLE:
        for found in pkgutil.iter_modules(importlib.import_module(package).__path__):
            if found.name != "__main__":
                _try(f"{package}.{found.name}")


def look_usual() -> None:
    """Let this Python look like those that answers are written for."""
    sys.maxsize = _MAXSIZE


def _try(name: str) -> None:
    with contextlib.suppress(Exception):  # not every module exists on every platform
        importlib.import_module(name)
