"""One record of a file or data set becomes an item, by the kind of its suite.

Every record has ``prompt``; ``difficulty`` (0 to 3), ``template`` (what it is grouped by) and
``id`` are optional. The rest is the kind's:

- math: ``answer``, a number or text (what follows the last ``####`` in it, where there is one, as
  in GSM8K); ``tolerance`` and ``unit``; or a whole ``reference`` in one of the grader's forms.
- code: ``function`` and ``cases``, a list of ``{"args": [...], "expected": ...}`` of JSON values;
  or ``entry_point`` and ``test``, Python asserts on literals, as in HumanEval.
- creative: ``constraints``, a list; may be left out.
"""

import hashlib
import json
from ast import literal_eval
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from bakeoff.quality import constraints
from bakeoff.quality.grading.math import check_reference
from bakeoff.quality.items import Item, Kind, Reference
from bakeoff.quality.reading.humaneval import cases_of

Record = Mapping[str, Any]

_COMMON = frozenset({"prompt", "id", "template", "difficulty"})
_KEYS: Mapping[Kind, frozenset[str]] = {
    "math": frozenset({"answer", "tolerance", "unit", "reference"}),
    "code": frozenset({"function", "cases", "entry_point", "test"}),
    "creative": frozenset({"constraints"}),
}


def item_of(record: Record, *, suite: str, kind: Kind, group: str) -> Item:
    """Return the item that a record describes.

    Args:
        record: The record.
        suite: Suite that it belongs to.
        kind: How its answers are graded.
        group: What it is grouped by where it names no ``template``.

    Raises:
        ValueError: If it is no item; the message names the key, its value and what is allowed.
    """
    allowed = _COMMON | _KEYS[kind]
    if unknown := sorted(set(record) - allowed):
        raise ValueError(f"{', '.join(unknown)}: unknown; allowed are {', '.join(sorted(allowed))}")
    prompt = _text(record, "prompt")
    difficulty = record.get("difficulty", 0)
    if not isinstance(difficulty, int) or isinstance(difficulty, bool) or not 0 <= difficulty <= 3:
        raise ValueError(f"difficulty is {difficulty!r}; allowed are 0 to 3")
    reference = _REFERENCES[kind](record)
    named = record.get("id")
    parameters = {"id": named if named is not None else _digest(prompt, reference)}
    return Item(
        suite=suite,
        kind=kind,
        template=str(record.get("template", group)),
        difficulty=difficulty,
        parameters=parameters,
        prompt=prompt,
        reference=reference,
    )


def _digest(prompt: str, reference: Reference) -> str:
    """Return what tells this item from others of its file."""
    text = json.dumps([prompt, reference], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _text(record: Record, key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{key} is {_shown(value)}; a text that is not empty is needed")
    return value


def _math(record: Record) -> Reference:
    if "reference" in record:
        reference: Reference = record["reference"]
        if not isinstance(reference, dict) or "answer" in record:
            raise ValueError("reference must be a mapping, and stands instead of answer")
    else:
        reference = _of_answer(record)
    check_reference(reference)
    return reference


def _of_answer(record: Record) -> Reference:
    """Return the reference of a record with an ``answer``: a number if it is one, else a text."""
    answer = record.get("answer")
    if isinstance(answer, bool) or not isinstance(answer, int | float | str):
        raise ValueError(f"answer is {_shown(answer)}; a number or a text is needed")  # noqa: TRY004 -- one error for all
    said = str(answer).rpartition("####")[2].strip()
    if not said:
        raise ValueError("answer is empty; a number or a text is needed")
    more = {key: record[key] for key in ("tolerance", "unit") if key in record}
    try:
        return {"kind": "number", "value": str(Fraction(said.replace(",", ""))), **more}
    except (ValueError, ZeroDivisionError):
        if more:
            raise ValueError(
                f"answer is {_shown(answer)}, no number; then {', '.join(more)} says nothing"
            ) from None
        return {"kind": "text", "value": said, "choices": []}


def _code(record: Record) -> Reference:
    if "test" in record or "entry_point" in record:
        if "cases" in record or "function" in record:
            raise ValueError("test and entry_point stand instead of function and cases")
        function = _text(record, "entry_point")
        return {"function": function, "cases": cases_of(_text(record, "test"), function)}
    function, cases = _text(record, "function"), record.get("cases")
    if not isinstance(cases, list) or not cases:
        raise ValueError(f"cases is {_shown(cases)}; a list with one case or more is needed")
    return {"function": function, "cases": [_case(case, place) for place, case in enumerate(cases)]}


def _case(case: Any, place: int) -> dict[str, str]:
    """Return a case of JSON values as Python literals."""
    if not isinstance(case, dict) or set(case) != {"args", "expected"}:
        raise ValueError(
            f"cases[{place}] is {_shown(case)}; a mapping of args and expected is needed"
        )
    if not isinstance(case["args"], list):
        raise ValueError(f"cases[{place}].args is {_shown(case['args'])}; a list is needed")  # noqa: TRY004 -- one error for all
    literals = {"args": repr(tuple(case["args"])), "expected": repr(case["expected"])}
    for key, text in literals.items():
        try:
            literal_eval(text)
        except ValueError:  # NaN and infinity, which JSON in Python's reading may hold
            raise ValueError(f"cases[{place}].{key} is {_shown(text)}; NaN is no value") from None
    return literals


def _creative(record: Record) -> Reference:
    reference: Reference = {"constraints": record.get("constraints", [])}
    constraints.read(reference)
    return reference


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


_REFERENCES: Mapping[Kind, Callable[[Record], Reference]] = {
    "math": _math,
    "code": _code,
    "creative": _creative,
}
