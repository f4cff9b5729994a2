"""Results of others are named by files that are there, each once."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bakeoff.config import load_config
from bakeoff.errors import ConfigError
from bakeoff.paths import ROOT


def demo(imports: list[dict[str, Any]]) -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load((ROOT / "config" / "config.yaml").read_text("utf-8"))
    return raw | {"imports": imports}


def test_a_file_that_is_there_is_taken(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text("{}", encoding="utf-8")
    (one,) = load_config(demo([{"id": "theirs", "path": str(tmp_path / "r.json")}])).imports
    assert (one.id, one.label) == ("theirs", None)


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"imports\[0\]\.path.*is no file; allowed is a result"):
        load_config(demo([{"id": "theirs", "path": "nowhere.json"}]))


def test_each_id_occurs_once(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text("{}", encoding="utf-8")
    one = {"id": "theirs", "path": str(tmp_path / "r.json")}
    with pytest.raises(ConfigError, match="each id may occur once"):
        load_config(demo([one, one]))
