"""One process of a spread load: ``python -m bakeoff.load.spread_worker PARENT``.

Reads its part from standard input, opens its connections, writes ``"ready"``, reads the
time to begin at, and writes how many requests ended, about once a second, and at last its
exchanges with what it had spent before and after. All of it pickled, one after the other.
"""

import os
import pickle
import sys
from time import perf_counter_ns, sleep
from typing import BinaryIO

from bakeoff.load.closed_loop import run_closed_loop
from bakeoff.load.cpu import Usage, usage
from bakeoff.load.processes import die_with
from bakeoff.load.spread import Part


def main(parent: int, given: BinaryIO, told: BinaryIO) -> None:
    """Do the part that is given."""
    die_with(parent)
    part: Part = pickle.load(given)  # noqa: S301 -- our own parent wrote it
    before: list[Usage] = []

    def tell(value: object) -> None:
        pickle.dump(value, told, protocol=pickle.HIGHEST_PROTOCOL)
        told.flush()

    def wait_for_all() -> None:
        tell("ready")
        begin_ns = pickle.load(given)  # noqa: S301 -- as above
        sleep(max(0.0, (begin_ns - perf_counter_ns()) / 1e9))
        before.append(usage(os.getpid()))

    exchanges = run_closed_loop(
        part.target,
        part.plan,
        streams=part.streams,
        timeout_s=part.timeout_s,
        ramp_s=part.ramp_s,
        before_first=wait_for_all,
        on_done=tell,
    )
    tell((exchanges, (*before, usage(os.getpid()))))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
