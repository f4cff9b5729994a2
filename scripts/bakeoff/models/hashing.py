"""SHA-256 of every file of a model."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bakeoff.hashing import sha256
from bakeoff.models.manifest import ModelFile
from bakeoff.volume import Volume


def hash_files(what: str, directory: Path, paths: list[Path]) -> tuple[ModelFile, ...]:
    """Hash the files, several at a time: hashing leaves Python's lock.

    Args:
        what: The model, for the progress lines.
        directory: Directory that the paths in the result are relative to.
        paths: The files.
    """
    sizes = [path.stat().st_size for path in paths]
    volume = Volume(f"{what} · checksums", total_bytes=sum(sizes))
    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
        digests = list(pool.map(lambda path: sha256(path, volume), paths))
    return tuple(
        ModelFile(path=path.relative_to(directory).as_posix(), bytes=size, sha256=digest)
        for path, size, digest in zip(paths, sizes, digests, strict=True)
    )


def combined_sha256(files: tuple[ModelFile, ...]) -> str:
    """Return the revision of a model without one: SHA-256 over its lines ``sha256  path``.

    The same as ``sha256sum`` prints, sorted by path, hashed once more.
    """
    lines = [f"{file.sha256}  {file.path}\n" for file in sorted(files, key=lambda f: f.path)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
