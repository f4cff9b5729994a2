"""Cold start: process start to first token, again and again, and the memory it takes."""

from bakeoff import engines
from bakeoff.config.stages import StartupStage
from bakeoff.load.parse import request_row
from bakeoff.measure.firsttoken import keep_asking
from bakeoff.measure.stage import StageRun, StageSkippedError
from bakeoff.progress import Progress
from bakeoff.serving.server import Server

#: How long requests are sent after each start, so that steady memory can be sampled.
STEADY_S = 3.0


def measure_startup(run: StageRun, settings: StartupStage) -> None:
    """Start and stop the candidate's server, states of the page cache taking turns.

    Taking turns, a drift of the machine (temperature, disk) falls on both alike.

    Raises:
        StageSkippedError: If the server is external.
        CandidateError: If a start failed; the starts before it are in the rows.
    """
    if not engines.get(run.candidate.engine).managed:
        raise StageSkippedError("already running: its start cannot be measured")
    plan = [state for _ in range(settings.repeats) for state in settings.page_cache]
    progress = Progress(run.title, total=len(plan), unit="starts", every_s=0.0)
    for start_no, state in enumerate(plan):
        with run.serving(start_no=start_no, page_cache=state) as server:
            ask(run, server, start_no, for_s=STEADY_S)
        progress.update(start_no + 1, f"{state}, {_seconds(run):.1f} s to the first token")


def ask(run: StageRun, server: Server, start_no: int, *, for_s: float) -> None:
    """Send small requests, so that steady memory can be sampled; they become rows.

    Args:
        run: The stage; gets the rows, and a note if a request failed.
        server: Whom to ask.
        start_no: Number of the start.
        for_s: How long, in seconds.
    """
    exchanges = keep_asking(server, for_s=for_s, timeout_s=run.timeout_s)
    rows = [
        request_row(exchange, candidate=run.candidate.id, stage=run.stage, start_no=start_no)
        for exchange in exchanges
    ]
    run.requests += rows
    failed = [row for row in rows if row["status"] != "ok"]
    if failed:
        run.notes.append(
            f"Start {start_no}: {len(failed)} of {len(rows)} requests before steady memory failed, "
            f"the first with {failed[0]['status']} ({failed[0]['error']})."
        )


def _seconds(run: StageRun) -> float:
    total = next(row for row in reversed(run.startups) if row["phase"] == "total")
    return float(total["end_ns"] - total["begin_ns"]) / 1e9
