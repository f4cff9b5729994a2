"""Small pieces that several sections show."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bakeoff.language import phrase
from bakeoff.metrics import registry
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report
from bakeoff.report.html import Content, Html, joined, tag
from bakeoff.report.numbers import listed


def named(report: Report, candidate: str) -> Html:
    """Return a candidate's name beside its colour."""
    dot = tag("span", class_="dot", style=f"background:{report.colour(candidate)}")
    return tag("span", [dot, candidate], class_="candidate")


def enumerated(parts: Sequence[Content]) -> Html:
    """Return parts as a list in a sentence, as the language writes it: ``a, b and c``."""
    text = listed(f"\x00{place}\x00" for place in range(len(parts)))
    pieces: list[Content] = list(re.split("\x00(\\d+)\x00", text))
    pieces[1::2] = parts
    return joined(pieces)


def first_line(text: str, limit: int = 220) -> str:
    """Return the first line of a text as a sentence, cut where it is too long."""
    line = text.strip().splitlines()[0] if text.strip() else ""
    line = line if len(line) <= limit else f"{line[:limit].rstrip()}…"
    ended = line.endswith((".", "…", "!", "?", "。"))
    return line if ended else phrase("{finding}.", finding=line)


def ran(report: Report, stage: str) -> bool:
    """Whether a stage ran for any candidate, however it ended."""
    return any(name == stage for _, name in report.stages)


def row_id(metric: str, candidate: str) -> str:
    """Return the HTML id of a figure's row in the appendix.

    Args:
        metric: Metric id; of a suite's share of right answers :func:`suite_metric`.
        candidate: Candidate id.
    """
    return f"row-{metric}-{candidate}"


def suite_metric(suite: str) -> str:
    """Return what stands for a metric id in the row of a suite's share of right answers."""
    return f"right.{suite}"


def figure_link(report: Report, figure: Figure, text: Content) -> Html:
    """Return a link to the row of a figure in the appendix, which holds it unrounded.

    Args:
        report: The database.
        figure: The figure; of a metric that the appendix has no row of, the text stays a text.
        text: What is shown.
    """
    known = any(figure.metric == metric.id for metric in registry.METRICS)
    if not known and not figure.metric.startswith(suite_metric("")):
        return tag("span", text)
    if figure.candidate not in report.candidates:
        return tag("span", text)
    href = f"#{row_id(figure.metric, figure.candidate)}"
    return tag("a", text, href=href, class_="figure-link")
