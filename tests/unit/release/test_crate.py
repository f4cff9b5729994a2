"""The metadata of a release: what the Workflow Run Crate profile requires, read as plain JSON."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from bakeoff.release.verify import problems
from tests.unit.release.conftest import Study

Graph = dict[str, dict[str, Any]]


@pytest.fixture
def crate(study: Study) -> tuple[Path, dict[str, Any], Graph]:
    """Publish; return the folder, the metadata and its entities by id."""
    (study.results / "demo-llama" / "latency" / "a b%20c.parquet").write_bytes(b"rows")
    folder = study.publish(version="v1").folder
    metadata = json.loads((folder / "ro-crate-metadata.json").read_text("utf-8"))
    return folder, metadata, {entity["@id"]: entity for entity in metadata["@graph"]}


Crate = tuple[Path, dict[str, Any], Graph]


def _ids(value: Any) -> list[str]:
    return [one["@id"] for one in (value if isinstance(value, list) else [value])]


def test_it_conforms_to_the_profiles(crate: Crate) -> None:
    _, metadata, graph = crate
    assert metadata["@context"] == [
        "https://w3id.org/ro/crate/1.1/context",
        "https://w3id.org/ro/terms/workflow-run/context",
    ]
    assert _ids(graph["ro-crate-metadata.json"]["conformsTo"]) == [
        "https://w3id.org/ro/crate/1.1",
        "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
    ]
    root = graph["./"]
    profiles = _ids(root["conformsTo"])
    assert profiles == [
        "https://w3id.org/ro/wfrun/process/0.5",
        "https://w3id.org/ro/wfrun/workflow/0.5",
        "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
    ]
    assert all(graph[url]["@type"] == "CreativeWork" for url in profiles)
    assert {"name", "description", "datePublished", "license"} <= root.keys()


def test_one_run_of_the_main_workflow_made_the_results(crate: Crate) -> None:
    folder, _, graph = crate
    (main,) = _ids(graph["./"]["mainEntity"])
    workflow = graph[main]
    assert main == "workflow/Snakefile"
    assert workflow["@type"] == ["File", "SoftwareSourceCode", "ComputationalWorkflow"]
    (language,) = _ids(workflow["programmingLanguage"])
    assert graph[language]["name"] == "Snakemake"
    (mentioned,) = _ids(graph["./"]["mentions"])
    action = graph[mentioned]
    assert action["@type"] == "CreateAction"
    assert _ids(action["instrument"]) == [main]
    (agent,) = _ids(action["agent"])
    assert graph[agent]["@type"] == "Person"
    assert action["startTime"] == "2026-11-22T12:00:00+00:00"
    assert action["endTime"] > action["startTime"]
    taken, made = _ids(action["object"]), _ids(action["result"])
    assert "config.yaml" in taken
    assert "results/models/demo-llama-s1/manifest.json" in taken
    assert "#candidate-demo-llama" in taken
    assert {"report.html", "bakeoff.duckdb"} <= set(made)
    assert "results/demo-llama/latency/requests.parquet" in made
    assert not set(taken) & set(made)
    assert not [path for path in made if not (folder / unquote(path)).is_file()]


def test_every_file_is_listed_with_its_size_and_hash(crate: Crate) -> None:
    folder, _, graph = crate
    parts = {unquote(part): graph[part] for part in _ids(graph["./"]["hasPart"])}
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert parts.keys() == files - {"ro-crate-metadata.json"}
    assert "results/demo-llama/latency/a b%20c.parquet" in parts
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for file in manifest["files"]:
        if file["path"] != "ro-crate-metadata.json":
            assert parts[file["path"]]["sha256"] == file["sha256"]
            assert parts[file["path"]]["contentSize"] == str(file["bytes"])
            assert parts[file["path"]]["encodingFormat"]


def test_every_reference_leads_to_an_entity(crate: Crate) -> None:
    _, metadata, graph = crate
    referred = [
        one
        for entity in metadata["@graph"]
        for key, value in entity.items()
        if key not in {"@id", "conformsTo", "identifier", "url", "license"}
        for one in (value if isinstance(value, list) else [value])
        if isinstance(one, dict)
    ]
    assert referred
    assert not [one for one in referred if one["@id"] not in graph]


def test_a_file_that_the_crate_does_not_list_is_found(crate: Crate) -> None:
    folder, metadata, _ = crate
    root = next(entity for entity in metadata["@graph"] if entity["@id"] == "./")
    root["hasPart"] = [one for one in root["hasPart"] if one["@id"] != "report.html"]
    metadata["@graph"] = [one for one in metadata["@graph"] if one["@id"] != "report.html"]
    (folder / "ro-crate-metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    assert "ro-crate-metadata.json does not list report.html" in problems(folder)
