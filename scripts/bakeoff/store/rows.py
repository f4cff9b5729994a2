"""Rows that are made when the database is loaded: hosts, candidates, facts, stages."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from bakeoff.config.models import Candidate, Config, ModelSource
from bakeoff.config.stages import Stages
from bakeoff.errors import HarnessError
from bakeoff.models import integration
from bakeoff.models.manifest import Manifest, read_manifest
from bakeoff.models.names import model_key, model_title
from bakeoff.store.checks import check_rows
from bakeoff.store.files import read_json, read_record, read_table, to_json
from bakeoff.store.schemas import CALIBRATIONS, CANDIDATES, HOSTS, INTEGRATION_FACTS, STAGES

#: Columns of ``candidates`` that the model's manifest gives under the same name.
_FROM_MANIFEST = (
    "architecture",
    "parameters",
    "weights_bytes",
    "quantization",
    "tokenizer",
    "license",
)


def hosts(results: Path) -> list[dict[str, Any]]:
    """Return the facts about the machine, from ``host/host.json``.

    Raises:
        HarnessError: If the file is missing or is no list of rows of ``hosts``.
    """
    path = results / "host" / "host.json"
    found = read_json(path)
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise HarnessError(f"{path} should hold a list of rows of {HOSTS.name}")
    check_rows(HOSTS, path, found, first_row=0)
    return [{column.name: row.get(column.name) for column in HOSTS.columns} for row in found]


def calibrations(results: Path) -> list[dict[str, Any]]:
    """Return what is known of the client's own error, from ``host/calibration.parquet``.

    Without that file nothing is known of it, and nothing is limited by it.

    Raises:
        HarnessError: If the file does not fit the table ``calibrations``.
    """
    path = results / "host" / "calibration.parquet"
    if not path.exists():
        return []
    found: list[dict[str, Any]] = read_table(CALIBRATIONS, path).to_pylist()
    return found


def candidates(config: Config, results: Path) -> list[dict[str, Any]]:
    """Return the candidates in the configuration's order.

    Raises:
        HarnessError: If a model's manifest is missing or unreadable.
    """
    found = [
        _candidate(candidate, position, results)
        for position, candidate in enumerate(config.candidates)
    ]
    check_rows(CANDIDATES, results, found, first_row=0)
    return found


def _candidate(candidate: Candidate, position: int, results: Path) -> dict[str, Any]:
    """Return the row of one candidate; what its model does not tell is NULL."""
    row: dict[str, Any] = dict.fromkeys(column.name for column in CANDIDATES.columns)
    row |= {
        "candidate": candidate.id,
        "position": position,
        "engine": candidate.engine,
        "model": candidate.served_model,
        "gpus": candidate.gpu_count,
        "args": to_json(candidate.args),
        "env": to_json(candidate.env),
        "url": candidate.url,
    }
    if candidate.model is None:
        return row
    row["model"] = model_title(candidate.model)
    manifest = _manifest(candidate.model, results)
    row |= {name: getattr(manifest, name) for name in _FROM_MANIFEST}
    row["model_revision"] = manifest.revision
    if manifest.parameters_by_dtype is not None:
        row["parameters_by_dtype"] = to_json(manifest.parameters_by_dtype)
    return row


def integration_facts(config: Config, results: Path) -> list[dict[str, Any]]:
    """Return the facts of integration of all candidates, in the configuration's order.

    Raises:
        HarnessError: If a model's manifest is missing or unreadable.
    """
    found = []
    for candidate in config.candidates:
        model = candidate.model
        manifest = None if model is None else _manifest(model, results)
        found += integration.rows(candidate.id, manifest)
    check_rows(INTEGRATION_FACTS, results, found, first_row=0)
    return found


def _manifest(model: ModelSource, results: Path) -> Manifest:
    return read_manifest(results / "models" / model_key(model) / "manifest.json")


def stage(path: Path, *, candidate: str, stage: str) -> dict[str, Any]:
    """Return the row of ``stages`` in a stage's record.

    Raises:
        HarnessError: If the record is missing, does not fit or belongs to another stage.
    """
    record = read_record(STAGES, path)
    if (record["candidate"], record["stage"]) != (candidate, stage):
        raise HarnessError(
            f"{path} is the record of candidate {record['candidate']!r}, stage "
            f"{record['stage']!r}; allowed are {candidate!r}, {stage!r}; move it where it belongs"
        )
    return record


def unmeasured(
    connection: duckdb.DuckDBPyConnection, candidate: str, asked: Iterable[str]
) -> dict[str, str]:
    """Return why each stage that gave nothing gave nothing, by stage.

    A stage that failed gives no figures, however far it came: what it measured until then
    is in the rows, but they are not the requests that were asked for.
    """
    asked = set(asked)
    reasons = {
        name: f"stage {name} was not asked for" for name in Stages.model_fields if name not in asked
    }
    ended = connection.execute(
        "SELECT stage, status, error FROM stages WHERE candidate = ? AND status <> 'ok'",
        [candidate],
    ).fetchall()
    for name, status, error in ended:
        verb = "failed" if status == "failed" else "was skipped"
        reasons[name] = f"stage {name} {verb}" + (f": {error}" if error else "")
    return reasons
