"""`manifest.json`: what a release is, and the hash of every file in it.

`SHA256SUMS` beside it holds the same hashes, and that of the manifest itself, in the form that
``sha256sum --check`` reads: a release can be verified without bakeoff.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bakeoff.errors import HarnessError
from bakeoff.hashing import sha256
from bakeoff.volume import Volume

MANIFEST, SUMS, CRATE = "manifest.json", "SHA256SUMS", "ro-crate-metadata.json"
#: Files that tell of the others, and of the moment of publishing: no part of the content.
ABOUT = frozenset({MANIFEST, SUMS, CRATE})
#: Raised when the manifest's keys change their meaning.
FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class ReleasedFile:
    """One file of a release.

    Attributes:
        path: Where it is, relative to the release's folder.
        bytes: Its size.
        sha256: Its hash.
    """

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a release is.

    Attributes:
        version: Its name.
        title: Title of the report.
        created_at: When it was published, ISO 8601, UTC.
        content_sha256: Hash of what was published, without what tells of the publishing itself.
        git: Commit of the source tree, whether it was changed since, a hash of the changes, and
            why something is unknown.
        host: Hashed name of the machine, and its hardware in a few words.
        method_versions: Version of each stage's method.
        measured: First and last start of a stage, and the number of requests.
        candidates: The candidates: id, model, its revision, engine and the engine's version.
        recommendations: Scenario to the candidates to deploy; empty where none are decided.
        scenarios: Scenario to its sentence.
        files: Every file but the manifest and the sums.
        format: Version of these keys.
    """

    version: str
    title: str
    created_at: str
    content_sha256: str
    git: dict[str, Any]
    host: dict[str, Any]
    method_versions: dict[str, int]
    measured: dict[str, Any]
    candidates: list[dict[str, Any]]
    recommendations: dict[str, list[str]] = field(default_factory=dict)
    scenarios: dict[str, str] = field(default_factory=dict)
    files: tuple[ReleasedFile, ...] = ()
    format: int = FORMAT

    @property
    def text(self) -> str:
        """The manifest as JSON."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"


def hashed(
    folder: Path, *, but: Iterable[str] = (), what: str | None = None
) -> tuple[ReleasedFile, ...]:
    """Return every file below a folder with its size and hash, sorted by path.

    Args:
        folder: A release's folder.
        but: Paths to leave out.
        what: The job, for lines on how far it is; None for none.
    """
    left_out = set(but)
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    names = [
        name
        for name in sorted(paths)
        if name not in left_out and (paths[name].is_file() or paths[name].is_symlink())
    ]
    sizes = {name: paths[name].lstat().st_size for name in names}
    read = sum(sizes[name] for name in names if not paths[name].is_symlink())
    volume = Volume(what, total_bytes=read) if what is not None else None
    return tuple(
        ReleasedFile(path=name, bytes=sizes[name], sha256=_sha256(paths[name], volume))
        for name in names
    )


def _sha256(path: Path, volume: Volume | None) -> str:
    """Return the hash of a file; of a link, which no release holds, that of where it leads."""
    if path.is_symlink():
        return hashlib.sha256(str(path.readlink()).encode()).hexdigest()
    return sha256(path, volume)


def content_sha256(files: Iterable[ReleasedFile]) -> str:
    """Return the hash of what was published: of the lines ``sha256  path``, sorted by path."""
    content = sorted((file for file in files if file.path not in ABOUT), key=lambda f: f.path)
    lines = "".join(f"{file.sha256}  {file.path}\n" for file in content)
    return hashlib.sha256(lines.encode()).hexdigest()


def sums_text(manifest: Manifest, text: str) -> str:
    """Return the content of `SHA256SUMS`.

    Args:
        manifest: The manifest.
        text: The manifest as it stands in its file.
    """
    own = hashlib.sha256(text.encode()).hexdigest()
    hashes = {file.path: file.sha256 for file in manifest.files} | {MANIFEST: own}
    return "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes))


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a release.

    Raises:
        HarnessError: If it is missing or is no manifest of this format.
    """
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        files = tuple(ReleasedFile(**file) for file in found.pop("files"))
        known = {key: found[key] for key in Manifest.__dataclass_fields__ if key in found}
        manifest = Manifest(**known, files=files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise HarnessError(f"{path} is no manifest of a release: {error}") from error
    if manifest.format > FORMAT:
        raise HarnessError(
            f"{path} has format {manifest.format}, made by a later bakeoff; this one reads up to "
            f"{FORMAT}"
        )
    return manifest


def releases(folder: Path) -> list[Manifest]:
    """Return the manifests below a folder that can be read, the newest first."""
    found = []
    for path in sorted(folder.glob(f"*/{MANIFEST}")):
        if path.parent.name.startswith("."):
            continue
        try:
            found.append(read_manifest(path.parent))
        except HarnessError:
            continue  # `verify_release` tells of it
    return sorted(found, key=lambda one: (one.created_at, one.version), reverse=True)
