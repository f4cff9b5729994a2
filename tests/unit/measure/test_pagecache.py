"""Pages of a real file, on a file system that has a page cache."""

import os
import subprocess
from pathlib import Path

import pytest

from bakeoff.measure import pagecache


@pytest.fixture
def weights(tmp_path: Path) -> list[Path]:
    for name in ("a.safetensors", "sub/b.bin", "tokenizer.json"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(os.urandom(2_000_000))
    return pagecache.weight_files(tmp_path)


def test_only_weights_are_weights(weights: list[Path]) -> None:
    assert [path.name for path in weights] == ["a.safetensors", "b.bin"]


def test_cold_and_warm(weights: list[Path], tmp_path: Path) -> None:
    kind = subprocess.run(
        ["stat", "-f", "-c", "%T", str(tmp_path)],  # noqa: S607 -- coreutils
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    if kind in {"tmpfs", "ramfs", "overlayfs"}:
        pytest.skip(f"{kind} cannot be evicted")
    pagecache.warm(weights)
    assert pagecache.resident_share(weights) == 1.0
    pagecache.evict(weights)
    assert pagecache.resident_share(weights) == 0.0


def test_half_of_the_files_is_half_of_the_pages(weights: list[Path], tmp_path: Path) -> None:
    pagecache.warm(weights)
    pagecache.evict(weights[:1])
    share = pagecache.resident_share(weights)
    assert share in {0.5, 1.0}, "1.0 where the file system keeps pages"


def test_nothing_is_not_a_share(tmp_path: Path) -> None:
    (tmp_path / "empty.bin").touch()
    assert pagecache.resident_share([]) is None
    assert pagecache.resident_share([tmp_path / "empty.bin"]) is None
