"""The loads of a stage, and the views through which audits see one of them."""

from collections.abc import Iterator

import duckdb

from bakeoff import engines
from bakeoff.audits.base import Asked, Load, Source
from bakeoff.config.models import Config

#: Requests of a load that audits of single events look at, spread evenly.
SOME = 100_000
_OF_START = (
    "candidate = getvariable('audited_candidate') AND stage = getvariable('audited_stage') "
    "AND start_no = getvariable('audited_start')"
)
_VIEWS = {
    "start_rows": f"SELECT * FROM requests WHERE {_OF_START}",  # noqa: S608 -- our own words
    "start_samples": f"SELECT * FROM telemetry WHERE {_OF_START}",  # noqa: S608 -- the same
    "sent_rows": "SELECT * FROM start_rows WHERE load = getvariable('audited_load') "
    "AND level = getvariable('audited_level')",
    # In a steady window the ramp before it and the draining after it are no measurement.
    "measured_rows": "SELECT * FROM sent_rows WHERE phase <> 'warmup' AND ("
    "NOT getvariable('audited_windowed') OR (done_ns > getvariable('audited_begin') "
    "AND done_ns <= getvariable('audited_end')))",
    "some_rows": "SELECT * FROM measured_rows WHERE request_no % getvariable('audited_every') = 0",
}
_LOADS = """
    WITH loads AS (
        SELECT candidate, stage, start_no, load, level,
            coalesce(min(sent_ns), min(scheduled_ns)) AS first_ns,
            coalesce(max(done_ns), max(scheduled_ns)) AS last_ns,
            min(sent_ns) FILTER (phase <> 'warmup') AS begin_ns,
            max(done_ns) FILTER (phase <> 'warmup') AS end_ns,
            count(*) FILTER (phase <> 'warmup') AS requests
        FROM requests GROUP BY ALL
    )
    SELECT loads.candidate, loads.stage, loads.start_no, loads.load, loads.level,
        coalesce(windows.begin_ns, loads.begin_ns, first_ns) AS begin_ns,
        coalesce(windows.end_ns, loads.end_ns, last_ns) AS end_ns,
        first_ns, last_ns, windows.end_ns IS NOT NULL AS windowed,
        last_ns = max(last_ns) OVER (
            PARTITION BY loads.candidate, loads.stage, loads.start_no) AS last_of_start,
        requests
    FROM loads
    LEFT JOIN windows USING (candidate, stage, start_no, load, level)
    ORDER BY loads.candidate, loads.stage, loads.start_no, first_ns, loads.level
"""


def sources(connection: duckdb.DuckDBPyConnection, config: Config) -> Iterator[Source]:
    """Yield every load of every candidate; the views show it until the next one is taken."""
    for name, query in _VIEWS.items():
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")
    found = connection.execute(_LOADS)
    names = [column[0] for column in found.description or []]
    for row in found.fetchall():
        load = Load(**dict(zip(names, row, strict=True)))
        _show(connection, load)
        yield Source(connection, load, _asked(config, load.candidate, load.stage))


def _show(connection: duckdb.DuckDBPyConnection, load: Load) -> None:
    """Make the views show one load."""
    values = {
        "candidate": load.candidate,
        "stage": load.stage,
        "start": load.start_no,
        "load": load.load,
        "level": load.level,
        "windowed": load.windowed,
        "begin": load.begin_ns,
        "end": load.end_ns,
        "every": -(-load.requests // SOME) or 1,
    }
    for name, value in values.items():
        connection.execute(f"SET VARIABLE audited_{name} = ?", [value])


def _asked(config: Config, candidate_id: str, stage: str) -> Asked:
    """Return what the configuration asks of the candidate's requests in a stage."""
    engine = engines.get(config.candidate(candidate_id).engine)
    questions = stage == "quality"
    return Asked(
        input_tokens=None if questions else config.workload.input_tokens,
        output_tokens=None if questions else config.workload.output_tokens,
        exact=bool(engine.exact_output) and not questions,
        managed=engine.managed,
        chat=questions or config.workload.endpoint == "chat",
        shared_share=config.workload.shared_prefix_tokens / config.workload.input_tokens,
    )
