"""Verifying releases: every byte is the one that was published, and nothing was added."""

import json
from collections.abc import Iterator
from pathlib import Path

from bakeoff.errors import HarnessError
from bakeoff.release.crate import all_listed
from bakeoff.release.manifest import (
    CRATE,
    MANIFEST,
    SUMS,
    Manifest,
    content_sha256,
    hashed,
    read_manifest,
    sums_text,
)


def problems(folder: Path, *, named: bool = True) -> list[str]:
    """Return what is wrong with a release; nothing where it is as it was published.

    It says how far it is, since every byte is read.

    Args:
        folder: The release.
        named: Whether the folder has the release's name already.
    """
    try:
        manifest = read_manifest(folder)
    except HarnessError as error:
        return [str(error)]
    found = [*_files(folder, manifest), *_about(folder, manifest)]
    if named and manifest.version != folder.name:
        found.append(f"the folder is {folder.name!r}, the manifest says {manifest.version!r}")
    return found


def _files(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield each file that is changed, missing or extra."""
    what = f"verify {manifest.version} · checksums"
    there = {file.path: file for file in hashed(folder, but={MANIFEST, SUMS}, what=what)}
    meant = {file.path: file for file in manifest.files}
    for path in sorted(there.keys() | meant.keys()):
        if path not in there:
            yield f"missing: {path}"
        elif path not in meant:
            yield f"extra: {path} is no part of the release"
        elif there[path].bytes != meant[path].bytes:
            yield (
                f"changed: {path} has {there[path].bytes:,} bytes, was published with "
                f"{meant[path].bytes:,}"
            )
        elif there[path].sha256 != meant[path].sha256:
            yield (
                f"changed: {path} has sha256 {there[path].sha256[:16]}…, was published with "
                f"{meant[path].sha256[:16]}…"
            )


def _about(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield what is wrong with the manifest, the sums and the crate."""
    if content_sha256(manifest.files) != manifest.content_sha256:
        yield f"changed: {MANIFEST}, its hash of the content is not that of its files"
    sums, text = folder / SUMS, (folder / MANIFEST).read_text(encoding="utf-8")
    if not sums.is_file():
        yield f"missing: {SUMS}"
    elif sums.read_text(encoding="utf-8", errors="replace") != sums_text(manifest, text):
        yield f"changed: {SUMS} or {MANIFEST}, they do not agree"
    crate = folder / CRATE
    if crate.is_file():  # that it is missing is told already
        try:
            metadata = json.loads(crate.read_text(encoding="utf-8"))
            paths = [*(file.path for file in manifest.files), MANIFEST, SUMS]
            for path in all_listed(metadata, paths):
                yield f"{CRATE} does not list {path}"
        except (ValueError, KeyError, TypeError) as error:
            yield f"{CRATE} is no metadata of a crate: {error}"


def verify(folder: Path, version: str | None = None) -> dict[str, list[str]]:
    """Return what is wrong with releases, by version.

    Args:
        folder: Folder of all releases.
        version: The one to verify; None for all.

    Raises:
        HarnessError: If there is no such release, or none at all.
    """
    if version is not None and not (folder / version).is_dir():
        there = ", ".join(one.name for one in _folders(folder)) or "none"
        raise HarnessError(f"there is no release {version!r} in {folder}; there: {there}")
    chosen = [folder / version] if version is not None else _folders(folder)
    if not chosen:
        raise HarnessError(f"there is no release in {folder}; `snakemake publish` makes one")
    return {one.name: problems(one) for one in chosen}


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
