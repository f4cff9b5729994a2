"""Audits of the requests' lengths: prompts and answers as long as was asked."""

from bakeoff.audits.base import (
    CONCURRENCY,
    ENERGY,
    RESPONSE,
    THROUGHPUT,
    TTFT,
    Audit,
    Finding,
    Severity,
    Source,
    judged,
    unmeasurable,
)

_NO_USAGE = "the server tells no token counts"
#: Why nothing is asked of the lengths in the stage `quality`.
_OWN_LENGTHS = "questions and their answers have lengths of their own"
_OUTPUT = """
    SELECT count(*) FILTER (completion_tokens <> $1), count(completion_tokens),
        avg(completion_tokens)
    FROM measured_rows WHERE status = 'ok'
"""
_PROMPT = """
    SELECT count(*) FILTER (abs(prompt_tokens - $1) > greatest(1, $1 / 100)),
        count(prompt_tokens), avg(prompt_tokens)
    FROM measured_rows WHERE status = 'ok'
"""


def output_length(source: Source) -> Finding:
    """Return the share of answers that are not as long as asked.

    Response time and throughput grow with the length, so candidates are comparable only at
    equal lengths. An engine that can be told the exact length ``excludes`` above 1 %. One
    that cannot lets its model stop where it likes: above 5 % ``warns``.
    """
    asked = source.asked.output_tokens
    if asked is None:
        return unmeasurable(_OWN_LENGTHS)
    other, counted, mean = source.one(_OUTPUT, [asked])
    if not counted:
        return unmeasurable(_NO_USAGE)
    note = f"{other:,} of {counted:,} answers; {mean:.4g} tokens on average, {asked} asked"
    if source.asked.exact:
        return judged(other / counted, 0.01, note, severity="excludes")
    return judged(other / counted, 0.05, note, severity="warns")


def prompt_length(source: Source) -> Finding:
    """Return the share of prompts that are off by more than one token and 1 %.

    Prefill time grows with the prompt. With the model's tokenizer prompts are exact by
    construction, so above 1 % of them ``excludes``; those for an external server may have
    been calibrated to be near only, with a note of their own: ``warns``.
    """
    asked = source.asked.input_tokens
    if asked is None:
        return unmeasurable(_OWN_LENGTHS)
    other, counted, mean = source.one(_PROMPT, [asked])
    if not counted:
        return unmeasurable(_NO_USAGE)
    note = f"{other:,} of {counted:,} prompts; {mean:.4g} tokens on average, {asked} asked"
    severity: Severity = "excludes" if source.asked.managed else "warns"
    return judged(other / counted, 0.01, note, severity=severity)


AUDITS = (
    Audit(
        id="output_length",
        label="Answer length",
        checks="Answers are as long as asked; longer ones take longer.",
        limit="1 % of the answers, excludes; engines without exact lengths: 5 %, warns",
        unit="share",
        severity="excludes",
        metrics=(*RESPONSE, *THROUGHPUT, *CONCURRENCY, *ENERGY),
        find=output_length,
    ),
    Audit(
        id="prompt_length",
        label="Prompt length",
        checks="Prompts are as long as asked, to one token or 1 %.",
        limit="1 % of the prompts; excludes (external servers: warns)",
        unit="share",
        severity="excludes",
        metrics=(*TTFT, *RESPONSE, *THROUGHPUT, *CONCURRENCY, *ENERGY),
        find=prompt_length,
    ),
)
