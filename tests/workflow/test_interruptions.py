"""Whatever ends a run, nothing of its servers is left ten seconds later."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
import yaml

from tests.workflow.study import ENGINE_ENV, Workflow, copy_sources, environment, small_config

pytestmark = [pytest.mark.workflow, pytest.mark.vllm, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def startup_only(tmp_path_factory: pytest.TempPathFactory) -> Workflow:
    """Return a study that only starts one server, again and again."""
    if not (ENGINE_ENV / "bin" / "python").exists():
        pytest.skip("needs the engine's environment, .venv-vllm (`make test` sets it up)")
    root = tmp_path_factory.mktemp("interrupted") / "clone"
    copy_sources(root)
    settings = small_config(port=1)
    settings["candidates"] = settings["candidates"][:1]
    settings["stages"] = {"startup": {"repeats": 20, "page_cache": ["warm"]}, "latency": None}
    config = root / "small.yaml"
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return Workflow(root, config)


def processes_in(root: Path) -> list[psutil.Process]:
    """Return every process that works in this tree."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(root) and process.status() != "zombie":
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def is_server(process: psutil.Process) -> bool:
    try:
        return "vllm.entrypoints.openai.api_server" in process.cmdline()
    except psutil.Error:
        return False


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.2)
    return condition()


def terminate_snakemake(pid: int) -> None:
    os.kill(pid, signal.SIGTERM)


def press_ctrl_c(pid: int) -> None:
    os.killpg(pid, signal.SIGINT)


def kill_snakemake(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("end", [terminate_snakemake, press_ctrl_c, kill_snakemake])
def test_nothing_is_left(startup_only: Workflow, end: Callable[[int], None]) -> None:
    root = startup_only.root
    subprocess.run(startup_only.command("--unlock"), cwd=root, env=environment(), check=True)
    run = subprocess.Popen(
        startup_only.command(),
        cwd=root,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert wait_until(lambda: any(map(is_server, processes_in(root))), 90), "no server began"
        end(run.pid)
        gone = wait_until(lambda: not processes_in(root), 10)
        assert gone, [process.cmdline() for process in processes_in(root)]
    finally:
        run.kill()
        for process in processes_in(root):
            process.kill()
        run.wait()
