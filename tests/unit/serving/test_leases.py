"""GPU leases between real processes; the GPUs are a stand-in at NVML's boundary."""

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from bakeoff.errors import HarnessError
from bakeoff.paths import ROOT
from bakeoff.serving import leases
from bakeoff.serving.leases import leased
from bakeoff.serving.locks import check_folder, lock_folder
from tests.fakes.gpus import fake_gpus

#: A job: leases GPUs, says which or why not, and waits for a line.
JOB = """
import json, sys
from pathlib import Path
from bakeoff.errors import HarnessError
from bakeoff.serving.leases import leased
from tests.fakes.gpus import fake_gpus
wanted, gpus, folder, subject = json.loads(sys.argv[1])
try:
    with leased(wanted, {}, subject=subject, nvml=fake_gpus(gpus), folder=Path(folder)) as mine:
        print(json.dumps(mine), flush=True)
        sys.stdin.readline()
except HarnessError as error:
    print(json.dumps(str(error)), flush=True)
"""
Job = Callable[..., tuple[subprocess.Popen[str], list[str] | str]]


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    """Starts a job on two GPUs; returns it and what it got. All are ended in the end."""
    with ExitStack() as stack:

        def start(
            wanted: int = 1, subject: str = "a job", gpus: object = 2
        ) -> tuple[subprocess.Popen[str], list[str] | str]:
            arguments = json.dumps([wanted, gpus, str(tmp_path), subject])
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", JOB, arguments],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    env={**os.environ, "PYTHONPATH": f"{ROOT / 'scripts'}:{ROOT}"},
                )
            )
            stack.callback(process.kill)
            assert process.stdout is not None
            return process, json.loads(process.stdout.readline())

        yield start


def test_two_jobs_get_different_gpus_and_the_third_is_told_who_has_them(job: Job) -> None:
    first, mine = job(subject="llama · latency")
    second, yours = job(subject="gpt-oss · latency")
    assert (mine, yours) == (["0"], ["1"])
    _, refused = job(subject="third · startup")
    assert refused == (
        "third · startup: gpus is 1, but too few of 2 are free: "
        f"GPU 0 is leased to pid {first.pid} (llama · latency); "
        f"GPU 1 is leased to pid {second.pid} (gpt-oss · latency); end what is in the way or wait "
        "for it, run fewer jobs at a time (resource measurement), or name free GPUs in "
        "CUDA_VISIBLE_DEVICES"
    )


def test_a_killed_jobs_lease_is_free_at_once(job: Job) -> None:
    job()
    killed, mine = job()
    assert mine == ["1"]
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert job()[1] == ["1"]


def test_a_lease_ends_with_its_block(job: Job, tmp_path: Path) -> None:
    with leased(2, {}, nvml=fake_gpus(2), folder=tmp_path) as mine:
        assert mine == ("0", "1")
        assert isinstance(job()[1], str)
    assert job(2)[1] == ["0", "1"]


def test_a_refused_job_keeps_nothing(job: Job) -> None:
    job()
    assert isinstance(job(2)[1], str)
    assert job()[1] == ["1"]


def test_two_jobs_that_want_all_do_not_block_each_other(tmp_path: Path) -> None:
    """Both lock in turn, so one has all and the other none, whatever the order."""
    arguments = json.dumps([2, 2, str(tmp_path), ""])
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'scripts'}:{ROOT}"}
    with ExitStack() as stack:
        jobs = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", JOB, arguments],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    env=environment,
                )
            )
            for _ in range(4)
        ]
        answers = [json.loads(one.stdout.readline()) for one in jobs if one.stdout]
        assert answers.count(["0", "1"]) == 1
        for one in jobs:
            one.kill()


def test_one_job_chooses_at_a_time(tmp_path: Path) -> None:
    arguments = json.dumps([1, 2, str(tmp_path), ""])
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'scripts'}:{ROOT}"}
    with (
        (tmp_path / "choosing.lock").open("w") as choosing,
        subprocess.Popen(
            [sys.executable, "-c", JOB, arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        ) as process,
    ):
        fcntl.flock(choosing, fcntl.LOCK_EX)
        assert process.stdout is not None
        assert not select.select([process.stdout], [], [], 1.5)[0]
        fcntl.flock(choosing, fcntl.LOCK_UN)
        assert process.stdout.readline() == '["0"]\n'
        process.kill()


@contextmanager
def stranger() -> Iterator[int]:
    """A process of somebody else's."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process.pid
        process.kill()


def test_a_gpu_that_somebody_computes_on_is_passed_over(tmp_path: Path) -> None:
    with stranger() as pid:
        gpus = fake_gpus([{"pids": {pid: 3 * 2**30}}, {}])
        with leased(1, {}, nvml=gpus, folder=tmp_path) as mine:
            assert mine == ("1",)
        with (
            pytest.raises(HarnessError) as refused,
            leased(2, {}, nvml=gpus, folder=tmp_path),
        ):
            pass
    assert f"GPU 0 is used by pid {pid} ({sys.executable} -c input(), 3.0 GiB);" in str(
        refused.value
    )
    assert "GPU 1" not in str(refused.value)


def test_a_divided_gpu_is_passed_over(tmp_path: Path) -> None:
    gpus = fake_gpus([{"mig": True}, {"mig": False}])
    with leased(1, {}, nvml=gpus, folder=tmp_path) as mine:
        assert mine == ("1",)
    with (
        pytest.raises(HarnessError, match=r"GPU 0 is divided \(MIG mode\): switch MIG off"),
        leased(2, {}, nvml=gpus, folder=tmp_path),
    ):
        pass
    with (
        pytest.raises(HarnessError, match="names MIG-1234, a slice of a GPU"),
        leased(1, {"CUDA_VISIBLE_DEVICES": "MIG-1234"}, nvml=gpus, folder=tmp_path),
    ):
        pass


def test_processes_that_have_ended_are_waited_for(tmp_path: Path) -> None:
    """The driver lets go of a killed server's memory some time after it is gone."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    state = {"pids": {process.pid: 2**30}}
    gpus, looks = fake_gpus([state]), []
    ask = gpus.nvmlDeviceGetComputeRunningProcesses

    def asked(gpu: int) -> object:
        looks.append(gpu)
        if len(looks) == 3:
            state["pids"] = {}
        return ask(gpu)

    gpus.nvmlDeviceGetComputeRunningProcesses = asked
    with leased(1, {}, nvml=gpus, folder=tmp_path) as mine:
        assert mine == ("0",)
    assert len(looks) == 3


def test_what_does_not_go_away_is_waited_for_no_longer_than_told(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    began = time.monotonic()
    with (
        pytest.raises(HarnessError, match=rf"pid {process.pid} \(not visible here: "),
        leased(
            1, {}, nvml=fake_gpus([{"pids": {process.pid: None}}]), folder=tmp_path, settle_s=0.5
        ),
    ):
        pass
    assert time.monotonic() - began >= 0.5


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("2,0", ("2", "0")),
        ("GPU-1a-b, 2", ("1", "2")),
        ("GPU-2", ("2",)),
        ("1,1,2", ("1", "2")),
        ("0,-1,1", ("0",)),
        ("0,7,1", ("0",)),
        ("", ()),
        ("NoDevFiles", ()),
        ("GPU-", ()),
    ],
)
def test_an_outer_cuda_visible_devices_is_respected(
    tmp_path: Path, named: str, expected: tuple[str, ...]
) -> None:
    environ = {"CUDA_VISIBLE_DEVICES": named}
    gpus = fake_gpus(3)
    with leased(len(expected), environ, nvml=gpus, folder=tmp_path) as mine:
        assert mine == expected
    with (
        pytest.raises(HarnessError, match=f"but {len(expected)} are visible"),
        leased(len(expected) + 1, environ, nvml=gpus, folder=tmp_path),
    ):
        pass


def test_without_a_driver_nothing_is_leased(tmp_path: Path) -> None:
    gpus = fake_gpus(0, driver=False)
    for _ in range(2):
        with leased(2, {"CUDA_VISIBLE_DEVICES": "5,6,7"}, nvml=gpus, folder=tmp_path) as mine:
            assert mine == ("5", "6")
    with leased(0, {}, nvml=None, folder=tmp_path) as mine:
        assert mine == ()
    assert list(tmp_path.iterdir()) == []


def test_a_lost_gpu_is_passed_over(tmp_path: Path) -> None:
    with leased(1, {}, nvml=fake_gpus([{"lost": True}, {}]), folder=tmp_path) as mine:
        assert mine == ("1",)


def test_the_folder_is_this_users_alone(tmp_path: Path) -> None:
    folder = lock_folder()
    assert folder.stat().st_uid == os.getuid()
    assert folder.stat().st_mode & 0o077 == 0
    check_folder(folder)
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    theirs.chmod(0o777)
    link = tmp_path / "link"
    link.symlink_to(folder)
    for untrusted in (theirs, link):
        with pytest.raises(HarnessError, match="locks in it cannot be trusted"):
            check_folder(untrusted)


def test_the_library_has_all_that_is_used() -> None:
    pynvml = pytest.importorskip("pynvml")
    assert [name for name in vars(fake_gpus(1)) if not hasattr(pynvml, name)] == []
    assert leases.SETTLE_S > 0
