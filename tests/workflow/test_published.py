"""`snakemake audit_published` works alone, and says what it needs where nothing is configured."""

import pytest
import yaml

from tests.workflow.study import Workflow, copy_sources, small_config

pytestmark = pytest.mark.workflow

#: A flag with one value lies between the config files and the target.
TARGET = ("--cores", "1", "audit_published")
EXAMPLE = "config/published/gpt-oss-20b-vs-llama3-20b.yaml"


@pytest.fixture(scope="module")
def workflow(tmp_path_factory: pytest.TempPathFactory) -> Workflow:
    root = tmp_path_factory.mktemp("published") / "clone"
    copy_sources(root)
    config = root / "small.yaml"
    config.write_text(yaml.safe_dump(small_config(port=1)), encoding="utf-8")
    return Workflow(root, config)


def test_nothing_but_the_audit_runs(workflow: Workflow) -> None:
    code, text = workflow.snakemake(*TARGET, "--config", f"published={EXAMPLE}")
    assert code == 0, text
    assert "impossible: Mean total response time, GPT-OSS-20B: 387 ms" in text
    made = {path.name for path in (workflow.root / "results").iterdir()}
    assert made == {"published"}
    table = (workflow.root / "results" / "published" / "claims.md").read_text(encoding="utf-8")
    assert "| impossible |" in table


def test_without_a_file_the_target_says_what_it_needs(workflow: Workflow) -> None:
    code, text = workflow.snakemake(*TARGET)
    assert code == 1
    assert "published is not configured" in text
    assert f"--config published={EXAMPLE}" in text


def test_a_wrong_file_is_refused_before_anything_runs(workflow: Workflow) -> None:
    path = workflow.root / "wrong.yaml"
    path.write_text("source: x\nsystems: []\n", encoding="utf-8")
    code, text = workflow.snakemake("--config", "published=wrong.yaml")
    assert code == 1
    assert "wrong.yaml has 1 wrong" in text
    assert "job 1 of" not in text


def test_it_runs_with_all_only_where_it_is_configured(workflow: Workflow) -> None:
    asked = workflow.settings() | {"published": EXAMPLE}
    (workflow.root / "results" / "published" / "claims.parquet").unlink(missing_ok=True)
    assert "audit_published" in workflow.planned(asked)
    assert "audit_published" not in workflow.planned()
