"""The loop: one thread, non-blocking sockets, and sleep that ends before a write is due."""

import select
import socket
import time
from collections import deque
from zlib import crc32

from bakeoff.reference.connection import Connection, Message
from bakeoff.reference.figures import own_figures
from bakeoff.reference.player import Player, Stream
from bakeoff.reference.record import Record
from bakeoff.reference.refusal import ApiError
from bakeoff.reference.routes import Options, ask_of, is_ask, reply_to, told
from bakeoff.reference.script import script
from bakeoff.reference.totals import Totals
from bakeoff.reference.wire import Reply, Then, whole

#: The loop sleeps until this long before a write is due and spins from there: waking up
#: takes the kernel tens of microseconds, now and then more.
SPIN_NS = 200_000
#: Writes made in a row before the sockets are looked at again, so that a burst of writes
#: does not delay the time stamps of requests.
WRITES_IN_A_ROW = 8


class Server:
    """A reference server on a listening socket.

    Args:
        options: What to serve.
        listener: A listening socket.
        wake: A socket that becomes readable when the server is to stop.

    Attributes:
        records: One record per request for an answer, in the order of receipt.
    """

    def __init__(self, options: Options, listener: socket.socket, wake: socket.socket) -> None:
        self.records: list[Record] = []
        self._options = options
        self._listener: socket.socket | None = listener
        self._dies_of_refusals = any(
            fault.refusal and fault.closes_port for fault, _ in options.shares
        )
        self._wake = wake
        self._accepted = 0
        self._connections: dict[int, Connection] = {}
        self._streams: dict[Connection, Stream] = {}
        self._ready: deque[Connection] = deque()
        self._epoll = select.epoll()
        listener.setblocking(False)
        for watched in (listener, wake):
            self._epoll.register(watched, select.EPOLLIN)
        self._totals = Totals(options.model, options.schedule.capacity * options.context)
        self._player = Player(
            options.schedule,
            on_start=lambda stream: self._totals.count_prompt(stream.record),
            on_over=self._over,
            on_stall=lambda stream: self._watch(stream.connection, writable=True),
        )

    def run(self) -> None:
        """Serve until the wake-up socket becomes readable."""
        while True:
            for descriptor, mask in self._poll():
                if descriptor == self._wake.fileno():
                    return
                self._handle(descriptor, mask)
            self._player.play(WRITES_IN_A_ROW)
            if self._ready:
                self._answer(self._ready.popleft())

    def _poll(self) -> list[tuple[int, int]]:
        """Sleep until a socket is ready or a write is nearly due; return the ready ones."""
        due_ns, wait_s = self._player.due_ns, None
        if self._ready:
            wait_s = 0.0
        elif due_ns is not None:
            wait_s = (due_ns - time.perf_counter_ns() - SPIN_NS) / 1e9
        if wait_s is None or wait_s > 0:  # epoll itself counts in whole milliseconds
            select.select([self._epoll], [], [], wait_s)
        return self._epoll.poll(0)

    def _handle(self, descriptor: int, mask: int) -> None:
        if self._listener is not None and descriptor == self._listener.fileno():
            self._accept(self._listener)
            return
        connection = self._connections.get(descriptor)
        if connection is not None and mask & select.EPOLLOUT:
            connection = self._flush(connection)
        if connection is not None and mask & ~select.EPOLLOUT:
            self._read(connection)

    def _accept(self, listener: socket.socket) -> None:
        try:
            accepted, _ = listener.accept()
        except OSError:  # gone again, or no descriptor left: the next one may do
            return
        connection = Connection(accepted, self._accepted)
        self._accepted += 1
        self._connections[accepted.fileno()] = connection
        self._epoll.register(accepted, select.EPOLLIN)

    def _read(self, connection: Connection) -> None:
        waiting = len(connection.inbox)
        if not connection.read():
            self._left(connection)
            return
        if connection in self._streams or waiting:
            return
        if connection.inbox or connection.broken:
            self._ready.append(connection)

    def _flush(self, connection: Connection) -> Connection | None:
        """Write what waits; return the connection unless that ended it."""
        try:
            done = connection.flush()
        except OSError:
            self._left(connection)
            return None
        if done and connection.closing:
            self._close(connection)
            return None
        if done:
            self._watch(connection, writable=False)
            stream = self._streams.get(connection)
            if stream is not None:
                self._player.resume(stream)
        return connection if connection.open else None

    def _watch(self, connection: Connection, *, writable: bool) -> None:
        mask = select.EPOLLIN | (select.EPOLLOUT if writable else 0)
        self._epoll.modify(connection.socket, mask)

    def _left(self, connection: Connection) -> None:
        stream = self._streams.get(connection)
        if stream is not None:
            self._player.leave(stream)
        else:
            self._close(connection)

    def _close(self, connection: Connection, *, reset: bool = False) -> None:
        if connection.open:
            self._epoll.unregister(connection.socket)
            del self._connections[connection.socket.fileno()]
            connection.close(reset=reset)

    def _answer(self, connection: Connection) -> None:
        """Answer the connection's next request."""
        if not connection.open or connection.closing:
            return
        if not connection.inbox:
            refusal = ApiError(400, "BadRequestError", "This is no HTTP request")
            self._tell(connection, refusal, keep_alive=False)
            return
        message = connection.inbox.popleft()
        if is_ask(message):
            self._serve(connection, message)
            return
        try:
            own = own_figures(message, self._totals, self._player, self.records)
            reply = own or reply_to(message, self._options)
        except ApiError as refusal:
            self._tell(connection, refusal, keep_alive=message.keep_alive)
            return
        self._reply(connection, reply, keep_alive=message.keep_alive)

    def _serve(self, connection: Connection, message: Message) -> None:
        """Start to answer a request for an answer."""
        record = Record(
            request_no=len(self.records),
            connection_no=connection.number,
            client_id=message.headers.get("x-request-id", ""),
            body_crc32=crc32(message.body),
            path=message.target,
            received_ns=message.received_ns,
        )
        self.records.append(record)
        if len(self.records) == self._options.refuse_after:
            self._close_port()
        try:
            stream = self._stream(connection, message, record)
        except ApiError as refusal:
            self._refuse(connection, message, record, refusal)
            return
        self._streams[connection] = stream
        self._player.add(stream)

    def _stream(self, connection: Connection, message: Message, record: Record) -> Stream:
        ask, fault = ask_of(message, self._options, record.request_no)
        record.model, record.prompt_tokens = ask.model, ask.prompt_tokens
        if fault is not None:
            record.fault = fault.name
            record.status = 200 if fault.reply is None else fault.reply.status
            if fault.closes_port and fault.refusal is None:
                self._close_port()
        steps = script(
            ask,
            self._options.schedule,
            fault,
            request_no=record.request_no,
            keep_alive=message.keep_alive,
        )
        return Stream(connection, steps, record, keep_alive=message.keep_alive)

    def _refuse(
        self, connection: Connection, message: Message, record: Record, refusal: ApiError
    ) -> None:
        record.started_ns = record.received_ns
        record.planned_ns, record.write_tokens = [record.received_ns], [0]
        record.written_ns = [time.perf_counter_ns()]
        record.status = self._tell(connection, refusal, keep_alive=message.keep_alive)
        record.ended_ns, record.outcome = time.perf_counter_ns(), "complete"

    def _tell(self, connection: Connection, refusal: ApiError, *, keep_alive: bool) -> int:
        """Reply with a refusal, after the faults that change it; return its status."""
        reply = told(refusal, self._options)
        if self._dies_of_refusals:
            self._close_port()
        self._reply(connection, reply, keep_alive=keep_alive and not self._dies_of_refusals)
        return reply.status

    def _reply(self, connection: Connection, reply: Reply, *, keep_alive: bool) -> None:
        try:
            taken = connection.write(whole(reply, keep_alive=keep_alive))
        except OSError:
            self._close(connection)
            return
        if not taken:
            connection.closing = not keep_alive
            self._watch(connection, writable=True)
        elif not keep_alive:
            self._close(connection)
        if connection.inbox or connection.broken:
            self._ready.append(connection)

    def _over(self, stream: Stream, then: Then) -> None:
        """Do with the connection of a stream that is over what its end asks for."""
        connection = stream.connection
        del self._streams[connection]
        self._totals.count(stream.record)
        if then or not stream.keep_alive:
            self._close(connection, reset=then == "reset")
        elif connection.inbox or connection.broken:
            self._ready.append(connection)

    def _close_port(self) -> None:
        if self._listener is not None:
            self._epoll.unregister(self._listener)
            self._listener.close()
            self._listener = None
