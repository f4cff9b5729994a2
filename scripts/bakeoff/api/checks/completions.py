"""The completions endpoint: text in, text out."""

from bakeoff.api.asking import COMPLETIONS, finish_of
from bakeoff.api.base import Check, require
from bakeoff.api.exchange import Api
from bakeoff.api.reading import counts, look

#: Ids that stand for text in every vocabulary.
_IDS = list(range(100, 112))


def completions(api: Api) -> str:
    """A prompt is answered in the API's shape, with a usage that adds up."""
    body = COMPLETIONS.ask(api)
    require(
        look(body, "object") == COMPLETIONS.whole,
        f"object is {body['object']!r}; it should be {COMPLETIONS.whole!r}",
    )
    look(body, "id", kind=str)
    look(body, "created", kind=int)
    look(body, "model", kind=str)
    look(body, "choices", 0, "text", kind=str)
    require(look(body, "choices", 0, "index") == 0, "choices.0.index is not 0")
    finish_of(body["choices"][0])
    counts(look(body, "usage"))
    return ""


def prompt_list(api: Api) -> str:
    """A list of two prompts gives two choices, numbered in the order of the prompts."""
    body = COMPLETIONS.ask(api, ["One river:", "One mountain:"])
    found = [look(choice, "index") for choice in body["choices"]]
    require(sorted(found) == [0, 1], f"the choices of two prompts are numbered {found}, not 0, 1")
    return ""


def token_ids(api: Api) -> str:
    """A prompt of token ids is counted as just these tokens."""
    prompt, _ = counts(look(COMPLETIONS.ask(api, _IDS), "usage"))
    require(prompt == len(_IDS), f"{len(_IDS)} token ids are counted as {prompt} prompt tokens")
    return ""


CHECKS = (
    Check(id="completions", family="completions", title="Completions", run=completions),
    Check(
        id="completions_prompt_list",
        family="completions",
        title="Several prompts in one request",
        run=prompt_list,
    ),
    Check(
        id="completions_token_ids",
        family="completions",
        title="Prompt as token ids",
        run=token_ids,
    ),
)
