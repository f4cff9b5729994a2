"""Gathers all facts about the machine and writes them."""

import hashlib
import json
import platform
from dataclasses import asdict
from pathlib import Path

from bakeoff.host.cpu import cpu_facts
from bakeoff.host.disk import disk_facts
from bakeoff.host.facts import Fact
from bakeoff.host.gpu import gpu_facts
from bakeoff.host.memory import memory_facts
from bakeoff.host.packages import engine_facts, pipeline_facts
from bakeoff.host.provenance import environment_facts, git_facts
from bakeoff.host.system import system_facts
from bakeoff.store.files import write_text

Row = dict[str, str | None]


def host_id() -> str:
    """Return the machine's name, hashed: 12 hexadecimal digits."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:12]


def describe(*, engine_envs: list[str], weights: list[str]) -> list[Row]:
    """Return the rows of the table ``hosts``.

    Args:
        engine_envs: Folders of the engines' environments.
        weights: Directories of weights, whose disks are described.
    """
    facts: list[Fact] = [
        *gpu_facts(),
        *cpu_facts(),
        *memory_facts(),
        *disk_facts(weights),
        *system_facts(),
        *git_facts(),
        *environment_facts(),
        *pipeline_facts(),
    ]
    for prefix in dict.fromkeys(engine_envs):
        facts += engine_facts(prefix)
    host = host_id()
    return [{"host": host, **asdict(fact)} for fact in facts]


def write_host(rows: list[Row], path: Path) -> None:
    """Write the rows as a JSON list; the file appears when it is complete."""
    write_text(path, json.dumps(rows, indent=1) + "\n")
