"""The suites that come with bakeoff: each folder here that holds a ``SUITE``.

To add one, make a folder with an ``__init__.py`` whose ``SUITE`` is a
:class:`~bakeoff.quality.items.Suite`, as ``math/`` does.
"""

import pkgutil
from functools import cache
from importlib import import_module

from bakeoff.quality.items import Suite


@cache
def names() -> tuple[str, ...]:
    """Return the names of the suites, sorted."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__) if found.ispkg))


@cache
def get(name: str) -> Suite:
    """Return a suite by its name.

    Raises:
        KeyError: If there is none.
    """
    if name not in names():
        raise KeyError(name)
    suite: Suite = import_module(f"{__name__}.{name}").SUITE
    return suite
