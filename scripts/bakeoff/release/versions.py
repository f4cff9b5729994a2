"""One version of a study, as far as a comparison with another needs it: read from its database.

A database may be older than this bakeoff: a table or column that it lacks is unknown, and only
without the figures themselves can nothing be said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import yaml

from bakeoff.errors import HarnessError
from bakeoff.release.contents import CONFIG
from bakeoff.release.manifest import MANIFEST, read_manifest
from bakeoff.report.compare import Figure

Row = Mapping[str, Any]
_CANDIDATE = (
    *("candidate", "position", "engine", "model", "model_revision", "quantization", "gpus"),
    *("args", "env", "url"),
)
_STAGE = (
    *("candidate", "stage", "status", "method_version", "config_hash", "engine_version"),
    "model_revision",
)


@dataclass(frozen=True, kw_only=True)
class Version:
    """What is known of one version.

    Attributes:
        name: What it is called.
        figures: Rows of ``metrics`` by candidate and metric.
        candidates: Rows of ``candidates`` by id, in order.
        stages: Rows of ``stages`` by candidate and stage.
        host: Facts about the machine by section and name; ``("host", "id")`` is its hashed name.
        slo: The service level; empty where none is known.
        prices: What the hardware costs; empty where nothing is known.
        clusters: How many groups of observations, which resemble each other, the intervals of a
            candidate's stage stand on: server starts, or templates of questions.
        questions: Templates of the questions, with suite and version, by kind of suite.
        methods: Method versions of the jobs; empty where they are unknown.
        settings: The configuration; empty where it is unknown.
    """

    name: str
    figures: Mapping[tuple[str, str], Figure]
    candidates: Mapping[str, Row]
    stages: Mapping[tuple[str, str], Row]
    host: Mapping[tuple[str, str], str]
    slo: Row = field(default_factory=dict)
    prices: Row = field(default_factory=dict)
    clusters: Mapping[tuple[str, str], int] = field(default_factory=dict)
    questions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    methods: Mapping[str, int] = field(default_factory=dict)
    settings: Row = field(default_factory=dict)


def read_version(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    *,
    methods: Mapping[str, int],
    settings: Row,
) -> Version:
    """Return what a database holds of a version.

    Args:
        connection: The database.
        name: What the version is called.
        methods: Method versions of the jobs that made it; empty where they are unknown.
        settings: Its configuration; empty where it is unknown.

    Raises:
        HarnessError: If it holds no figures.
    """
    figures = _rows(
        connection, "metrics", ("candidate", "metric", "value", "lo", "hi", "n", "unit", "note")
    )
    if not figures:
        raise HarnessError(
            f"the version {name!r} holds no figures: its database has no rows in the table "
            "metrics; name another baseline"
        )
    candidates = _rows(connection, "candidates", _CANDIDATE)
    stages = _rows(connection, "stages", _STAGE)
    hosts = _rows(connection, "hosts", ("host", "section", "name", "value"))
    facts = {(str(r["section"]), str(r["name"])): str(r["value"]) for r in hosts if r["value"]}
    names = sorted({str(row["host"]) for row in hosts})
    return Version(
        name=name,
        figures={(row["candidate"], row["metric"]): Figure(**row) for row in figures},
        candidates={
            str(row["candidate"]): row
            for row in sorted(candidates, key=lambda row: row["position"] or 0)
        },
        stages={(str(row["candidate"]), str(row["stage"])): row for row in stages},
        host=facts | ({("host", "id"): ", ".join(names)} if names else {}),
        slo=next(iter(_rows(connection, "slo", ("ttft_p95_ms", "itl_p95_ms", "error_rate"))), {}),
        prices=next(iter(_rows(connection, "prices", ("gpu_hour_usd",))), {}),
        clusters=_clusters(connection),
        questions=_questions(connection),
        methods=methods,
        settings=settings,
    )


def _rows(
    connection: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Return some columns of a table; None in a column that an older database lacks."""
    there = {
        name
        for (name,) in connection.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = ?", [table]
        ).fetchall()
    }
    present = [column for column in columns if column in there]
    if not present:
        return []
    found = connection.execute(f"SELECT {', '.join(present)} FROM {table}").fetchall()  # noqa: S608 -- our own names
    unknown = dict.fromkeys(columns)
    return [unknown | dict(zip(present, row, strict=True)) for row in found]


def _clusters(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    """Return how many server starts, or templates, the observations of each stage come from."""
    found: dict[tuple[str, str], int] = {}
    try:
        for candidate, stage, starts in connection.execute(
            "SELECT candidate, stage, count(DISTINCT start_no) FROM requests "
            "WHERE phase <> 'warmup' GROUP BY ALL"
        ).fetchall():
            found[candidate, stage] = starts
        # Questions of one template resemble each other; the suite with the fewest decides.
        for candidate, templates in connection.execute(
            "SELECT candidate, min(templates) FROM (SELECT candidate, suite, "
            "count(DISTINCT template) AS templates FROM answers JOIN items USING (suite, item_id) "
            "GROUP BY ALL) GROUP BY candidate"
        ).fetchall():
            found[candidate, "quality"] = templates
    except duckdb.Error:
        return found  # an older database
    return found


def _questions(connection: duckdb.DuckDBPyConnection) -> dict[str, frozenset[str]]:
    """Return the templates of the questions by kind; none where the database is older."""
    found: dict[str, set[str]] = {}
    for row in _rows(connection, "items", ("kind", "suite", "template", "version")):
        template = f"{row['suite']}/{row['template']} (version {row['version']})"
        found.setdefault(str(row["kind"]), set()).add(template)
    return {kind: frozenset(templates) for kind, templates in found.items()}


def beside(database: Path) -> tuple[dict[str, int], dict[str, Any]]:
    """Return the method versions and the configuration of the release that a database lies in.

    Returns:
        Both; empty where the database lies in no release.
    """
    folder = database.parent
    if not (folder / MANIFEST).is_file():
        return {}, {}
    methods = dict(read_manifest(folder).method_versions)
    try:
        settings = yaml.safe_load((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        settings = {}
    return methods, settings if isinstance(settings, dict) else {}
