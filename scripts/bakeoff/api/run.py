"""Runs the checks on a live server, one by one, whatever each of them does."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from urllib.parse import urlsplit

import httpx2

from bakeoff.api import evidence, exchange
from bakeoff.api.asking import ENDPOINTS
from bakeoff.api.base import Check, CheckFailed, NotApplicable, Outcome, Target
from bakeoff.api.exchange import Api
from bakeoff.api.families import ERRORS
from bakeoff.api.recorder import Exchange, told
from bakeoff.errors import HarnessError

#: Longest wait for the answer of a server that may be gone, in seconds.
_ALIVE_WITHIN_S = 10.0
#: HTTP statuses that say that there is no such endpoint.
_NOT_SERVED = (404, 405, 501)
#: Checks without any answer, one after the other, after which no more are tried.
_SILENT = 3


def run_checks(
    target: Target, checks: Iterable[Check], *, leave_out: Collection[str] = ()
) -> Iterator[tuple[Check, Outcome]]:
    """Yield each check with its outcome, as soon as that is known.

    A check that raises is failed, with the reason. Where the server stops answering, the check
    that it happened in is failed, if it was the one to see it, and all later ones are
    ``not_answered``.

    Args:
        target: The server.
        checks: What to run, in order.
        leave_out: Families that nobody asked for; their checks are ``not_applicable``.

    Raises:
        HarnessError: If a check says that the harness is at fault.
    """
    gone, silent = "", 0
    with exchange.transport() as transport:
        for check in checks:
            if check.family in leave_out:
                reason: str | None = f"the configuration leaves the family {check.family} out"
            else:
                reason = check.applies(target)
            if reason is not None:
                yield check, Outcome(status="not_applicable", note=reason)
            elif gone:
                yield check, Outcome(status="not_answered", note=gone)
            else:
                outcome = run_check(target, check, transport)
                unanswered = outcome.status == "failed" and outcome.http_status is None
                silent = silent + 1 if unanswered else 0
                if outcome.status == "failed" and (silent >= _SILENT or not _alive(target)):
                    gone = f"the server stopped answering at the check {check.id}"
                    outcome = _of_the_dead(outcome)
                yield check, outcome


def run_check(target: Target, check: Check, transport: httpx2.BaseTransport) -> Outcome:
    """Run one check, and return its outcome with the evidence.

    Raises:
        HarnessError: If the check says that the harness is at fault.
    """
    api = Api(target, transport)
    try:
        note = check.run(api)
    except NotApplicable as reason:
        return _outcome(api, "not_applicable", str(reason))
    except HarnessError:
        raise
    except Exception as error:  # noqa: BLE001 -- any other is the answer's: nobody can use it
        if unserved := _unserved(check, api):
            return _outcome(api, "not_applicable", unserved)
        why = "" if isinstance(error, CheckFailed) else "the answer could not be used: "
        return _outcome(api, "failed", f"{why}{error if not why else told(error)}")
    return _outcome(api, "passed", note)


def _unserved(check: Check, api: Api) -> str | None:
    """Return which endpoint is not there where a check met nothing else.

    That it is not there is one failure, which the check of the endpoint itself says. Wrong
    requests are a matter of their own: there such a status may be what is asked for.
    """
    if check.family == ERRORS or not all(one.http_status in _NOT_SERVED for one in api.exchanges):
        return None
    met, base = {one.path for one in api.exchanges}, urlsplit(api.target.base_url).path
    for endpoint in ENDPOINTS:
        if met == {base + endpoint.path} and check.id != endpoint.name:
            return f"{endpoint.path} is not served, which the check {endpoint.name} says"
    return None


def _outcome(api: Api, status: str, note: str) -> Outcome:
    exchanges = api.exchanges
    key = api.target.api_key
    statuses = [one.http_status for one in exchanges if one.http_status is not None]
    return Outcome(
        status=status,  # type: ignore[arg-type]  # one of three literals, see above
        note=note.replace(key, "***") if key else note,
        request=evidence.request_text(exchanges, key),
        response=evidence.response_text(exchanges, key),
        http_status=statuses[-1] if statuses else None,
        duration_ms=_duration_ms(exchanges),
    )


def _duration_ms(exchanges: Sequence[Exchange]) -> float | None:
    if not exchanges:
        return None
    begin_ns = min(one.begin_ns for one in exchanges)
    return max(0, max(one.end_ns for one in exchanges) - begin_ns) / 1e6


def _of_the_dead(outcome: Outcome) -> Outcome:
    """Return the outcome of the check at which the server turned out to be gone.

    One that got no answer at all says nothing about what it asked for.
    """
    status = "failed" if outcome.http_status is not None else "not_answered"
    return Outcome(**{**vars(outcome), "status": status})


def _alive(target: Target) -> bool:
    """Say whether the server still answers anything at all."""
    headers = {"Authorization": f"Bearer {target.api_key}"} if target.api_key else {}
    url = f"{target.base_url}/models"
    for _ in range(2):  # a server may drop one connection and live on
        try:
            httpx2.get(url, headers=headers, timeout=_ALIVE_WITHIN_S, trust_env=False)
        except httpx2.TransportError:
            continue
        return True
    return False
