"""Builds the sandbox: a Python program with its interpreter, made into a WebAssembly component.

What was built stays beside the record in a folder named by everything it was made from, so
that it is not built again.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from bakeoff.progress import say
from bakeoff.quality.sandbox.launch import ENVIRONMENT, command
from bakeoff.quality.sandbox.limits import Limits
from bakeoff.quality.sandbox.pool import run_programs
from bakeoff.quality.sandbox.programs import Program
from bakeoff.quality.sandbox.record import (
    Record,
    SandboxUnavailableError,
    installed_versions,
    machine,
    read_record,
    ready,
    sha256_of,
)
from bakeoff.store.files import write_text

RECORD: Final = "sandbox.json"
_GUEST: Final = Path(__file__).parent / "guest"
_WORLD: Final = "sandbox.wit"
_COMPONENT: Final = "guest.wasm"
_COMPILED: Final = "guest.cwasm"
_TIMEOUT_S: Final = 900.0
_BUILD: Final = "import sys; from componentize_py import script; sys.exit(script())"
_ABOUT: Final = Program(
    source="import sys\n\n\ndef version():\n    return sys.version.split()[0]\n",
    function="version",
    cases=("()",),
)


def build_sandbox(directory: Path, *, limits: Limits | None = None) -> Record:
    """Build the sandbox and write its record, ``sandbox.json``.

    Args:
        directory: Folder to write to; what an earlier build left there is used again where
            it was made from the same.
        limits: What a program may use; the usual limits where left out.

    Returns:
        The record; where no sandbox could be built its status is ``unavailable`` and its reason
        says why: answers of code are then not graded, and nothing else is lost.
    """
    directory.mkdir(parents=True, exist_ok=True)
    versions, limits = installed_versions(), limits or Limits()
    path = directory / RECORD
    try:
        record = _built(directory, versions, limits)
        write_text(path, record.text())
        record = replace(record, versions={**versions, "guest-python": _guest_python(path)})
    except SandboxUnavailableError as error:
        record = Record(status="unavailable", reason=str(error), versions=versions, limits=limits)
    write_text(path, record.text())
    return record


def _built(directory: Path, versions: Mapping[str, str | None], limits: Limits) -> Record:
    missing = [name for name, version in versions.items() if version is None]
    if missing:
        raise SandboxUnavailableError(f"not installed: {', '.join(missing)}")
    folder = directory / _key(versions, limits)
    kept = folder / RECORD
    try:
        ready(kept)
        built = read_record(kept)
    except SandboxUnavailableError:
        built = _build(folder, versions, limits)
    _forget_others(directory, folder)
    return replace(
        built,
        component=f"{folder.name}/{built.component}",
        compiled=f"{folder.name}/{built.compiled}",
        limits=limits,
    )


def _key(versions: Mapping[str, str | None], limits: Limits) -> str:
    """Return the name of everything that a build is made from."""
    digest = hashlib.sha256()
    for path in sorted(_GUEST.iterdir()):
        if path.suffix in {".py", ".wit"}:
            digest.update(f"{path.name} {sha256_of(path)}\n".encode())
    digest.update(f"{sorted(versions.items())} {machine()}".encode())
    digest.update(str(limits.stack_bytes).encode())
    return digest.hexdigest()[:16]


def _build(folder: Path, versions: Mapping[str, str | None], limits: Limits) -> Record:
    """Build and compile in a folder of its own, which takes the name once it is complete."""
    say("build_sandbox · building, about half a minute")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=".building-", dir=folder.parent) as name:
        made = Path(name) / "made"
        made.mkdir()
        shutil.copytree(_GUEST, Path(name) / "guest", ignore=shutil.ignore_patterns("__pycache__"))
        _componentize(Path(name), made / _COMPONENT)
        compile_component(made / _COMPONENT, made / _COMPILED, limits)
        record = Record(
            status="ready",
            component=_COMPONENT,
            component_sha256=sha256_of(made / _COMPONENT),
            compiled=_COMPILED,
            compiled_sha256=sha256_of(made / _COMPILED),
            machine=machine(),
            versions=versions,
            build_s=round(time.monotonic() - began, 1),
            limits=limits,
        )
        write_text(made / RECORD, record.text())
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
    return record


def _forget_others(directory: Path, kept: Path) -> None:
    """Remove what earlier builds left: about 100 MB each."""
    for record in directory.glob(f"*/{RECORD}"):
        if record.parent != kept:
            shutil.rmtree(record.parent, ignore_errors=True)


def _componentize(work: Path, component: Path) -> None:
    world = ["-q", "-d", str(work / "guest" / _WORLD), "-w", "sandbox"]
    made = ["-p", str(work), "-o", str(component), "guest.app"]
    script = [sys.executable, "-I", "-c", _BUILD]
    _run("componentize-py", [*script, *world, "componentize", *made])


def compile_component(component: Path, compiled: Path, limits: Limits) -> None:
    """Compile a component to machine code of this machine.

    Raises:
        SandboxUnavailableError: If that fails.
    """
    arguments = (str(component), str(compiled), str(limits.stack_bytes))
    _run("wasmtime", command("engine", *arguments))


def _run(what: str, arguments: list[str]) -> None:
    try:
        subprocess.run(
            arguments,
            env=ENVIRONMENT,
            check=True,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
        )
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout or "").strip()[-1000:]
        raise SandboxUnavailableError(f"{what} failed ({error.returncode}): {said}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxUnavailableError(f"{what} failed: {error}") from error


def _guest_python(path: Path) -> str:
    """Return the version of the Python inside; a sandbox that cannot say it is none.

    Raises:
        SandboxUnavailableError: If it does not run.
    """
    (result,) = run_programs(path, [_ABOUT], workers=1)
    if result.status != "ok" or result.cases[0].value is None:
        raise SandboxUnavailableError(f"a first program came back as {result}")
    return result.cases[0].value.strip("'")
