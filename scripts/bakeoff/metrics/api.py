"""Metrics of the API: which share of the applicable checks passed."""

from functools import partial

from bakeoff.api.families import ERRORS
from bakeoff.metrics.base import Figure, Metric, Source

_STAGE = "api"
_COUNTS = (
    "SELECT count(*) FILTER (status = 'passed'), "
    "count(*) FILTER (status IN ('passed', 'failed')), "
    "count(*) FILTER (status = 'not_applicable') "
    "FROM api_checks WHERE candidate = ? AND (family = ?) = ?"
)


def _share(source: Source, *, errors: bool) -> Figure:
    """Return the share of applicable checks that passed, of error probes or of all others.

    The checks are a fixed list and no sample of anything, so there is nothing that an interval
    could come from: the figure is exact, and both of its ends are the value. A server that died
    during the suite failed the stage, and has no figure.
    """
    if reason := source.unmeasured.get(_STAGE):
        return Figure(notes=(reason,))
    found = source.connection.execute(_COUNTS, [source.candidate, ERRORS, errors]).fetchone()
    passed, applicable, inapplicable = found or (0, 0, 0)
    if not applicable:
        return Figure(notes=("no check applies",))
    notes = [f"{passed} of {applicable} applicable checks passed"]
    if inapplicable:
        notes.append(f"{inapplicable} {'does' if inapplicable == 1 else 'do'} not apply")
    notes.append("a fixed list of checks: no sampling interval")
    share = passed / applicable
    return Figure(share, share, share, n=applicable, notes=tuple(notes))


_COUNTED = (
    "Checks that do not apply to a candidate count neither way. The list of checks is fixed and "
    "no sample: the figure is exact, without an interval. n counts the applicable checks."
)

METRICS = (
    Metric(
        id="api_compatibility",
        label="API checks passed",
        unit="1",
        direction="higher",
        stage=_STAGE,
        formula="Share of the applicable checks of the API suite that passed, those of wrong "
        f"requests left out. {_COUNTED}",
        measure=partial(_share, errors=False),
    ),
    Metric(
        id="api_error_clarity",
        label="Clear answers to wrong requests",
        unit="1",
        direction="higher",
        stage=_STAGE,
        formula="Share of the applicable checks with wrong requests that passed: the status is "
        "right, the error has the shape of the OpenAI API, and its message names what is wrong. "
        f"{_COUNTED}",
        measure=partial(_share, errors=True),
    ),
)
