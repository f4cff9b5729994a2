"""What the hub says that a revision holds, and whether that has arrived."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from bakeoff.errors import CandidateError
from bakeoff.models.hub.access import Access, Repository, explain, is_unreachable
from bakeoff.models.manifest import ModelFile
from bakeoff.models.selection import selected
from bakeoff.progress import say

_RECORD = ".bakeoff-listing.json"


@dataclass(frozen=True)
class Entry:
    """A file of the repository.

    Attributes:
        path: Path in the repository.
        size: Bytes.
        blob: Git's name of the content; another content has another name.
        sha256: Hash of the content, where the hub tells it (files in LFS).
    """

    path: str
    size: int
    blob: str
    sha256: str | None


@dataclass(frozen=True)
class Listing:
    """The files of a revision: all of a data set, of a model those that belong to it.

    Attributes:
        asked: Revision that was asked for.
        commit: Commit hash that it stood for.
        entries: The files.
    """

    asked: str
    commit: str
    entries: tuple[Entry, ...]


def ask_hub(source: Repository, access: Access) -> Listing:
    """Return the listing that the hub gives.

    Raises:
        CandidateError: If the revision of a model holds no weights.
    """
    is_model = source.kind == "model"
    ask = access.api.model_info if is_model else access.api.dataset_info
    info = ask(source.repo, revision=source.revision, files_metadata=True)
    found = {file.rfilename: file for file in info.siblings or []}
    files = [found[name] for name in (selected(found) if is_model else sorted(found))]
    if is_model and not any(file.rfilename.endswith(".safetensors") for file in files):
        raise CandidateError(
            f"{source.repo} at {source.revision!r} holds no *.safetensors; choose a repository "
            "or revision that does"
        )
    entries = tuple(
        Entry(f.rfilename, f.size or 0, f.blob_id or "", f.lfs.sha256 if f.lfs else None)
        for f in files
    )
    return Listing(source.revision, str(info.sha), entries)


def read_record(directory: Path) -> Listing | None:
    """Return the listing of the last download into the directory, None without one."""
    try:
        content = json.loads((directory / _RECORD).read_text(encoding="utf-8"))
        entries = tuple(Entry(**entry) for entry in content.pop("entries"))
        return Listing(entries=entries, **content)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_record(listing: Listing, directory: Path) -> None:
    """Keep the listing with the files, so that they can be checked without the hub."""
    text = json.dumps(asdict(listing), indent=1)
    (directory / _RECORD).write_text(text, encoding="utf-8")


def obtain(source: Repository, directory: Path, access: Access) -> Listing:
    """Return the hub's listing, or the recorded one where the hub cannot be asked.

    Raises:
        CandidateError: If neither is there, or the hub refuses; the message says what to do.
    """
    try:
        return ask_hub(source, access)
    except CandidateError:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever the hub's client raises is explained
        record = read_record(directory)
        if is_unreachable(error) and record is not None and record.asked == source.revision:
            say(f"{source.title} · the hub cannot be asked; using commit {record.commit} from disk")
            return record
        raise CandidateError(explain(error, source, access)) from None


def _fault(entry: Entry, file: ModelFile, directory: Path) -> str | None:
    """Return what is wrong with a file; None if it is what the hub has."""
    if file.bytes != entry.size:
        return f"{file.bytes} bytes, the hub says {entry.size}"
    if entry.sha256 is not None:
        wrong = entry.sha256 != file.sha256
        return f"SHA-256 {file.sha256}, the hub says {entry.sha256}" if wrong else None
    content = (directory / entry.path).read_bytes()  # outside LFS files are small
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    return f"Git hash {blob}, the hub says {entry.blob}" if entry.blob != blob else None


def verify(listing: Listing, files: tuple[ModelFile, ...], directory: Path) -> None:
    """Check that every listed file is there, with its size and its hash.

    Files in LFS are held against their SHA-256, the small others against Git's own hash. A
    file that is wrong is deleted, so that the next run downloads it again.

    Raises:
        CandidateError: If a file is wrong or missing.
    """
    here = {file.path: file for file in files}
    for entry in listing.entries:
        file = here.get(entry.path)
        if file is None:
            raise CandidateError(f"{entry.path} is missing after the download; run again")
        fault = _fault(entry, file, directory)
        if fault is not None:
            (directory / entry.path).unlink()
            raise CandidateError(
                f"{entry.path} has {fault}; it was deleted, run again to download it anew"
            )
