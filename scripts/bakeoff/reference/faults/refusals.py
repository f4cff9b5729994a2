"""Faults of refusals: wrong requests are told of in a way that helps nobody.

They are faults of the server, not of one answer: play them with ``--faults``.
"""

import json
from collections.abc import Iterable
from dataclasses import replace

from bakeoff.reference.faults.base import Fault
from bakeoff.reference.wire import Reply


def faults() -> Iterable[Fault]:
    """Yield the faults of this group."""
    yield Fault(
        name="errors-as-500",
        does="every refusal has status 500",
        refusal=lambda reply: replace(reply, status=500),
    )
    yield Fault(
        name="errors-as-200",
        does="every refusal has status 200",
        refusal=lambda reply: replace(reply, status=200),
    )
    yield Fault(
        name="bare-errors",
        does="every refusal is its bare message, as text",
        refusal=lambda reply: replace(
            reply, body=_message(reply).encode(), content_type="text/plain"
        ),
    )
    yield Fault(
        name="flat-errors",
        does='every refusal is {"detail": message}',
        refusal=lambda reply: replace(reply, body=json.dumps({"detail": _message(reply)}).encode()),
    )
    yield Fault(
        name="vague-errors",
        does="every refusal says that something went wrong, and not what",
        refusal=_vague,
    )
    yield Fault(
        name="dies-of-errors",
        does="after its first refusal the server takes no new connection",
        refusal=lambda reply: reply,
        closes_port=True,
    )


def _message(reply: Reply) -> str:
    return str(json.loads(reply.body)["error"]["message"])


def _vague(reply: Reply) -> Reply:
    body = json.loads(reply.body)
    body["error"] |= {"message": "Something went wrong.", "param": None}
    return replace(reply, body=json.dumps(body).encode())
