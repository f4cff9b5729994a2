"""Metrics of memory: once loaded, while serving, and of the weights alone."""

from collections.abc import Callable
from functools import partial

from bakeoff.metrics.base import Figure, Metric, Source
from bakeoff.metrics.sample import mean
from bakeoff.metrics.values import take

_STAGE = "startup"
_WHERE = (
    "GPU memory in use by NVML, summed over the candidate's GPUs; without a GPU the resident "
    "memory of the server's process tree. The mean over server starts of the stage startup, or "
    "of another stage where that one has none; n counts starts. On a GPU it mostly shows what "
    "the engine was told to reserve."
)
_RESIDENT = "resident memory of the process tree: no GPU was sampled"


def _memory(column: str) -> Callable[[Source], Figure]:
    """Return how the mean over starts of a column of ``start_memory`` is computed."""
    query = (
        f"SELECT start_no, 0 AS unit_no, 0 AS part_no, {column} AS value FROM start_memory "  # noqa: S608 -- our own column name
        "WHERE candidate = getvariable('candidate') AND stage = getvariable('stage') "
        f"AND source = getvariable('source') AND {column} IS NOT NULL"
    )
    return partial(_measure, column, query)


def _measure(column: str, query: str, source: Source) -> Figure:
    found = source.connection.execute(
        f"SELECT stage, source FROM start_memory JOIN stages USING (candidate, stage) "  # noqa: S608 -- our own column name
        f"WHERE candidate = ? AND stages.status = 'ok' AND {column} IS NOT NULL "
        "ORDER BY stage = ? DESC, stage, source LIMIT 1",
        [source.candidate, _STAGE],
    ).fetchone()
    if found is None:
        return Figure(notes=(source.unmeasured.get(_STAGE, "no memory sample was taken"),))
    stage, sampled = found
    source.connection.execute("SET VARIABLE stage = ?", [stage])
    source.connection.execute("SET VARIABLE source = ?", [sampled])
    figure = mean(take(source.connection, query, units="starts"))
    notes = list(figure.notes)
    if stage != _STAGE:
        notes.append(f"from the starts of stage {stage}")
    if sampled == "process":
        notes.append(_RESIDENT)
    return Figure(figure.value, figure.lo, figure.hi, figure.n, tuple(notes))


def _weights(source: Source) -> Figure:
    gpus, files_bytes = source.connection.execute(
        "SELECT gpus, weights_bytes FROM candidates WHERE candidate = ?", [source.candidate]
    ).fetchall()[0]
    told = source.connection.execute(
        "SELECT TRY_CAST(facts ->> '$.weights_gib' AS DOUBLE) AS told FROM stages "
        "WHERE candidate = ? AND status = 'ok' AND told > 0 ORDER BY stage = ? DESC, stage LIMIT 1",
        [source.candidate, _STAGE],
    ).fetchone()
    if told and gpus <= 1:
        return _counted(told[0] * 2**30, "as the engine's log says: counted, not sampled")
    if files_bytes is None:
        return Figure(notes=("the files of the model are not known",))
    return _counted(float(files_bytes), "size of the weight files: counted, not sampled")


def _counted(value: float, note: str) -> Figure:
    """Return a figure about which nothing is unsure: its interval has no width."""
    return Figure(value, value, value, 1, (note,))


METRICS = (
    Metric(
        id="memory_loaded_bytes",
        label="Memory once loaded",
        unit="B",
        direction="lower",
        stage=_STAGE,
        formula=f"Last sample at or before the moment when the server answers HTTP. {_WHERE}",
        measure=_memory("loaded_bytes"),
    ),
    Metric(
        id="memory_steady_bytes",
        label="Memory in steady state",
        unit="B",
        direction="lower",
        stage=_STAGE,
        formula=f"Median of the samples after the first token. {_WHERE}",
        measure=_memory("steady_bytes"),
    ),
    Metric(
        id="memory_weights_bytes",
        label="Memory of the weights",
        unit="B",
        direction="lower",
        stage=_STAGE,
        formula="What the weights take once loaded, as the engine's log says. Where it does not, "
        "or the weights are spread over several GPUs, the size of the weight files, which differs "
        "from it if the engine converts them; the note says which. n is 1.",
        measure=_weights,
    ),
)
