"""Every text that is made before the report is in the catalogue of every language.

The code is read instead of run: what looks like a sentence in the modules that write notes,
reasons and labels is filled with a number wherever it has a place, and must be known.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from bakeoff import language
from bakeoff.api.registry import CHECKS
from bakeoff.audits.registry import AUDITS
from bakeoff.metrics.registry import METRICS
from bakeoff.report.apichecks import titled
from bakeoff.store import schemas

_CODE = Path(language.__file__).parent
#: Modules whose sentences end in the notes, reasons and errors that the report shows.
_TELLING = (
    "metrics/*.py",
    "audits/*.py",
    "quality/statistics/*.py",
    "quality/judge/reliability.py",
    "quality/judge/family.py",
    "quality/rating/agreement.py",
    "quality/rating/estimate.py",
    "quality/rating/preferences.py",
    "decide/*.py",
    "measure/*.py",
    "api/reading.py",
    "api/run.py",
    "api/checks/*.py",
    "models/integration.py",
)
#: Sentences of those modules that the report never shows, and parts that stand within others.
_NOT_SHOWN = frozenset(
    {
        # Parts of texts that are known as a whole, with other words in their places.
        *("scored differently when they were shown again", "at {} {}", " of {}", "At {} "),
        *("failed audit {}: {}", "{} against {}"),
        # Faults of the harness and of its configuration, which end a run instead.
        "a figure without a value has no mean",
        "{} of {} was not measured",
        "k is {}; allowed are 1 to {}, as many as there are answers",
        "criterion is {}; allowed are {}",
        (
            "{} cannot be read: {}; move the folder that it is in away, and the rest of what the "
            "interrupted job had is taken over without it"
        ),
        # What the terminal shows while it measures.
        *(" for {}", "{} · {} {}: {} · probe {} of at most {}", "{} tokens/s", "TTFT P95 {} ms"),
        *("{} of {} requests failed", "{} · ok · {}", "{} · last lines of {}:\n{}"),
        *("stable at {}; {}", "stable at {}, the most that were asked for"),
        *("not stable at a single stream; {}", "no level held that was tried; {}"),
        *("{}, {} s to the first token", "{} · {} · {} · {} of {} levels", "{}, {} requests"),
        # What is sent to the server.
        *("The first token of a start:", "Count to one hundred: one, two, three,", "Bearer {}"),
        *("Warm-up {}: count slowly from {} to one hundred.", "{}/{}: tell me of the sea."),
        "  def f(x):\n\treturn x ** 2  # two  spaces\n\n",
        '{"weather": "sunny"}',
        # Parts that begin or end in the middle of a sentence, which are known with the rest of it.
        *("the client finds no tool call{}", "the stream has no tool call{}", "another seed gave "),
        *("no tool is called, the message says {}{}", "yes or no"),
        # What the terminal shows of a decision.
        *("{} · {} · {}: {}", "no scenario is configured: nothing is decided"),
    }
)
_QUERY = re.compile(
    r"\b(SELECT|FROM|WHERE|ORDER BY|SET|FILTER|GROUP BY|JOIN|AS \w+|BIGINT)\b"
    r"|stage = |getvariable|\w+_no - 1|item_id, |_ns\) / |CREATE OR REPLACE|IS NOT NULL"
    # Patterns of what others write.
    r"|\(\?:|\|"
)
_FILLED = "7"
_LANGUAGES = [one for one in language.languages() if one != language.SOURCE_LANGUAGE]


def _sentences(path: Path) -> Iterator[tuple[int, str, list[str]]]:
    """Yield line, message and filled texts of what looks like a sentence in a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {id(part) for node in ast.walk(tree) for part in _within(node)}
    for node in ast.walk(tree):
        if id(node) in inner or not isinstance(node, ast.JoinedStr | ast.Constant):
            continue
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        if not all(isinstance(part, ast.FormattedValue) or _text(part) for part in parts):
            continue
        message = "".join(_text(part) or "{}" for part in parts)
        if re.search(r"[A-Za-z]{2}", message) and " " in message.strip():
            # What begins or ends with a joint goes on before or after it.
            before = _FILLED if message.startswith((",", ";", ":")) else ""
            after = _FILLED if message.endswith((": ", "; ")) else ""
            texts = [before + "".join(each) + after for each in product(*map(_ways, parts))]
            yield node.lineno, message, texts


def _within(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that are no texts of their own: docstrings, and parts of f-strings."""
    body = getattr(node, "body", None)
    if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
        yield body[0].value
    if isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield part
            if isinstance(part, ast.FormattedValue) and part.format_spec is not None:
                yield from ast.walk(part.format_spec)


def _text(node: ast.AST) -> str:
    held = node.value if isinstance(node, ast.Constant) else None
    return held if isinstance(held, str) else ""


def _ways(part: ast.AST) -> list[str]:
    """Return what may stand in a part of a text: itself, either of two words, or a number."""
    if not isinstance(part, ast.FormattedValue):
        return [_text(part)]
    if isinstance(part.value, ast.IfExp):
        return [_text(part.value.body) or _FILLED, _text(part.value.orelse) or _FILLED]
    return [_FILLED]


@pytest.mark.parametrize("spoken", _LANGUAGES)
@pytest.mark.parametrize("pattern", _TELLING)
def test_sentences_of_the_code_are_known(pattern: str, spoken: str) -> None:
    """Whatever a module can say of a figure, an audit or a stage has a translation."""
    known, unknown = language.retelling(spoken), []
    declared = list(_declared().values())
    for path in sorted(_CODE.glob(pattern)):
        for line, message, texts in _sentences(path):
            if message in _NOT_SHOWN or _QUERY.search(message) or _part_of(message, declared):
                continue
            if "api" in path.parts and message[:1].isupper():
                continue  # a title, see below, or what is said to the model
            unknown += [f"{path.name}:{line}: {t}" for t in texts if known.whole(t) is None]
    assert unknown == []


def _part_of(message: str, declared: list[str]) -> bool:
    """Whether a message is a part of a definition, which is translated as a whole."""
    return any(all(part in text for part in re.split(r"{\w*}", message)) for text in declared)


def _declared() -> dict[str, str]:
    """Return the texts of the declarations, by where they stand."""
    held: dict[str, str] = {}
    for metric in METRICS:
        for part in ("label", "formula", "unit", "direction"):
            held[f"{metric.id}.{part}"] = str(getattr(metric, part))
    for audit in AUDITS:
        for part in ("label", "checks", "limit", "unit"):
            held[f"{audit.id}.{part}"] = str(getattr(audit, part))
    return held


@pytest.mark.parametrize("spoken", _LANGUAGES)
def test_declarations_are_known(spoken: str) -> None:
    """Labels, definitions, units and directions of metrics and audits have translations."""
    known = language.retelling(spoken)
    assert [where for where, text in _declared().items() if known.whole(text) is None] == []


@pytest.mark.parametrize("spoken", _LANGUAGES)
def test_checks_of_the_api_are_known(spoken: str) -> None:
    """Every check has a title in words, by itself or by its parts."""
    with language.speaking(spoken):
        untold = [check.title for check in CHECKS if titled(check.title) == check.title]
    assert untold == []


@pytest.mark.parametrize("spoken", _LANGUAGES)
def test_stages_and_how_they_end_are_known(spoken: str) -> None:
    """The stages' names and states have words."""
    known = language.retelling(spoken)
    states = next(c.allowed for c in schemas.STAGES.columns if c.name == "status")
    names = {metric.stage for metric in METRICS}
    assert [word for word in (*states, *names) if known.whole(word) is None] == []
