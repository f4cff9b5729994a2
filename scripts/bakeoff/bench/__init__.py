"""Benches of bakeoff itself: one module each, found by name.

Every module of this folder is a bench of its name and has ``main(arguments) -> int``: it
prints what it measured and returns 0 unless a bar that it checks was missed. ``make
bench`` runs those that check a bar.
"""

import importlib
import pkgutil
from collections.abc import Callable

#: Benches that check a bar, in the order in which they run when none is named.
BARS = ("client_error", "database", "sampler", "search", "sandbox")

Main = Callable[[list[str] | None], int]


def names() -> tuple[str, ...]:
    """Return the names of all benches, sorted."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.ispkg))


def bench(name: str) -> Main:
    """Return the ``main`` of the bench of this name; only that bench is imported."""
    main: Main = importlib.import_module(f"{__name__}.{name}").main
    return main
