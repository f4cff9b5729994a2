"""A small study on a copy of the source tree, and what Snakemake says of it."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bakeoff.paths import ROOT

SOURCES = ("Snakefile", "rules", "scripts", "config", "reports", "profiles", "environment.yml")
ENGINE_ENV = ROOT / ".venv-vllm"


@dataclass(frozen=True)
class Workflow:
    """A source tree with its results.

    Attributes:
        root: The folder of the copied Snakefile, which is also the working directory.
        config: The configuration file that it runs with.
    """

    root: Path
    config: Path

    def snakemake(self, *arguments: str, config: dict[str, Any] | None = None) -> tuple[int, str]:
        """Run Snakemake to its end; return its exit code and all that it printed."""
        done = subprocess.run(
            self.command(*arguments, config=config),
            cwd=self.root,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def command(self, *arguments: str, config: dict[str, Any] | None = None) -> list[str]:
        """Return the command line of a run with this or another configuration."""
        path = self.config
        if config is not None:
            path = self.root / "changed.yaml"
            path.write_text(yaml.safe_dump(config), encoding="utf-8")
        snakemake = str(Path(sys.executable).with_name("snakemake"))
        return [snakemake, "--cores", "all", "--configfile", str(path), *arguments]

    def settings(self) -> dict[str, Any]:
        """Return the configuration, free to be changed."""
        settings: dict[str, Any] = yaml.safe_load(self.config.read_text("utf-8"))
        return settings

    def planned(self, config: dict[str, Any] | None = None) -> set[str]:
        """Return what a run would do, as ``rule`` or ``rule candidate``."""
        code, text = self.snakemake("--dry-run", "--quiet", "host", config=config)
        assert code == 0, text
        return planned_jobs(text)


def planned_jobs(text: str) -> set[str]:
    """Return the jobs that a dry run lists, without the targets that only collect."""
    jobs = set()
    for block in re.split(r"^\[.*\]$", text, flags=re.MULTILINE):
        rule = re.search(r"^\s*(?:local)?rule (\w+):", block, re.MULTILINE)
        if rule and rule[1] not in {"all", "database", "report"}:
            of = re.search(r"^\s*wildcards: \w+=(\S+)", block, re.MULTILINE)
            jobs.add(f"{rule[1]} {of[1]}" if of else rule[1])
    return jobs


def environment() -> dict[str, str]:
    """Return this process's environment without what a surrounding run may have set."""
    return {key: value for key, value in os.environ.items() if not key.startswith("BAKEOFF_")}


def copy_sources(target: Path) -> None:
    """Copy the source tree, as a clone would hold it, and link the engine's environment."""
    target.mkdir(parents=True, exist_ok=True)
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=ignore)
        else:
            shutil.copy2(source, target / name)
    (target / ".venv-vllm").symlink_to(ENGINE_ENV)
    learnt = ROOT / "models" / ".learnt"  # what demo models learn takes a minute to learn again
    learnt.mkdir(parents=True, exist_ok=True)
    (target / "models").mkdir(exist_ok=True)
    (target / "models" / ".learnt").symlink_to(learnt)


#: What keeps the demo's own suites out of a study that is merged over it.
NOT_THE_DEMOS: dict[str, Any] = {"weeks": None, "hours": None, "creative": None}
#: A few questions of each kind: the two that the demo models learn, code, and creative writing.
FEW_QUESTIONS: dict[str, Any] = {
    "suites": NOT_THE_DEMOS
    | {
        "math": {"items": 40, "templates": ["days_in_weeks", "minutes_in_hours"]},
        "code": 3,
        "creative": 2,
    },
    "max_tokens": 96,
}


SHORT_THROUGHPUT = {"concurrency": [1, 4], "duration_s": 4, "min_requests": 20}


def small_config(port: int, quality: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a quick study: two demo models, one that cannot start, one already running."""
    demo: dict[str, Any] = yaml.safe_load((ROOT / "config" / "config.yaml").read_text("utf-8"))
    candidates = json.loads(json.dumps(demo["candidates"]))
    for candidate in candidates if quality is None else ():
        del candidate["model"]["skill"]
    broken = json.loads(json.dumps(candidates[0])) | {"id": "broken"}
    broken["args"]["no-such-flag"] = 1
    running = {
        "id": "running",
        "engine": "external",
        "url": f"http://127.0.0.1:{port}/v1",
        "served_model": "reference",
    }
    return {
        "title": "A small study for the tests",
        "candidates": [*candidates, broken, running],
        "workload": {"input_tokens": 64, "output_tokens": 16},
        "stages": {
            "startup": {"repeats": 1, "page_cache": ["warm"], "timeout_s": 300},
            "latency": {"requests": 12, "warmup": 2, "starts": 1},
            "throughput": None if quality is None else SHORT_THROUGHPUT,
            "api": None if quality is None else {},
            "quality": quality,
        },
    }
