"""Whose processes compute on a GPU: real processes, NVML's answers made up."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bakeoff.telemetry.gpuprocesses import Others
from bakeoff.telemetry.process import ProcessTree
from tests.fakes.gpus import fake_gpus

SLEEP = "import sys; sys.stdin.read()"
SUPERVISOR = f"""
import subprocess, sys
with subprocess.Popen([sys.executable, "-c", {SLEEP!r}]) as child:
    print(child.pid, flush=True)
"""


@contextmanager
def server() -> Iterator[tuple[int, int]]:
    """Run a server below a supervisor; gives the process ids of both."""
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        yield process.pid, int(process.stdout.readline())
        assert process.stdin is not None
        process.stdin.close()


def test_the_servers_own_processes_are_not_others() -> None:
    told: list[str] = []
    with server() as (supervisor, own), server() as (_, stranger):
        with subprocess.Popen([sys.executable, "-c", ""]) as ended:
            ended.wait()
        states = [{"pids": {own: 2**30, stranger: 2**31, ended.pid: None}}, {"pids": {own: 1}}]
        tree = ProcessTree(None)
        others = Others(["0", "1"], fake_gpus(states), told.append, tree.owns)
        tree.pid = supervisor
        for _ in range(2):
            found = {(one.device, one.name): one.value for one in others.sample(0)}
            assert found == {
                ("0", "other_processes"): 1.0,
                ("0", "unseen_processes"): 1.0,
                ("1", "other_processes"): 0.0,
                ("1", "unseen_processes"): 0.0,
            }
    assert others.name == "nvml"
    command = f"{sys.executable} -c {SLEEP}"
    assert told == [f"GPU 0 is used by somebody else too: pid {stranger} ({command}, 2.0 GiB)"]


def test_before_there_is_a_server_every_process_is_somebody_elses() -> None:
    with server() as (_, pid):
        others = Others(["0"], fake_gpus([{"pids": {pid: 1}}]), [].append, ProcessTree(None).owns)
        assert others.sample(0)[0].value == 1.0


def test_a_gpu_that_disappears_is_told_once_and_leaves_the_other() -> None:
    states: list[dict[str, object]] = [{}, {}]
    told: list[str] = []
    others = Others(["0", "1", "9"], fake_gpus(states), told.append, lambda _: False)
    assert {one.device for one in others.sample(0)} == {"0", "1"}
    states[0]["lost"] = True
    for _ in range(2):
        assert {one.device for one in others.sample(0)} == {"1"}
    assert told == ["GPU 0: its processes are not looked at any more: GPU is lost"]
