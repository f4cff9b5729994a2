"""Downloads a revision into a directory, file by file, and resumes where it stopped.

``huggingface_hub.snapshot_download`` throws a file away that an interruption cut short
(from 2.x on each attempt writes a temporary file of its own), which can be 5 GB of a
shard. So the files are fetched by its ``http_get``, which can continue a file, into
``<name>.incomplete`` beside where they belong.
"""

import io
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from huggingface_hub import hf_hub_url
from huggingface_hub.file_download import http_get
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # documented, not in __all__
    build_hf_headers,
    disable_progress_bars,
)

from bakeoff.errors import CandidateError
from bakeoff.models.hub.access import Access, Repository, explain
from bakeoff.models.hub.listing import Entry, Listing, obtain, read_record, write_record
from bakeoff.volume import Volume

_PARALLEL = 4
_SUFFIX = ".incomplete"
_SPARE = 1.05  # what else a file system needs, and what others write meanwhile


class _Stopped(Exception):  # noqa: N818 -- a signal between threads, not an error
    """Another file failed."""


class _Arrivals:
    """Counts arriving bytes over all files, and stops the others when one fails."""

    def __init__(self, volume: Volume) -> None:
        self._volume, self.stop = volume, Event()

    def add(self, count: int) -> None:
        if self.stop.is_set():
            raise _Stopped
        self._volume.add(count)


class _CountedFile(io.FileIO):
    """A file that reports what is written to it; unbuffered, so that a kill loses nothing."""

    def __init__(self, path: Path, arrivals: _Arrivals) -> None:
        super().__init__(path, "ab")
        self._arrivals = arrivals

    def write(self, data: bytes) -> int:  # type: ignore[override]
        view = memoryview(data)
        while view:
            view = view[super().write(view) or 0 :]
        self._arrivals.add(len(data))
        return len(data)


def _incomplete(path: Path) -> Path:
    return path.with_name(f".{path.name}{_SUFFIX}")


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _drop_outdated(listing: Listing, directory: Path) -> None:
    """Delete what an earlier revision left in the directory and this one has otherwise."""
    record = read_record(directory)
    current = {entry.path: entry.blob for entry in listing.entries}
    for entry in record.entries if record else ():
        if current.get(entry.path) != entry.blob:
            (directory / entry.path).unlink(missing_ok=True)
            _incomplete(directory / entry.path).unlink(missing_ok=True)


def _missing(listing: Listing, directory: Path) -> list[Entry]:
    return [e for e in listing.entries if _size(directory / e.path) != e.size]


def _check_space(source: Repository, missing: list[Entry], directory: Path) -> None:
    """Refuse to begin what cannot end.

    Raises:
        CandidateError: If the disk has less room than the missing bytes and 5 %.
    """
    absent = sum(entry.size - _size(_incomplete(directory / entry.path)) for entry in missing)
    needed, free = int(absent * _SPARE), shutil.disk_usage(directory).free
    if needed > free:
        raise CandidateError(
            f"{source.title} needs {needed / 1e9:.1f} GB more in {directory}, {free / 1e9:.1f} GB "
            "are free; make room, or make models/ a link to a larger disk"
        )


@dataclass(frozen=True)
class _Order:
    """Which files to fetch, from where and to where."""

    source: Repository
    commit: str
    missing: list[Entry]
    directory: Path
    access: Access


def _fetch_file(order: _Order, entry: Entry, arrivals: _Arrivals) -> None:
    """Download one file, continuing what an earlier run has of it."""
    path = order.directory / entry.path
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = _incomplete(path)
    if _size(partial) > entry.size:
        partial.unlink()
    endpoint = order.access.endpoint
    with _CountedFile(partial, arrivals) as file:
        http_get(
            hf_hub_url(
                order.source.repo,
                entry.path,
                repo_type=order.source.kind,
                revision=order.commit,
                endpoint=endpoint,
            ),
            file,
            resume_size=_size(partial),
            headers=build_hf_headers(token=order.access.token or False),
            expected_size=entry.size,
        )
    partial.replace(path)


def _fetch_all(order: _Order) -> None:
    arrived = sum(_size(_incomplete(order.directory / entry.path)) for entry in order.missing)
    total = sum(entry.size for entry in order.missing)
    what = f"{order.source.title} · download"
    arrivals = _Arrivals(Volume(what, total_bytes=total, done_bytes=arrived))
    pool = ThreadPoolExecutor(max_workers=_PARALLEL)
    jobs = [pool.submit(_fetch_file, order, entry, arrivals) for entry in order.missing]
    try:
        done, _ = wait(jobs, return_when=FIRST_EXCEPTION)
        for job in done:
            job.result()
    finally:
        arrivals.stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def download(
    source: Repository,
    directory: Path,
    *,
    needed: Callable[[list[str]], Iterable[str]] | None = None,
) -> Listing:
    """Bring the revision's files into the directory; complete files are not asked for again.

    Args:
        source: Repository and revision.
        directory: Where the files belong; kept when something fails.
        needed: Picks the files from the names of all; all if left out.

    Returns:
        What of the revision was needed, with the commit hash that it stood for.

    Raises:
        CandidateError: If the hub refuses or cannot be reached, or the disk is too small; the
            message says what to do.
    """
    disable_progress_bars()
    access = Access.from_environment()
    listing = obtain(source, directory, access)
    directory.mkdir(parents=True, exist_ok=True)
    _drop_outdated(listing, directory)
    write_record(listing, directory)
    if needed is not None:
        names = set(needed([entry.path for entry in listing.entries]))
        entries = tuple(entry for entry in listing.entries if entry.path in names)
        listing = replace(listing, entries=entries)
    missing = _missing(listing, directory)
    _check_space(source, missing, directory)
    try:
        _fetch_all(_Order(source, listing.commit, missing, directory, access))
    except Exception as error:  # noqa: BLE001 -- whatever the hub's client raises is explained
        raise CandidateError(explain(error, source, access)) from None
    return listing
