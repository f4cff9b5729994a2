"""Small pieces that several sections show."""

from __future__ import annotations

from bakeoff.report.data import Report
from bakeoff.report.html import Html, tag


def named(report: Report, candidate: str) -> Html:
    """Return a candidate's name beside its colour."""
    dot = tag("span", class_="dot", style=f"background:{report.colour(candidate)}")
    return tag("span", [dot, candidate], class_="candidate")


def first_line(text: str, limit: int = 220) -> str:
    """Return the first line of a text as a sentence, cut where it is too long."""
    line = text.strip().splitlines()[0] if text.strip() else ""
    line = line if len(line) <= limit else f"{line[:limit].rstrip()}…"
    return line if line.endswith((".", "…", "!", "?")) else f"{line}."


def ran(report: Report, stage: str) -> bool:
    """Whether a stage ran for any candidate, however it ended."""
    return any(name == stage for _, name in report.stages)
