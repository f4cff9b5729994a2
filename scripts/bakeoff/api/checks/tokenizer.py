"""Whether the server counts a prompt as the model's own tokenizer does."""

from bakeoff.api.asking import CHAT, COMPLETIONS, Message, messages
from bakeoff.api.base import Check, NotApplicable, Target, require
from bakeoff.api.exchange import Api
from bakeoff.api.reading import counts, look
from bakeoff.api.template import chat_template, rendered
from bakeoff.load.prompts import load_tokenizer

_FAMILY = "tokenizer"
TEXTS = (
    "The quick brown fox jumps over the lazy dog.",
    "  def f(x):\n\treturn x ** 2  # two  spaces\n\n",
    "Zürich 日本語 Привет 🙂 👩‍👩‍👧‍👦 🇨🇭",
    "3.14159 1,000,000 0x7f ½ ﬁ",
)
#: Architectures whose conversations vLLM writes by a renderer of its own.
_RENDERED_BY_VLLM = ("GptOssForCausalLM",)
_CONVERSATION: tuple[Message, ...] = (
    *messages("Where is Zürich?"),
    {"role": "assistant", "content": "In Switzerland 🇨🇭."},
    *messages("And 日本?"),
)


def has_tokenizer(target: Target) -> str | None:
    """Say why there is no tokenizer to count with; None where there is one."""
    if target.model_dir is None:
        return "the model's tokenizer is not on this machine"
    if not (target.model_dir / "tokenizer.json").is_file():
        return "the model has no tokenizer.json"
    return None


def has_template(target: Target) -> str | None:
    """Say why a conversation cannot be written out as the server does; None where it can."""
    reason = has_tokenizer(target)
    if reason is not None or target.manifest is None or target.model_dir is None:
        return reason
    engine, architecture = target.candidate.engine, target.manifest.architecture
    if engine == "vllm" and architecture in _RENDERED_BY_VLLM:
        return f"vLLM writes conversations of {architecture} itself, without the chat template"
    if "chat-template" in target.flags:
        return "the server is started with a chat template of its own"
    return None if chat_template(target.model_dir) else "the model has no chat template"


def tokenizer_completions(api: Api) -> str:
    """Texts of several kinds count as the tokenizer counts them, to the token."""
    tokenizer = load_tokenizer(api.target.model_dir)
    if tokenizer is None:
        raise NotApplicable("the model has no tokenizer.json")
    differences = []
    for text in TEXTS:
        counted, _ = counts(look(COMPLETIONS.ask(api, text, max_tokens=1), "usage"))
        differences.append(counted - len(tokenizer.encode(text).ids))
    # A beginning-of-sequence token that only tokenizer_config.json asks for.
    require(
        differences in ([0] * len(TEXTS), [1] * len(TEXTS)),
        f"the server's counts differ from the tokenizer's by {differences} tokens",
    )
    return "one token more for the beginning of the text" if differences[0] else ""


def tokenizer_chat(api: Api) -> str:
    """Conversations count as the tokenizer counts what the chat template makes of them."""
    tokenizer, directory = load_tokenizer(api.target.model_dir), api.target.model_dir
    if tokenizer is None or directory is None:
        raise NotApplicable("the model has no tokenizer.json")
    differences = []
    for turns in (messages(TEXTS[0]), messages(TEXTS[2]), list(_CONVERSATION)):
        counted, _ = counts(look(CHAT.ask(api, turns, max_tokens=1), "usage"))
        text = rendered(directory, turns)
        differences.append(counted - len(tokenizer.encode(text, add_special_tokens=False).ids))
    require(
        not any(differences),
        f"the server's counts differ from the tokenizer's by {differences} tokens",
    )
    return ""


CHECKS = (
    Check(
        id="tokenizer_completions",
        family=_FAMILY,
        title="Prompt tokens as the tokenizer counts, completions",
        run=tokenizer_completions,
        applies=has_tokenizer,
    ),
    Check(
        id="tokenizer_chat",
        family=_FAMILY,
        title="Prompt tokens as the tokenizer counts, chat",
        run=tokenizer_chat,
        applies=has_template,
    ),
)
