"""The source tree that a release was made from: its commit, and what was changed since."""

import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bakeoff.paths import ROOT

#: A file that tells that a Git work tree is ours, and not one that a copy happens to lie in.
_OURS = "Snakefile"


@dataclass(frozen=True, kw_only=True)
class SourceState:
    """What is known of the source tree.

    Attributes:
        commit: Hash of the commit; None where it is unknown.
        changed: Files that were changed or added since, relative to the tree.
        diff_sha256: Hash of the changes; None without any, or where the commit is unknown.
        author: Name of whoever uses the tree, as Git knows it; None where it knows none.
        note: Why the commit is unknown; empty where it is known.
    """

    commit: str | None
    changed: tuple[str, ...] = ()
    diff_sha256: str | None = None
    author: str | None = None
    note: str = ""

    @property
    def dirty(self) -> bool:
        """Whether files were changed since the commit."""
        return bool(self.changed)


def source_state(root: Path = ROOT) -> SourceState:
    """Return the state of a source tree; files that Git ignores do not count.

    Args:
        root: Folder of the Snakefile.
    """
    git = shutil.which("git")
    if git is None:
        return SourceState(commit=None, note="git is not installed, so the commit is unknown")
    if not _asked(git, root, "ls-files", _OURS):
        told = "the source tree is no Git repository (a copy or a download): its commit is unknown"
        return SourceState(commit=None, note=told)
    commit = _asked(git, root, "rev-parse", "HEAD").decode().strip()
    listed = _asked(git, root, "status", "--porcelain", "--untracked-files=all", "-z", ".")
    entries = [entry for entry in listed.decode(errors="replace").split("\0") if entry]
    new = [entry[3:] for entry in entries if entry.startswith("??")]
    author = _asked(git, root, "config", "user.name").decode().strip() or None
    return SourceState(
        commit=commit or None,
        changed=tuple(entry[3:] if entry[2:3] == " " else entry for entry in entries),
        diff_sha256=_diff_sha256(git, root, new) if entries else None,
        author=author,
        note="" if commit else "the Git repository has no commit yet",
    )


def _diff_sha256(git: str, root: Path, new: list[str]) -> str:
    """Return a hash of all changes: Git's own diff, and the files that it does not track."""
    top = Path(_asked(git, root, "rev-parse", "--show-toplevel").decode().strip())
    digest = hashlib.sha256(_asked(git, root, "diff", "HEAD", "--binary", "."))
    for name in sorted(new):
        path = top / name
        digest.update(f"\0{name}\0".encode())
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


def _asked(git: str, root: Path, *arguments: str) -> bytes:
    """Return what Git answers; nothing where it refuses."""
    command = [git, "-C", str(root), *arguments]
    answer = subprocess.run(command, capture_output=True, timeout=60, check=False)
    return answer.stdout if answer.returncode == 0 else b""
