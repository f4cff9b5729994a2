"""What the report's sections read: the database, its candidates and their figures."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from bakeoff.errors import HarnessError
from bakeoff.language import marked, phrase, retold
from bakeoff.metrics import registry
from bakeoff.report.compare import Figure, Standing, standing
from bakeoff.report.numbers import Scale, scale_for
from bakeoff.report.render import DATABASE_VARIABLE

Row = dict[str, object]
#: Candidate colours that the theme defines, as --candidate-0 and so on.
_COLOURS = 10
#: How a stage can end.
_ENDED = (marked("ok"), marked("failed"), marked("skipped"))


@dataclass(frozen=True)
class Report:
    """An open database and what sections ask of it again and again.

    Attributes:
        connection: The database, read-only.
    """

    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str, parameters: list[object] | None = None) -> list[Row]:
        """Return the rows of a query, each as a mapping from column to value."""
        cursor = self.connection.execute(sql, parameters or [])
        columns = [column[0] for column in cursor.description or []]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    @cached_property
    def candidates(self) -> list[str]:
        """Candidate ids in the configuration's order."""
        rows = self.rows("SELECT candidate FROM candidates ORDER BY position, candidate")
        return [str(row["candidate"]) for row in rows]

    @cached_property
    def stages(self) -> dict[tuple[str, str], Row]:
        """Rows of ``stages`` by candidate and stage, in the order in which they ran."""
        rows = self.rows(
            "SELECT stages.* FROM stages JOIN candidates USING (candidate) "
            "ORDER BY position, started_at, stage = 'latency', stage"
        )
        return {(str(row["candidate"]), str(row["stage"])): row for row in rows}

    @cached_property
    def _figures(self) -> dict[tuple[str, str], Figure]:
        rows = self.connection.execute(
            "SELECT candidate, metric, value, lo, hi, n, unit, note FROM metrics"
        ).fetchall()
        return {(row[0], row[1]): Figure(*row) for row in rows}

    def figure(self, candidate: str, metric: str) -> Figure:
        """Return one figure; one that has no row was not measured."""
        missing = Figure(candidate, metric, None, None, None, 0, registry.get(metric).unit)
        return self._figures.get((candidate, metric), missing)

    def figures(self, metric: str) -> list[Figure]:
        """Return a metric's figures, one per candidate in order."""
        return [self.figure(candidate, metric) for candidate in self.candidates]

    def measured(self, metric: str) -> bool:
        """Whether any candidate has the metric."""
        return any(figure.value is not None for figure in self.figures(metric))

    def known(self, metric: str) -> bool:
        """Whether any candidate has the metric, or would if no audit kept it out."""
        return any(figure.value is not None or figure.excluded for figure in self.figures(metric))

    def scale(self, *metrics: str) -> Scale:
        """Return the one scale in which these metrics are shown for all candidates."""
        shown = [figure for metric in metrics for figure in self.figures(metric)]
        return scale_for(shown[0].unit if shown else "", (figure.value for figure in shown))

    def standing(self, metric: str) -> Standing | None:
        """Return who leads on a metric, None where fewer than two were measured."""
        return standing(self.figures(metric), registry.get(metric).direction)

    def colour(self, candidate: str) -> str:
        """Return the candidate's colour, the same in every chart and table."""
        return f"var(--candidate-{self.candidates.index(candidate) % _COLOURS})"

    def why_missing(self, figure: Figure) -> str:
        """Return why a figure was not measured, in the language that is spoken."""
        if figure.note:
            return retold(figure.note)
        return self.how_ended(figure.candidate, registry.get(figure.metric).stage)

    def how_ended(self, candidate: str, stage: str) -> str:
        """Return how a stage of a candidate ended, with its error where there is one."""
        row = self.stages.get((candidate, stage))
        if row is None:
            return phrase("stage {stage} was not run", stage=retold(stage))
        told = {"stage": retold(stage), "status": phrase(str(row["status"]))}
        if not row["error"]:
            return phrase("stage {stage} {status}", **told)
        return phrase("stage {stage} {status}: {error}", error=retold(str(row["error"])), **told)


def open_report(database: Path | None = None) -> Report:
    """Open the results.

    Args:
        database: The DuckDB file; None takes the one that the renderer names in
            ``BAKEOFF_DATABASE``.

    Raises:
        HarnessError: No database is named, or it cannot be opened.
    """
    named = database or os.environ.get(DATABASE_VARIABLE)
    if not named:
        raise HarnessError(f"set {DATABASE_VARIABLE} to the results' database, bakeoff.duckdb")
    try:
        return Report(duckdb.connect(str(named), read_only=True))
    except duckdb.Error as error:
        raise HarnessError(f"cannot open {named}: {error}") from error
