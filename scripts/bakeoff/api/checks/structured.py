"""Structured output: JSON of any shape, or of a schema, that the server enforces.

The prompts name neither the keys nor the values, so that only enforcement can give them.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import jsonschema
from jiter import from_json

from bakeoff.api.abilities import needs_chat
from bakeoff.api.asking import CHAT, finish_of
from bakeoff.api.base import Check, CheckFailed, NotApplicable, require
from bakeoff.api.bias import attempts
from bakeoff.api.exchange import Api
from bakeoff.api.reading import answer_of, cut, lost_its_way, reasoning_of

_FAMILY = "structured"
#: Answers that are looked at until one is complete, and their tokens.
_TRIES, _TOKENS = 3, 256
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "colour": {"type": "string", "enum": ["red", "green", "blue"]},
        "level": {"type": "integer", "enum": [1, 2, 3]},
        "open": {"type": "boolean"},
    },
    "required": ["colour", "level", "open"],
    "additionalProperties": False,
}


def schema_format(schema: dict[str, Any], name: str = "reply") -> dict[str, Any]:
    """Return the response_format that asks for a schema."""
    return {
        "type": "json_schema",
        "json_schema": {"name": name, "strict": True, "schema": schema},
    }


class Said(NamedTuple):
    """The answer, the reasoning before it, and why it ended."""

    text: str
    reasoning: str
    reason: str

    @property
    def complete(self) -> bool:
        """Whether the model came to the end of its answer, or to an answer at all."""
        return self.reason != "length" and not lost_its_way(self.text, self.reasoning)


def json_mode(api: Api) -> str:
    """With json_object the answer is a JSON object, or the beginning of one if it is cut off.

    Raises:
        NotApplicable: If the model never came to an answer.
    """
    came: list[str] = []

    def ask(api: Api, prompt: str, **fields: object) -> Said:
        said = whole(api, prompt, **fields)
        came.append(said.text.strip())
        return said

    def check(text: str) -> None:
        found = json.loads(text)
        require(isinstance(found, dict), f"the answer is no object: {cut(found)}")

    form = {"type": "json_object"}
    try:
        until_complete(api, ask, check, prompt="Answer with any JSON object.", form=form)
    except NotApplicable as reason:  # no model has to end an object
        if not any(text.startswith("{") for text in came):
            raise
        return f"{reason}; what came was the beginning of an object"
    return ""


def json_schema(api: Api) -> str:
    """With a schema the answer is JSON that holds to it."""
    until_complete(api, whole, _validate, form=schema_format(SCHEMA))
    return ""


def json_schema_stream(api: Api) -> str:
    """A stream holds to the schema as well."""
    until_complete(api, streamed, _validate, form=schema_format(SCHEMA))
    return ""


def whole(api: Api, prompt: str, **fields: object) -> Said:
    """Return what a whole answer says."""
    choice = CHAT.ask(api, prompt, **fields)["choices"][0]
    return Said(answer_of(choice), reasoning_of(choice["message"]), finish_of(choice))


def streamed(api: Api, prompt: str, **fields: object) -> Said:
    """Return what a streamed answer says."""
    found = CHAT.stream(api, prompt, **fields)
    reason = finish_of({"finish_reason": found.finish()})
    return Said(found.answer(), found.reasoning(), reason)


def until_complete(
    api: Api,
    ask: Callable[..., Said],
    check: Callable[[str], None],
    *,
    form: dict[str, Any],
    prompt: str = "Answer.",
) -> None:
    """Ask until an answer is complete, and check it.

    Args:
        api: The server.
        ask: Asks: :func:`whole` or :func:`streamed`.
        check: Checks the text of a complete answer.
        form: Its response_format.
        prompt: The question.

    Raises:
        CheckFailed: If a complete answer is no JSON or does not pass the check, or what came
            of one that was cut off is no beginning of JSON.
        NotApplicable: If every answer was cut off.
    """
    for sampling in attempts(api.target, _TRIES, _TOKENS):
        said = ask(api, prompt, response_format=form, **sampling)
        if not said.complete:
            _refuse_no_beginning(said)
            continue
        try:
            check(said.text)
        except ValueError:
            raise CheckFailed(f"the answer is no JSON: {cut(said.text)}") from None
        return
    longest = sampling["max_tokens"]
    raise NotApplicable(f"the model ended none of {_TRIES} answers within {longest} tokens")


def _refuse_no_beginning(said: Said) -> None:
    """Fail the check if what came of an answer is no beginning of JSON; nothing may be one."""
    if lost_its_way(said.text, said.reasoning) or not said.text.strip():
        return
    try:
        from_json(said.text.encode(), partial_mode="trailing-strings")
    except ValueError:
        raise CheckFailed(f"the answer is no beginning of JSON: {cut(said.text)}") from None


def _validate(text: str) -> None:
    try:
        jsonschema.validate(json.loads(text), SCHEMA)
    except jsonschema.ValidationError as error:
        raise CheckFailed(f"the answer does not fit the schema: {error.message}") from None


CHECKS = (
    Check(id="json_mode", family=_FAMILY, title="JSON mode", run=json_mode, applies=needs_chat),
    Check(
        id="json_schema", family=_FAMILY, title="JSON schema", run=json_schema, applies=needs_chat
    ),
    Check(
        id="json_schema_stream",
        family=_FAMILY,
        title="JSON schema, streamed",
        run=json_schema_stream,
        applies=needs_chat,
    ),
)
