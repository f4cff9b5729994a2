"""What the server knows and which request gets what, free of sockets."""

import hmac
from dataclasses import dataclass, field

from bakeoff.reference.answer import encode
from bakeoff.reference.answers import KnownAnswer
from bakeoff.reference.ask import (
    CHAT,
    COMPLETIONS,
    Ask,
    model_of,
    parse_ask,
    parse_object,
    prompt_of,
)
from bakeoff.reference.connection import Message
from bakeoff.reference.faults import Fault, faults, pick
from bakeoff.reference.refusal import ApiError, bad_request
from bakeoff.reference.schedule import Schedule, draw_for
from bakeoff.reference.wire import Reply

FAULT_PREFIX = "fault/"
#: Where one model of the list is found by its name.
_MODEL = "/v1/models/"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the server serves and how.

    Attributes:
        schedule: When what is due.
        model: Name of the served model.
        context: Most tokens of prompt and answer together.
        api_key: Key that ``/v1`` asks for; None for none.
        shares: Faults and the share of requests that each hits.
        refuse_after: Requests for an answer after which the port is closed; None for never.
        answers: What is answered to known chat prompts.
        unknown: Fields of a body that are refused, as servers do that do not know them.
    """

    schedule: Schedule = field(default_factory=Schedule)
    model: str = "reference"
    context: int = 8192
    api_key: str | None = None
    shares: tuple[tuple[Fault, float], ...] = ()
    refuse_after: int | None = None
    answers: tuple[KnownAnswer, ...] = ()
    unknown: tuple[str, ...] = ()


def is_ask(message: Message) -> bool:
    """Return whether the request is for an answer, and so is recorded."""
    return message.method == "POST" and _path(message) in {COMPLETIONS, CHAT}


def authorise(message: Message, options: Options) -> None:
    """Refuse a request for ``/v1`` without the key.

    Raises:
        ApiError: 401.
    """
    if options.api_key is None or not _path(message).startswith("/v1"):
        return
    given = message.headers.get("authorization", "").encode()
    if not hmac.compare_digest(given, f"Bearer {options.api_key}".encode()):
        raise ApiError(401, "AuthenticationError", "Invalid or missing API key")


def ask_of(message: Message, options: Options, request_no: int) -> tuple[Ask, Fault | None]:
    """Return what is asked for and the fault to play.

    Raises:
        ApiError: 400, 401 or 404.
    """
    authorise(message, options)
    _refuse_unknown(message, options)
    ask = parse_ask(
        message.body,
        chat=_path(message) == CHAT,
        context=options.context,
        answers=options.answers,
    )
    if ask.model.startswith(FAULT_PREFIX):
        fault = faults().get(ask.model.removeprefix(FAULT_PREFIX))
        if fault is not None:
            return ask, fault
    _check_model(ask.model, options)
    if ask.known is not None and ask.known.fault:
        return ask, faults()[ask.known.fault]
    if not options.shares:
        return ask, None
    return ask, pick(options.shares, draw_for(options.schedule, request_no).random())


def told(refusal: ApiError, options: Options) -> Reply:
    """Return how the server puts a refusal, after the faults that change it."""
    reply = refusal.reply
    for fault, _ in options.shares:
        if fault.refusal is not None:
            reply = fault.refusal(reply)
    return reply


def reply_to(message: Message, options: Options) -> Reply:
    """Return the reply to a request that is not for an answer, /metrics apart.

    Raises:
        ApiError: 400, 401, 404 or 405.
    """
    authorise(message, options)
    path = _path(message)
    known = {"/health": "GET", "/v1/models": "GET", "/tokenize": "POST"}
    known |= {COMPLETIONS: "POST", CHAT: "POST"}
    one = path.removeprefix(_MODEL)
    if one != path:
        _check_model(one, options)
        known[path] = "GET"
    if path not in known:
        raise ApiError(404, "NotFoundError", f"No route {path}")
    if message.method != known[path]:
        raise ApiError(
            405,
            "MethodNotAllowedError",
            f"{message.method} is not allowed: {path} takes {known[path]} only",
            headers=(("Allow", known[path]),),
        )
    if path == "/health":
        return Reply(200)
    if path == "/tokenize":
        return Reply(200, _tokenized(message, options))
    card = _card(options)
    return Reply(200, encode(card if one != path else {"object": "list", "data": [card]}))


def _path(message: Message) -> str:
    return message.target.partition("?")[0]


def _refuse_unknown(message: Message, options: Options) -> None:
    """Refuse a body that has a field which the server is not to know.

    Raises:
        ApiError: 400, in the words of servers that forbid extra inputs.
    """
    for name in options.unknown:
        if name in parse_object(message.body):
            raise bad_request(f"body.{name}: Extra inputs are not permitted", param=name)


def _check_model(model: str, options: Options) -> None:
    if model not in {"", options.model}:
        raise ApiError(404, "NotFoundError", f"The model `{model}` does not exist.", param="model")


def _card(options: Options) -> dict[str, object]:
    return {
        "id": options.model,
        "object": "model",
        "created": 0,
        "owned_by": "bakeoff",
        "root": options.model,
        "parent": None,
        "max_model_len": options.context,
    }


def _tokenized(message: Message, options: Options) -> bytes:
    fields = parse_object(message.body)
    _check_model(model_of(fields), options)
    ids = prompt_of(fields, chat="messages" in fields)
    return encode(
        {"count": len(ids), "max_model_len": options.context, "tokens": ids, "token_strs": None}
    )
