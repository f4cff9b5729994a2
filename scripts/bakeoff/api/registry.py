"""All checks, in the order in which they run and are shown.

To add one, declare it in the module of its family; to add a family, add a module with a
tuple ``CHECKS``, name it below and in ``families``.
"""

from bakeoff.api.base import Check
from bakeoff.api.checks import (
    chat,
    client,
    completions,
    context,
    conversation,
    errors,
    logprobs,
    models,
    reasoning,
    sampling,
    serving,
    streaming,
    structured,
    tokenizer,
    tools,
    unicode,
)

#: In the order of :data:`bakeoff.api.families.FAMILIES`.
CHECKS: tuple[Check, ...] = (
    *models.CHECKS,
    *completions.CHECKS,
    *chat.CHECKS,
    *streaming.CHECKS,
    *sampling.CHECKS,
    *logprobs.CHECKS,
    *structured.CHECKS,
    *tools.CHECKS,
    *reasoning.CHECKS,
    *conversation.CHECKS,
    *unicode.CHECKS,
    *tokenizer.CHECKS,
    *context.CHECKS,
    *serving.CHECKS,
    *client.CHECKS,
    *errors.CHECKS,
)
