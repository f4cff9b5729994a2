"""The weights in the kernel's page cache: read in, evicted, and how much of them is there."""

import ctypes
import mmap
import os
from collections.abc import Sequence
from pathlib import Path

_PROT_READ, _MAP_SHARED = 1, 1
_WEIGHT_SUFFIXES = frozenset({".safetensors", ".bin", ".pt", ".gguf"})
_READ_BYTES = 16 << 20
#: Weights that are still in the page cache after eviction, above which a note says so.
_STILL_RESIDENT = 0.01
#: Weights that should be in the page cache for a warm start.
_WARM_ENOUGH = 0.99


def prepare(model_dir: Path | None, state: str) -> str | None:
    """Bring a model's weights into a state of the page cache.

    Args:
        model_dir: Directory of the weights; None where they are not known.
        state: ``cold`` (evicted), ``warm`` (read), or ``as_found``, for which nothing is done.

    Returns:
        What went wrong, None if nothing did: as a clause without a full stop.
    """
    if state == "as_found":
        return None
    files = [] if model_dir is None else weight_files(model_dir)
    if state == "cold":
        evict(files)
    else:
        warm(files)
    share = resident_share(files)
    if share is None:
        return "whether the weights were in the page cache is unknown"
    if state == "cold" and share > _STILL_RESIDENT:
        return f"{share:.0%} of the weights stayed in the page cache, so it is less than cold"
    if state == "warm" and share < _WARM_ENOUGH:
        return f"only {share:.0%} of the weights were in the page cache, memory allowed no more"
    return None


def weight_files(directory: Path) -> list[Path]:
    """Return the weight files below a model directory, sorted."""
    return sorted(
        path for path in directory.rglob("*") if path.suffix in _WEIGHT_SUFFIXES and path.is_file()
    )


def evict(files: Sequence[Path]) -> None:
    """Ask the kernel to drop the files from its page cache (POSIX_FADV_DONTNEED).

    Pages that are not yet on disk cannot be dropped, so they are written first.
    """
    for path in files:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def warm(files: Sequence[Path]) -> None:
    """Read the files, so that they are in the page cache as far as memory allows."""
    for path in files:
        with path.open("rb", buffering=0) as file:
            while file.read(_READ_BYTES):
                pass


def resident_share(files: Sequence[Path]) -> float | None:
    """Return the share of the files' pages that are in the page cache, by mincore(2).

    None where nothing can be told: no bytes at all, or the kernel refuses.
    """
    counts = [_resident_pages(path) for path in files if path.stat().st_size]
    known = [count for count in counts if count is not None]
    if not known or len(known) < len(counts):
        return None
    return sum(resident for resident, _ in known) / sum(pages for _, pages in known)


def _resident_pages(path: Path) -> tuple[int, int] | None:
    """Return how many pages of a file are resident, and how many it has."""
    library = ctypes.CDLL(None, use_errno=True)
    library.mmap.restype = ctypes.c_void_p
    library.mmap.argtypes = [
        ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long,
    ]  # fmt: skip
    library.mincore.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p]
    library.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    size = path.stat().st_size
    pages = -(-size // mmap.PAGESIZE)
    vector = ctypes.create_string_buffer(pages)
    with path.open("rb") as file:
        address = library.mmap(None, size, _PROT_READ, _MAP_SHARED, file.fileno(), 0)
    if address in {None, ctypes.c_void_p(-1).value}:
        return None
    try:
        if library.mincore(address, size, vector) != 0:
            return None
    finally:
        library.munmap(address, size)
    return sum(byte & 1 for byte in vector.raw), pages
