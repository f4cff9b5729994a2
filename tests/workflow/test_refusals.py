"""A wrong configuration is refused by Snakemake itself before anything is started."""

from pathlib import Path

import pytest
import yaml

from tests.workflow.study import Workflow, copy_sources, small_config

pytestmark = pytest.mark.workflow


@pytest.fixture(scope="module")
def workflow(tmp_path_factory: pytest.TempPathFactory) -> Workflow:
    root = tmp_path_factory.mktemp("refused") / "clone"
    copy_sources(root)
    config = root / "small.yaml"
    config.write_text(yaml.safe_dump(small_config(port=1)), encoding="utf-8")
    return Workflow(root, config)


def test_the_message_names_key_value_and_what_is_allowed(workflow: Workflow) -> None:
    settings = workflow.settings()
    settings["stages"]["latency"]["requests"] = 0
    code, text = workflow.snakemake(config=settings)
    assert code == 1
    assert "nothing was started" in text
    assert "stages.latency.requests: 0 is not allowed" in text
    assert "Traceback" not in text
    assert not (workflow.root / "results").exists()
    assert not (workflow.root / "logs").exists()


def test_the_dag_is_what_the_design_says(workflow: Workflow) -> None:
    assert workflow.planned() == {
        "fetch_model demo-llama-s1",
        "fetch_model demo-gpt-oss-s1",
        "describe_host",
        "calibrate_client",
        *(
            f"{rule} {candidate}"
            for rule in ("measure_startup", "measure_latency")
            for candidate in ("demo-llama", "demo-gpt-oss", "broken", "running")
        ),
        "load_database",
        "recommend",
        "render_report",
    }


def test_a_stage_that_is_left_out_does_not_run(workflow: Workflow) -> None:
    settings = workflow.settings()
    settings["stages"]["startup"] = None
    assert not any("measure_startup" in job for job in workflow.planned(settings))


def test_the_snakefile_is_a_table_of_contents(workflow: Workflow) -> None:
    lines = (workflow.root / "Snakefile").read_text("utf-8").splitlines()
    assert len(lines) < 80


def test_every_rule_has_a_script_of_its_name(workflow: Workflow) -> None:
    for path in sorted((workflow.root / "rules").glob("*.smk")):
        text = path.read_text("utf-8")
        for block in text.split("\nrule ")[1:]:
            name = block.split(":", 1)[0]
            assert f'"../scripts/{name}.py"' in block
            script = Path(workflow.root / "scripts" / f"{name}.py")
            assert len(script.read_text("utf-8").splitlines()) <= 40, name
