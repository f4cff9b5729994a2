"""Answers to every question, through chat, each with its timings, tokens and energy window."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bakeoff import engines
from bakeoff.config.slices import config_hash
from bakeoff.config.stages import QualityStage
from bakeoff.errors import CandidateError
from bakeoff.load import Target
from bakeoff.load.closed_loop import run_closed_loop
from bakeoff.load.kept_loop import run_kept_loop
from bakeoff.measure.answerbook import AnswerBook
from bakeoff.measure.clocks import Clock
from bakeoff.measure.questions import Asker, first_contact, questions_of, sampling_fields
from bakeoff.measure.resume import Spool, take_over
from bakeoff.measure.stage import StageRun
from bakeoff.progress import Progress, say
from bakeoff.quality.sources import read_items
from bakeoff.serving.server import Server

_NOTE = (
    "Questions share the beginning of their template and samples repeat their question, so the "
    "server may find parts of them in its prefix cache, as it would in service, and answers end "
    "by themselves: audits of prefix hits and of lengths do not apply to this stage."
)


def answer_timeout_s(config: Mapping[str, Any]) -> float:
    """Return how long one answer may take, from the merged configuration."""
    settings = (config.get("stages") or {}).get("quality") or {}
    given = {name: settings[name] for name in ("timeout_s",) if name in settings}
    return QualityStage.model_validate(given).timeout_s


def measure_quality(
    run: StageRun, settings: QualityStage, *, items: Path, parts: Mapping[str, Any]
) -> None:
    """Ask every question, and add requests, answers and the window of the generation.

    What a job left that was interrupted is taken over: what it has an answer to is not asked
    again, unless the request failed.

    Args:
        run: The stage; gets the rows.
        settings: How answers are sampled, and how long one may take.
        items: ``items.parquet``.
        parts: The slice of the configuration that the stage depends on.

    Raises:
        CandidateError: If the server did not start or ended, or every request failed; what was
            answered is in the rows.
    """
    questions = questions_of(read_items(items), settings)
    key = _key(run, items, parts)
    clock = Clock.of_job(run.origin_ns)
    found = take_over(
        run.directory,
        key=key,
        clock=clock,
        identity={"candidate": run.candidate.id, "stage": run.stage},
    )
    for note in found.notes:
        say(f"{run.title} · {note}")
    run.notes += [_NOTE, *found.notes]
    spool = Spool.open(run.directory, key=key, clock=clock)
    run.spent += [spool.path, *found.files]
    book = AnswerBook(run, questions, found, spool)
    try:
        if book.open_questions:
            _ask(run, book, settings)
        book.refuse_failure()
    finally:
        book.finish()
        spool.close()


def _key(run: StageRun, items: Path, parts: Mapping[str, Any]) -> str:
    """Return a hash of what the answers depend on: configuration, questions and weights."""
    revision = run.manifest.revision if run.manifest is not None else None
    drawn = hashlib.sha256(items.read_bytes()).hexdigest()
    return hashlib.sha256(f"{config_hash(dict(parts))}/{drawn}/{revision}".encode()).hexdigest()


def _ask(run: StageRun, book: AnswerBook, settings: QualityStage) -> None:
    """Ask what is not answered yet, on one server start.

    Raises:
        CandidateError: If the server did not start, or stopped answering.
    """
    total, before = len(book.questions), len(book.answers)
    progress = Progress(run.title, total=total, unit="answers")
    with run.serving(start_no=book.start_no) as server:
        book.begin(server)
        asker = _warmed_up(run, book, settings, server)
        requests = [asker.request(question) for question in book.open_questions]
        progress.restart_clock(before)
        run_kept_loop(
            asker.target,
            requests,
            streams=min(settings.concurrency, len(requests)),
            timeout_s=settings.timeout_s,
            keep=book.keep,
            on_done=lambda done: progress.update(before + done, book.told),
        )
        server.check()
    if book.stopped:
        raise CandidateError(
            f"the server stopped answering after {len(book.answers)} of {total} answers"
        )


def _warmed_up(run: StageRun, book: AnswerBook, settings: QualityStage, server: Server) -> Asker:
    """Send the warm-up requests; return who asks, in the way that the server takes."""
    target = Target.from_url(
        server.base_url, model=server.model, api_key=server.api_key, endpoint="chat"
    )
    extras = engines.get(run.candidate.engine).stream_extras
    asker = Asker(target=target, settings=settings, extras=extras)
    tried, asker = first_contact(asker)
    run.notes += [
        f"The server does not know the field {name} (its value was {value!r}): left out."
        for name, value in sampling_fields(settings).items()
        if name in asker.without
    ]
    more = [asker.warmup(number) for number in range(len(tried), asker.warmups)]
    if more:
        streams = min(settings.concurrency, len(more))
        tried += run_closed_loop(target, more, streams=streams, timeout_s=settings.timeout_s)
    book.keep(tried)
    book.stopped = False
    return asker
