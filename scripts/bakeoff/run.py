"""One run of the workflow, as its user sees it: the plan, how far it is, how it ended.

The Snakefile's ``onstart``, ``onsuccess`` and ``onerror`` call :func:`begin`,
:func:`succeed` and :func:`fail`. What the jobs need to know of the run reaches them
through environment variables, which Snakemake's processes hand down.
"""

import json
import os
import signal
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from bakeoff.paths import RESULTS
from bakeoff.progress import LOG_VARIABLE, duration, say

#: Process id of the outermost Snakemake; servers end when it does.
MAIN_PID_VARIABLE = "BAKEOFF_MAIN_PID"
PLAN_VARIABLE = "BAKEOFF_PLAN"
#: Seconds that a job of a rule takes where nothing was measured yet: from the CPU demo.
_FIRST_GUESS_S = {
    "calibrate_client": 45.0,
    "fetch_model": 25.0,
    "measure_startup": 50.0,
    "measure_latency": 130.0,
    "measure_throughput": 70.0,
    "measure_concurrency": 200.0,
    "probe_api": 60.0,
    "measure_agreement": 240.0,
    "build_sandbox": 40.0,
    "generate_answers": 60.0,
    "grade_answers": 10.0,
    "judge_answers": 120.0,
}
_OTHER_GUESS_S = 10.0
#: Longest wait for Snakemake to take note of a SIGTERM before its jobs are ended, in seconds.
_TOLD_WITHIN_S = 2.0


@dataclass(frozen=True, kw_only=True)
class PlannedJob:
    """A job that the run will do.

    Attributes:
        rule: Name of the rule.
        subject: The candidate or model it is for, empty for jobs that are for all.
        output: Its first output file, relative to the working directory.
        expected_s: Seconds it is expected to take.
    """

    rule: str
    subject: str
    output: str
    expected_s: float


def begin(jobs: Iterable[Any], directory: Path = Path("logs")) -> None:
    """Announce the run and make it known to its jobs.

    Args:
        jobs: Snakemake's jobs that need to run (``workflow.dag.needrun_jobs()``).
        directory: Folder for the run's log and plan.
    """
    directory.mkdir(parents=True, exist_ok=True)
    log, plan_path = directory.resolve() / "run.log", directory.resolve() / "plan.json"
    log.unlink(missing_ok=True)
    os.environ[LOG_VARIABLE] = str(log)
    os.environ[PLAN_VARIABLE] = str(plan_path)
    os.environ[MAIN_PID_VARIABLE] = str(os.getpid())
    planned = [_planned(job) for job in jobs if job.output]
    plan = {"began": time.time(), "jobs": [asdict(job) for job in planned]}
    plan_path.write_text(json.dumps(plan, indent=1), encoding="utf-8")
    _stop_jobs_on_term()
    total = sum(job.expected_s for job in planned)
    say(f"{len(planned)} jobs to do, about {duration(total)}; progress is also in {log}")


def _planned(job: Any) -> PlannedJob:
    """Return what the plan holds of one of Snakemake's jobs."""
    wildcards = job.wildcards_dict
    output = str(next(iter(job.output)))
    subject = wildcards.get("candidate") or wildcards.get("model") or ""
    expected_s = _last_duration_s(Path(output)) or _FIRST_GUESS_S.get(job.rule.name, _OTHER_GUESS_S)
    return PlannedJob(rule=job.rule.name, subject=subject, output=output, expected_s=expected_s)


def _last_duration_s(output: Path) -> float | None:
    """Return how long the stage took when it was last measured, None if it never was."""
    try:
        record = json.loads(output.read_text(encoding="utf-8"))
        return float(record["duration_s"]) if record["status"] == "ok" else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _stop_jobs_on_term() -> None:
    """Pass a SIGTERM for Snakemake on to its jobs.

    On its own Snakemake would wait for the running jobs, which hold a GPU for as long as
    they take. The jobs stop their servers and end; Snakemake then ends as it always does.

    All of it happens in threads: Snakemake's own handler takes a lock, and where the signal
    interrupts the very code that holds it (the selection of jobs), it would wait for ever.
    """
    previous = signal.getsignal(signal.SIGTERM)

    def stop(number: int) -> None:
        say("stopping: SIGTERM, the running jobs and their servers are ended")
        if callable(previous):
            # First, so that no further job is started; but not at any price.
            told = threading.Thread(target=previous, args=(number, None), daemon=True)
            told.start()
            told.join(_TOLD_WITHIN_S)
        for child in psutil.Process().children(recursive=True):
            if _is_job(child):
                with suppress(psutil.NoSuchProcess):  # it has just ended by itself
                    child.terminate()

    def handle(number: int, _frame: Any) -> None:
        threading.Thread(target=stop, args=(number,), daemon=True).start()

    signal.signal(signal.SIGTERM, handle)


def _is_job(process: psutil.Process) -> bool:
    """Say whether a process below Snakemake runs one of our scripts."""
    try:
        return any(part.endswith(".py") and "scripts" in part for part in process.cmdline())
    except psutil.Error:
        return False


def announce_job(rule: str, subject: str = "") -> None:
    """Say which job begins, which of how many it is, and how long all will still take."""
    plan = _plan()
    if plan is None:
        say(" · ".join(filter(None, [rule, subject])))
        return
    jobs = [PlannedJob(**job) for job in plan["jobs"]]
    open_jobs = [job for job in jobs if not _is_done(job, plan["began"])]
    number = min(len(jobs) - len(open_jobs) + 1, len(jobs))
    left = sum(job.expected_s for job in open_jobs) * _pace(jobs, open_jobs, plan["began"])
    what = " · ".join(filter(None, [rule, subject]))
    say(f"job {number} of {len(jobs)} · {what} · about {duration(left)} left in all")


def _plan() -> dict[str, Any] | None:
    """Return the run's plan, None for a script that runs without the workflow."""
    path = os.environ.get(PLAN_VARIABLE)
    try:
        plan: dict[str, Any] | None = json.loads(Path(path).read_text("utf-8")) if path else None
    except (OSError, ValueError):
        return None
    return plan


def _is_done(job: PlannedJob, began: float) -> bool:
    """Say whether the job's output was written since the run began."""
    try:
        return Path(job.output).stat().st_mtime >= began
    except OSError:
        return False


def _pace(jobs: list[PlannedJob], open_jobs: list[PlannedJob], began: float) -> float:
    """Return how much longer than expected the jobs done so far took; 1 before the first."""
    expected = sum(job.expected_s for job in jobs) - sum(job.expected_s for job in open_jobs)
    return (time.time() - began) / expected if expected > 60 else 1.0


def succeed(results: Path = RESULTS) -> None:
    """Say how the run ended: the headline figures of each candidate and the report."""
    from bakeoff.report.headline import headlines  # noqa: PLC0415 -- needs DuckDB, jobs do not

    database = results / "bakeoff.duckdb"
    for line in headlines(database) if database.is_file() else ():
        say(line)
    report = results.resolve() / "report" / "report.html"
    if report.is_file():
        say(f"report: {report}")


def fail(logs: str | Iterable[str]) -> None:
    """Say that the harness failed, where to look, and that nothing measured is lost.

    Args:
        logs: Snakemake's log; newer versions hand over a list of them.
    """
    named = logs if isinstance(logs, str) else ", ".join(map(str, logs))
    say(f"the harness failed; the reason stands above and in {named}")
    say("what was measured is kept: after mending it, the same command goes on from here")
