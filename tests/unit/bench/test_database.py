"""The database bench on few rows: what it writes is loaded, and its figures are the known ones."""

import pytest

from bakeoff.bench import database


def test_the_bench_loads_what_it_wrote(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = database.measure(5_000)
    assert outcome.rows == 5_000
    assert outcome.figures["ttft_p50_ms"][0] == pytest.approx(50.0, rel=0.02)
    assert outcome.figures["itl_p95_ms"][0] == pytest.approx(5 * 1.3895, rel=0.02)  # e**(0.2*1.645)
    assert outcome.figures["startup_ready_s"][0] is None
    assert outcome.peak_bytes < database.LIMIT_BYTES
    assert database.main(["--rows", "100", "--starts", "3"]) == 0
    assert "100 requests of 16 events" in capsys.readouterr().out
