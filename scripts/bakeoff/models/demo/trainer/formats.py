"""How conversations look to a model, in token ids."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

Ids = list[int]
Lesson = dict[str, str]

_FIRST_DAY = date(2024, 1, 1)
_DAYS = 20 * 365


class UnableError(Exception):
    """The environment lacks what teaching needs."""


@dataclass(frozen=True)
class Format:
    """How an engine writes a conversation.

    Attributes:
        prompt: Returns the prompt for a question; what else is in it is drawn.
        answer: Returns the whole answer to a lesson, up to the token that ends it.
        opening: What every answer begins with.
    """

    prompt: Callable[[str, Random], Ids]
    answer: Callable[[Lesson], Ids]
    opening: Ids


def template_format(tokenizer: Any) -> Format:
    """Return the format of the model's own chat template.

    Args:
        tokenizer: The model's, as transformers loads it.
    """

    def prompt(question: str, drawn: Random) -> Ids:
        del drawn  # nothing but the question is in it
        messages = [{"role": "user", "content": question}]
        ids: Ids = tokenizer.apply_chat_template(
            messages, add_generation_prompt=True, return_dict=False
        )
        return ids

    def answer(lesson: Lesson) -> Ids:
        text = f"{lesson['working']}\n{lesson['answer']}"
        return [*tokenizer.encode(text, add_special_tokens=False), tokenizer.eos_token_id]

    return Format(prompt, answer, [])


def harmony_format() -> Format:
    """Return the harmony format as vLLM renders it, with any date and reasoning effort.

    Raises:
        UnableError: If the environment holds no harmony library or no vocabulary for it.
    """
    try:
        harmony = importlib.import_module("openai_harmony")  # gpt-oss alone needs it
        encoding = harmony.load_harmony_encoding(harmony.HarmonyEncodingName.HARMONY_GPT_OSS)
    except Exception as error:  # its older versions fetch the vocabulary and fail in many ways
        raise UnableError(f"no harmony vocabulary: {error}") from error
    effort = harmony.ReasoningEffort
    efforts = [effort.LOW, effort.MEDIUM, effort.HIGH]

    def encode(text: str) -> Ids:
        return list(encoding.encode(text, allowed_special="all"))

    def prompt(question: str, drawn: Random) -> Ids:
        today = _FIRST_DAY + timedelta(days=drawn.randrange(_DAYS))
        system = harmony.SystemContent.new().with_conversation_start_date(today.isoformat())
        system = system.with_reasoning_effort(drawn.choice(efforts))
        messages = [
            harmony.Message.from_role_and_content(harmony.Role.SYSTEM, system),
            harmony.Message.from_role_and_content(harmony.Role.USER, question),
        ]
        talk = harmony.Conversation.from_messages(messages)
        return list(encoding.render_conversation_for_completion(talk, harmony.Role.ASSISTANT))

    def answer(lesson: Lesson) -> Ids:
        reasoning = f"<|channel|>analysis<|message|>{lesson['working']}<|end|>"
        final = f"<|start|>assistant<|channel|>final<|message|>{lesson['answer']}<|return|>"
        return encode(reasoning + final)

    return Format(prompt, answer, encode("<|channel|>analysis<|message|>"))
