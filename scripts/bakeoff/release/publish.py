"""Freezing a release: everything or nothing, verified before it is called published."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from bakeoff.config.models import Config
from bakeoff.errors import HarnessError
from bakeoff.methods import METHOD_VERSIONS
from bakeoff.paths import RELEASES, RESULTS, ROOT
from bakeoff.release import facts
from bakeoff.release.checks import RefusedError, refuse_dirty, refuse_full_disk, refuse_stale
from bakeoff.release.contents import DATABASE, REPORT, Part, contents
from bakeoff.release.crate import Described, write_crate
from bakeoff.release.index import write_index
from bakeoff.release.manifest import (
    ABOUT,
    MANIFEST,
    SUMS,
    Manifest,
    content_sha256,
    hashed,
    releases,
    sums_text,
)
from bakeoff.release.secrets import scrub, secret_values
from bakeoff.release.source import SourceState, source_state
from bakeoff.release.verify import problems
from bakeoff.volume import Volume

#: Digits of the content's hash in a name that nobody chose.
_HASH_DIGITS = 8
#: What the folder of a release is called until it is complete; a leading dot hides it from lists.
_UNFINISHED = ".unfinished-"


@dataclass(frozen=True, kw_only=True)
class Published:
    """What publishing did.

    Attributes:
        folder: The release.
        manifest: Its manifest.
        new: Whether it was made now; False where this content was published before.
        source: State of the source tree.
    """

    folder: Path
    manifest: Manifest
    new: bool
    source: SourceState


def publish(
    config: Config,
    *,
    results: Path = RESULTS,
    folder: Path = RELEASES,
    root: Path = ROOT,
) -> Published:
    """Freeze the results in a folder of their own.

    The release is made beside its place and renamed into it when it is complete and verified.
    Without a version it is named by the day and its content; content that stands there under
    any name is then not published again.

    Args:
        config: What was measured; its ``version`` and ``allow_dirty`` steer the publishing.
        results: Folder of all results.
        folder: Folder of all releases.
        root: The source tree.

    Raises:
        RefusedError: If the version exists, the source tree was changed, the results are not
            those of the configuration, or the disk is full.
        HarnessError: If the release holds a secret, or does not verify.
    """
    _refuse_taken(config.version, folder)
    source = source_state(root)
    refuse_dirty(source, allow_dirty=config.allow_dirty)
    refuse_stale(config, results)
    with duckdb.connect(str(results / "bakeoff.duckdb"), read_only=True) as connection:
        parts = contents(config, results, facts.hosts(connection), root)
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left)  # of a run that was killed; Snakemake's lock keeps two runs apart
    refuse_full_disk(parts, folder)
    with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=folder) as scratch:
        unfinished = Path(scratch) / "release"
        _copy(parts, unfinished)
        scrub(unfinished, secret_values(config))
        manifest = _manifest(config, unfinished, source)
        known = _published_before(manifest, folder) if config.version is None else None
        if known is not None:
            return Published(
                folder=folder / known.version, manifest=known, new=False, source=source
            )
        _refuse_taken(manifest.version, folder)
        what = {part.path: part.what for part in parts}
        manifest = _describe(unfinished, manifest, what, source)
        _refuse_broken(unfinished)
        unfinished.rename(folder / manifest.version)
    write_index(folder, language=config.language)
    return Published(folder=folder / manifest.version, manifest=manifest, new=True, source=source)


def _refuse_taken(version: str | None, folder: Path) -> None:
    if version is not None and (folder / version).exists():
        raise RefusedError(
            f"version {version!r} is published already, in {folder / version}, and a release is "
            "never overwritten; choose another name with --config version=..."
        )


def _published_before(manifest: Manifest, folder: Path) -> Manifest | None:
    """Return a release with the same content, None where there is none."""
    for one in releases(folder):
        if one.content_sha256 == manifest.content_sha256:
            return one
    return None


def _copy(parts: Sequence[Part], target: Path) -> None:
    """Copy the parts, saying how far that is."""
    volume = Volume("publish · copying", total_bytes=sum(part.bytes for part in parts))
    for part in parts:
        path = target / part.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if part.source is None:
            path.write_text(part.text, encoding="utf-8")
        else:
            shutil.copyfile(part.source, path)
            # When a result was made is part of what is known of it.
            shutil.copystat(part.source, path)
            path.chmod(path.stat().st_mode | 0o200)
        volume.add(part.bytes)


def _manifest(config: Config, folder: Path, source: SourceState) -> Manifest:
    """Return the manifest of what was copied."""
    files = hashed(folder, but=ABOUT, what="publish · checksums")
    now, content = datetime.now(UTC), content_sha256(files)
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        return Manifest(
            version=config.version or f"{now:%Y.%m.%d}-{content[:_HASH_DIGITS]}",
            title=config.title,
            created_at=now.isoformat(timespec="seconds"),
            content_sha256=content,
            git={
                "commit": source.commit,
                "dirty": source.dirty if source.commit else None,
                "changed_files": len(source.changed),
                "diff_sha256": source.diff_sha256,
                "note": source.note,
            },
            host=facts.host(connection),
            method_versions=dict(METHOD_VERSIONS),
            measured=facts.measured(connection),
            candidates=facts.candidates(connection),
            scenarios=facts.scenarios(connection),
            recommendations=facts.recommendations(connection),
            files=files,
        )


def _describe(
    folder: Path, manifest: Manifest, what: dict[str, str], source: SourceState
) -> Manifest:
    """Write the crate, the manifest and the sums; return the manifest as written."""
    rendered = datetime.fromtimestamp((folder / REPORT).stat().st_mtime, UTC)
    described = Described(
        manifest=manifest,
        what=what,
        author=source.author,
        ended_at=rendered.isoformat(timespec="seconds"),
    )
    write_crate(folder, described)
    known = {file.path for file in manifest.files}
    files = (*manifest.files, *hashed(folder, but=known))  # what is large is not read again
    manifest = replace(manifest, files=tuple(sorted(files, key=lambda file: file.path)))
    (folder / MANIFEST).write_text(manifest.text, encoding="utf-8")
    (folder / SUMS).write_text(sums_text(manifest, manifest.text), encoding="utf-8")
    return manifest


def _refuse_broken(folder: Path) -> None:
    """Refuse a release that does not verify, and bring it to the disk if it does.

    Raises:
        HarnessError: If it does not verify.
    """
    if found := problems(folder, named=False):
        raise HarnessError(
            "the release does not verify; nothing was published:\n" + "\n".join(found)
        )
    os.sync()
