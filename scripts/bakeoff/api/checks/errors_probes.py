"""Wrong requests, and what a good server answers to each.

The statuses are those of OpenAI's API, as its `error codes guide
<https://platform.openai.com/docs/guides/error-codes>`_ and the official client's table of
exceptions (``openai._exceptions``) have them:

- 400 for a body that is malformed or asks for what cannot be, 404 for a model or a route that is
  not there, 401 for a wrong key, 405 for a wrong method.
- 422 counts as 400 where the body is good JSON with wrong content: that is what the status says
  (RFC 9110, section 15.5.21), the official client has an exception for it, and many servers
  validate with a library that answers so. For a body that is no JSON it does not.
- 413 counts as 400 for a prompt that is too long (RFC 9110, section 15.5.14).

To add a probe, add an entry to :data:`PROBES`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bakeoff.api.asking import CHAT, COMPLETIONS, Endpoint
from bakeoff.api.base import Target

#: A model that nobody serves, and a route that nobody has.
NO_MODEL, NO_ROUTE = "no-such-model", "no-such-route"
_WRONG_KEY = "wrong-key"
_MALFORMED, _UNPROCESSABLE = frozenset({400}), frozenset({400, 422})


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """A wrong request.

    Attributes:
        path: Path below the base URL.
        body: Its body; bytes are sent as they are, anything else as JSON.
        method: HTTP method.
        headers: Headers in place of the usual ones.
    """

    path: str
    body: object = b""
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A kind of wrong request, and how a server that helps answers it.

    Attributes:
        id: Name, as in ``error_<id>_status``.
        title: What is wrong, in a few words.
        statuses: HTTP statuses that are right.
        names: Words one of which the answer must say: the field, the value or the limit.
        request: Makes the wrong request for a server.
        of: Endpoint that the probe is about; None where it goes to any.
        applies: Says why it does not apply to a server, None where it does.
    """

    id: str
    title: str
    statuses: frozenset[int]
    names: tuple[str, ...]
    request: Callable[[Target], Wrong]
    of: Endpoint | None = None
    applies: Callable[[Target], str | None] = lambda _: None


def any_endpoint(target: Target) -> Endpoint:
    """Return the endpoint that faults of any request are tried at.

    Chat, but for a model that is known to have no chat template: its server would refuse the
    request for want of that, and say nothing of the fault.
    """
    manifest = target.manifest
    return COMPLETIONS if manifest is not None and not manifest.has_chat_template else CHAT


def _body(
    endpoint: Endpoint | None = None, *, without: str = "", **fields: object
) -> Callable[[Target], Wrong]:
    """Return what makes a right request with these fields, and without that one."""

    def make(target: Target) -> Wrong:
        asked = endpoint or any_endpoint(target)
        body = asked.body(target, **fields)
        return Wrong(path=asked.path, body={name: body[name] for name in body if name != without})

    return make


def _too_long(target: Target) -> Wrong:
    """Return a prompt of more words than the context has tokens: no word is less than one."""
    prompt = " ".join(str(number % 10) for number in range((target.context_tokens or 0) + 1))
    endpoint = any_endpoint(target)
    return Wrong(path=endpoint.path, body=endpoint.body(target, prompt, max_tokens=1))


PROBES = (
    Probe(
        id="invalid_json",
        title="A body that is no JSON",
        statuses=_MALFORMED,
        names=("json",),
        request=lambda target: Wrong(path=any_endpoint(target).path, body=b'{"model": "a", '),
    ),
    Probe(
        id="unknown_model",
        title="A model that is not served",
        statuses=frozenset({404}),
        names=(NO_MODEL,),
        request=_body(model=NO_MODEL),
    ),
    Probe(
        id="missing_messages",
        title="No messages",
        statuses=_UNPROCESSABLE,
        names=("messages",),
        request=_body(CHAT, without="messages"),
        of=CHAT,
    ),
    Probe(
        id="missing_prompt",
        title="No prompt",
        statuses=_UNPROCESSABLE,
        names=("prompt",),
        request=_body(COMPLETIONS, without="prompt"),
        of=COMPLETIONS,
    ),
    Probe(
        id="messages_as_text",
        title="Messages that are a text",
        statuses=_UNPROCESSABLE,
        names=("messages",),
        request=_body(CHAT, messages="Name three rivers."),
        of=CHAT,
    ),
    Probe(
        id="max_tokens_as_text",
        title='A max_tokens of "ten"',
        statuses=_UNPROCESSABLE,
        names=("max_tokens",),
        request=_body(max_tokens="ten"),
    ),
    Probe(
        id="negative_max_tokens",
        title="A max_tokens below 0",
        statuses=_UNPROCESSABLE,
        names=("max_tokens",),
        request=_body(max_tokens=-1),
    ),
    Probe(
        id="negative_temperature",
        title="A temperature below 0",
        statuses=_UNPROCESSABLE,
        names=("temperature",),
        request=_body(temperature=-1),
    ),
    Probe(
        id="unknown_response_format",
        title="A response_format of no known type",
        statuses=_UNPROCESSABLE,
        names=("response_format",),
        request=_body(response_format={"type": "sonnet"}),
    ),
    Probe(
        id="too_long_prompt",
        title="A prompt longer than the context",
        statuses=_UNPROCESSABLE | {413},
        names=("context", "too long", "length", "input_tokens"),
        request=_too_long,
        applies=lambda target: None if target.context_tokens else "no context length is declared",
    ),
    Probe(
        id="unknown_route",
        title="A route that is not there",
        statuses=frozenset({404}),
        names=(NO_ROUTE, "url", "route", "path", "endpoint"),
        request=lambda target: Wrong(path=f"/{NO_ROUTE}", body=CHAT.body(target)),
    ),
    Probe(
        id="wrong_method",
        title="GET where POST belongs",
        statuses=frozenset({405}),
        names=("POST", "GET"),
        request=lambda target: Wrong(path=any_endpoint(target).path, method="GET"),
    ),
    Probe(
        id="wrong_key",
        title="A wrong key",
        statuses=frozenset({401}),
        names=("key", "api_key", "token", "credentials", "authorization"),
        request=lambda _: Wrong(
            path="/models", method="GET", headers={"Authorization": f"Bearer {_WRONG_KEY}"}
        ),
        applies=lambda target: None if target.api_key else "the server asks for no key",
    ),
)
