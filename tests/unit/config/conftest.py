"""The default configuration, as every test here starts from it."""

import json
from typing import Any

import pytest
import yaml

from bakeoff.paths import ROOT


@pytest.fixture
def demo() -> dict[str, Any]:
    """Return the default configuration, with nothing shared between its candidates."""
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text("utf-8"))
    unshared: dict[str, Any] = json.loads(json.dumps(config))
    return unshared
