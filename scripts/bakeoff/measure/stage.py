"""One stage of one candidate: what every measuring script shares.

:func:`run_stage` calls the stage's own function with a :class:`StageRun`, which serves
the candidate and collects rows, and writes the stage's files however that ended: a
candidate that fails is a result, and what was measured before it failed is kept.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bakeoff import engines
from bakeoff.config.models import Candidate
from bakeoff.config.slices import config_hash
from bakeoff.config.stages import StartupStage
from bakeoff.errors import BakeoffError, CandidateError
from bakeoff.job import job
from bakeoff.measure import pagecache, remains, starts
from bakeoff.measure.clocks import Began
from bakeoff.measure.outcomes import refuse_failed, say_outcome
from bakeoff.models.manifest import Manifest, read_manifest
from bakeoff.progress import say
from bakeoff.serving import leftovers
from bakeoff.serving.server import Server
from bakeoff.store.files import write_record, write_rows
from bakeoff.store.schemas import STAGE_TABLES, TABLES

Row = dict[str, Any]
#: Tables that a stage writes beside those of every stage.
_MORE_TABLES = {"api": ("api_checks",), "quality": ("answers",)}
#: Stages that take over what a killed job left, its samples included.
_RESUMED = frozenset({"quality"})


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
        answers: Rows of ``answers`` so far, of the stage `quality`.
        api_checks: Rows of ``api_checks`` so far, of the stage `api`.
        spent: Files that are deleted once the stage's own hold what is in them.
        origin_ns: Wall-clock time (Unix epoch) at 0 of the stage's monotonic clock.
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
    answers: list[Row] = field(default_factory=list)
    api_checks: list[Row] = field(default_factory=list)
    spent: list[Path] = field(default_factory=list)
    origin_ns: int = 0
    notes: list[str] = field(default_factory=list)
    facts: dict[str, float | str] = field(default_factory=dict)
    command: list[str] | None = None
    engine_version: str | None = None
    _served: bool = field(default=False, repr=False)

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
    def serving(self, *, start_no: int = 0, page_cache: str = "cold") -> Iterator[Server]:
        """Serve the candidate, and record the start's phases and the telemetry.

        Args:
            start_no: Number of the start within the stage, from 0.
            page_cache: State to bring the weights into first, as in ``startups``. Cold where
                left out, so that the start of every stage is a sample of the cold start.

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
            first_of_job=not self._served,
        )
        self._prepare_weights(start_no, page_cache)
        self._served = True
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

    def _prepare_weights(self, start_no: int, state: str) -> None:
        """Bring the weights of a managed engine into a state of the page cache."""
        if not engines.get(self.candidate.engine).managed:
            return
        if problem := pagecache.prepare(self.model_dir, state):
            note = f"Start {start_no} ({state}): {problem}."
            self.notes.append(note)
            say(f"{self.title} · {note}")


def run_stage(
    measure: Callable[[StageRun], None],
    *,
    stage: str,
    parts: Mapping[str, Any],
    manifest: Path | None,
    timeout_s: float,
    directory: Path,
    log: Path,
    rule: str | None = None,
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
        rule: Name of the rule; ``measure_`` and the stage's name where left out.

    Raises:
        HarnessError: If the harness is at fault. What was measured by then is in
            ``unfinished/`` below the folder.
    """
    candidate = Candidate.model_validate(parts["candidate"])
    run = StageRun(candidate=candidate, stage=stage, directory=directory, timeout_s=timeout_s)
    with job(rule or f"measure_{stage}", log, subject=candidate.id):
        directory.mkdir(parents=True, exist_ok=True)
        run.log_path.write_bytes(b"")
        if stage not in _RESUMED:
            for spool in remains.telemetry_spools(directory):  # of a job that was killed
                spool.unlink()
        began = Began.now()
        run.origin_ns = began.origin_ns
        try:
            outcome = _outcome(run, measure, manifest)
        except BaseException as error:
            why = f"{type(error).__name__}: {error}"
            failed = {"status": "failed", "error": why}
            _write(run, directory / remains.UNFINISHED, began, parts, failed)
            raise
        _write(run, directory, began, parts, outcome)
        shutil.rmtree(directory / remains.UNFINISHED, ignore_errors=True)
        for path in run.spent:
            path.unlink(missing_ok=True)
        say_outcome(run.title, run.log_path, began.duration_s, outcome)


def start_timeout_s(config: Mapping[str, Any]) -> float:
    """Return how long a start of any stage may take, from the merged configuration."""
    settings = (config.get("stages") or {}).get("startup") or {}
    return StartupStage.model_validate(settings).timeout_s


def _outcome(
    run: StageRun, measure: Callable[[StageRun], None], manifest: Path | None
) -> dict[str, str]:
    """Measure, and return the columns that say how that ended."""
    try:
        for note in leftovers.stop_all():
            say(f"{run.title} · {note}")
            run.notes.append(note)
        run.manifest = None if manifest is None else read_manifest(manifest)
        refuse_failed(run.manifest)
        measure(run)
    except StageSkippedError as reason:
        return {"status": "skipped", "error": str(reason)}
    except CandidateError as error:
        return {"status": "failed", "error": str(error), "log_tail": error.log_tail}
    return {"status": "ok"}


def _write(
    run: StageRun,
    directory: Path,
    began: Began,
    parts: Mapping[str, Any],
    outcome: Mapping[str, str],
) -> None:
    """Write the files of the stage; ``stage.json`` last, it stands for all of them."""
    for name in (*STAGE_TABLES, *_MORE_TABLES.get(run.stage, ())):
        write_rows(TABLES[name], directory / f"{name}.parquet", getattr(run, name))
    record = {
        "candidate": run.candidate.id,
        "stage": run.stage,
        "method_version": parts["method_version"],
        "config_hash": config_hash(dict(parts)),
        "started_at": datetime.fromtimestamp(began.wall_ns / 1e9, UTC).isoformat(),
        "duration_s": began.duration_s,
        "origin_ns": began.origin_ns,
        "engine_version": run.engine_version,
        "model_revision": None if run.manifest is None else run.manifest.revision,
        "command": run.command,
        "facts": run.facts,
        "notes": run.notes,
        **outcome,
    }
    write_record(TABLES["stages"], directory / "stage.json", record)
