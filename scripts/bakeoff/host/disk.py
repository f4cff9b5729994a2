"""The disks that the weights lie on."""

import os
import shutil
from pathlib import Path

import psutil

from bakeoff.host.facts import Fact, read_facts, text_of


def _mount_of(path: Path) -> str:
    """Return the mount point that holds the path, which need not exist yet."""
    place = path.resolve()
    while not os.path.ismount(place) and place != place.parent:
        place = place.parent
    return str(place)


def _partition(mount: str) -> psutil._ntuples.sdiskpart:
    """Return what is mounted there; of several layers the uppermost.

    Raises:
        LookupError: If nothing is.
    """
    found = [part for part in psutil.disk_partitions(all=True) if part.mountpoint == mount]
    if not found:
        raise LookupError(mount)
    return found[-1]


def _block_device(mount: str) -> Path:
    """Return the sysfs folder of the whole disk behind a mount point.

    Raises:
        FileNotFoundError: If there is none, as for network and memory file systems.
    """
    number = Path(mount).stat().st_dev
    device = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}").resolve(strict=True)
    return device.parent if (device / "partition").exists() else device


def _rotational(mount: str) -> str:
    return "yes" if text_of(_block_device(mount) / "queue/rotational") == "1" else "no"


def disk_facts(weights: list[str]) -> list[Fact]:
    """Return the facts of each file system that holds weights: ``disk``, ``disk2`` and on.

    Args:
        weights: Directories of weights; they need not exist yet.
    """
    mounts: dict[str, list[str]] = {}
    for directory in weights:
        mounts.setdefault(_mount_of(Path(directory)), []).append(directory)
    facts: list[Fact] = []
    for number, (mount, directories) in enumerate(mounts.items(), start=1):
        facts += _mount_facts("disk" if number == 1 else f"disk{number}", mount, directories)
    return facts


def _mount_facts(section: str, mount: str, directories: list[str]) -> list[Fact]:
    return read_facts(
        section,
        {
            "weights": lambda: ", ".join(directories),
            "mount_point": lambda: mount,
            "device": lambda: _partition(mount).device,
            "filesystem": lambda: _partition(mount).fstype,
            "mount_options": lambda: _partition(mount).opts,
            "model": lambda: text_of(_block_device(mount) / "device/model"),
            "rotational": lambda: _rotational(mount),
            "total": (lambda: shutil.disk_usage(mount).total, "B"),
            "free": (lambda: shutil.disk_usage(mount).free, "B"),
        },
    )
