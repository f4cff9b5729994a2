"""The chat endpoint: messages in, a message out."""

from bakeoff.api.abilities import needs_chat
from bakeoff.api.asking import CHAT, finish_of
from bakeoff.api.base import Check, require
from bakeoff.api.exchange import Api
from bakeoff.api.reading import counts, cut, look, reasoning_of


def chat(api: Api) -> str:
    """A message is answered in the API's shape, with a usage that adds up."""
    answer, missing = CHAT.answer(api), needs_chat(api.target)
    require(
        answer.status == 200,
        f"HTTP {answer.status}: {answer.message()}" + (f"; {missing}" if missing else ""),
    )
    body = answer.ok()
    look(body, "choices", 0, kind=dict)
    require(
        look(body, "object") == CHAT.whole,
        f"object is {body['object']!r}; it should be {CHAT.whole!r}",
    )
    look(body, "id", kind=str)
    look(body, "created", kind=int)
    look(body, "model", kind=str)
    message = look(body, "choices", 0, "message", kind=dict)
    require(look(body, "choices", 0, "index") == 0, "choices.0.index is not 0")
    require(
        look(message, "role") == "assistant",
        f"message.role is {cut(message['role'])}; it should be 'assistant'",
    )
    content = look(message, "content")
    require(
        isinstance(content, str) or content is None,
        f"message.content is {cut(content)}; it should be text or null",
    )
    finish_of(body["choices"][0])
    counts(look(body, "usage"))
    if content is None:
        return "the answer was cut off in its reasoning" if reasoning_of(message) else "no content"
    return ""


CHECKS = (Check(id="chat", family="chat", title="Chat", run=chat),)
