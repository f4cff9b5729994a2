"""Unicode: characters of several bytes whose tokens come in different events."""

import json

from bakeoff.api.abilities import needs_chat
from bakeoff.api.asking import COMPLETIONS, Endpoint, on_both
from bakeoff.api.base import Check, require
from bakeoff.api.checks.streaming import same_text
from bakeoff.api.checks.structured import schema_format, streamed, until_complete, whole
from bakeoff.api.exchange import Api
from bakeoff.api.reading import cut, look

_FAMILY = "unicode"
#: Accents, three scripts, a joined family, a flag and a skin tone: 1 to 25 bytes a character.
TEXT = "Zürich 日本語 Привет 🙂 👩‍👩‍👧‍👦 🇨🇭 👍🏽"


def unicode_stream(api: Api, endpoint: Endpoint) -> str:
    """After a prompt of such characters the streamed text is that of the whole answer.

    Models that write noise end tokens in the middle of characters all the time.
    """
    return same_text(api, endpoint, f"Repeat, again and again: {TEXT} {TEXT}")


def unicode_echo(api: Api) -> str:
    """A prompt of such characters comes back as it was sent."""
    answer = COMPLETIONS.ask(api, TEXT, echo=True, max_tokens=1)
    said = look(answer, "choices", 0, "text", kind=str)
    require(said.startswith(TEXT), f"the prompt {TEXT!r} is echoed as {cut(said)}")
    return ""


def unicode_exact(api: Api) -> str:
    """A text that the server makes the model write arrives whole, streamed and not."""
    schema = {
        "type": "object",
        "properties": {"text": {"type": "string", "enum": [TEXT]}},
        "required": ["text"],
        "additionalProperties": False,
    }
    form = schema_format(schema)

    def check(text: str) -> None:
        found = look(json.loads(text), "text")
        require(found == TEXT, f"of {TEXT!r} came {cut(found)}")

    until_complete(api, whole, check, form=form)
    until_complete(api, streamed, check, form=form)
    events = b"".join(api.exchanges[-1].received).count(b"data:")
    return f"{len(TEXT)} code points, streamed in {events} events"


CHECKS = (
    *on_both("unicode_stream", _FAMILY, "Unicode across events", unicode_stream),
    Check(
        id="completions_unicode_echo",
        family=_FAMILY,
        title="Unicode prompt echoed",
        run=unicode_echo,
    ),
    Check(
        id="chat_unicode_exact",
        family=_FAMILY,
        title="Emoji written to order",
        run=unicode_exact,
        applies=needs_chat,
    ),
)
