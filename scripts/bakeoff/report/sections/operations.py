"""Cost and operations: instances, energy and dollars, and how two candidates differ in words."""

from __future__ import annotations

from bakeoff.language import phrase, phrases
from bakeoff.metrics import registry
from bakeoff.report import differences, facts
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report
from bakeoff.report.dimensions import DIMENSIONS, compared, leads
from bakeoff.report.html import Content, Html, Table, joined, paragraph, table, tag, worded
from bakeoff.report.numbers import listed, plain
from bakeoff.report.parts import figure_link, named
from bakeoff.report.sections import figures
from bakeoff.report.sections.cost import cost_scale
from bakeoff.report.verdicts import bare

#: What running a candidate takes, in the order of the table.
COSTS = (
    "energy_j_per_request",
    "energy_j_per_output_token",
    "energy_j_per_correct",
    "usd_per_request",
    "usd_per_million_output_tokens",
    "usd_per_correct",
)
INSTANCES = "instances_per_gpu"
#: Pairs that the words are about at most; more would not be read.
_MOST_PAIRS = 9


def finding(report: Report) -> Html:
    """Return who is the cheapest to run, as far as the intervals tell."""
    cost = next(each for each in DIMENSIONS if each.id == "cost")
    found = compared(report, cost)
    told: list[Content] = [
        worded(
            "{who} is ahead on {what}",
            who=named(report, who),
            what=listed(bare(row.label) for row in rows),
        )
        for who, rows in leads(found).items()
    ]
    if told:
        return paragraph(worded("{clauses}.", clauses=joined(told, phrase("; "))))
    if not found:
        return paragraph(phrase("Neither energy nor a price was measured or configured."))
    return paragraph(phrase("No difference in energy or cost can be told."))


def in_words(report: Report) -> Html | None:
    """Return the differences between candidates, each against one; None for one candidate."""
    if len(report.candidates) < 2:
        return None
    other = differences.reference(report)
    pairs = [who for who in report.candidates if who != other]
    shown = [_pair(report, who, other) for who in pairs[:_MOST_PAIRS]]
    return tag("div", shown, class_="differences")


def _pair(report: Report, candidate: str, other: str) -> Html:
    told = differences.sentences(report, candidate, other)
    items: list[Content] = [tag("li", sentence) for sentence in told]
    rest = differences.open_questions(report, candidate, other)
    if rest:
        items.append(
            tag("li", phrase("No difference can be told in {what}.", what=listed(map(bare, rest))))
        )
    if not items:
        items.append(tag("li", phrase("Nothing was measured on both.")))
    title = worded("{who} beside {other}", who=named(report, candidate), other=named(report, other))
    return tag("section", [paragraph(title, "pair-title"), tag("ul", items)], class_="pair")


def costs(report: Report) -> Html | None:
    """Return the table of instances, energy and dollars."""
    known = {metric.id for metric in registry.METRICS}
    rows: list[list[Content]] = []
    keys: list[str] = []
    for key, label, gpus in _places(report):
        if not rows:
            rows.append(_row(report, INSTANCES))
            keys.append(f"operations/{INSTANCES}")
        rows.append(_fitting(report, label, gpus))
        keys.append(f"operations/{key}")
    for metric in COSTS:
        if metric in known and report.known(metric):
            rows.append(_row(report, metric))
            keys.append(f"operations/{metric}")
    if not rows:
        return None
    head: list[Content] = ["", *(named(report, who) for who in report.candidates)]
    return table(Table(head, rows, frozenset(range(1, len(head))), "matrix", keys))


def _row(report: Report, metric: str) -> list[Content]:
    every = report.figures(metric)
    scale = cost_scale(every)
    cells: list[Content] = []
    for figure in every:
        if figure.value is None:
            cells.append(figures.missing(report, figure))
            continue
        interval = scale.interval(figure.lo, figure.hi) or phrase("no interval")
        shown = figure_link(report, figure, scale.text(figure.value))
        cells.append(tag("span", [shown, tag("small", interval)]))
    return [figures.labelled(metric), *cells]


def _places(report: Report) -> list[tuple[str, str, int]]:
    """Return where servers are counted: a key, its words, and its GPUs."""
    found = []
    if gpus := host_gpus(report):
        label = phrases(
            "Instances on this machine ({n} GPU)", "Instances on this machine ({n} GPUs)", gpus
        )
        found.append(("instances_per_host", label, gpus))
    if gpus := cluster_gpus(report):
        label = phrases(
            "Instances on the cluster ({n} GPU)", "Instances on the cluster ({n} GPUs)", gpus
        )
        found.append(("instances_per_cluster", label, gpus))
    return found


def _fitting(report: Report, label: str, gpus: int) -> list[Content]:
    cells: list[Content] = []
    for who in report.candidates:
        number = fitting(report, who, gpus)
        missing = tag("span", phrase("not measured"), class_="missing")
        cells.append(missing if number is None else plain(number))
    return [label, *cells]


def host_gpus(report: Report) -> int:
    """Return how many GPUs the machine has."""
    return sum(
        1 for section, name in facts.facts(report) if section.startswith("gpu") and name == "name"
    )


def cluster_gpus(report: Report) -> int:
    """Return how many GPUs the configured cluster has; 0 where none is configured."""
    return sum(int(str(row["gpus"])) for row in report.rows("SELECT gpus FROM cluster"))


def fitting(report: Report, candidate: str, gpus: int) -> float | None:
    """Return how many servers fit on GPUs by memory; None for not measured.

    Args:
        report: The database.
        candidate: Candidate id.
        gpus: How many there are; a server that spans several takes whole groups of them.
    """
    figure: Figure = report.figure(candidate, INSTANCES)
    row = report.connection.execute(
        "SELECT gpus FROM candidates WHERE candidate = ?", [candidate]
    ).fetchone()
    spanned = int(row[0]) if row else 0
    if figure.value is None or not spanned or not gpus:
        return None
    return gpus // spanned * round(figure.value * spanned)


def cluster(report: Report) -> Html:
    """Return what the instances are counted over."""
    if not host_gpus(report):
        told = phrase(
            "This machine has no GPU that its facts name: instances are not counted, and only "
            "GPUs have a price."
        )
        return paragraph(told, "note")
    if cluster_gpus(report):
        told = phrase(
            "Instances are counted by memory alone; every GPU of the cluster is taken to be like "
            "this machine's."
        )
    else:
        told = phrase(
            "Instances are counted by memory alone and for one machine: the configuration names no "
            "cluster (cluster_gpus)."
        )
    return paragraph(told, "note")
