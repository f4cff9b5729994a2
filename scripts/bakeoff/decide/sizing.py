"""How large a probe is: the requests before which none passes, and those that end it."""

from bakeoff.decide.search import ERROR, MOST_HOLDS, STEP_PASS_ERROR, Kind
from bakeoff.decide.sequential import least_to_pass
from bakeoff.decide.slo import OVER

#: Requests of a probe at most, in multiples of those of a clear pass. What is not decided by
#: then has between 2 and 10 % over its limit, where a P95 allows 5 % (``bench/search.py``).
MOST_TIMES = 8


def least_requests(level: int, kind: Kind) -> int:
    """Return the requests that a level takes to pass, with nothing over its limit.

    At least one for each stream: a stall that hits all requests in flight is one event,
    however many streams there are.
    """
    error = ERROR / MOST_HOLDS if kind == "hold" else STEP_PASS_ERROR
    return max(level, least_to_pass(OVER, error))


def most_requests(level: int, kind: Kind) -> int:
    """Return the requests after which a probe that is not decided is given up."""
    return MOST_TIMES * least_requests(level, kind)
