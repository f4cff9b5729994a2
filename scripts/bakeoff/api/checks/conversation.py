"""Conversations: system prompts, several turns, content in parts.

What a model makes of them is quality; that they reach it shows in the prompt's tokens.
"""

from bakeoff.api.abilities import needs_chat
from bakeoff.api.asking import CHAT, Message, messages
from bakeoff.api.base import Check, require
from bakeoff.api.exchange import Api
from bakeoff.api.reading import counts, look

_FAMILY = "conversation"
_ASKED = "What is the capital of France?"
_RULES = "Answer in one short sentence. Never mention the weather. Be polite to everyone you meet."
#: No tokenizer makes fewer tokens than this of so many words.
_LEAST = 8


def system_prompt(api: Api) -> str:
    """A system prompt is taken, and becomes part of the prompt."""
    alone = _prompt_tokens(api, messages(_ASKED))
    both = _prompt_tokens(api, [{"role": "system", "content": _RULES}, *messages(_ASKED)])
    require(
        both >= alone + _LEAST,
        f"the prompt has {alone} tokens without the system prompt and {both} with it",
    )
    return f"{both - alone} tokens of the prompt are the system prompt's"


def multi_turn(api: Api) -> str:
    """Earlier turns of both sides become part of the prompt."""
    turns: list[Message] = messages(_ASKED)
    sizes = [_prompt_tokens(api, turns)]
    for role, content in (("assistant", "The capital of France is Paris, on the river Seine."),):
        turns = [*turns, {"role": role, "content": content}, *messages("And of Italy, please?")]
        sizes.append(_prompt_tokens(api, turns))
    require(
        sizes[1] >= sizes[0] + _LEAST,
        f"the prompt has {sizes[0]} tokens at the first turn and {sizes[1]} at the second",
    )
    return f"{sizes[0]} prompt tokens at the first turn, {sizes[1]} at the second"


def content_parts(api: Api) -> str:
    """Content as a list of text parts says the same as the text."""
    text = _prompt_tokens(api, messages(_ASKED))
    parts = [{"role": "user", "content": [{"type": "text", "text": _ASKED}]}]
    found = _prompt_tokens(api, parts)
    require(found == text, f"the prompt has {text} tokens as text and {found} as one text part")
    return ""


def _prompt_tokens(api: Api, turns: list[Message]) -> int:
    prompt, _ = counts(look(CHAT.ask(api, turns, max_tokens=4), "usage"))
    return prompt


CHECKS = (
    Check(
        id="system_prompt",
        family=_FAMILY,
        title="System prompt",
        run=system_prompt,
        applies=needs_chat,
    ),
    Check(
        id="multi_turn", family=_FAMILY, title="Several turns", run=multi_turn, applies=needs_chat
    ),
    Check(
        id="content_parts",
        family=_FAMILY,
        title="Content in parts",
        run=content_parts,
        applies=needs_chat,
    ),
)
