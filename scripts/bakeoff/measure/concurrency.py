"""Maximum stable concurrency: the search of :mod:`bakeoff.decide.search` on a live server."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from bakeoff.config.models import Workload
from bakeoff.config.stages import ConcurrencyStage
from bakeoff.decide.search import Kind, Outcome, errors, find_level, most_probes
from bakeoff.decide.sizing import least_requests, most_requests
from bakeoff.decide.slo import Clause, Judged
from bakeoff.errors import CandidateError
from bakeoff.load import Exchange, PreparedRequest, parse, request_row, run_closed_loop
from bakeoff.load.spread_timed import LostProcessError
from bakeoff.load.timed_loop import TimedRun, run_timed_loop
from bakeoff.measure import stability
from bakeoff.measure.clients import Clients
from bakeoff.measure.judging import Answers
from bakeoff.measure.searchwords import label, summary
from bakeoff.measure.stage import Row, StageRun
from bakeoff.measure.watch import Watched, watching
from bakeoff.measure.workload import Requests, prompt_seed, requests_for
from bakeoff.progress import duration, say
from bakeoff.serving.server import Server

#: The search runs on one start of the server.
START_NO = 0


def measure_concurrency(
    run: StageRun,
    settings: ConcurrencyStage,
    workload: Workload,
    clients: Clients | None = None,
) -> None:
    """Search for the maximum stable concurrency and add the rows of its probes and requests.

    Requests of steps and bisection have the phase ``measure``, those of a hold ``hold``.

    Args:
        run: The stage; gets the rows.
        settings: The service level, the highest level and the time to hold.
        workload: What a request is.
        clients: Says how many processes the client runs in; one if left out.

    Raises:
        CandidateError: If the server did not start, or ended or stopped answering (the message
            names the level, its probe is in the rows), or tells no token counts, without which
            there is no ITL to hold against the service level.
        LostProcessError: If a process of the client ended; what was measured is in the rows.
    """
    seed = prompt_seed(run, workload)
    with run.serving(start_no=START_NO) as server:
        requests = requests_for(run, server, workload, seed=seed, start_no=START_NO)
        prober = _Prober(
            run, server, settings, requests, clients or Clients(), timeout_s=workload.timeout_s
        )
        found = find_level(prober.probe, maximum=settings.max)
    say(f"{run.title} · {summary(found)}")
    run.notes += stability.memory_notes(run.telemetry, run.probes)


class _Prober:
    """Tries levels on one server; counts what each level was sent, over all probes."""

    def __init__(
        self,
        run: StageRun,
        server: Server,
        settings: ConcurrencyStage,
        requests: Requests,
        clients: Clients,
        *,
        timeout_s: float,
    ) -> None:
        self._run, self._server, self._settings = run, server, settings
        self._requests, self._clients, self._timeout_s = requests, clients, timeout_s
        self._plans: dict[tuple[int, str], Iterator[PreparedRequest]] = {}
        self._sent: Counter[tuple[int, str]] = Counter()
        self._ramp_s = 0.0

    def probe(self, level: int, kind: Kind) -> Outcome:
        """Put a level under load until its verdict is decided, and keep its rows.

        Raises:
            CandidateError: If the server ended, or answers no more.
        """
        say(f"{self._run.title} · {label(level, kind)}{self._how_long(kind)}")
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
        self._refuse_dead(level, kind, windows[-1])
        return outcome

    def _refuse_dead(self, level: int, kind: Kind, last: TimedRun) -> None:
        """Go on only with a server that still answers: a dead one fails any level.

        Raises:
            CandidateError: Naming the level.
        """
        where = f"{'while' if kind == 'hold' else 'at'} {label(level, kind)}"
        try:
            self._server.check()
        except CandidateError as error:
            raise CandidateError(f"{where}: {error}", error.log_tail) from error
        ended = sorted(last.measured, key=lambda exchange: exchange.done_ns or 0)
        if any(exchange.reads for exchange in ended[-level:]):
            return
        request = next(self._plan(level, "measure"))
        (again,) = run_closed_loop(
            self._requests.target, [request], streams=1, timeout_s=self._timeout_s
        )
        again.phase = "warmup"  # it stands for no verdict
        self._keep_requests(level, [again])
        if not again.reads:
            why = parse(again).error
            raise CandidateError(f"the server stopped answering {where}: {why}")

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
        processes = self._clients.for_streams(level)
        self._run.notes += [n for n in self._clients.notes if n not in self._run.notes]
        try:
            ran = run_timed_loop(
                self._requests.target,
                self._plan(level, phase),
                streams=level,
                duration_s=self._settings.hold_s if kind == "hold" else 0.0,
                min_requests=number,
                timeout_s=self._timeout_s,
                ramp_s=self._ramp_s,
                processes=processes,
                stop=answers.decided,
            )
        except LostProcessError as lost:
            self._keep_requests(level, lost.exchanges)
            raise
        rows = self._keep_requests(level, ran.exchanges)
        self._clients.saw(rows, begin_ns=ran.begin_ns, end_ns=ran.end_ns, streams=level)
        return ran

    def _plan(self, level: int, phase: str) -> Iterator[PreparedRequest]:
        """Return the requests of a level that were not sent yet."""
        if (level, phase) not in self._plans:
            self._plans[level, phase] = self._requests.of(level=level, phase=phase)
        return self._plans[level, phase]

    def _keep_requests(self, level: int, exchanges: Sequence[Exchange]) -> list[Row]:
        """Add rows, numbered on from the level's loads before; return them."""
        row_of = partial(
            request_row, candidate=self._run.candidate.id, stage=self._run.stage, start_no=START_NO
        )
        rows = []
        for exchange in exchanges:
            exchange.request_no = self._sent[level, exchange.phase]
            self._sent[level, exchange.phase] += 1
            rows.append(row_of(exchange))
        self._run.requests += rows
        return rows

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
            **stability.trend_columns(judged, streams=level),
        }
        self._run.probes.append(row)
        say(
            f"{self._run.title} · {label(level, kind)} {outcome.verdict}: {outcome.reason} · "
            f"probe {len(self._run.probes)} of at most {most_probes(self._settings.max)}"
        )
