"""`ro-crate-metadata.json`: a release as a Workflow Run RO-Crate.

The profile is version 0.5 of the Workflow Run Crate (https://w3id.org/ro/wfrun/workflow/0.5) on
RO-Crate 1.1, with what it asks for: the profiles that the root conforms to, the workflow as main
entity, and one action, of which the workflow is the instrument, the configuration and the models
the object, and everything that was measured the result.
"""

import mimetypes
import uuid
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from rocrate.model import ContextEntity, Entity
from rocrate.rocrate import ROCrate

from bakeoff.release.contents import CONFIG, README, WORKFLOW
from bakeoff.release.manifest import CRATE, MANIFEST, SUMS, Manifest, ReleasedFile

_VERSION = "1.1"
_TERMS = "https://w3id.org/ro/terms/workflow-run/context"
_PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
_SNAKEFILE = f"{WORKFLOW}/Snakefile"
#: Media types of our files, where their suffix does not tell the type itself.
_MEDIA_TYPES = {
    ".parquet": "application/vnd.apache.parquet",
    ".duckdb": "application/vnd.duckdb",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".log": "text/plain",
    ".md": "text/markdown",
    ".smk": "text/plain",
    "": "text/plain",
}
_NO_LICENCE = (
    "No licence was given for these results. The workflow has its own, beside it; models, and what "
    "they wrote, are under the licences of their makers."
)


@dataclass(frozen=True, kw_only=True)
class Described:
    """What a crate is made from.

    Attributes:
        manifest: The release; its files are those of the folder so far.
        what: Path to a sentence on what the file is.
        author: Who published it; None where nobody is known.
        ended_at: When the last result was made, ISO 8601.
    """

    manifest: Manifest
    what: Mapping[str, str]
    author: str | None
    ended_at: str


def write_crate(folder: Path, described: Described) -> None:
    """Write the metadata of a release into its folder; nothing is copied or fetched."""
    manifest = described.manifest
    crate = ROCrate(version=_VERSION)
    crate.metadata.extra_contexts.append(_TERMS)
    _root(crate, manifest)
    _workflow(crate, manifest)
    files = {file.path: _file(crate, folder, file, described) for file in manifest.files}
    about = (
        (MANIFEST, "What this release is, with the hash of every file."),
        (SUMS, "The hashes for sha256sum --check."),
    )
    for name, what in about:
        properties = {"name": name, "description": what, "encodingFormat": _media_type(name)}
        crate.add_file(folder / name, name, properties=properties)
    _action(crate, described, files)
    crate.metadata.write(folder)


def _root(crate: ROCrate, manifest: Manifest) -> None:
    root = crate.root_dataset
    root["name"] = f"{manifest.title} · {manifest.version}"
    measured = manifest.measured
    root["description"] = (
        f"Measured by bakeoff on {manifest.host['hardware']}, {measured['first']} to "
        f"{measured['last']}. Candidates: {len(manifest.candidates)}; requests: "
        f"{measured['requests']}."
    )
    root["datePublished"] = manifest.created_at
    root["version"] = manifest.version
    properties = {"@type": "CreativeWork", "name": "No licence stated", "description": _NO_LICENCE}
    root["license"] = crate.add(ContextEntity(crate, "#no-licence", properties=properties))
    root["conformsTo"] = [
        crate.add(
            ContextEntity(
                crate,
                url,
                properties={"@type": "CreativeWork", "name": name, "version": number},
            )
        )
        for url, (name, number) in _PROFILES.items()
    ]


def _workflow(crate: ROCrate, manifest: Manifest) -> None:
    """Add the main entity; its file is described once more when the files are."""
    workflow = crate.add_workflow(
        dest_path=_SNAKEFILE,
        main=True,
        lang="snakemake",
        lang_version=version("snakemake"),
        properties={"name": "bakeoff", "description": "Which model to deploy, on which engine."},
    )
    workflow["version"] = manifest.git["commit"] or "unknown"
    workflow["license"] = "https://www.apache.org/licenses/LICENSE-2.0"


def _file(crate: ROCrate, folder: Path, file: ReleasedFile, described: Described) -> Entity:
    properties: dict[str, Any] = {
        "description": described.what.get(file.path, file.path),
        "contentSize": str(file.bytes),
        "sha256": file.sha256,
        "encodingFormat": _media_type(file.path),
    }
    if file.path == _SNAKEFILE:
        workflow = crate.mainEntity
        for name, value in properties.items():
            workflow[name] = value
        return workflow
    properties["name"] = file.path
    if file.path == README:
        properties["about"] = {"@id": "./"}
    return crate.add_file(folder / file.path, file.path, properties=properties)


def _media_type(path: str) -> str:
    suffix = Path(path).suffix
    return _MEDIA_TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"


def _action(crate: ROCrate, described: Described, files: Mapping[str, Entity]) -> None:
    """Add the run: what went in, what came out, when, by what and by whom."""
    manifest = described.manifest
    taken = [path for path in files if path == CONFIG or path.startswith("environment/")]
    taken += [path for path in files if path.startswith("results/models/")]
    left = {*taken, README, *(path for path in files if path.startswith(f"{WORKFLOW}/"))}
    agent = crate.add(
        ContextEntity(
            crate,
            "#publisher",
            properties={"@type": "Person", "name": described.author or "not stated"},
        )
    )
    action = crate.add(
        ContextEntity(
            crate,
            f"#run-{uuid.uuid5(uuid.NAMESPACE_URL, manifest.content_sha256)}",
            properties={
                "@type": "CreateAction",
                "name": f"Run of bakeoff: {manifest.title}",
                "description": f"snakemake --cores all --configfile {CONFIG}",
                "startTime": manifest.measured["first"] or described.ended_at,
                "endTime": described.ended_at,
                "actionStatus": "http://schema.org/CompletedActionStatus",
            },
        )
    )
    action["instrument"] = crate.mainEntity
    action["agent"] = agent
    action["object"] = [files[path] for path in sorted(taken)] + _candidates(crate, manifest)
    action["result"] = [files[path] for path in sorted(files) if path not in left]
    crate.root_dataset["mentions"] = action
    crate.root_dataset["author"] = agent


def _candidates(crate: ROCrate, manifest: Manifest) -> list[Entity]:
    """Return what was measured, as values that the run took: a model on an engine each."""
    found = []
    for one in manifest.candidates:
        engine = " ".join(filter(None, [one["engine"], one["engine_version"]]))
        model = "@".join(filter(None, [one["model"], one["model_revision"]]))
        properties = {
            "@type": "PropertyValue",
            "name": f"candidate {one['id']}",
            "value": f"{model or 'model not known'} on {engine}",
        }
        entity = ContextEntity(crate, f"#candidate-{one['id']}", properties=properties)
        found.append(crate.add(entity))
    return found


def listed_files(metadata: Mapping[str, Any]) -> list[str]:
    """Return the paths of the files that a crate's metadata lists, unescaped.

    Args:
        metadata: The content of `ro-crate-metadata.json`.

    Raises:
        KeyError, TypeError, ValueError: If it is no metadata of a crate.
    """
    crate = ROCrate(deepcopy(dict(metadata)))  # it takes what it reads apart
    return [unquote(entity.id) for entity in crate.data_entities]


def all_listed(metadata: Mapping[str, Any], paths: Iterable[str]) -> list[str]:
    """Return the paths of a release that its crate does not list; the metadata lists itself."""
    listed = {*listed_files(metadata), CRATE}
    return sorted(set(paths) - listed)
