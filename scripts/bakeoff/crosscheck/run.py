"""The crosscheck of one candidate: both clients in turns on one server, and what they found."""

import json
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from bakeoff import engines
from bakeoff.config.models import Candidate, Workload
from bakeoff.crosscheck.agreement import compare
from bakeoff.crosscheck.ours import Ours, text_prompts
from bakeoff.crosscheck.quantities import Rounds
from bakeoff.crosscheck.settings import Settings
from bakeoff.crosscheck.theirs import Theirs
from bakeoff.crosscheck.timed import Timed, answered
from bakeoff.errors import CandidateError, HarnessError
from bakeoff.job import job
from bakeoff.load import Target
from bakeoff.load.cpu import Usage, usage
from bakeoff.measure.stage import StageRun
from bakeoff.models.manifest import Manifest, read_manifest
from bakeoff.progress import Progress, say
from bakeoff.serving import leftovers
from bakeoff.serving.server import Server
from bakeoff.store.files import write_text
from bakeoff.telemetry.engine import Engine as EngineMetrics

OURS, THEIRS = "ours", "theirs"
_STAGE = "crosscheck"
#: Round of the turn that nobody counts.
_SETTLING = -1
_PREFIX_HITS = "vllm:prefix_cache_hits_total"


class Client(Protocol):
    """A client that can be run again and again."""

    def run(self, round_no: int, requests: int) -> list[Timed]:
        """Send this many requests with prompts of this round alone; return all of them."""
        ...


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One run of one client.

    Attributes:
        client: ``ours`` or ``theirs``.
        round_no: Round that it belongs to, from 0.
        prefix_hits: Prompt tokens that the server took from its prefix cache meanwhile; None
            where it does not tell.
        waited: Share of the time in which the server could have run that it waited for a CPU
            instead: much of it means that others disturbed the turn. None where the kernel
            does not count it.
        requests: What it sent, without warm-up.
    """

    client: str
    round_no: int
    prefix_hits: float | None
    waited: float | None
    requests: list[Timed]


def run_crosscheck(
    *, parts: Mapping[str, Any], manifest: Path, timeout_s: float, result: Path, log: Path
) -> None:
    """Crosscheck a candidate and write what was found; a candidate that fails is a result.

    Args:
        parts: What it depends on, from :func:`bakeoff.crosscheck.settings.crosscheck_slice`.
        manifest: Manifest of the candidate's model.
        timeout_s: Longest wait for the server to be ready, in seconds.
        result: JSON file to write. What the other client wrote is kept in a folder beside
            it that has its name without the suffix.
        log: The job's own log.

    Raises:
        HarnessError: If the harness or the other client is at fault. What was measured by
            then is in ``unfinished.json`` in that folder.
    """
    candidate = Candidate.model_validate(parts["candidate"])
    folder = result.with_suffix("")
    run = StageRun(candidate=candidate, stage=_STAGE, directory=folder, timeout_s=timeout_s)
    turns: list[Turn] = []
    with job(_STAGE, log, subject=candidate.id):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        outcome: dict[str, str | None] = {"status": "ok", "error": None}
        try:
            run.notes += leftovers.stop_all()
            run.manifest = _model(manifest)
            alternate(
                run,
                Settings(**parts["settings"]),
                Workload.model_validate(parts["workload"]),
                turns,
            )
        except CandidateError as error:
            outcome = {"status": "failed", "error": str(error)}
            say(f"{run.title} · failed: {error}\n{error.log_tail}")
        except BaseException as error:
            outcome = {"status": "failed", "error": f"{type(error).__name__}: {error}"}
            _write(folder / "unfinished.json", run, parts, outcome, turns)
            raise
        _write(result, run, parts, outcome, turns)


def _model(path: Path) -> Manifest:
    """Return the manifest of the candidate's model.

    Raises:
        CandidateError: If the model could not be had.
    """
    manifest = read_manifest(path)
    if manifest.status == "failed":
        raise CandidateError(f"the model is not there: {manifest.error}")
    return manifest


def alternate(run: StageRun, settings: Settings, workload: Workload, turns: list[Turn]) -> None:
    """Run both clients in turns on one server, after a turn of ours that is not counted.

    Who begins alternates from round to round, so that a drift of the machine favours neither.

    Args:
        run: Whom to serve.
        settings: How much to send.
        workload: What a request is.
        turns: Gets each turn once it is over, also where a later one fails.

    Raises:
        CandidateError: If the server did not start, or ended.
        HarnessError: If the other client failed.
    """
    progress = Progress(run.title, total=2 * settings.rounds, unit="turns")
    with run.serving() as server:
        clients = _clients(run, server, settings, workload)
        # Whoever came first would otherwise meet what the server does only once.
        clients[OURS].run(_SETTLING, settings.warmup + settings.requests)
        progress.restart_clock()
        for round_no in range(settings.rounds):
            for name in (OURS, THEIRS) if round_no % 2 == 0 else (THEIRS, OURS):
                turns.append(_turn(name, clients[name], server, round_no, settings))
                progress.update(len(turns), name)


def _clients(
    run: StageRun, server: Server, settings: Settings, workload: Workload
) -> dict[str, Client]:
    """Return both clients, ready to run."""
    if run.model_dir is None:
        raise HarnessError(f"{run.candidate.id} has no model directory, so no tokenizer")
    engine = engines.get(run.candidate.engine)
    seed = zlib.crc32(f"{workload.seed}/{_STAGE}".encode())
    target = Target.from_url(server.base_url, model=server.model, api_key=server.api_key)
    prompts = text_prompts(target, workload, seed=seed, model_dir=run.model_dir)
    run.notes += prompts.notes
    ours = Ours(
        target=target, prompts=prompts, engine=engine, workload=workload, streams=settings.streams
    )
    theirs = Theirs(
        server=server,
        candidate=run.candidate,
        engine=engine,
        workload=workload,
        streams=settings.streams,
        seed=seed,
        model_dir=run.model_dir,
        folder=run.directory,
    )
    return {OURS: ours, THEIRS: theirs}


def _turn(name: str, client: Client, server: Server, round_no: int, settings: Settings) -> Turn:
    """Run a client once; a server that ended meanwhile is the candidate's fault."""
    hits, spent = _prefix_hits(server), usage(server.pid or 0)
    try:
        timed = client.run(round_no, settings.warmup + settings.requests)
    except HarnessError:
        server.check()
        raise
    server.check()
    hits_now, spent_now = _prefix_hits(server), usage(server.pid or 0)
    return Turn(
        client=name,
        round_no=round_no,
        prefix_hits=None if hits is None or hits_now is None else hits_now - hits,
        waited=waited(spent, spent_now),
        requests=timed[settings.warmup :],
    )


def waited(before: Usage, after: Usage) -> float | None:
    """Return the share of the time in which a process could run that it waited for a CPU."""
    ran_ns, waited_ns = after.ran_ns - before.ran_ns, after.waited_ns - before.waited_ns
    return waited_ns / (ran_ns + waited_ns) if ran_ns + waited_ns > 0 else None


def _prefix_hits(server: Server) -> float | None:
    """Return the prompt tokens that the server's prefix cache has answered since its start."""
    samples = EngineMetrics(server.base_url, say).sample(0)
    hits = [sample.value for sample in samples if sample.name == _PREFIX_HITS]
    return sum(hits) if hits else None


def found(turns: list[Turn]) -> dict[str, Any]:
    """Return the turns with all their requests, and the table of agreement."""
    agreement = compare(_rounds(turns, OURS), _rounds(turns, THEIRS))
    return {"agreement": [asdict(row) for row in agreement], "turns": [asdict(t) for t in turns]}


def _rounds(turns: list[Turn], client: str) -> Rounds:
    """Return a client's good requests by round; a round that it did not run is empty."""
    numbers = range(1 + max((turn.round_no for turn in turns), default=-1))
    own = {turn.round_no: turn.requests for turn in turns if turn.client == client}
    return [answered(own.get(round_no, [])) for round_no in numbers]


def _write(
    path: Path,
    run: StageRun,
    parts: Mapping[str, Any],
    outcome: Mapping[str, str | None],
    turns: list[Turn],
) -> None:
    record = {**_described(run, parts), **outcome, **found(turns)}
    write_text(path, json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def _described(run: StageRun, parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return who was measured, how, and with what."""
    return {
        "candidate": run.candidate.id,
        "engine_version": run.engine_version,
        "command": run.command,
        "method_version": parts["method_version"],
        "settings": dict(parts["settings"]),
        "workload": dict(parts["workload"]),
        "notes": run.notes,
    }
