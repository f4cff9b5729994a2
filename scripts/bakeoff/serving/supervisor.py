"""The process between a job and its server, which sees to it that nothing is left.

Run as ``python -m bakeoff.serving.supervisor LABEL``. The job writes one JSON line (the
fields of :class:`Order`) to its standard input and keeps that pipe open; on standard
output the supervisor answers with JSON lines: ``started``, ``exited``, ``stopped``.

The server runs in a session of its own. The whole tree is terminated when the server
exits, the job closes the pipe or dies, the outermost Snakemake dies (then the job is
terminated too), or TERM arrives: TERM to the server, which knows best how to stop its
workers; TERM to all that outlive it; and, a grace after the first TERM, KILL to all that
is left. The supervisor is the subreaper of the tree, so that processes which left the
group or lost their parent are its descendants still, and no child left means nothing
left. Everything is waited for by file descriptors; nothing is polled.
"""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from bakeoff.serving import processes
from bakeoff.serving.stamps import StampedLog

#: From the first KILL until we give up on processes that the kernel cannot end.
KILL_WITHIN_S = 4.0
#: How long a job may take to end after Snakemake died, once its server is gone.
JOB_WITHIN_S = 2.0


@dataclass(frozen=True, kw_only=True)
class Order:
    """What the job asks for.

    Attributes:
        command: Command line of the server.
        environment: Its whole environment.
        log_path: Log to append to.
        job_pid: Process id of the job.
        main_pid: Process id of the outermost Snakemake, None where it is not on this machine.
        grace_s: From TERM to KILL, in seconds.
    """

    command: list[str]
    environment: dict[str, str]
    log_path: str
    job_pid: int
    main_pid: int | None
    grace_s: float


@dataclass
class _Watch:
    """The server's tree and what is known of it so far."""

    order: Order
    server: subprocess.Popen[bytes]
    log: StampedLog
    selector: selectors.BaseSelector
    stop_at: float | None = None
    killing: bool = False
    main_died: bool = False
    exited: bool = False
    job_fd: int | None = None
    left: list[int] = field(default_factory=list)


def main() -> None:
    """Start the server that standard input orders, and stay until nothing of it is left."""
    order = Order(**json.loads(sys.stdin.buffer.readline()))
    processes.become_subreaper()
    # Handlers, not SIG_IGN: an ignored signal would be ignored by the server as well.
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, lambda _number, _frame: None)
    wake = _signals_as_bytes()
    with Path(order.log_path).open("ab", buffering=0) as log:
        try:
            watch = _start(order, log, wake)
        except OSError as error:
            _tell(event="refused", error=str(error))
            return
        _run(watch)
        watch.log.close(time.perf_counter_ns())
    _tell(event="stopped", left=watch.left)
    if watch.main_died:
        _end_job(watch)


def _start(order: Order, log: BinaryIO, wake: int) -> _Watch:
    """Start the server and watch everything that may end it."""
    started_ns = time.perf_counter_ns()
    server = subprocess.Popen(
        order.command,
        env=order.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        # Our own death by KILL: TERM lets an engine stop its workers, KILL would orphan them.
        preexec_fn=lambda: processes.die_with_parent(signal.SIGTERM),  # noqa: PLW1509 -- one thread
    )
    _tell(event="started", pid=server.pid, started_ns=started_ns)
    watch = _Watch(order, server, StampedLog(log, started_ns), selectors.DefaultSelector())
    if server.stdout is not None:
        os.set_blocking(server.stdout.fileno(), False)
        watch.selector.register(server.stdout, selectors.EVENT_READ, _on_output)
    watch.selector.register(wake, selectors.EVENT_READ, _on_signal)
    watch.selector.register(sys.stdin, selectors.EVENT_READ, _on_control)
    watch.job_fd = _watch_process(watch, order.job_pid, _on_job_death)
    if order.main_pid is not None:
        _watch_process(watch, order.main_pid, _on_main_death)
    return watch


def _watch_process(watch: _Watch, pid: int, action: object) -> int | None:
    """Watch for the end of a process; one that is already gone ends the server at once."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        _stop(watch)
        return None
    watch.selector.register(descriptor, selectors.EVENT_READ, action)
    return descriptor


def _run(watch: _Watch) -> None:
    """Handle what happens until the tree has no process left, or cannot be ended."""
    while _reap(watch):
        now = time.monotonic()
        if watch.stop_at is not None and now >= watch.stop_at:
            processes.send(processes.descendants(os.getpid()), signal.SIGKILL)
            if watch.killing and now >= watch.stop_at + KILL_WITHIN_S:
                watch.left = processes.descendants(os.getpid())
                break
            watch.killing = True
        for key, _ in watch.selector.select(_patience(watch, now)):
            key.data(watch, key.fd)
    if watch.server.stdout is not None:
        _on_output(watch, watch.server.stdout.fileno())


def _patience(watch: _Watch, now: float) -> float | None:
    """Return how long nothing need be done: for ever, until KILL, or until KILL is repeated."""
    if watch.stop_at is None:
        return None
    return 0.05 if watch.killing else max(0.0, watch.stop_at - now)


def _reap(watch: _Watch) -> bool:
    """Collect dead children and say whether any process of the tree is left."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return True
            if pid == watch.server.pid:
                watch.exited = True
                watch.server.returncode = os.waitstatus_to_exitcode(status)
                _tell(event="exited", code=watch.server.returncode)
                _stop(watch)
                processes.send(processes.descendants(os.getpid()), signal.SIGTERM)
    return False


def _stop(watch: _Watch) -> None:
    """Ask the tree to end, once; what is left after the grace is killed."""
    if watch.stop_at is None:
        watch.stop_at = time.monotonic() + watch.order.grace_s
        if not watch.exited:  # not yet reaped, so the id is still the server's
            processes.send([watch.server.pid], signal.SIGTERM)


def _on_output(watch: _Watch, descriptor: int) -> None:
    for _ in range(64):  # then look at the other events, however much the server writes
        try:
            data = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            return
        if not data:
            with contextlib.suppress(KeyError):
                watch.selector.unregister(descriptor)
            return
        with contextlib.suppress(OSError):  # a full disk must not cost us the server's end
            watch.log.feed(data, time.perf_counter_ns())


def _on_signal(watch: _Watch, descriptor: int) -> None:
    if signal.SIGTERM in os.read(descriptor, 4096):
        _stop(watch)


def _on_control(watch: _Watch, descriptor: int) -> None:
    if not os.read(descriptor, 4096):
        watch.selector.unregister(descriptor)
        _stop(watch)


def _on_job_death(watch: _Watch, descriptor: int) -> None:
    watch.selector.unregister(descriptor)
    _stop(watch)


def _on_main_death(watch: _Watch, descriptor: int) -> None:
    watch.selector.unregister(descriptor)
    watch.main_died = True
    if watch.job_fd is not None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(watch.job_fd, signal.SIGTERM)
    _stop(watch)


def _end_job(watch: _Watch) -> None:
    """Snakemake died, nobody waits for the job any more: kill it if TERM did not end it."""
    if watch.job_fd is None:
        return
    with selectors.DefaultSelector() as selector:
        selector.register(watch.job_fd, selectors.EVENT_READ)
        if not selector.select(JOB_WITHIN_S):
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(watch.job_fd, signal.SIGKILL)


def _signals_as_bytes() -> int:
    """Return a descriptor from which each signal's number can be read."""
    reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading


def _tell(**event: object) -> None:
    """Write an event for the job, which may be gone."""
    with contextlib.suppress(OSError):
        os.write(sys.stdout.fileno(), json.dumps(event).encode() + b"\n")


if __name__ == "__main__":
    main()
