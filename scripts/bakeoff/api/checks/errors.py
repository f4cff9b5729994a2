"""What a server says to wrong requests.

Each probe is three checks, because they are three things that break apart in a program that
calls the server: the status decides what it does next (ask again, give up, fix the request), the
shape decides whether the official client can read the error, and the words decide whether the
person who reads the log finds the mistake. A share over three checks of each probe tells a
server that is wrong in one way everywhere from one that is wrong in every way now and then. Last
comes one check that right requests are still answered after each wrong one: one for all, because
a point for each probe would be a point for not dying.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from bakeoff.api.asking import working_endpoint
from bakeoff.api.base import Check, CheckFailed, NotApplicable, require
from bakeoff.api.checks.errors_probes import PROBES, Probe, Wrong
from bakeoff.api.exchange import Answer, Api
from bakeoff.api.families import ERRORS
from bakeoff.api.reading import cut

if TYPE_CHECKING:
    from openai import OpenAI

#: Statuses of an endpoint that a server does not have.
_NOT_SERVED = frozenset({404, 405, 501})
#: Fields of an error object with the types that they may have. OpenAI's ``code`` is a text, vLLM's
#: the status as a number; the official client reads both.
_FIELDS: dict[str, tuple[type, ...]] = {
    "message": (str,),
    "type": (str,),
    "param": (str, type(None)),
    "code": (str, int, type(None)),
}


def status(probe: Probe, api: Api) -> str:
    """Check that a wrong request is answered with a status that is right.

    Raises:
        CheckFailed: If it is another one.
        NotApplicable: If the server does not have the endpoint.
    """
    found = _asked(probe, api).status
    allowed = " or ".join(map(str, sorted(probe.statuses)))
    require(found in probe.statuses, f"HTTP {found} in place of {allowed}")
    return ""


def shape(probe: Probe, api: Api) -> str:
    """Check that the official client reads the error: as an exception with OpenAI's fields.

    Returns:
        Name of the exception's class.

    Raises:
        CheckFailed: If it raises none, or one without the fields.
        NotApplicable: If the server does not have the endpoint.
    """
    from openai import APIStatusError  # noqa: PLC0415 -- takes a second to load

    try:
        _call_with_client(api.openai(), probe.request(api.target))
    except APIStatusError as error:
        _refuse_unserved(probe, api, error.status_code)
        _require_fields(error.body)
        return type(error).__name__
    raise CheckFailed("answered as if nothing were wrong: the official client raises no error")


def names(probe: Probe, api: Api) -> str:
    """Check that the answer names what is wrong.

    Raises:
        CheckFailed: If it does not.
        NotApplicable: If the server does not have the endpoint.
    """
    answer = _asked(probe, api)
    # The field may stand in the message or in `param`; the right method in a header (RFC 9110).
    told = f"{answer.text} {answer.headers.get('allow', '')}"
    require(answer.status >= 400, f"HTTP {answer.status}: it is not told that anything is wrong")
    require(
        says(told, probe.names),
        f"{' or '.join(probe.names)} is not named: {answer.message()!r}",
    )
    return ""


def says(text: str, words: Sequence[str]) -> bool:
    """Say whether a text has one of these words, as a word of its own and in any case."""
    either = "|".join(map(re.escape, words))
    return re.search(rf"(?<!\w)(?:{either})(?!\w)", text, re.IGNORECASE) is not None


def still_answers(api: Api) -> str:
    """Check that a right request is answered after each wrong one.

    Raises:
        CheckFailed: If one is not.
    """
    asked = [probe for probe in PROBES if probe.applies(api.target) is None]
    endpoint = working_endpoint(api)
    for probe in asked:
        _send(probe, api)
        answer = endpoint.answer(api, max_tokens=1)
        require(
            answer.status == 200,
            f"a right request after a wrong one ({probe.id}) got HTTP {answer.status}: "
            f"{answer.message()}",
        )
    return f"after {len(asked)} wrong requests"


def _send(probe: Probe, api: Api) -> Answer:
    wrong = probe.request(api.target)
    return api.send(wrong.method, wrong.path, wrong.body, headers=wrong.headers)


def _asked(probe: Probe, api: Api) -> Answer:
    """Send a wrong request; return the answer.

    Raises:
        NotApplicable: If the server does not have the endpoint.
    """
    answer = _send(probe, api)
    _refuse_unserved(probe, api, answer.status)
    return answer


def _refuse_unserved(probe: Probe, api: Api, found: int) -> None:
    """End a check of an endpoint that the server does not have.

    Raises:
        NotApplicable: If a right request gets a status that says so.
    """
    if probe.of is None or found not in _NOT_SERVED:
        return
    right = probe.of.answer(api, max_tokens=1)
    if right.status in _NOT_SERVED:
        raise NotApplicable(f"the server has no {probe.of.path}: HTTP {right.status}")


def _call_with_client(client: "OpenAI", wrong: Wrong) -> None:
    """Send a wrong request with the official client, which raises what it makes of the answer."""
    headers = {"Content-Type": "application/json", **wrong.headers}
    if wrong.method == "GET":
        client.get(wrong.path, cast_to=object, options={"headers": dict(wrong.headers)})
    elif isinstance(wrong.body, bytes):
        client.post(wrong.path, cast_to=object, content=wrong.body, options={"headers": headers})
    else:
        client.post(wrong.path, cast_to=object, body=wrong.body, options={"headers": headers})


def _require_fields(error: object) -> None:
    """Check the error object that the official client found in an answer.

    Raises:
        CheckFailed: If a field is missing, of another type, or says nothing.
    """
    if not isinstance(error, dict):
        raise CheckFailed(f"the error is no object with a message: {cut(error)}")
    for name, kinds in _FIELDS.items():
        require(name in error, f"the error has no {name}: {cut(error)}")
        require(isinstance(error[name], kinds), f"error.{name} may not be {cut(error[name])}")
    require(error["message"].strip(), "error.message is empty")


#: What each probe is checked for: end of the id, end of the title, and the check.
_CRITERIA: tuple[tuple[str, str, Callable[[Probe, Api], str]], ...] = (
    ("status", "right HTTP status", status),
    ("shape", "the official client reads the error", shape),
    ("names", "the answer names it", names),
)

CHECKS = (
    *(
        Check(
            id=f"error_{probe.id}_{criterion}",
            family=ERRORS,
            title=f"{probe.title}: {ending}",
            run=partial(run, probe),
            applies=probe.applies,
        )
        for probe in PROBES
        for criterion, ending, run in _CRITERIA
    ),
    Check(
        id="error_still_answers",
        family=ERRORS,
        title="Right requests are answered after all of these",
        run=still_answers,
    ),
)
