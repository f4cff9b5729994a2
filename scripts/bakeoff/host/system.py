"""Operating system, kernel, clock, and what walls stand around the process."""

import platform
from functools import partial
from pathlib import Path

from bakeoff.host.facts import Fact, attempt, first_text, read_facts, text_of

_CGROUP = Path("/sys/fs/cgroup")
_UNLIMITED_BYTES = 1 << 60  # version 1 writes a number near 2**63 for "no limit"
_DMI = Path("/sys/class/dmi/id")


def _container() -> str:
    """Return the kind of container that the process runs in, ``none`` outside one."""
    if Path("/.dockerenv").exists():
        return "docker"
    if Path("/run/.containerenv").exists():
        return "podman"
    groups = text_of("/proc/1/cgroup")
    kinds = ("kubepods", "docker", "lxc", "containerd")
    return next((kind for kind in kinds if kind in groups), "none")


def _virtual_machine() -> str:
    """Return the maker of the virtual machine, ``yes`` if it is not told, ``none`` on metal."""
    if " hypervisor" not in text_of("/proc/cpuinfo"):
        return "none"
    told = [attempt(partial(text_of, _DMI / name)) for name in ("sys_vendor", "product_name")]
    return " ".join(dict.fromkeys(filter(None, told))) or "yes"


def _own_group(controller: str) -> Path:
    """Return the folder of the process's own control group, in version 2 or 1.

    Raises:
        LookupError: If there is none.
    """
    for line in text_of("/proc/self/cgroup").splitlines():
        number, controllers, path = line.split(":", 2)
        relative = path.lstrip("/")
        if number == "0" and (_CGROUP / "cgroup.controllers").is_file():
            return _CGROUP / relative
        if controller in controllers.split(","):
            own = _CGROUP / controller / relative
            return own if own.is_dir() else _CGROUP / controller
    raise LookupError(controller)


def _cpu_limit() -> str:
    """Return the CPU quota in cores, ``none`` without one."""
    group = _own_group("cpu")
    if (group / "cpu.max").is_file():
        quota, period = text_of(group / "cpu.max").split()
    else:
        quota = text_of(group / "cpu.cfs_quota_us")
        period = text_of(group / "cpu.cfs_period_us")
    return "none" if quota in {"max", "-1"} else f"{int(quota) / int(period):g}"


def _memory_limit() -> str:
    """Return the memory limit in bytes, ``none`` without one."""
    group = _own_group("memory")
    limit = first_text(group / "memory.max", group / "memory.limit_in_bytes")
    return "none" if limit == "max" or int(limit) >= _UNLIMITED_BYTES else limit


def system_facts() -> list[Fact]:
    """Return the facts of the system."""
    clock = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
    return read_facts(
        "system",
        {
            "os": lambda: platform.freedesktop_os_release()["PRETTY_NAME"],
            "kernel": platform.release,
            "kernel_version": platform.version,
            "libc": lambda: " ".join(platform.libc_ver()),
            "clock_source": lambda: text_of(clock),
            "container": _container,
            "virtual_machine": _virtual_machine,
            "cgroup_cpu_limit": (_cpu_limit, "cores"),
            "cgroup_memory_limit": (_memory_limit, "B"),
        },
    )
