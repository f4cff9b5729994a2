"""The record of a sandbox, ``sandbox.json``: whether there is one, and what it is made of."""

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from bakeoff.quality.sandbox.limits import Limits

#: Distributions that build and run it.
DISTRIBUTIONS: Final = ("componentize-py", "wasmtime")


class SandboxUnavailableError(Exception):
    """There is no sandbox to run anything in; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """What ``sandbox.json`` says.

    Attributes:
        status: ``ready`` or ``unavailable``.
        reason: Why there is none; None where ready.
        component: The component, relative to the record; None where there is none.
        component_sha256: Its hash.
        compiled: Its machine code, relative to the record.
        compiled_sha256: Its hash.
        machine: The processor that the machine code is for.
        versions: What it was built with, by distribution, and ``guest-python``.
        build_s: Time to build and compile it, in s; what was reused is not built again.
        limits: What a program may use.
    """

    status: str
    reason: str | None = None
    component: str | None = None
    component_sha256: str | None = None
    compiled: str | None = None
    compiled_sha256: str | None = None
    machine: str | None = None
    versions: Mapping[str, str | None]
    build_s: float | None = None
    limits: Limits

    def text(self) -> str:
        """Return the record as JSON."""
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A sandbox that can be run.

    Attributes:
        component: The component.
        compiled: Its machine code, None where it is another wasmtime's or another processor's.
        limits: What a program may use.
    """

    component: Path
    compiled: Path | None
    limits: Limits


def installed_versions() -> dict[str, str | None]:
    """Return the versions of what builds and runs the sandbox, None for what is missing."""
    return {name: _version(name) for name in DISTRIBUTIONS}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def machine() -> str:
    """Return what this processor can do, in short; machine code may use all of it."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    flags = next((line for line in lines if line.startswith(("flags", "Features"))), "")
    return f"{platform.machine()} {hashlib.sha256(flags.encode()).hexdigest()[:12]}"


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        OSError: If it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_record(path: Path) -> Record:
    """Return what a record says.

    Raises:
        SandboxUnavailableError: If there is no record there.
    """
    try:
        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Record(**{**said, "limits": Limits(**said["limits"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SandboxUnavailableError(f"{path} is no record of a sandbox: {error}") from error


def ready(path: Path | None) -> Ready:
    """Return the sandbox of a record after comparing its files with their hashes.

    Raises:
        SandboxUnavailableError: If there is none, or it is not what was built.
    """
    if path is None:
        raise SandboxUnavailableError("no sandbox was built for this run")
    record = read_record(path)
    if record.status != "ready" or record.component is None or record.compiled is None:
        raise SandboxUnavailableError(record.reason or f"{path} says {record.status}")
    installed = installed_versions()["wasmtime"]
    if installed is None:
        raise SandboxUnavailableError("wasmtime is not installed")
    component = _unchanged(path.parent / record.component, record.component_sha256)
    compiled = path.parent / record.compiled
    fits = record.versions.get("wasmtime") == installed and record.machine == machine()
    return Ready(
        component=component,
        compiled=_unchanged(compiled, record.compiled_sha256) if fits else None,
        limits=record.limits,
    )


def _unchanged(path: Path, sha256: str | None) -> Path:
    try:
        found = sha256_of(path)
    except OSError as error:
        raise SandboxUnavailableError(f"{path} cannot be read: {error}") from error
    if found != sha256:
        raise SandboxUnavailableError(f"{path} is not what was built: its SHA-256 is {found}")
    return path
