"""Whether the judge comes from the house of a model that it rates.

Models prefer texts of their own kind (Panickssery, Bowman and Feng 2024, *LLM Evaluators Recognize
and Favor Their Own Generations*), so that a judge of a candidate's family is warned of. The family
is read from names: the configured one of the judge, its model's name, the candidate's repository
or path, the architecture in its ``config.json``. A model distilled from one family into another
belongs to both; a name that says nothing belongs to none, and nothing is said of it then.
"""

import re
from collections.abc import Iterable

from bakeoff.config.models import Candidate
from bakeoff.models.names import model_title

#: Families by what a name holds, taken apart into lower-case words and numbers with dashes
#: around them: ``LlamaForCausalLM`` is ``-llama-for-causal-lm-``, ``o3-mini`` is ``-o-3-mini-``.
FAMILIES: dict[str, tuple[str, ...]] = {
    "llama": ("-llama", "-codellama", "-code-llama", "-vicuna-", "-nemotron-"),
    "gpt": (
        "-gpt-oss-",
        "-gptoss",
        "-gpt-3-",
        "-gpt-4-",
        "-gpt-5-",
        "-chatgpt-",
        "-chat-gpt-",
        "-o-1-",
        "-o-3-",
        "-o-4-",
        "-openai-",
    ),
    "qwen": ("-qwen", "-qwq-", "-qvq-"),
    "mistral": (
        "-mistral",
        "-mixtral-",
        "-ministral-",
        "-magistral-",
        "-codestral-",
        "-devstral-",
        "-pixtral-",
    ),
    "gemma": ("-gemma", "-gemini-"),
    "deepseek": ("-deepseek", "-deep-seek-"),
    "claude": ("-claude-", "-anthropic-"),
    "phi": ("-phi-",),
    "command": ("-command-r", "-command-a-", "-cohere", "-aya-"),
    "glm": ("-glm-", "-chatglm", "-chat-glm-"),
    "kimi": ("-kimi-", "-moonshot"),
    "granite": ("-granite",),
    "olmo": ("-olmo",),
    "grok": ("-grok-",),
}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def families_of(*names: str | None) -> frozenset[str]:
    """Return the families that names speak of.

    Args:
        names: Names of one model: repository, path, architecture, served name; None is unknown.
    """
    forms = [form for name in names if name for form in _forms(name)]
    return frozenset(
        family
        for family, aliases in FAMILIES.items()
        if any(alias in form for alias in aliases for form in forms)
    )


def names_of(candidate: Candidate) -> tuple[str, ...]:
    """Return what the configuration calls a candidate's model; its id says nothing for sure."""
    title = None if candidate.model is None else model_title(candidate.model)
    return tuple(name for name in (title, candidate.served_model) if name)


def family_warning(
    *, judge_model: str, judge_family: str, candidate: str, names: Iterable[str | None]
) -> str | None:
    """Return a warning where judge and candidate are of one family, else None.

    A configured family that is none of :data:`FAMILIES` counts where the candidate's names
    hold it as a word.

    Args:
        judge_model: The judge's model name.
        judge_family: Its family as configured.
        candidate: Id of the candidate.
        names: Names of the candidate's model; see :func:`families_of`.
    """
    own = [name for name in names if name]
    shared = families_of(judge_family, judge_model) & families_of(*own)
    written = judge_family.strip().casefold()
    if not shared and _holds(own, judge_family):
        shared = frozenset({written})
    if not shared:
        return None
    return (
        f"the judge {judge_model} and the candidate {candidate} are both of the family "
        f"{' and '.join(sorted(shared))}: judges prefer texts of their own kind, so its scores of "
        "this candidate may be too high; take a judge of another family"
    )


def _holds(names: Iterable[str], family: str) -> bool:
    words = _plain(family)
    return len(words) > 2 and any(words in form for name in names for form in _forms(name))


def _forms(name: str) -> tuple[str, str]:
    """Return a name taken apart with its capitals, and without them."""
    return _plain(name), _plain(name.casefold())


def _plain(name: str) -> str:
    return f"-{'-'.join(_WORD.findall(name)).casefold()}-"
