"""The page of tables, as people read it."""

from typing import Any

from bakeoff.crosscheck.run import OURS, THEIRS, Turn, found
from bakeoff.crosscheck.table import page
from bakeoff.crosscheck.timed import Timed

MS = 1_000_000


def turn(client: str, round_no: int, *, ttft_ms: int, hits: float | None = 0.0) -> Turn:
    """Three requests of 3 tokens, 10 ms apart; the last one failed."""
    good = Timed(
        sent_ns=0,
        first_token_ns=ttft_ms * MS,
        last_token_ns=(ttft_ms + 20) * MS,
        prompt_tokens=64,
        completion_tokens=3,
        events=2,
    )
    bad = Timed(
        sent_ns=0,
        first_token_ns=None,
        last_token_ns=None,
        prompt_tokens=None,
        completion_tokens=None,
        error="timeout",
    )
    return Turn(
        client=client, round_no=round_no, prefix_hits=hits, waited=0.25, requests=[good, good, bad]
    )


def record(turns: list[Turn], **keys: object) -> dict[str, Any]:
    return {
        "candidate": "tiny",
        "status": "ok",
        "error": None,
        "engine_version": "9.8.7",
        "settings": {"rounds": 2, "requests": 2, "warmup": 1, "streams": 1},
        "workload": {"input_tokens": 64, "output_tokens": 3},
        "notes": ["a note"],
        **found(turns),
        **keys,
    }


def test_the_page_holds_figures_differences_and_what_was_sent() -> None:
    turns = [
        turn(OURS, 0, ttft_ms=100),
        turn(THEIRS, 0, ttft_ms=120),
        turn(THEIRS, 1, ttft_ms=130),
        turn(OURS, 1, ttft_ms=110, hits=None),
    ]
    text = page([record(turns)])
    assert "## tiny" in text
    assert "vLLM 9.8.7; 2 rounds of 2 requests" in text
    row = next(line for line in text.splitlines() if line.startswith("| TTFT, median"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1].startswith("105 (")
    assert cells[3:6] == ["20.0 (20.0 to 20.0)", "± 5.25", "**disagree**"]
    assert cells[7] == "4 and 4 in 2 rounds"
    assert "| 1 | ours | 3 | 1 | 64 | 3 | 2 | 0 | 25\u00a0% |" in text
    assert "| 2 | ours | 3 | 1 | 64 | 3 | 2 | not measured |" in text
    assert "- a note" in text


def test_a_failed_candidate_says_why_and_shows_what_there_is() -> None:
    failed = record([turn(OURS, 0, ttft_ms=100)], status="failed", error="it fell over")
    text = page([failed])
    assert "Failed: it fell over" in text
    assert "not measured" in text
    assert "**undecided**" in text


def test_rows_have_as_many_cells_as_the_head() -> None:
    text = page([record([turn(OURS, 0, ttft_ms=9), turn(THEIRS, 0, ttft_ms=9)])])
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in table} == {9, 10}
