"""Files of a data set on the hub, at a revision, kept on disk and checked."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huggingface_hub import hf_hub_url
from huggingface_hub.file_download import http_get
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # documented, not in __all__
    build_hf_headers,
    disable_progress_bars,
)

from bakeoff.config.models import HubModel
from bakeoff.errors import ConfigError, HarnessError
from bakeoff.models.hub.access import Access, explain, is_unreachable
from bakeoff.progress import say

#: Where data sets are kept, beside the models.
DATASETS = Path("models") / "datasets"


def fetch(dataset: str, revision: str, *, chosen: Callable[[list[str]], list[str]]) -> list[Path]:
    """Return files of a data set; what is already here whole is not asked for again.

    Args:
        dataset: ``owner/name``.
        revision: Commit hash, tag or branch.
        chosen: Picks the files that are needed from the names of all.

    Raises:
        HarnessError: If the hub refuses, cannot be reached, or a file is not what it says; the
            message says what to do.
    """
    disable_progress_bars()
    access = Access.from_environment()
    directory = DATASETS / f"{dataset.replace('/', '--')}@{revision.replace('/', '--')}"
    # The messages of a refusal need the place that it has on the hub.
    source = HubModel.model_construct(source="hub", repo=f"datasets/{dataset}", revision=revision)
    try:
        listing = _listing(dataset, revision, access, directory)
        names = chosen(sorted(listing["files"]))
        return [_file(dataset, listing, name, access, directory) for name in names]
    except (ConfigError, HarnessError):
        raise
    except Exception as error:  # noqa: BLE001 -- whatever the hub's client raises is explained
        raise HarnessError(explain(error, source, access)) from None


def _listing(dataset: str, revision: str, access: Access, directory: Path) -> dict[str, Any]:
    """Return commit and files as the hub tells them, or as recorded where it cannot be asked."""
    record = directory / "listing.json"
    try:
        info = access.api.dataset_info(dataset, revision=revision, files_metadata=True)
    except Exception as error:
        if is_unreachable(error) and record.is_file():
            found: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
            say(f"{dataset} · the hub cannot be asked; using commit {found['commit']} from disk")
            return found
        raise
    files = {
        file.rfilename: {
            "size": file.size or 0,
            "blob": file.blob_id or "",
            "sha256": file.lfs.sha256 if file.lfs else None,
        }
        for file in info.siblings or []
    }
    listing = {"commit": str(info.sha), "files": files}
    directory.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(listing, indent=1), encoding="utf-8")
    return listing


def _file(
    dataset: str, listing: dict[str, Any], name: str, access: Access, directory: Path
) -> Path:
    """Return a file, downloaded if need be.

    Raises:
        HarnessError: If its content is not what the hub says.
    """
    path, told = directory / name, listing["files"][name]
    if path.is_file() and _fault(path, told) is None:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.incomplete")
    url = hf_hub_url(
        dataset, name, repo_type="dataset", revision=listing["commit"], endpoint=access.endpoint
    )
    say(f"{dataset} · download · {name} · {told['size'] / 1e6:.1f} MB")
    arrived = partial.stat().st_size if partial.is_file() else 0
    if arrived > told["size"]:
        partial.unlink()
        arrived = 0
    with partial.open("ab") as file:
        http_get(
            url,
            file,
            resume_size=arrived,
            headers=build_hf_headers(token=access.token or False),
            expected_size=told["size"],
        )
    if fault := _fault(partial, told):
        partial.unlink()
        raise HarnessError(f"datasets/{dataset}: {name} has {fault}; it was deleted, run again")
    partial.replace(path)
    return path


def _fault(path: Path, told: dict[str, Any]) -> str | None:
    """Return what is wrong with a file; None if it is what the hub has."""
    content = path.read_bytes()
    if len(content) != told["size"]:
        return f"{len(content)} bytes, the hub says {told['size']}"
    if told["sha256"] is not None:
        found = hashlib.sha256(content).hexdigest()
        return None if found == told["sha256"] else f"SHA-256 {found}, the hub says otherwise"
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    return None if blob == told["blob"] else f"Git hash {blob}, the hub says {told['blob']}"
