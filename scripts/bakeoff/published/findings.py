"""All findings of a study: as rows of ``published_claims``, and as a page for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bakeoff.published.checks import checks, get
from bakeoff.published.finding import VERDICTS, Finding
from bakeoff.published.load import Study


@dataclass(frozen=True)
class Found:
    """A finding and the check that made it."""

    check_id: str
    finding: Finding


def audit(study: Study) -> list[Found]:
    """Return what every check says of every claim, in the order of the checks."""
    return [Found(check.id, finding) for check in checks() for finding in check.run(study)]


def rows(study: Study) -> list[dict[str, Any]]:
    """Return the rows of ``published_claims``; claims are numbered as they first occur.

    A check may say several things of one claim (a memory figure is held against one moment and
    against another), so each row has a number of its own within claim and check.
    """
    numbers: dict[str, int] = {}
    parts: Counter[tuple[int, str]] = Counter()
    made = []
    for found in audit(study):
        number = numbers.setdefault(found.finding.claim.english, len(numbers) + 1)
        part = parts[number, found.check_id]
        parts[number, found.check_id] += 1
        made.append(_row(study.published.source, number, part, found))
    return made


def _row(source: str, number: int, part: int, found: Found) -> dict[str, Any]:
    finding = found.finding
    return {
        "source": source,
        "claim_no": number,
        "check_id": found.check_id,
        "part_no": part,
        "claim": finding.claim.english,
        "verdict": finding.verdict,
        "value": finding.value,
        "expected": finding.expected,
        "unit": finding.unit,
        "reason": finding.reason.english,
        "claim_words": finding.claim.stored,
        "reason_words": finding.reason.stored,
    }


def counted(found: Iterable[Mapping[str, Any]]) -> str:
    """Return how many findings there are of each verdict: ``2 impossible, 30 holds``."""
    counts = Counter(str(row["verdict"]) for row in found)
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])


def lines(found: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return one line for each finding, the worst first."""
    return [f"{row['verdict']}: {row['claim']} · {row['reason']}" for row in _ordered(found)]


def page(source: str, found: Iterable[Mapping[str, Any]]) -> str:
    """Return the findings as Markdown, the worst first.

    Args:
        source: Whose figures they are.
        found: Rows of ``published_claims``.
    """
    ordered = _ordered(found)
    text = [
        f"# What arithmetic says of: {source}",
        "",
        f"{len(ordered)} findings: {counted(ordered)}.",
        "",
        "| no. | claim | check | verdict | reason |",
        "| --: | --- | --- | --- | --- |",
    ]
    for row in ordered:
        label = get(str(row["check_id"])).label
        cells = (row["claim_no"], row["claim"], label, row["verdict"], row["reason"])
        text.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return "\n".join([*text, ""])


def _ordered(found: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the findings by verdict, the worst first, and in the order of their claims."""
    return sorted(found, key=lambda row: (VERDICTS.index(row["verdict"]), row["claim_no"]))


def _cell(content: object) -> str:
    return " ".join(str(content).split()).replace("|", "\\|")
