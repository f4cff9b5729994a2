"""The processor: model, cores, clocks and the instructions that inference lives on."""

import os
import platform
from functools import partial
from pathlib import Path

import psutil

from bakeoff.host.facts import Fact, Reader, attempt, read_facts, text_of

_SYS = Path("/sys/devices/system")
#: Flags of /proc/cpuinfo that decide how fast matrix products are (x86 and ARM).
_FLAGS = (
    *("avx2", "fma", "f16c", "avx_vnni", "avx512f", "avx512bw", "avx512vl", "avx512_vnni"),
    *("avx512_bf16", "avx512_fp16", "amx_tile", "amx_int8", "amx_bf16", "hypervisor"),
    *("asimd", "asimdhp", "asimddp", "sve", "sve2", "bf16", "i8mm"),
)


def _cpuinfo(*keys: str) -> str:
    """Return the value of the first of the keys that /proc/cpuinfo has.

    Raises:
        KeyError: If it has none.
    """
    lines = text_of("/proc/cpuinfo").splitlines()
    pairs = [line.split(":", 1) for line in lines if ":" in line]
    found = {key.strip(): value.strip() for key, value in reversed(pairs)}
    return next(found[key] for key in keys if key in found)


def _model() -> str:
    return attempt(lambda: _cpuinfo("model name", "Model", "Hardware")) or platform.processor()


def _flags() -> str:
    has = set(_cpuinfo("flags", "Features").split())
    return " ".join(flag for flag in _FLAGS if flag in has)


def _governors(root: Path) -> list[Fact]:
    """Return a fact for each frequency policy; one without a value where there is none."""
    policies = sorted(root.glob("cpu/cpufreq/policy*"), key=lambda path: int(path.name[6:]))
    if not policies:
        return [Fact("cpu", "governor", None)]
    files = {f"governor_{policy.name}": policy / "scaling_governor" for policy in policies}
    return [Fact("cpu", name, attempt(partial(text_of, file))) for name, file in files.items()]


def _turbo(root: Path) -> str:
    intel = root / "cpu/intel_pstate/no_turbo"
    if intel.is_file():
        return "off" if text_of(intel) == "1" else "on"
    return "on" if text_of(root / "cpu/cpufreq/boost") == "1" else "off"


def cpu_facts(root: Path = _SYS) -> list[Fact]:
    """Return the facts of the processor.

    Args:
        root: Where sysfs shows the system's devices.
    """
    readers: dict[str, Reader | tuple[Reader, str]] = {
        "model": _model,
        "architecture": platform.machine,
        "cores_physical": (lambda: psutil.cpu_count(logical=False), "cores"),
        "cores_logical": (lambda: psutil.cpu_count(logical=True), "cores"),
        "cores_usable": (lambda: len(os.sched_getaffinity(0)), "cores"),
        "clock_max": (lambda: round(psutil.cpu_freq().max) or None, "MHz"),
        "flags": _flags,
        "turbo": lambda: _turbo(root),
        "smt": lambda: text_of(root / "cpu/smt/control"),
        "numa_nodes": (lambda: len(list(root.glob("node/node[0-9]*"))) or None, "nodes"),
        "load_1min": lambda: round(os.getloadavg()[0], 2),
    }
    return read_facts("cpu", readers) + _governors(root)
