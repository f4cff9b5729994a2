"""Maximum stable concurrency: the search of :mod:`bakeoff.decide.search` on a live server."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

from bakeoff.config.models import Workload
from bakeoff.config.stages import ConcurrencyStage
from bakeoff.decide.search import Found, Kind, Outcome, errors, find_level, most_probes
from bakeoff.decide.sizing import least_requests, most_requests
from bakeoff.decide.slo import Clause, Judged
from bakeoff.load import PreparedRequest, request_row
from bakeoff.load.timed_loop import TimedRun, run_timed_loop
from bakeoff.measure import stability
from bakeoff.measure.judging import Answers
from bakeoff.measure.stage import StageRun
from bakeoff.measure.watch import Watched, watching
from bakeoff.measure.workload import Requests, prompt_seed, requests_for
from bakeoff.progress import duration, say
from bakeoff.serving.server import Server

#: The search runs on one start of the server.
START_NO = 0


def measure_concurrency(run: StageRun, settings: ConcurrencyStage, workload: Workload) -> None:
    """Search for the maximum stable concurrency and add the rows of its probes and requests.

    Requests of steps and bisection have the phase ``measure``, those of a hold ``hold``.

    Args:
        run: The stage; gets the rows.
        settings: The service level, the highest level and the time to hold.
        workload: What a request is.

    Raises:
        CandidateError: If the server did not start or ended, or tells no token counts, without
            which there is no ITL to hold against the service level.
    """
    seed = prompt_seed(run, workload)
    with run.serving(start_no=START_NO) as server:
        requests = requests_for(run, server, workload, seed=seed, start_no=START_NO)
        prober = _Prober(run, server, settings, workload, requests)
        found = find_level(prober.probe, maximum=settings.max)
    say(f"{run.title} · {_summary(found)}")
    run.notes += stability.memory_notes(run.telemetry, run.probes)


class _Prober:
    """Tries levels on one server; counts what each level was sent, over all probes."""

    def __init__(
        self,
        run: StageRun,
        server: Server,
        settings: ConcurrencyStage,
        workload: Workload,
        requests: Requests,
    ) -> None:
        self._run, self._server, self._settings = run, server, settings
        self._requests, self._timeout_s = requests, workload.timeout_s
        self._plans: dict[tuple[int, str], Iterator[PreparedRequest]] = {}
        self._sent: Counter[tuple[int, str]] = Counter()
        self._ramp_s = 0.0

    def probe(self, level: int, kind: Kind) -> Outcome:
        """Put a level under load until its verdict is decided, and keep its rows.

        Raises:
            CandidateError: If the server ended.
        """
        say(f"{self._run.title} · {_label(level, kind)}{self._how_long(kind)}")
        answers = self._answers(level, kind)
        windows: list[TimedRun] = []
        with watching(self._server.base_url, api_key=self._server.api_key) as watched:
            for number in self._sizes(level, kind):
                windows.append(self._load(level, kind, answers, number))
                answers.close(windows[-1])
                if answers.verdict.verdict != "undecided":
                    break
        self._ramp_s = answers.response_s or self._ramp_s
        outcome = self._outcome(kind, answers, watched, windows)
        self._keep_probe(level, kind, outcome, answers.judged, windows)
        self._server.check()
        return outcome

    def _how_long(self, kind: Kind) -> str:
        return f" for {duration(self._settings.hold_s)}" if kind == "hold" else ""

    def _answers(self, level: int, kind: Kind) -> Answers:
        slo = self._settings.slo
        if kind == "hold":  # within it no request may fail
            slo = slo.model_copy(update={"error_rate": 0.0})
        return Answers(
            slo=slo,
            errors=errors(kind, self._settings.max),
            least=level,
            least_s=self._settings.hold_s if kind == "hold" else 0.0,
        )

    def _sizes(self, level: int, kind: Kind) -> Iterator[int]:
        """Yield the requests of each load: those of a clear pass, then what is left of the most.

        A hold is one load: it may take the most at once, and ends when it is long enough and
        decided.
        """
        most, least = most_requests(level, kind), least_requests(level, kind)
        yield from [most] if kind == "hold" else [least, most - least]

    def _load(self, level: int, kind: Kind, answers: Answers, number: int) -> TimedRun:
        """Keep a level under load and add its requests' rows."""
        phase = "hold" if kind == "hold" else "measure"
        plan = self._plans.setdefault((level, phase), self._requests.of(level=level, phase=phase))
        ran = run_timed_loop(
            self._requests.target,
            plan,
            streams=level,
            duration_s=self._settings.hold_s if kind == "hold" else 0.0,
            min_requests=number,
            timeout_s=self._timeout_s,
            ramp_s=self._ramp_s,
            stop=answers.decided,
        )
        self._keep_requests(level, ran)
        return ran

    def _keep_requests(self, level: int, ran: TimedRun) -> None:
        """Add rows, numbered on from the level's loads before."""
        row_of = partial(
            request_row, candidate=self._run.candidate.id, stage=self._run.stage, start_no=START_NO
        )
        for exchange in ran.exchanges:
            exchange.request_no = self._sent[level, exchange.phase]
            self._sent[level, exchange.phase] += 1
            self._run.requests.append(row_of(exchange))

    def _outcome(
        self, kind: Kind, answers: Answers, watched: Watched, windows: list[TimedRun]
    ) -> Outcome:
        """Return the verdict of the requests, unless the level was not stable."""
        begin_ns, end_ns = windows[0].begin_ns, windows[-1].end_ns
        clause, unstable = answers.verdict, None
        seen = stability.watched_text(watched, begin_ns=begin_ns, end_ns=end_ns)
        if clause.verdict == "passed":
            unstable = stability.preemptions(watched)
        if clause.verdict == "passed" and kind == "hold":
            seen.append(stability.preemption_text(watched))
            unstable = unstable or stability.rising_ttft(
                answers.judged, streams=answers.least, hold_s=(end_ns - begin_ns) / 1e9
            )
        if unstable:
            clause = Clause("failed", unstable)
        reason = "; ".join([clause.text, *seen])
        return Outcome(verdict=clause.verdict, reason=reason, requests=answers.number)

    def _keep_probe(
        self, level: int, kind: Kind, outcome: Outcome, judged: Judged, windows: list[TimedRun]
    ) -> None:
        trend = stability.ttft_trend(judged, streams=level)
        row: dict[str, Any] = {
            "candidate": self._run.candidate.id,
            "stage": self._run.stage,
            "start_no": START_NO,
            "probe_no": len(self._run.probes),
            "kind": kind,
            "level": float(level),
            "verdict": outcome.verdict,
            "reason": outcome.reason,
            "requests": outcome.requests,
            "begin_ns": windows[0].begin_ns,
            "end_ns": windows[-1].end_ns,
            "ttft_p95_ms": judged.ttft_p95_ms,
            "itl_p95_ms": judged.itl_p95_ms,
            "error_rate": judged.error_rate,
            "ttft_trend_ms_per_s": None if trend is None else trend.slope,
        }
        self._run.probes.append(row)
        say(
            f"{self._run.title} · {_label(level, kind)} {outcome.verdict}: {outcome.reason} · "
            f"probe {len(self._run.probes)} of at most {most_probes(self._settings.max)}"
        )


def _label(level: int, kind: Kind) -> str:
    streams = "stream" if level == 1 else "streams"
    return f"holding {level} {streams}" if kind == "hold" else f"{level} {streams}"


def _summary(found: Found) -> str:
    """Return the answer in words."""
    if found.failing is None:
        return f"stable at {found.level} streams, the most that were asked for"
    why = f"{found.failing.level} failed: {found.failing.outcome.reason}"
    if found.level is None:
        return f"no level held that was tried; {why}"
    return f"stable at {found.level} streams; {why}"
