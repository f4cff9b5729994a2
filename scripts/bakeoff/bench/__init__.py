"""Benches of bakeoff itself: one module each, found by name.

A module of this folder with a function ``main(arguments) -> int`` is a bench of that
module's name: it prints what it measured and returns 0 unless a bar that it checks was
missed. ``make bench`` runs those that check a bar.
"""

import importlib
import pkgutil
from collections.abc import Callable

#: Benches that check a bar, in the order in which they run when none is named.
BARS = ("client_error", "database")

Main = Callable[[list[str] | None], int]


def benches() -> dict[str, Main]:
    """Return the function of every bench by its name."""
    modules = {
        module.name: importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    }
    return {name: module.main for name, module in modules.items() if hasattr(module, "main")}
