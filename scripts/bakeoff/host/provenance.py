"""Which code measured, and with which variables around it."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from bakeoff.host.facts import Fact, read_facts
from bakeoff.paths import ROOT

_PREFIXES = (
    *("OMP_", "KMP_", "GOMP_", "MKL_", "CUDA_", "NVIDIA_", "NCCL_", "GLOO_", "TORCH_", "PYTORCH_"),
    *("VLLM_", "MALLOC_", "LD_PRELOAD", "HF_HUB_", "TOKENIZERS_", "PYTHONHASHSEED"),
)
_SECRET = re.compile(r"TOKEN(?!IZERS)|KEY|SECRET|PASS|CREDENTIAL|AUTH", re.IGNORECASE)
_LOGIN_IN_URL = re.compile(r"(?<=://)[^/\s@]+@")


def _git(*args: str, root: Path) -> str:
    git = shutil.which("git")
    if git is None:
        raise FileNotFoundError("git")
    answer = subprocess.run(
        [git, "-C", str(root), *args], capture_output=True, text=True, timeout=60, check=True
    )
    return answer.stdout.strip()


def git_facts(root: Path = ROOT) -> list[Fact]:
    """Return the commit of the source tree and whether it was changed since.

    Args:
        root: Folder in the tree.
    """
    changes = read_facts(
        "git",
        {
            "commit": lambda: _git("rev-parse", "HEAD", root=root),
            "changed_files": (
                lambda: len(_git("status", "--porcelain", root=root).splitlines()),
                "files",
            ),
        },
    )
    changed = changes[-1].value
    clean = None if changed is None else str(changed == "0").lower()
    return [*changes, Fact("git", "clean", clean)]


def _shown(name: str, value: str) -> str:
    """Return the value, without what could be a secret."""
    if _SECRET.search(name):
        return "(set, not recorded)"
    return _LOGIN_IN_URL.sub("***@", value)


def environment_facts(variables: Mapping[str, str] | None = None) -> list[Fact]:
    """Return the variables that steer engines and their libraries, never a secret.

    Args:
        variables: The environment; this process's own where left out.
    """
    given = os.environ if variables is None else variables
    return [
        Fact("environment", name, _shown(name, value))
        for name, value in sorted(given.items())
        if name.startswith(_PREFIXES)
    ]
