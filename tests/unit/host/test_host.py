"""Facts of this machine, against what other tools say of it."""

import json
import os
import platform
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from bakeoff.host import describe
from bakeoff.host.cpu import cpu_facts
from bakeoff.host.disk import disk_facts
from bakeoff.host.facts import Fact, attempt, read_facts
from bakeoff.host.memory import memory_facts
from bakeoff.host.packages import engine_facts, pipeline_facts
from bakeoff.host.provenance import environment_facts, git_facts
from bakeoff.host.system import system_facts
from bakeoff.store.schemas import HOSTS

SCRIPTS = Path(__file__).parents[3] / "scripts"


SHARED_MEMORY = "/dev/shm"  # noqa: S108 -- a file system to describe, nothing is written


def told(*command: str) -> str:
    """Return what a tool of the operating system says."""
    return subprocess.check_output(command, text=True).strip()


def values(facts: list[Fact]) -> dict[str, str | None]:
    return {fact.name: fact.value for fact in facts}


def test_a_reader_that_fails_gives_no_value() -> None:
    def broken() -> str:
        raise PermissionError("hidden")

    assert read_facts("cpu", {"x": broken, "y": (lambda: 3, "MHz"), "z": lambda: None}) == [
        Fact("cpu", "x", None),
        Fact("cpu", "y", "3", "MHz"),
        Fact("cpu", "z", None),
    ]
    assert attempt(lambda: True) == "true"


def test_the_rows_fit_the_table() -> None:
    rows = describe(engine_envs=[], weights=["models"])
    columns = [column.name for column in HOSTS.columns]
    required = [column.name for column in HOSTS.columns if column.required]
    assert all(list(row) == columns for row in rows)
    assert all(row[name] is not None for row in rows for name in required)
    keys = [tuple(row[name] for name in HOSTS.key) for row in rows]
    assert len(keys) == len(set(keys))
    assert all(isinstance(value, str | None) for row in rows for value in row.values())


def test_the_host_name_is_hashed() -> None:
    text = json.dumps([row["host"] for row in describe(engine_envs=[], weights=[])])
    assert socket.gethostname() not in text


def test_processor() -> None:
    found = values(cpu_facts())
    assert found["architecture"] == platform.machine()
    assert found["cores_logical"] == told("getconf", "_NPROCESSORS_ONLN")
    assert found["cores_usable"] == str(len(os.sched_getaffinity(0)))
    assert found["model"]


def test_governors_of_each_policy(tmp_path: Path) -> None:
    for number, governor in ((0, "performance\n"), (10, "powersave\n"), (2, "")):
        policy = tmp_path / "cpu" / "cpufreq" / f"policy{number}"
        policy.mkdir(parents=True)
        if governor:
            (policy / "scaling_governor").write_text(governor)
    found = values(cpu_facts(tmp_path))
    governors = {name: value for name, value in found.items() if name.startswith("governor")}
    assert list(governors.items()) == [
        ("governor_policy0", "performance"),
        ("governor_policy2", None),
        ("governor_policy10", "powersave"),
    ]


@pytest.mark.parametrize(("no_turbo", "turbo"), [("0\n", "on"), ("1\n", "off")])
def test_turbo_of_intel(tmp_path: Path, no_turbo: str, turbo: str) -> None:
    (tmp_path / "cpu" / "intel_pstate").mkdir(parents=True)
    (tmp_path / "cpu" / "intel_pstate" / "no_turbo").write_text(no_turbo)
    assert values(cpu_facts(tmp_path))["turbo"] == turbo


def test_memory() -> None:
    found = values(memory_facts())
    kib = Path("/proc/meminfo").read_text().splitlines()[0].split()[1]
    assert found["total"] == str(int(kib) * 1024)
    assert found["swap_total"] == str(psutil.swap_memory().total)


def test_disk_of_weights_that_are_not_there_yet(tmp_path: Path) -> None:
    facts = disk_facts([str(tmp_path / "models" / "x"), str(tmp_path)])
    assert {fact.section for fact in facts} == {"disk"}
    found = values(facts)
    block, blocks = map(int, told("stat", "-f", "-c", "%S %b", str(tmp_path)).split())
    assert found["total"] == str(block * blocks)
    mounted = told("df", "--output=target,fstype", str(tmp_path)).splitlines()[1].split()
    assert [found["mount_point"], found["filesystem"]] == mounted
    assert found["weights"] == f"{tmp_path}/models/x, {tmp_path}"


def test_weights_on_two_file_systems(tmp_path: Path) -> None:
    if Path(SHARED_MEMORY).stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second file system here")
    facts = disk_facts([str(tmp_path), f"{SHARED_MEMORY}/models"])
    second = values([fact for fact in facts if fact.section == "disk2"])
    assert (second["mount_point"], second["filesystem"]) == (SHARED_MEMORY, "tmpfs")
    assert second["rotational"] is None  # memory has no disk


def test_system() -> None:
    found = values(system_facts())
    assert found["kernel"] == told("uname", "-r")
    assert found["container"]
    assert "cgroup_memory_limit" in found


def test_packages_of_the_pipeline() -> None:
    found = values(pipeline_facts())
    assert found["numpy"] == np.__version__
    assert found["python"] == platform.python_version()


@pytest.fixture
def engine_env(tmp_path: Path) -> Path:
    """Return an environment with one package, whose Python is the one that runs here."""
    prefix = tmp_path / "env"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = prefix / "lib" / version / "site-packages"
    (packages / "tiny_engine-1.2.3.dist-info").mkdir(parents=True)
    metadata = "Metadata-Version: 2.1\nName: Tiny_Engine\nVersion: 1.2.3\n"
    (packages / "tiny_engine-1.2.3.dist-info" / "METADATA").write_text(metadata)
    (packages / "broken-0.dist-info").mkdir()
    base = Path(sys.executable).resolve()
    (prefix / "bin").mkdir()
    (prefix / "bin" / "python").symlink_to(base)
    (prefix / "pyvenv.cfg").write_text(
        f"home = {base.parent}\ninclude-system-site-packages = false\n"
    )
    return prefix


def test_packages_of_an_engine(
    engine_env: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = tmp_path / "elsewhere" / "foreign-1.dist-info"
    foreign.mkdir(parents=True)
    (foreign / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign\nVersion: 1\n")
    monkeypatch.setenv("PYTHONPATH", str(foreign.parent))
    found = values(engine_facts(str(engine_env)))
    assert found["tiny-engine"] == "1.2.3"
    assert found["python"] == platform.python_version()
    assert not {"pytest", "foreign"} & set(found)


def test_packages_of_an_engine_whose_python_does_not_start(engine_env: Path) -> None:
    (engine_env / "bin" / "python").unlink()
    found = values(engine_facts(str(engine_env)))
    assert found["tiny-engine"] == "1.2.3"
    assert found["python"] is None


def test_an_engine_that_is_not_installed(tmp_path: Path) -> None:
    assert values(engine_facts(str(tmp_path / "none"))) == {"python": None}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    if shutil.which("git") is None:
        pytest.skip("no git here")
    settings = ["-c", "user.name=x", "-c", "user.email=x@x", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "x"]):
        subprocess.run(["git", *settings, *command], cwd=tmp_path, check=True)  # noqa: S607 -- found above
    return tmp_path


def test_git(repository: Path) -> None:
    clean = values(git_facts(repository))
    assert len(clean["commit"] or "") == 40
    assert (clean["clean"], clean["changed_files"]) == ("true", "0")
    (repository / "new").write_text("x")
    changed = values(git_facts(repository))
    assert (changed["clean"], changed["changed_files"]) == ("false", "1")


def test_no_repository(tmp_path: Path) -> None:
    assert set(values(git_facts(tmp_path)).values()) == {None}


def test_variables_that_matter_and_no_secret() -> None:
    facts = environment_facts(
        {
            "OMP_NUM_THREADS": "2",
            "VLLM_API_KEY": "sk-secret",
            "HF_TOKEN": "hf_secret",
            "HF_HUB_TOKEN": "hf_secret",
            "VLLM_PROXY": "http://me:secret@127.0.0.1:1/x",
            "TOKENIZERS_PARALLELISM": "false",
            "HOME": "/home/me",
        }
    )
    assert values(facts) == {
        "HF_HUB_TOKEN": "(set, not recorded)",
        "OMP_NUM_THREADS": "2",
        "TOKENIZERS_PARALLELISM": "false",
        "VLLM_API_KEY": "(set, not recorded)",
        "VLLM_PROXY": "http://***@127.0.0.1:1/x",
    }


def test_the_script_writes_the_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import describe_host  # noqa: PLC0415 -- a script of the pipeline, importable from its folder

    out = tmp_path / "results" / "host" / "host.json"
    describe_host.main(engine_envs=[], weights=["models"], out=out, log=tmp_path / "host.log")
    rows = json.loads(out.read_text())
    assert {row["section"] for row in rows} >= {
        "cpu",
        "memory",
        "disk",
        "system",
        "git",
        "pipeline",
    }
    assert list(out.parent.iterdir()) == [out]
