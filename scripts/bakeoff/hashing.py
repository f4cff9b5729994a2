"""SHA-256 of a file, read in blocks."""

import hashlib
from pathlib import Path

from bakeoff.volume import Volume

_BLOCK_BYTES = 8 * 1024 * 1024


def sha256(path: Path, volume: Volume | None = None) -> str:
    """Return the hash of a file's bytes in hexadecimal.

    Args:
        path: The file.
        volume: What counts the bytes that were read.
    """
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
            if volume is not None:
                volume.add(len(block))
    return digest.hexdigest()
