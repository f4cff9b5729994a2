"""What a candidate can, as its flags and its model's files say: what checks do not apply for."""

from bakeoff.api.base import Target

#: Architectures whose conversations engines write without a template of the model.
_NO_TEMPLATE_NEEDED = ("GptOssForCausalLM",)
#: Architectures that reason whatever their files say.
ALWAYS_REASON = ("GptOssForCausalLM",)
#: What the chat templates of models that reason hold.
_TEMPLATE_MARKS = ("<think>", "reasoning_content", "enable_thinking", "<|channel|>analysis")


def needs_chat(target: Target) -> str | None:
    """Say why there is no chat to check beyond the check `chat`; None where there is."""
    manifest = target.manifest
    if manifest is None or manifest.has_chat_template is not False:
        return None
    if "chat-template" in target.flags or manifest.architecture in _NO_TEMPLATE_NEEDED:
        return None
    return "the model has no chat template, and it is started without chat-template"


def reasons(target: Target) -> str | None:
    """Say why nothing tells that the model reasons; None where something does."""
    if "reasoning-parser" in target.flags:
        return needs_chat(target)
    if target.manifest is None or target.model_dir is None:
        return "the model's files, which would say whether it reasons, are not on this machine"
    if target.manifest.architecture in ALWAYS_REASON:
        return None
    for name in ("chat_template.jinja", "tokenizer_config.json"):
        path = target.model_dir / name
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        if any(mark in text for mark in _TEMPLATE_MARKS):
            return needs_chat(target)
    return "nothing in the model's files says that it reasons"
