"""Who is whose child, as processes begin, end and lose their parents."""

import os
import signal
import subprocess
import sys
import time

from bakeoff.telemetry.tree import Parents

#: Adopts orphans, and starts a child that starts a child. On a line of standard input, the
#: first of the two ends.
FAMILY = """
import os, time
from bakeoff.serving.processes import become_subreaper
become_subreaper()
middle = os.fork()
if middle == 0:
    youngest = os.fork()
    if youngest == 0:
        time.sleep(60)
        os._exit(0)
    print(os.getpid(), youngest, flush=True)
    os.read(0, 1)
    os._exit(0)
os.waitpid(middle, 0)
print("ended", flush=True)
os.wait()
"""


def test_orphans_stay_in_the_family() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", FAMILY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": "scripts"},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        middle, youngest = map(int, process.stdout.readline().split())
        parents = Parents()
        parents.look()
        assert parents.below(process.pid) == {middle, youngest}
        assert parents.below(middle) == {youngest}
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ended\n"
        parents.look()
        assert parents.below(process.pid) == {youngest}
        assert parents.below(middle) == set()
        os.kill(youngest, signal.SIGKILL)
    parents.look()
    assert parents.below(process.pid) == set()


def test_what_begins_later_is_found() -> None:
    parents = Parents()
    parents.look()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert process.pid not in parents.below(1)
        parents.look()
        began = time.process_time()
        parents.look()
        spent_s = time.process_time() - began
        assert spent_s < 0.1
        assert process.stdin is not None
        process.stdin.close()
