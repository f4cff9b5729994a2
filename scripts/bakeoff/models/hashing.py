"""SHA-256 of every file of a model."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from bakeoff.models.manifest import ModelFile
from bakeoff.progress import Progress

_BLOCK_BYTES = 8 * 1024 * 1024


class _Counter:
    """Adds up bytes from several threads and reports them."""

    def __init__(self, what: str, total_bytes: int) -> None:
        self._progress = Progress(what, total=-(-total_bytes // 1_000_000), unit="MB")
        self._lock, self._bytes = Lock(), 0

    def add(self, count: int) -> None:
        with self._lock:
            self._bytes += count
            self._progress.update(-(-self._bytes // 1_000_000))


def _sha256(path: Path, counter: _Counter) -> str:
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
            counter.add(len(block))
    return digest.hexdigest()


def hash_files(what: str, directory: Path, paths: list[Path]) -> tuple[ModelFile, ...]:
    """Hash the files, several at a time: hashing leaves Python's lock.

    Args:
        what: The model, for the progress lines.
        directory: Directory that the paths in the result are relative to.
        paths: The files.
    """
    sizes = [path.stat().st_size for path in paths]
    counter = _Counter(f"{what} · checksums", sum(sizes))
    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
        digests = list(pool.map(lambda path: _sha256(path, counter), paths))
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
