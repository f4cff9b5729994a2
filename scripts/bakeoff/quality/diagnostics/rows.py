"""The rows of ``diagnostics``: every figure of every answer that has text."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bakeoff.quality.constraints import Text
from bakeoff.quality.diagnostics.base import Written
from bakeoff.quality.diagnostics.figures import FIGURES
from bakeoff.quality.items import Item

#: Answers that have no text to describe: the request failed.
_WITHOUT_TEXT = frozenset({"error"})


def diagnostic_rows(
    answers: Iterable[Mapping[str, Any]], items: Iterable[Item]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``diagnostics``, an answer's figures in the order of ``FIGURES``.

    An answer of another kind than creative has only those figures that all answers have. One
    whose request failed has none; truncated, empty and refused answers are described as they
    are.

    Args:
        answers: Rows of ``answers``.
        items: The items that they answer.

    Raises:
        KeyError: If an answer is to no item.
    """
    by_id = {(item.suite, item.item_id): item for item in items}
    for row in answers:
        item = by_id[row["suite"], row["item_id"]]
        if row["status"] in _WITHOUT_TEXT:
            continue
        written = Written(Text(row["text"]), item)
        for figure in FIGURES:
            if figure.creative_only and item.kind != "creative":
                continue
            value = figure.of(written)
            yield {
                "candidate": row["candidate"],
                "suite": row["suite"],
                "item_id": row["item_id"],
                "sample_no": row["sample_no"],
                "name": figure.name,
                "value": value.number,
                "unit": figure.unit,
                "label": value.label,
            }
