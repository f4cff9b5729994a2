"""What published figures are checked for: one module each, found by itself.

A module of this folder that binds ``CHECK`` is a check; see
:class:`bakeoff.published.checks.base.Check`. To add one, copy ``percentiles.py`` (about cells of
tables) or ``differences.py`` (about claims).
"""

import importlib
import pkgutil
from functools import cache

from bakeoff.published.checks.base import Check


@cache
def checks() -> tuple[Check, ...]:
    """Return all checks in the order in which they are shown."""
    modules = [
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    ]
    found = [module.CHECK for module in modules if hasattr(module, "CHECK")]
    return tuple(sorted(found, key=lambda check: (check.position, check.id)))


def get(check_id: str) -> Check:
    """Return the check of this id.

    Raises:
        KeyError: If there is none.
    """
    return {check.id: check for check in checks()}[check_id]
