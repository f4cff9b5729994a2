"""Locks that the kernel drops with the last process that has the file open (``flock``)."""

import fcntl
import os
import stat
from contextlib import ExitStack
from pathlib import Path

from bakeoff.errors import HarnessError


def lock_folder() -> Path:
    """Return the folder of this user's locks.

    Always the same one: not below ``XDG_RUNTIME_DIR`` or ``TMPDIR``, which differ between a
    login and a batch job of the same user, who would then not see each other's leases.

    Raises:
        HarnessError: If somebody else could have made it or can write to it.
    """
    folder = Path(f"/tmp/bakeoff-leases-{os.getuid()}")  # noqa: S108 -- checked below
    folder.mkdir(mode=0o700, exist_ok=True)
    check_folder(folder)
    return folder


def check_folder(folder: Path) -> None:
    """Do nothing if a folder of locks is this user's alone.

    Raises:
        HarnessError: If not.
    """
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise HarnessError(
            f"{folder} is no folder that only this user can write to, so locks in it cannot be "
            "trusted; remove it"
        )


def lock(path: Path, *, wait: bool, stack: ExitStack) -> bool:
    """Lock a file until the stack unwinds; return whether that was possible.

    Raises:
        HarnessError: If the file cannot be opened.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise HarnessError(f"{path} cannot be opened to lock a GPU: {error}; remove it") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(file)
        return False
    stack.callback(os.close, file)
    return True
