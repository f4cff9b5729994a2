"""The flagship study: it dry-runs as it is, and whole with demo weights that stand in."""

from pathlib import Path

import duckdb
import pytest
import yaml

from bakeoff.config.stand_in import stand_in
from tests.workflow.study import ENGINE_ENV, Workflow, copy_sources

pytestmark = pytest.mark.workflow

FLAGSHIP = Path("config") / "gpt-oss-20b-vs-llama-3.1-8b.yaml"
#: One model of each family; those over two GPUs would be the same once there is none.
ONLY = ("gpt-oss-20b", "llama-3.1-8b")
STAGES = ("api", "concurrency", "latency", "quality", "startup", "throughput")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("flagship") / "clone"
    copy_sources(root)
    return root


def test_the_flagship_dry_runs(sources: Path) -> None:
    code, text = Workflow(sources, sources / FLAGSHIP).snakemake(
        "--dry-run", "--resources", "measurement=1", "gpu=2"
    )
    assert code == 0, text
    for rule in ("fetch_model", "measure_concurrency", "probe_api", "audit_published", "recommend"):
        assert rule in text
    assert not (sources / "results").exists()


@pytest.fixture(scope="module")
def ran(sources: Path) -> Path:
    """Run the stand-in whole, two candidates at a time; return its results."""
    if not (ENGINE_ENV / "bin" / "python").exists():
        pytest.skip("needs the engine's environment, .venv-vllm (`make test` sets it up)")
    config = sources / "stand-in.yaml"
    changed = stand_in(yaml.safe_load((sources / FLAGSHIP).read_text(encoding="utf-8")), ONLY)
    config.write_text(yaml.safe_dump(changed), encoding="utf-8")
    workflow = Workflow(sources, config)
    # Its figures mean nothing, so that two may be measured at once.
    code, text = workflow.snakemake("--resources", "measurement=2", "gpu=2")
    assert code == 0, text[-5000:]
    return sources / "results"


@pytest.mark.vllm
@pytest.mark.timeout(1800)
def test_the_stand_in_runs_whole(ran: Path) -> None:
    with duckdb.connect(str(ran / "bakeoff.duckdb"), read_only=True) as database:
        stages = database.execute(
            "SELECT candidate, stage, status, error FROM stages ORDER BY ALL"
        ).fetchall()
        claims = database.execute("SELECT count(*) FROM published_claims").fetchone()
        verdicts = database.execute(
            "SELECT count(DISTINCT scenario), count(DISTINCT candidate) FROM recommendations"
        ).fetchone()
    assert [(candidate, stage) for candidate, stage, _, _ in stages] == [
        (candidate, stage) for candidate in ONLY for stage in STAGES
    ]
    assert {status for _, _, status, _ in stages} == {"ok"}, stages
    assert claims is not None
    assert claims[0] > 60
    assert verdicts == (5, 2)


@pytest.mark.vllm
@pytest.mark.timeout(1800)
def test_its_report_shows_the_articles_figures(ran: Path) -> None:
    report = (ran / "report" / "report.html").read_text(encoding="utf-8")
    assert "What others published" in report
    assert "387 ms would need" in report
    assert "Stand-in with demo weights" in report


@pytest.mark.vllm
@pytest.mark.timeout(1800)
def test_its_requests_are_exported(ran: Path) -> None:
    workflow = Workflow(ran.parent, ran.parent / "stand-in.yaml")
    code, text = workflow.snakemake("--cores", "1", "export_requests")
    assert code == 0, text[-3000:]
    for candidate in ONLY:
        names = {path.name for path in (ran / "export" / candidate).iterdir()}
        assert "latency-closed-1.json" in names
        assert any(name.startswith("throughput-closed-2") for name in names)
