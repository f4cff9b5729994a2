"""One stage of one candidate: what every measuring script shares.

:func:`run_stage` calls the stage's own function with a :class:`StageRun`, which serves
the candidate and collects rows, and writes the stage's files however that ended: a
candidate that fails is a result, and what was measured before it failed is kept.
"""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bakeoff.config.models import Candidate
from bakeoff.config.slices import config_hash
from bakeoff.config.stages import StartupStage
from bakeoff.errors import BakeoffError, CandidateError
from bakeoff.job import job
from bakeoff.measure import starts
from bakeoff.models.manifest import Manifest, read_manifest
from bakeoff.progress import duration, say
from bakeoff.serving import leftovers
from bakeoff.serving.server import Server
from bakeoff.store.files import write_record, write_rows
from bakeoff.store.schemas import STAGE_TABLES, TABLES

Row = dict[str, Any]


class StageSkippedError(BakeoffError):
    """The stage does not apply to the candidate; the message says why."""


@dataclass(kw_only=True)
class StageRun:
    """A stage while it runs.

    Attributes:
        candidate: Whom it measures.
        stage: Its name.
        directory: Folder of its files.
        timeout_s: Longest wait for a server to be ready, in seconds.
        manifest: The candidate's model, None for an external server without one.
        startups: Rows of ``startups`` so far.
        requests: Rows of ``requests`` so far.
        windows: Rows of ``windows`` so far.
        probes: Rows of ``probes`` so far.
        telemetry: Rows of ``telemetry`` so far.
        notes: What a reader should know.
        facts: Figures from the engine's log.
        command: Command line of the server, None before the first start.
        engine_version: Version of the engine, None where it is not known.
    """

    candidate: Candidate
    stage: str
    directory: Path
    timeout_s: float
    manifest: Manifest | None = None
    startups: list[Row] = field(default_factory=list)
    requests: list[Row] = field(default_factory=list)
    windows: list[Row] = field(default_factory=list)
    probes: list[Row] = field(default_factory=list)
    telemetry: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    facts: dict[str, float | str] = field(default_factory=dict)
    command: list[str] | None = None
    engine_version: str | None = None

    @property
    def title(self) -> str:
        """Candidate and stage, as people are told."""
        return f"{self.candidate.id} · {self.stage}"

    @property
    def log_path(self) -> Path:
        """The stamped log of all starts of the stage."""
        return self.directory / "server.log"

    @property
    def model_dir(self) -> Path | None:
        """Directory of the weights."""
        return None if self.manifest is None else Path(self.manifest.directory)

    @contextmanager
    def serving(self, *, start_no: int = 0, page_cache: str = "as_found") -> Iterator[Server]:
        """Serve the candidate, and record the start's phases and the telemetry.

        Args:
            start_no: Number of the start within the stage, from 0.
            page_cache: State of the weights in the page cache, as in ``startups``.

        Yields:
            The server; it has answered its first request.

        Raises:
            CandidateError: If it did not start, or ended while it was used.
            HarnessError: If the engine's environment is missing.
        """
        start = starts.Start(
            candidate=self.candidate,
            stage=self.stage,
            start_no=start_no,
            page_cache=page_cache,
            log_path=self.log_path,
        )
        try:
            with starts.recorded(
                start, model_dir=self.model_dir, timeout_s=self.timeout_s
            ) as server:
                self.command = list(server.command) if server.command else None
                self.engine_version = server.version or self.engine_version
                yield server
        finally:
            self.startups += start.startups
            self.telemetry += start.telemetry
            self.facts |= start.facts
            self.notes += [note for note in start.notes if note not in self.notes]


def run_stage(
    measure: Callable[[StageRun], None],
    *,
    stage: str,
    parts: Mapping[str, Any],
    manifest: Path | None,
    timeout_s: float,
    directory: Path,
    log: Path,
) -> None:
    """Run a stage and write its files.

    Args:
        measure: Measures; adds to the rows of the :class:`StageRun` that it is called with.
        stage: Name of the stage.
        parts: The slice of the configuration that the stage depends on
            (``bakeoff.config.slices.stage_slice``).
        manifest: Manifest of the candidate's model; None if it has no model.
        timeout_s: Longest wait for a server to be ready, in seconds.
        directory: Folder for ``stage.json``, the tables and ``server.log``.
        log: The job's own log.

    Raises:
        HarnessError: If the harness is at fault. What was measured by then is in
            ``unfinished/`` below the folder.
    """
    candidate = Candidate.model_validate(parts["candidate"])
    run = StageRun(candidate=candidate, stage=stage, directory=directory, timeout_s=timeout_s)
    with job(f"measure_{stage}", log, subject=candidate.id):
        directory.mkdir(parents=True, exist_ok=True)
        run.log_path.write_bytes(b"")
        for spool in directory.glob(".telemetry-*.csv"):  # of a job that was killed
            spool.unlink()
        began = _Began.now()
        try:
            outcome = _outcome(run, measure, manifest)
        except BaseException as error:
            why = f"{type(error).__name__}: {error}"
            _write(run, directory / "unfinished", began, parts, {"status": "failed", "error": why})
            raise
        _write(run, directory, began, parts, outcome)
        shutil.rmtree(directory / "unfinished", ignore_errors=True)
        _say_how_it_ended(run, began, outcome)


def start_timeout_s(config: Mapping[str, Any]) -> float:
    """Return how long a start of any stage may take, from the merged configuration."""
    settings = (config.get("stages") or {}).get("startup") or {}
    return StartupStage.model_validate(settings).timeout_s


@dataclass(frozen=True)
class _Began:
    """When the stage began, on both clocks."""

    wall_ns: int
    monotonic_ns: int

    @classmethod
    def now(cls) -> "_Began":
        return cls(time.time_ns(), time.perf_counter_ns())

    @property
    def duration_s(self) -> float:
        return (time.perf_counter_ns() - self.monotonic_ns) / 1e9


def _outcome(
    run: StageRun, measure: Callable[[StageRun], None], manifest: Path | None
) -> dict[str, str]:
    """Measure, and return the columns that say how that ended."""
    try:
        for note in leftovers.stop_all():
            say(f"{run.title} · {note}")
            run.notes.append(note)
        run.manifest = None if manifest is None else read_manifest(manifest)
        _check_model(run.manifest)
        measure(run)
    except StageSkippedError as reason:
        return {"status": "skipped", "error": str(reason)}
    except CandidateError as error:
        return {"status": "failed", "error": str(error), "log_tail": error.log_tail}
    return {"status": "ok"}


def _check_model(manifest: Manifest | None) -> None:
    if manifest is not None and manifest.status == "failed":
        raise CandidateError(f"the model is not there: {manifest.error}")


def _write(
    run: StageRun,
    directory: Path,
    began: _Began,
    parts: Mapping[str, Any],
    outcome: Mapping[str, str],
) -> None:
    """Write the files of the stage; ``stage.json`` last, it stands for all of them."""
    for name in STAGE_TABLES:
        write_rows(TABLES[name], directory / f"{name}.parquet", getattr(run, name))
    record = {
        "candidate": run.candidate.id,
        "stage": run.stage,
        "method_version": parts["method_version"],
        "config_hash": config_hash(dict(parts)),
        "started_at": datetime.fromtimestamp(began.wall_ns / 1e9, UTC).isoformat(),
        "duration_s": began.duration_s,
        "origin_ns": began.wall_ns - began.monotonic_ns,
        "engine_version": run.engine_version,
        "model_revision": None if run.manifest is None else run.manifest.revision,
        "command": run.command,
        "facts": run.facts,
        "notes": run.notes,
        **outcome,
    }
    write_record(TABLES["stages"], directory / "stage.json", record)


def _say_how_it_ended(run: StageRun, began: _Began, outcome: Mapping[str, str]) -> None:
    took = duration(began.duration_s)
    if outcome["status"] == "ok":
        say(f"{run.title} · ok · {took}")
        return
    say(f"{run.title} · {outcome['status']} after {took}: {outcome['error']}")
    if tail := outcome.get("log_tail"):
        say(f"{run.title} · last lines of {run.log_path}:\n{tail}")
