"""What a client asks for: the body of a request, checked and reduced to what matters."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bakeoff.reference.answers import KnownAnswer, known_answer
from bakeoff.reference.refusal import bad_request, wrong_value
from bakeoff.reference.wants import Wants, wants_of
from bakeoff.reference.words import prompt_ids

COMPLETIONS, CHAT = "/v1/completions", "/v1/chat/completions"
#: What OpenAI's completions endpoint takes when a request names no limit.
DEFAULT_MAX_TOKENS = 16


@dataclass(frozen=True, slots=True)
class Ask:
    """One request for an answer. Equal asks are answered with equal bytes.

    Attributes:
        chat: Whether it came to the chat endpoint.
        model: Model asked for.
        prompt_tokens: Length of the prompt in tokens.
        max_tokens: Most tokens of the answer.
        ignore_eos: Whether the answer must not stop of itself.
        stream: Whether the answer is streamed.
        usage: Whether the stream ends with its usage.
        usage_always: Whether each event of the stream carries the usage so far.
        token_ids: Whether each event names the ids of its tokens.
        known: What is answered, where the table of answers says so; chat only.
        wants: What else the answer must be, as JSON or tool calls; None for nothing.
    """

    chat: bool
    model: str
    prompt_tokens: int
    max_tokens: int
    ignore_eos: bool
    stream: bool
    usage: bool
    usage_always: bool
    token_ids: bool
    known: KnownAnswer | None = None
    wants: Wants | None = None


def parse_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a body.

    Raises:
        ApiError: 400 if it is no JSON object.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise bad_request(f"Invalid JSON: {error}") from None
    if not isinstance(found, dict):
        raise bad_request("The body must be a JSON object")
    return found


def parse_ask(body: bytes, *, chat: bool, context: int, answers: Sequence[KnownAnswer] = ()) -> Ask:
    """Return what a body asks for.

    Raises:
        ApiError: 400 if it is malformed or does not fit into ``context`` tokens.
    """
    fields = parse_object(body)
    options = fields.get("stream_options") or {}
    if not isinstance(options, dict):
        raise wrong_value("stream_options", options, "an object")
    limit = _max_tokens(fields)
    prompt_tokens = len(prompt_of(fields, chat=chat))
    if prompt_tokens + limit > context:
        raise bad_request(
            f"This model's maximum context length is {context} tokens. However, you requested "
            f"{prompt_tokens + limit} tokens ({prompt_tokens} in the prompt, {limit} for the "
            "answer). Please reduce the length of either.",
            param="messages" if chat else "prompt",
        )
    always = bool(options.get("continuous_usage_stats"))
    return Ask(
        chat=chat,
        model=model_of(fields),
        prompt_tokens=prompt_tokens,
        max_tokens=limit,
        ignore_eos=bool(fields.get("ignore_eos")),
        stream=bool(fields.get("stream")),
        usage=bool(options.get("include_usage")),
        usage_always=always and bool(options.get("include_usage")),
        token_ids=bool(fields.get("return_token_ids")),
        known=known_answer(answers, _messages_text(fields["messages"][-1:])) if chat else None,
        wants=wants_of(fields, chat=chat),
    )


def model_of(fields: dict[str, Any]) -> str:
    """Return the model that a body names, or an empty string for the default.

    Raises:
        ApiError: 400 if it is not text.
    """
    model = fields.get("model") or ""
    if not isinstance(model, str):
        raise wrong_value("model", model, "a string")
    return model


def prompt_of(fields: dict[str, Any], *, chat: bool) -> list[int]:
    """Return the prompt of a body as token ids: its own, or one per word.

    Raises:
        ApiError: 400 if there is no prompt or it has the wrong shape.
    """
    prompt = _messages_text(fields.get("messages")) if chat else fields.get("prompt")
    if isinstance(prompt, str):
        return prompt_ids(prompt)
    if isinstance(prompt, list) and prompt and isinstance(prompt[0], str | list):
        return [token for one in prompt for token in prompt_of({"prompt": one}, chat=False)]
    if isinstance(prompt, list) and prompt and all(type(item) is int for item in prompt):
        return prompt
    raise wrong_value("prompt", prompt, "a string, a list of token ids, or a list of these")


def _messages_text(messages: object) -> str:
    if not isinstance(messages, list) or not messages:
        raise wrong_value("messages", messages, "a list of messages, not empty")
    return "\n".join(map(_message_text, messages))


def _message_text(message: object) -> str:
    content = message.get("content") if isinstance(message, dict) else None
    if content is None and isinstance(message, dict) and message.get("tool_calls"):
        content = ""  # an assistant's turn that only called tools
    if isinstance(content, list):
        content = "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    if not isinstance(content, str):
        raise wrong_value("messages", message, "messages with a role and a content")
    return content


def _max_tokens(fields: dict[str, Any]) -> int:
    name = "max_completion_tokens" if "max_completion_tokens" in fields else "max_tokens"
    limit = fields.get(name)
    if limit is None:
        return DEFAULT_MAX_TOKENS
    if type(limit) is not int or limit < 1:
        raise wrong_value(name, limit, "an integer of at least 1")
    return limit
