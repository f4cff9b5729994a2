"""The steady window of several processes: one begin, one end, one numbering."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile, islice

from bakeoff.load.exchange import Exchange
from bakeoff.load.parts import Report
from bakeoff.load.window import Stop, TimedRun


@dataclass(frozen=True)
class Until:
    """When a load for a time ends, and who is told how far it is.

    Attributes:
        duration_s: Shortest window, in seconds.
        min_requests: Fewest requests in it: that ended (closed loop), or were due (open loop).
        stop: As for ``run_timed_loop``.
        on_done: As for ``run_timed_loop``.
    """

    duration_s: float
    min_requests: int
    stop: Stop | None = None
    on_done: Callable[[int], None] | None = None


class SharedWindow:
    """What the processes of a load have handed over, and the window that follows from it.

    Args:
        processes: How many there are.
        until: When it ends.

    Attributes:
        exchanges: Every exchange that was handed over, in the order of coming in.
        begin_ns: When the last process was steady; None before.
        end_ns: When nothing more is sent; None as long as that is not known.
        stopped: Whether it was ended by ``stop``.
        due_ns: When the requests of an open loop are due; None in a closed loop.
    """

    def __init__(self, processes: int, until: Until) -> None:
        self._until, self._reports = until, dict.fromkeys(range(processes), _NOTHING)
        self.exchanges: list[Exchange] = []
        self._ended: list[Exchange] = []
        self.begin_ns: int | None = None
        self.end_ns: int | None = None
        self.stopped = False
        self.due_ns: Iterator[int] | None = None

    def add(self, exchange: Exchange) -> None:
        """Add an exchange that has ended."""
        self.exchanges.append(exchange)
        if self.begin_ns is not None:
            self._place(exchange, self.begin_ns)

    def note(self, place: int, report: Report) -> None:
        """Note what a process told; with the last that is steady the window begins."""
        self._reports[place] = report
        opened = [each.opened_ns for each in self._reports.values() if each.opened_ns is not None]
        if self.begin_ns is None and len(opened) == len(self._reports):
            self.begin_ns = max(opened)
            for exchange in self.exchanges:
                self._place(exchange, self.begin_ns)

    def _place(self, exchange: Exchange, begin_ns: int) -> None:
        """Tell the window's own from the warm-up's: they were to be sent after the begin."""
        if exchange.scheduled_ns < begin_ns:
            exchange.phase = "warmup"
        else:
            self._ended.append(exchange)

    def ended(self) -> Sequence[Exchange]:
        """Return the window's own that have ended, in that order, without a gap between them.

        What one process has not told yet may have ended before what another told last.
        """
        until_ns = min(report.until_ns for report in self._reports.values())
        known = [(e.done_ns or 0, place) for place, e in enumerate(self._ended)]
        return [self._ended[place] for done_ns, place in sorted(known) if done_ns <= until_ns]

    def end_if_due(self, now_ns: int, *, lead_ns: int) -> int | None:
        """Return when the window ends if that was decided now, else None.

        Args:
            now_ns: The time.
            lead_ns: From now until the soonest end.
        """
        if self.begin_ns is None or self.end_ns is not None:
            return None
        least, lasted_ns = (
            self._until.min_requests,
            self.begin_ns + round(self._until.duration_s * 1e9),
        )
        if self.due_ns is not None:
            begin_ns = self.begin_ns
            own = dropwhile(lambda due_ns: due_ns < begin_ns, self.due_ns)
            last_ns = next(islice(own, max(0, least - 1), None)) if least else begin_ns
            self.end_ns = max(lasted_ns, last_ns, now_ns + lead_ns)
        elif now_ns >= lasted_ns and len(self._ended) >= least:
            self.end_ns = now_ns + lead_ns
        return self.end_ns

    def stop(self, end_ns: int) -> None:
        """End it early."""
        self.end_ns, self.stopped = min(end_ns, self.end_ns or end_ns), True

    def numbered(self) -> list[Exchange]:
        """Return all exchanges in the order of sending, numbered from 0 within their phases."""
        ordered = sorted(self.exchanges, key=lambda exchange: exchange.scheduled_ns)
        numbers: dict[str, int] = {}
        for exchange in ordered:
            if self.begin_ns is None:
                exchange.phase = "warmup"
            exchange.request_no = numbers.get(exchange.phase, 0)
            numbers[exchange.phase] = exchange.request_no + 1
        return ordered

    def result(self) -> TimedRun:
        """Return what the run gave.

        Raises:
            ValueError: If the requests ran out before the window began.
        """
        reports = self._reports.values()
        ends = [report.closed_ns for report in reports if report.closed_ns is not None]
        if self.end_ns is not None:  # an order that came late was obeyed late
            ends = [self.end_ns, *(exchange.scheduled_ns for exchange in self.exchanges)]
        if self.begin_ns is None or not ends:
            raise ValueError("the requests ran out before the steady window began")
        return TimedRun(
            exchanges=self.numbered(),
            begin_ns=self.begin_ns,
            end_ns=max(ends),
            stopped=self.stopped,
            shortages=sum(report.shortages for report in reports),
            usages=tuple(report.usages for report in reports),
        )


_NOTHING = Report(until_ns=0, taken=0, shortages=0, opened_ns=None, closed_ns=None)
