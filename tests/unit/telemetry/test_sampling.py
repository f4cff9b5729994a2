"""The sampler as a process, and a process tree whose size and load are known."""

import os
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from bakeoff.paths import ROOT
from bakeoff.store.files import read_table, write_rows
from bakeoff.store.schemas import TELEMETRY
from bakeoff.telemetry.process import ProcessTree, stat_fields
from bakeoff.telemetry.sampling import sampling

WHO = {"candidate": "c", "stage": "startup", "start_no": 3}
#: Holds this many bytes, in a child of its own, until its standard input ends.
HELD_BYTES = 60_000_000
HOLDER = f"""
import os, sys
if os.fork() == 0:
    held = b"x" * {HELD_BYTES}
    print("held", flush=True)
sys.stdin.read()
"""


def holder() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_tree_is_the_descendants_without_the_root() -> None:
    with holder() as process:
        tree = {one.name: one.value for one in ProcessTree(process.pid).sample(1)}
        assert HELD_BYTES < tree["rss_bytes"] < HELD_BYTES + 40_000_000
        assert "cpu_percent" not in tree, "there is no sample before the first"
        assert process.stdin is not None
        process.stdin.close()
    assert ProcessTree(process.pid).sample(1) == []


def test_processor_time_is_percent_of_one_core() -> None:
    """A child that burns a known amount of processor time, over a made-up interval."""
    burn = "import time, sys\nwhile time.process_time() < 0.5: pass\nprint(1, flush=True)\n"
    code = f"{burn}sys.stdin.read()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        tree = ProcessTree(process.pid)
        while not (first := tree.sample(0)):
            time.sleep(0.01)
        assert [one.name for one in first] == ["rss_bytes"]
        assert process.stdout is not None
        process.stdout.readline()
        second = {one.name: one.value for one in tree.sample(1_000_000_000)}
        process.terminate()
    # At most what it burnt, and at least what it burnt after the first sample.
    assert 20 <= second["cpu_percent"] <= 60


def test_rows_of_a_watched_tree(tmp_path: Path) -> None:
    with holder() as process, sampling(tmp_path / "spool.csv") as sampler:
        began_ns = time.perf_counter_ns()
        sampler.watch(process.pid)
        time.sleep(1.5)
        assert process.stdin is not None
        process.stdin.close()
    every = sampler.rows(**WHO)
    assert sampler.notes == []
    rows = [row for row in every if row["device"] == "tree"]
    names = Counter(row["name"] for row in rows)
    assert names["rss_bytes"] == names["cpu_percent"] + 1 >= 3
    assert all(began_ns < row["t_ns"] < time.perf_counter_ns() for row in rows)
    assert {row["source"] for row in rows} == {"process"}
    write_rows(TELEMETRY, tmp_path / "telemetry.parquet", every)
    assert read_table(TELEMETRY, tmp_path / "telemetry.parquet").num_rows == len(every)


def test_the_machine_the_client_and_the_sampler_itself_are_sampled(tmp_path: Path) -> None:
    with sampling(tmp_path / "spool.csv") as sampler:
        while not sampler.rows(**WHO):
            time.sleep(0.05)
        began_s = time.process_time()
        until = time.monotonic() + 2.5
        while time.monotonic() < until:
            pass
        burnt_s = time.process_time() - began_s
    rows = sampler.rows(**WHO)
    found = {(row["source"], row["device"], row["name"]): row["value"] for row in rows}
    client = [row for row in rows if (row["device"], row["name"]) == ("client", "cpu_percent")]
    counted_s = sum(
        row["value"] / 100 * (row["t_ns"] - before["t_ns"]) / 1e9
        for before, row in pairwise(client)
    )
    assert 0.6 * burnt_s < counted_s < 1.3 * burnt_s
    assert 0 < found["process", "sampler", "cpu_s"] < 2.5
    assert ("process", "client", "rss_bytes") not in found, "it is no memory of the server's"
    assert not any(device == "tree" for _, device, _ in found), "there is no server"
    host = {name: value for (source, _, name), value in found.items() if source == "host"}
    assert 0 < host["cpu_percent"] <= 100
    assert 0 < host["client_core_percent"] <= 100
    assert 0 <= host["steal_percent"] < 100
    assert host["memory_available_bytes"] > 1e6
    assert host["load_1min"] > 0


def test_a_burning_server_is_not_the_client(tmp_path: Path) -> None:
    burn = "import time\nuntil = time.monotonic() + 2\nwhile time.monotonic() < until: pass"
    supervisor = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])"
    with sampling(tmp_path / "spool.csv") as sampler:
        process = subprocess.Popen([sys.executable, "-c", supervisor])
        sampler.watch(process.pid)
        process.wait()
    rows = [row for row in sampler.rows(**WHO) if row["name"] == "cpu_percent"]
    most = {
        device: max(row["value"] for row in rows if row["device"] == device)
        for device in ("tree", "client")
    }
    assert most["tree"] > 20
    assert most["client"] < most["tree"] / 2


def test_a_helper_process_of_the_client_counts_as_the_client(tmp_path: Path) -> None:
    code = "import sys, time\nwhile time.process_time() < 0.6: pass\nsys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as helper:
        time.sleep(0.1)
        source = ProcessTree(None, client=os.getpid())
        source.sample(0)
        while (fields := stat_fields(helper.pid)) and int(fields[11]) + int(fields[12]) < 50:
            time.sleep(0.02)
        found = {one.device: one.value for one in source.sample(900_000_000)}
        assert helper.stdin is not None
        helper.stdin.close()
    assert found["client"] > 20


def test_nothing_is_lost_when_the_sampler_is_killed(tmp_path: Path) -> None:
    with holder() as process, sampling(tmp_path / "spool.csv") as sampler:
        sampler.watch(process.pid)
        while not sampler.rows(**WHO):
            time.sleep(0.05)
        sampler.process.kill()
        sampler.process.wait()
        assert process.stdin is not None
        process.stdin.close()
    assert sampler.rows(**WHO)
    assert sampler.notes == ["Telemetry may be incomplete: the sampler ended with -9."]


def test_a_line_cut_by_a_kill_is_passed_over(tmp_path: Path) -> None:
    with sampling(tmp_path / "spool.csv") as sampler:
        pass
    sampler.spool.write_text("5,process,tree,rss_bytes,1.0\n# GPU 0: lost\n6,process,tr")
    assert [(row["t_ns"], row["value"]) for row in sampler.rows(**WHO)] == [(5, 1.0)]
    assert sampler.notes == ["Telemetry: GPU 0: lost."]


def test_without_a_gpu_there_are_no_nvml_rows_and_a_note(tmp_path: Path) -> None:
    pynvml = pytest.importorskip("pynvml")
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        pass
    else:
        pytest.skip("this machine has a GPU")
    with sampling(tmp_path / "spool.csv", ["0"]) as sampler:
        time.sleep(0.5)
    assert {row["source"] for row in sampler.rows(**WHO)} <= {"process", "host", "rapl"}
    assert sampler.notes[0].startswith("Telemetry: no GPU is sampled: ")


def test_the_sampler_dies_with_its_parent(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path\n"
        "from bakeoff.telemetry.sampling import sampling\n"
        f"with sampling(Path({str(tmp_path / 'spool.csv')!r})) as sampler:\n"
        "    print(sampler.process.pid, flush=True); time.sleep(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts")}
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        sampler = os.pidfd_open(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    assert select.select([sampler], [], [], 10)[0], "the sampler lives on"
    os.close(sampler)
