"""Serving engines: one module each, found by name.

A module of this folder that binds ``ENGINE`` is an engine of that module's name; the
seam is :class:`bakeoff.engines.base.Engine`. To add one, copy ``vllm.py`` (managed: we
start it) or ``external.py`` (it is already running).
"""

import importlib
import pkgutil
from functools import cache

from bakeoff.engines.base import Engine


@cache
def _engines() -> dict[str, Engine]:
    """Import every module of this folder and collect the engines among them."""
    modules = [
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    ]
    found = [module.ENGINE for module in modules if hasattr(module, "ENGINE")]
    return {engine.name: engine for engine in sorted(found, key=lambda engine: engine.name)}


def names() -> tuple[str, ...]:
    """Return the names of all engines, sorted."""
    return tuple(_engines())


def get(name: str) -> Engine:
    """Return the engine of this name.

    Raises:
        KeyError: If there is no such engine.
    """
    return _engines()[name]
