"""The search for the maximum stable concurrency in words."""

from bakeoff.decide.search import Found, Kind


def label(level: int, kind: Kind) -> str:
    """Return what a probe does: ``4 streams``, or ``holding 4 streams``."""
    return f"holding {_streams(level)}" if kind == "hold" else _streams(level)


def _streams(level: int) -> str:
    return f"{level} {'stream' if level == 1 else 'streams'}"


def summary(found: Found) -> str:
    """Return the answer in words."""
    if found.failing is None:
        return f"stable at {_streams(found.level or 0)}, the most that were asked for"
    why = f"{found.failing.level} failed: {found.failing.outcome.reason}"
    if found.level == 0:
        return f"not stable at a single stream; {why}"
    if found.level is None:
        return f"no level held that was tried; {why}"
    return f"stable at {_streams(found.level)}; {why}"
