"""Publishing, verifying, comparing and guarding through Snakemake, on a study of seconds.

The study has one candidate, which a server with a known schedule answers; the second version is
measured on a slower one.
"""

import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from bakeoff.paths import ROOT
from bakeoff.reference import Schedule, reference_server
from bakeoff.store.files import write_rows
from bakeoff.store.schemas import CALIBRATIONS
from tests.workflow.study import SOURCES, Workflow, copy_sources

pytestmark = pytest.mark.workflow
SCHEDULE = Schedule(ttft_ms=30.0, itl_ms=2.0)
SLOWER = replace(SCHEDULE, ttft_ms=60.0)


@dataclass(frozen=True)
class Project:
    """A clone under Git, and what Snakemake says in it.

    Attributes:
        root: The folder of the Snakefile.
        settings: Folder of the configuration files, outside the clone.
    """

    root: Path
    settings: Path

    @property
    def releases(self) -> Path:
        return self.root / "reports" / "releases"

    def run(self, port: int, target: str, *settings: str) -> tuple[int, str]:
        """Run Snakemake on the study with its server at a port, some settings changed."""
        config = self.settings / f"{port}.yaml"
        config.write_text(yaml.safe_dump(_study(port)), encoding="utf-8")
        changed = ("--config", *settings) if settings else ()
        return Workflow(self.root, config).snakemake(*changed, "--", target)

    def verdicts(self) -> dict[str, str]:
        """Return the verdict on each metric that the database of the newest run holds."""
        path = self.root / "results" / "changes" / "changes.parquet"
        rows = duckdb.execute("SELECT metric, verdict FROM read_parquet(?)", [str(path)])
        return dict(rows.fetchall())


def _study(port: int) -> dict[str, Any]:
    running = {
        "id": "running",
        "engine": "external",
        "url": f"http://127.0.0.1:{port}/v1",
        "served_model": "reference",
    }
    stages = dict.fromkeys(("startup", "throughput", "concurrency", "api", "quality"))
    return {
        "title": "A study of seconds",
        "candidates": [running],
        "workload": {"input_tokens": 16, "output_tokens": 8},
        "stages": stages | {"latency": {"requests": 30, "warmup": 2, "starts": 1}},
        "scenarios": [],
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a clone of the source tree under Git, the client's calibration left out."""
    root = tmp_path_factory.mktemp("release") / "clone"
    copy_sources(root)
    for name in {".gitignore", "LICENSE", "locks"} - set(SOURCES):
        source = ROOT / name
        command = ["cp", "-r", str(source), str(root / name)]
        subprocess.run(command, check=True)
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    for arguments in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "as it is"]):
        subprocess.run(["git", "-C", str(root), *arguments], check=True)  # noqa: S607 -- whichever git
    write_rows(CALIBRATIONS, root / "results" / "host" / "calibration.parquet", [])
    return Project(root, tmp_path_factory.mktemp("settings"))


def test_the_life_of_two_releases(project: Project) -> None:
    with reference_server(SCHEDULE) as server:
        code, text = project.run(server.port, "publish", "version=v1")
        assert code == 0, text
        assert "published v1" in text
        assert (project.releases / "v1" / "report.html").stat().st_size > 100_000
        assert "v1/report.html" in (project.releases / "index.html").read_text("utf-8")

        code, text = project.run(server.port, "publish", "version=v1")
        assert code == 1
        assert "not published: version 'v1' is published already" in text
        code, text = project.run(server.port, "publish")
        assert code == 0, text
        assert "already published as v1, nothing to do" in text

        (project.root / "mine.txt").write_text("not committed", encoding="utf-8")
        code, text = project.run(server.port, "publish_report", "version=v2")
        assert code == 1
        assert "mine.txt; commit the changes" in text
        (project.root / "mine.txt").unlink()

        named = ("baseline=v1", "guard=[ttft_p50_ms]")
        code, text = project.run(server.port, "guard", *named)
        assert code == 0, text
        assert "nothing that is named got worse" in text
        assert set(project.verdicts().values()) == {"no real change"}

    with reference_server(SLOWER) as server:
        code, text = project.run(server.port, "guard", *named)
        assert code == 1, text
        assert (
            "guard: got worse, or is no longer measured:\n  running · ttft_p50_ms · worse" in text
        )
        assert project.verdicts()["ttft_p50_ms"] == "worse"
        code, text = project.run(server.port, "publish", "version=v2", "baseline=latest")
        assert code == 0, text
    report = (project.releases / "v2" / "report.html").read_text("utf-8")
    assert 'id="sec-changes"' in report
    assert "Since <strong>v1</strong>" in report
    first = (project.releases / "v1" / "report.html").read_text("utf-8")
    assert 'id="sec-changes"' not in first
    assert "those of the baseline" not in first

    path = project.releases / "v1" / "results" / "running" / "latency" / "requests.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    code, text = project.run(1, "verify_release")
    assert code == 1
    assert "v1: NOT as published" in text
    assert "changed: results/running/latency/requests.parquet" in text
    assert "v2: as published" in text
