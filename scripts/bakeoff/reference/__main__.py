"""Run the reference server from the command line."""

import argparse
import ctypes
import gc
import os
import resource
import signal
import socket
import sys
from dataclasses import fields
from pathlib import Path

from bakeoff.reference.answers import read_answers
from bakeoff.reference.faults import fault_table, parse_shares
from bakeoff.reference.record import write_records
from bakeoff.reference.routes import Options
from bakeoff.reference.schedule import Schedule
from bakeoff.reference.server import Server

PR_SET_PDEATHSIG, PR_SET_TIMERSLACK = 1, 29


def main(arguments: list[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT, then write the records."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.list_faults:
        print(fault_table())  # noqa: T201 -- this is what was asked for
        return
    try:
        options = _options(given)
    except ValueError as error:
        parser.error(str(error))
    _settle(given.parent, given.cpu)
    listener = socket.create_server(("127.0.0.1", given.port), backlog=4096)
    server = Server(options, listener, _wake_on_signals())
    announcement = f"listening on port {listener.getsockname()[1]}"
    print(announcement, flush=True)  # noqa: T201 -- the parent waits for this line
    if given.ready_file:
        given.ready_file.write_text(announcement + "\n", encoding="utf-8")
    try:
        server.run()
    finally:
        if given.record:
            write_records(server.records, given.record)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bakeoff.reference",
        description="An OpenAI-compatible server with a known schedule.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--port", type=int, default=8000, help="port on 127.0.0.1; 0 takes a free one")
    defaults = Schedule()
    for field in fields(Schedule):
        flag, default = "--" + field.name.replace("_", "-"), getattr(defaults, field.name)
        kinds: dict[str, type] = {"float": float, "int": int, "int | None": int}
        kind = kinds.get(_name(field.type), str)
        add(flag, type=kind, default=default, help="see bakeoff.reference.schedule.Schedule")
    add("--model", default="reference", help="name of the served model")
    add("--context", type=int, default=8192, help="most tokens of prompt and answer")
    add("--api-key-env", help="environment variable with the key that /v1 asks for")
    add("--faults", default="", help="faults to play, as name@share,name@share")
    add("--list-faults", action="store_true", help="list the faults and stop")
    add("--refuse-after", type=int, help="requests after which the port is closed")
    add("--answers", type=Path, help="JSON file; see bakeoff.reference.answers.KnownAnswer")
    add("--unknown", default="", help="fields of a body to refuse, with commas between them")
    add("--record", type=Path, help="file for the records: .jsonl, or else Parquet")
    add("--ready-file", type=Path, help="file to write once the port is open")
    add("--cpu", type=int, help="CPU to run on")
    add("--parent", type=int, help="process id of the parent to die with")
    return parser


def _name(annotation: object) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)


def _options(given: argparse.Namespace) -> Options:
    """Return the server's options.

    Raises:
        ValueError: If one is out of range, a fault is unknown or the key is not there.
    """
    key = os.environ.get(given.api_key_env) if given.api_key_env else None
    if given.api_key_env and not key:
        raise ValueError(f"--api-key-env {given.api_key_env}: this variable is not set")
    return Options(
        schedule=Schedule(**{field.name: getattr(given, field.name) for field in fields(Schedule)}),
        model=given.model,
        context=given.context,
        api_key=key,
        shares=parse_shares(given.faults),
        refuse_after=given.refuse_after,
        answers=read_answers(given.answers) if given.answers else (),
        unknown=tuple(filter(None, given.unknown.split(","))),
    )


def _settle(parent: int | None, cpu: int | None) -> None:
    """Prepare the process: its CPU, its parent's death, precise sleep, no pauses."""
    libc = ctypes.CDLL(None, use_errno=True)
    if cpu is not None:
        os.sched_setaffinity(0, {cpu})
    libc.prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0)
    if parent is not None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit("the parent is gone")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    gc.freeze()
    gc.disable()  # the loop makes no cycles, and a collection would delay writes


def _wake_on_signals() -> socket.socket:
    """Return a socket that becomes readable on SIGTERM and SIGINT."""
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    signal.set_wakeup_fd(writing.detach())
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: None)
    return reading


if __name__ == "__main__":
    main()
