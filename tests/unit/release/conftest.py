"""A finished study with known rows, in a source tree under Git, ready to be published."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bakeoff.config import Config, load_config
from bakeoff.config.slices import config_hash, stage_slice
from bakeoff.paths import ROOT
from bakeoff.release.publish import Published, publish
from bakeoff.store.database import load_database
from bakeoff.store.dictionary import dictionary_text
from tests import synthetic

STAGES = ("startup", "latency")


@dataclass
class Study:
    """A study in a folder of its own.

    Attributes:
        root: The source tree.
        raw: The configuration, free to be changed.
    """

    root: Path
    raw: dict[str, Any]

    @property
    def config(self) -> Config:
        return load_config(self.raw)

    @property
    def results(self) -> Path:
        return self.root / "results"

    @property
    def releases(self) -> Path:
        return self.root / "reports" / "releases"

    def measure(self, *truths: synthetic.Truth) -> None:
        """Write the results anew, as if they had been measured with this configuration."""
        truths = truths or (synthetic.Truth(engine="external", spread=0.1, requests=100),)
        measured = synthetic.write_results(self.results, truths, stages=STAGES)
        self.raw |= {key: measured[key] for key in ("candidates", "workload", "stages")}
        self.load()

    def load(self) -> None:
        """Make what comes after the stages: their records, the database and the report."""
        for candidate in self.config.candidates:
            for stage in STAGES:
                path = self.results / candidate.id / stage / "stage.json"
                record = json.loads(path.read_text("utf-8"))
                record["config_hash"] = config_hash(stage_slice(self.config, candidate.id, stage))
                path.write_text(json.dumps(record), encoding="utf-8")
        load_database(self.config, self.results, self.results / "bakeoff.duckdb")
        (self.results / "data-dictionary.md").write_text(dictionary_text(), encoding="utf-8")
        report = self.results / "report" / "report.html"
        report.parent.mkdir(exist_ok=True)
        report.write_text(f"<h1>{self.config.title}</h1>", encoding="utf-8")

    def publish(self, **keys: Any) -> Published:
        """Publish with some keys of the configuration changed."""
        config = load_config(self.raw | keys)
        return publish(config, results=self.results, folder=self.releases, root=self.root)

    def git(self, *arguments: str) -> str:
        who = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        command = ["git", "-C", str(self.root), "-c", "user.name=Ada", "-c", "user.email=a@b.c"]
        done = subprocess.run(
            [*command, *arguments],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, **who},
        )
        return done.stdout.strip()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A measured study that others are copied from."""
    root = tmp_path_factory.mktemp("study") / "tree"
    for folder in ("rules", "locks"):
        shutil.copytree(ROOT / folder, root / folder)
    for file in ("Snakefile", "environment.yml", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / file, root / file)
    (root / "reports" / "releases").mkdir(parents=True)
    (root / "reports" / "releases" / "README.md").write_text("about releases", encoding="utf-8")
    study = Study(root, {"title": "A small study"})
    study.git("init", "--quiet")
    study.git("add", ".")
    study.git("commit", "--quiet", "--message", "as it is")
    study.measure()
    return study


@pytest.fixture
def make_study(tmp_path: Path, template: Study) -> Callable[[str], Study]:
    """Return a function that makes a measured study under Git in a folder of that name."""

    def make(name: str = "tree") -> Study:
        shutil.copytree(template.root, tmp_path / name)
        return Study(tmp_path / name, deepcopy(template.raw))

    return make


@pytest.fixture
def study(make_study: Callable[[str], Study]) -> Study:
    """One measured study under Git."""
    return make_study("tree")
