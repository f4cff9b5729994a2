"""Plays scripts on time: admits requests, and makes each write when it is due."""

import time
from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from random import Random

from bakeoff.reference.connection import Connection
from bakeoff.reference.record import Outcome, Record
from bakeoff.reference.schedule import Schedule, draw_for, jittered, stretched
from bakeoff.reference.script import ID_PLACEHOLDER
from bakeoff.reference.wire import Step, Then

_PLACEHOLDER = ID_PLACEHOLDER.encode()
_OUTCOMES: dict[Then, Outcome] = {"": "complete", "close": "closed", "reset": "reset"}


class Stream:
    """A request being answered.

    Attributes:
        connection: Where the answer goes.
        steps: The writes that make it.
        at: Number of the next step.
        record: What truly happens.
        keep_alive: Whether the connection stays open afterwards.
        over: Whether nothing more will be written.
    """

    __slots__ = ("at", "connection", "digits", "draw", "keep_alive", "over", "record", "steps")

    def __init__(
        self,
        connection: Connection,
        steps: tuple[Step, ...],
        record: Record,
        *,
        keep_alive: bool,
    ) -> None:
        self.connection, self.steps, self.record = connection, steps, record
        self.keep_alive, self.over, self.at = keep_alive, False, 0
        self.digits = b"%016d" % record.request_no
        self.draw: Random | None = None


class Player:
    """The streams being served, those waiting, and the writes to come.

    Args:
        schedule: Capacity, knee and jitter.
        on_start: Called with a stream that leaves the queue.
        on_over: Called with a stream that is over and what becomes of its connection.
        on_stall: Called with a stream whose socket takes no more bytes for now.
    """

    def __init__(
        self,
        schedule: Schedule,
        *,
        on_start: Callable[[Stream], None],
        on_over: Callable[[Stream, Then], None],
        on_stall: Callable[[Stream], None],
    ) -> None:
        self._schedule = schedule
        self._on_start, self._on_over, self._on_stall = on_start, on_over, on_stall
        self._heap: list[tuple[int, int, Stream]] = []
        self.active: dict[int, Stream] = {}
        self.waiting: deque[Stream] = deque()

    @property
    def due_ns(self) -> int | None:
        """When the next write is due, None if there is none."""
        return self._heap[0][0] if self._heap else None

    def add(self, stream: Stream) -> None:
        """Serve the stream, at once if there is room."""
        if len(self.active) < self._schedule.capacity:
            self._start(stream, stream.record.received_ns)
        else:
            self.waiting.append(stream)

    def play(self, most: int) -> None:
        """Make the writes that are due, at most so many."""
        heap = self._heap
        for _ in range(most):
            if not heap or heap[0][0] > time.perf_counter_ns():
                return
            due_ns, _, stream = heappop(heap)
            if not stream.over:
                self._write(stream, due_ns)

    def resume(self, stream: Stream) -> None:
        """Go on with a stream whose socket has taken the last write now."""
        stream.record.written_ns[-1] = time.perf_counter_ns()
        self._advance(stream, stream.record.planned_ns[-1])

    def leave(self, stream: Stream) -> None:
        """End a stream whose client has left."""
        stream.record.client_left_ns = time.perf_counter_ns()
        self._end(stream, "left", "close")

    def _start(self, stream: Stream, started_ns: int) -> None:
        stream.record.started_ns = started_ns
        self.active[stream.record.request_no] = stream
        if self._schedule.jitter_ms:
            stream.draw = draw_for(self._schedule, stream.record.request_no)
        self._on_start(stream)
        self._push(stream, started_ns)

    def _push(self, stream: Stream, after_ns: int) -> None:
        """Put the stream's next step into the heap, due its gap after ``after_ns``."""
        step = stream.steps[stream.at]
        gap_ns = step.gap_ns
        if stream.draw is not None:
            gap_ns = jittered(self._schedule, gap_ns, stream.draw)
        if stream.record.first_token_written:
            gap_ns = stretched(self._schedule, gap_ns, active=len(self.active))
        heappush(self._heap, (after_ns + gap_ns, stream.record.request_no, stream))

    def _write(self, stream: Stream, due_ns: int) -> None:
        step, record = stream.steps[stream.at], stream.record
        if not step.data:
            self._advance(stream, due_ns)
            return
        data = step.data.replace(_PLACEHOLDER, stream.digits)
        written_ns = time.perf_counter_ns()
        try:
            taken = stream.connection.write(data)
        except OSError:
            self.leave(stream)
            return
        record.planned_ns.append(due_ns)
        record.written_ns.append(written_ns)
        record.write_tokens.append(step.tokens)
        if taken:
            self._advance(stream, due_ns)
        else:
            self._on_stall(stream)

    def _advance(self, stream: Stream, due_ns: int) -> None:
        then = stream.steps[stream.at].then
        stream.at += 1
        if then == "hang":
            stream.record.outcome = "hung"
        elif then or stream.at == len(stream.steps):
            self._end(stream, _OUTCOMES[then], then)
        else:
            self._push(stream, due_ns)

    def _end(self, stream: Stream, outcome: Outcome, then: Then) -> None:
        stream.over = True
        record = stream.record
        record.ended_ns = time.perf_counter_ns()
        if record.outcome == "open":
            record.outcome = outcome
        if self.active.pop(record.request_no, None) is None:
            self.waiting.remove(stream)
        self._on_over(stream, then)
        while self.waiting and len(self.active) < self._schedule.capacity:
            self._start(self.waiting.popleft(), record.ended_ns)
