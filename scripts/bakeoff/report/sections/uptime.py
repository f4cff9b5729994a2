"""What the servers' time was spent on: starting, being measured, or neither."""

from __future__ import annotations

from bakeoff.language import phrase, retold
from bakeoff.report.data import Report
from bakeoff.report.html import NOTHING, Content, Html, Table, paragraph, table
from bakeoff.report.numbers import duration, listed
from bakeoff.report.parts import named
from bakeoff.report.servertime import ServerTime, server_time


def finding(report: Report) -> Html:
    """Return one sentence on the share of the servers' time that was not measured."""
    spent = server_time(report.connection)
    if not spent:
        return NOTHING
    told = [
        phrase(
            "{share} of the {duration} of {candidate}",
            share=f"{one.unmeasured_share:.0%}",
            duration=duration(one.total_s),
            candidate=candidate,
        )
        for candidate, one in spent.items()
    ]
    text = phrase(
        "Servers were up without starting or being measured for {times}: prompts made exact, "
        "warm-up, ramps, the end of each window, stopping. Every start is a sample of the "
        "start-up time.",
        times=listed(told),
    )
    return paragraph(text, "note")


def parts(report: Report) -> Html:
    """Return a table of what the time of the servers was spent on, by stage."""
    stages = dict.fromkeys(stage for _, stage in report.stages)
    shown: list[list[Content]] = [
        _row(report, candidate, stage, spent[candidate])
        for candidate in report.candidates
        for stage in stages
        if candidate in (spent := server_time(report.connection, stage=stage))
    ]
    if not shown:
        return NOTHING
    head = [
        phrase("candidate"),
        phrase("stage"),
        phrase("servers"),
        phrase("starting"),
        phrase("measured"),
        phrase("neither"),
        phrase("share of neither"),
    ]
    return table(Table(head, shown, frozenset({2, 3, 4, 5, 6})))


def _row(report: Report, candidate: str, stage: str, spent: ServerTime) -> list[Content]:
    return [
        named(report, candidate),
        retold(stage),
        f"{spent.servers:,}",
        duration(spent.starting_s),
        duration(spent.measured_s),
        duration(spent.unmeasured_s),
        f"{spent.unmeasured_share:.0%}",
    ]
