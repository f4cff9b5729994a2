"""The data dictionary, derived from the declarations of tables, views and metrics."""

from collections.abc import Iterable, Iterator, Sequence

from bakeoff.audits.base import Audit
from bakeoff.audits.registry import AUDITS
from bakeoff.metrics import registry
from bakeoff.metrics.base import Metric
from bakeoff.store.ddl import sql_type
from bakeoff.store.schemas import TABLES, Column, Table
from bakeoff.store.view import View
from bakeoff.store.views import VIEWS

_INTRODUCTION = """\
# Data dictionary

What `bakeoff.duckdb` holds, made from the declarations in `scripts/bakeoff/store` and
`scripts/bakeoff/metrics`. NULL means "not measured" or "does not apply", never 0. Columns that
end in `_ns` and whose description names no other origin are readings of one monotonic clock per
stage; `stages.origin_ns` added to them gives Unix time."""


def dictionary_text() -> str:
    """Return the data dictionary as Markdown."""
    parts = [_INTRODUCTION, "## Tables"]
    parts += [part for table in TABLES.values() for part in _table(table)]
    parts.append("## Views")
    parts += [part for view in VIEWS for part in _view(view)]
    parts.append("## Metrics")
    parts.append("The values of `metrics.metric`.")
    parts.append(_metrics(registry.METRICS))
    parts.append("## Audits")
    parts.append(
        "The values of `audits.audit`. One that fails and excludes makes its metrics NULL."
    )
    parts.append(_audits(AUDITS))
    return "\n\n".join(parts) + "\n"


def _table(table: Table) -> Iterator[str]:
    yield f"### {table.name}"
    keys = ", ".join(f"`{name}`" for name in table.key)
    yield f"{table.description} Key: {keys}."
    yield _columns(table.columns)


def _view(view: View) -> Iterator[str]:
    yield f"### {view.name}"
    yield view.description
    yield _columns(view.columns)


def _columns(columns: Iterable[Column]) -> str:
    heads = ["column", "type", "unit", "meaning"]
    return _grid(heads, ([f"`{c.name}`", sql_type(c), c.unit, _meaning(c)] for c in columns))


def _meaning(column: Column) -> str:
    """Return the description with the values that are allowed, and whether NULL is."""
    text = column.description
    if column.allowed:
        text += " One of " + ", ".join(f"`{value}`" for value in column.allowed) + "."
    return text + (" Never NULL." if column.required else "")


def _metrics(metrics: Iterable[Metric]) -> str:
    return _grid(
        ["metric", "label", "unit", "better", "stage", "definition"],
        ([f"`{m.id}`", m.label, m.unit, m.direction, m.stage, m.formula] for m in metrics),
    )


def _audits(audits: Iterable[Audit]) -> str:
    return _grid(
        ["audit", "label", "unit", "what it checks", "limit", "matters to"],
        (
            [
                f"`{a.id}`",
                a.label,
                a.unit,
                a.checks,
                a.limit,
                ", ".join(f"`{m}`" for m in a.metrics),
            ]
            for a in audits
        ),
    )


def _grid(heads: Sequence[str], cells: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells]
    return "\n".join(lines)
