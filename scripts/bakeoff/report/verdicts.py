"""What scenarios say, in words: every sentence follows from rows of the decision."""

from __future__ import annotations

from collections.abc import Sequence

from bakeoff.language import phrase, phrases, retold
from bakeoff.metrics import registry
from bakeoff.report.data import Report
from bakeoff.report.decision import Gate, Scenario, Verdict, figure_of
from bakeoff.report.html import Content, Html, joined, worded
from bakeoff.report.numbers import listed, percent, percentage
from bakeoff.report.parts import enumerated, figure_link, named

#: Candidates that a sentence names at most before it counts the others.
_MOST_NAMED = 3
#: Win probabilities from which on a winner is as sure as the words say.
_CERTAIN, _VERY_LIKELY, _LIKELY, _RATHER = 0.99, 0.95, 0.8, 0.6
#: No share of resamplings is told as more than this: there is more to doubt than chance.
_SUREST = 0.999
_SYMBOLS = {"<=": "≤", ">=": "≥"}


def surely(probability: float) -> str:
    """Return a win probability in words."""
    if probability >= _CERTAIN:
        return phrase("almost certainly")
    if probability >= _VERY_LIKELY:
        return phrase("very likely")
    if probability >= _LIKELY:
        return phrase("probably")
    return phrase("more likely than not") if probability >= _RATHER else phrase("narrowly")


def share_won(verdict: Verdict, *, short: bool = False) -> str:
    """Return a win probability as a percentage that claims no more than its replicates allow.

    Args:
        verdict: The verdict.
        short: Whether to write ``> 99.9 %`` instead of ``more than 99.9 %``.
    """
    won = verdict.win_probability
    if won is None:
        return phrase("not scored")
    surest = min(1 - 1 / max(verdict.replicates, 2), _SUREST)
    if won > surest:
        least = _percent(surest)
        return f">\u00a0{least}" if short else phrase("more than {share}", share=least)
    if won < 1 - surest:
        most = _percent(1 - surest)
        return f"<\u00a0{most}" if short else phrase("less than {share}", share=most)
    return _percent(won)


def _percent(share: float) -> str:
    """Return a percentage whose digits tell 99 % from 99.9 %."""
    return percentage(f"{100 * share:.1f}") if share > _CERTAIN else percent(share)


def verdict_line(report: Report, scenario: Scenario) -> Html:
    """Return what to deploy and how sure that is, or why nothing is recommended."""
    if scenario.outcome == "deploy":
        return _deploy(report, scenario)
    if scenario.outcome == "tied":
        return _tied(report, scenario)
    if scenario.outcome == "none passes":
        return worded(
            "None passes: {reasons}.", reasons=_named(_stopped(report, scenario, scenario.verdicts))
        )
    lacking = [v for v in scenario.verdicts if scenario.missing(v.candidate)]
    if not lacking:
        return Html(phrase("Undecided: no candidate could be scored."))
    return worded("Undecided: {reasons}.", reasons=_named(_lacks(report, scenario, lacking)))


def _deploy(report: Report, scenario: Scenario) -> Html:
    winner = scenario.winners[0]
    who = named(report, winner.candidate)
    if len(scenario.scored) < 2 or winner.win_probability is None:
        return worded("Deploy {who}: no other candidate is left to compare it with.", who=who)
    return worded(
        "Deploy {who}: {surely} the best, it wins {share} of {n} resamplings.",
        who=who,
        surely=surely(winner.win_probability),
        share=share_won(winner),
        n=f"{winner.replicates:,}",
    )


def _tied(report: Report, scenario: Scenario) -> Html:
    chances = [
        worded("{who} wins {share}", who=named(report, each.candidate), share=share_won(each))
        for each in scenario.winners
    ]
    return worded(
        "Tied within the uncertainty: {chances} of {n} resamplings.",
        chances=_named(chances),
        n=f"{scenario.winners[0].replicates:,}",
    )


def left_out(report: Report, scenario: Scenario) -> Html | None:
    """Return who is left out of a scenario that others win, and why; None for nobody."""
    if scenario.outcome not in {"deploy", "tied"}:
        return None
    told = [
        *_stopped(report, scenario, scenario.of("excluded")),
        *_lacks(report, scenario, scenario.of("undecided")),
    ]
    return worded("Left out: {reasons}.", reasons=_named(told)) if told else None


def _stopped(report: Report, scenario: Scenario, verdicts: Sequence[Verdict]) -> list[Html]:
    """Return the gate that stops each candidate, with the figure that misses it."""
    told = []
    for each in verdicts:
        gate = scenario.stopping(each)
        figure = figure_of(report, each.candidate, gate.metric) if gate else None
        who = named(report, each.candidate)
        if gate is None or figure is None:
            missed = each.binding_gate or retold(each.reason)
            told.append(worded("{who} fails the gate {gate}", who=who, gate=missed))
            continue
        scale = report.scale(gate.metric)
        shown = scale.bounded(figure.value, figure.lo, figure.hi)
        told.append(
            worded(
                "{who} fails the gate {gate} with {value}",
                who=who,
                gate=gate_text(report, gate),
                value=figure_link(report, figure, shown),
            )
        )
    return told


def _lacks(report: Report, scenario: Scenario, verdicts: Sequence[Verdict]) -> list[Html]:
    """Return what candidates lack, those that lack the same together."""
    lacking: dict[tuple[tuple[str, ...], bool], list[str]] = {}
    for each in verdicts:
        metrics = scenario.missing(each.candidate)
        for kept_out in (False, True):
            these = [m for m in metrics if _kept_out(report, each.candidate, m) == kept_out]
            if these or not (metrics or kept_out):
                lacking.setdefault((tuple(these), kept_out), []).append(each.candidate)
    told = []
    for (metrics_, kept_out), who in lacking.items():
        shown = {"who": enumerated(_first([named(report, one) for one in who]))}
        what = listed(some([in_list(metric) for metric in metrics_]))
        if not metrics_:
            told.append(worded("no utility of {who}", **shown))
        elif kept_out:
            told.append(worded("{metrics} failed an audit for {who}", metrics=what, **shown))
        else:
            told.append(worded("{metrics} not measured for {who}", metrics=what, **shown))
    return told


def _kept_out(report: Report, candidate: str, metric: str) -> bool:
    """Return whether a figure was measured, but a failed audit keeps it out."""
    figure = figure_of(report, candidate, metric)
    return figure is not None and figure.excluded


def some(names: Sequence[str]) -> list[str]:
    """Return the first names; the last of them stands for all others where there are more."""
    if len(names) <= _MOST_NAMED:
        return list(names)
    rest = len(names) - _MOST_NAMED + 1
    return [*names[: _MOST_NAMED - 1], phrases("{n} other", "{n} others", rest)]


def _named(parts: Sequence[Html]) -> Html:
    """Return parts of a sentence, the first ones in full and the rest counted."""
    return joined(_first(parts), phrase("; "))


def _first(parts: Sequence[Html]) -> list[Content]:
    if len(parts) <= _MOST_NAMED:
        return [*parts]
    rest = phrases("{n} other", "{n} others", len(parts) - _MOST_NAMED + 1)
    return [*parts[: _MOST_NAMED - 1], rest]


def label(metric: str) -> str:
    """Return the label of a metric; of one that the registry does not hold, itself."""
    known = {each.id: each.label for each in registry.METRICS}
    return retold(known[metric]) if metric in known else metric


def in_list(metric: str) -> str:
    """Return the label of a metric without commas, to stand in a list: ``TTFT P95``."""
    return bare(label(metric))


def bare(text: str) -> str:
    """Return a label without commas, to stand in a list."""
    return text.replace(", ", " ").replace("，", " ")  # noqa: RUF001 -- the Chinese comma


def gate_text(report: Report, gate: Gate) -> str:
    """Return a gate in words: ``Memory in use ≤ 24.0 GB``."""
    return at_limit(report, gate, gate.value)


def at_limit(report: Report, gate: Gate, limit: float) -> str:
    """Return a gate in words as it would read with another limit."""
    return f"{label(gate.metric)} {bound(report, gate, limit)}"


def bound(report: Report, gate: Gate, limit: float) -> str:
    """Return the comparison of a gate with a limit: ``≤ 24.0 GB``."""
    known = any(gate.metric == metric.id for metric in registry.METRICS)
    shown = report.scale(gate.metric).text(limit) if known else f"{limit:g}"
    return f"{_SYMBOLS.get(gate.op, gate.op)}\u00a0{shown}"
