"""Megabytes as people read them."""

import re

import pytest

from bakeoff.volume import Volume


def test_the_end_is_said_once_and_only_at_the_last_byte(capsys: pytest.CaptureFixture[str]) -> None:
    volume = Volume("x", total_bytes=2_500_000)
    for count in (2_400_000, 99_999, 1):
        volume.add(count)
    lines = re.findall(r"(\d) of 3 MB", capsys.readouterr().err)
    assert lines == ["2", "3"]


def test_what_was_done_before_counts(capsys: pytest.CaptureFixture[str]) -> None:
    Volume("x", total_bytes=3_000_000, done_bytes=2_000_000).add(1_000_000)
    assert "3 of 3 MB · done" in capsys.readouterr().err
