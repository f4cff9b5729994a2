"""Figures, differences and verdicts, by numbers worked out by hand."""

import pytest

from bakeoff.crosscheck.agreement import Agreement, Difference, compare, judge, paired
from bakeoff.crosscheck.timed import Answered, Timed, answered, span_s

MS = 1_000_000


def request(sent_s: float, *, ttft_ms: float = 100.0, tpot_ms: float = 10.0) -> Answered:
    """An answer of 11 tokens."""
    return Answered(
        sent_s=sent_s,
        last_token_s=sent_s + (ttft_ms + 10 * tpot_ms) / 1000,
        ttft_ms=ttft_ms,
        tpot_ms=tpot_ms,
        tokens=11,
    )


def rounds(
    ttfts_ms: list[float], *, requests: int = 20, tpot_ms: float = 10.0
) -> list[list[Answered]]:
    """Rounds of equal requests, one TTFT a round."""
    return [
        [request(float(number), ttft_ms=ttft_ms, tpot_ms=tpot_ms) for number in range(requests)]
        for ttft_ms in ttfts_ms
    ]


def by_id(rows: list[Agreement]) -> dict[str, Agreement]:
    return {row.id: row for row in rows}


def test_a_request_has_the_figures_of_its_three_times() -> None:
    whole = Timed(
        sent_ns=1000 * MS,
        first_token_ns=1100 * MS,
        last_token_ns=1400 * MS,
        prompt_tokens=5,
        completion_tokens=4,
    )
    (found,) = answered([whole])
    assert (found.ttft_ms, found.tpot_ms, found.tokens) == (100, 100, 4)
    assert (found.sent_s, found.last_token_s) == (1.0, 1.4)


@pytest.mark.parametrize(
    "missing",
    [
        {"error": "HTTP 500"},
        {"completion_tokens": 1},
        {"completion_tokens": None},
        {"first_token_ns": None},
        {"sent_ns": None},
    ],
)
def test_a_request_without_all_figures_is_left_out(missing: dict[str, object]) -> None:
    times: dict[str, object] = {
        "sent_ns": 0,
        "first_token_ns": 1,
        "last_token_ns": 2,
        "prompt_tokens": 5,
        "completion_tokens": 4,
    }
    assert answered([Timed(**(times | missing))]) == []  # type: ignore[arg-type]


def test_a_span_reaches_from_the_first_sending_to_the_last_token() -> None:
    # 0.2 s of TTFT and decoding each, the last request sent at 3 s.
    assert span_s([request(0.0), request(3.0), request(1.0)]) == pytest.approx(3.2)


def test_the_paired_difference_has_students_interval() -> None:
    # Mean 2, standard deviation 1, standard error 1 / sqrt 3; t of 2 degrees is 4.302653.
    found = paired([1.0, 2.0, 3.0])
    assert found is not None
    assert found.value == 2
    assert found.lo == pytest.approx(2 - 4.302653 / 3**0.5)
    assert found.hi == pytest.approx(2 + 4.302653 / 3**0.5)
    assert paired([3.0]) == Difference(value=3, lo=None, hi=None)
    assert paired([]) is None


@pytest.mark.parametrize(
    ("difference", "verdict", "words"),
    [
        ((1.0, 0.5, 1.5), "agree", "within the margin"),  # not zero, but it does not matter
        ((1.0, -4.0, 6.0), "agree", "below the margin"),
        ((3.0, -1.0, 7.0), "agree", "holds 0"),
        ((3.0, 1.0, 5.0), "disagree", "above the margin"),
        ((-3.0, -5.0, -1.0), "disagree", "above the margin"),
        ((30.0, 10.0, 50.0), "disagree", "above the margin"),  # far apart, and yet not zero
        ((1.0, -20.0, 22.0), "undecided", "too far apart"),  # zero is in it, as is all else
        ((1.0, None, None), "undecided", "one round"),
        (None, "undecided", "no round"),
    ],
)
def test_the_verdict_needs_more_than_an_interval_that_holds_zero(
    difference: tuple[float, float, float] | None, verdict: str, words: str
) -> None:
    found = difference and Difference(value=difference[0], lo=difference[1], hi=difference[2])
    told, reason = judge(found, 2.0)
    assert (told, words in reason) == (verdict, True), reason


def test_a_drift_that_both_meet_is_no_difference() -> None:
    """TTFT trebles from round to round: each interval is wide, the pairs are exact."""
    rows = by_id(compare(rounds([100, 300, 900, 2700]), rounds([101, 301, 901, 2701])))
    ttft = rows["ttft_p50_ms"]
    assert ttft.ours.value == 600  # between the 40 of 300 and less and the 40 of 900 and more
    assert ttft.ours.lo is not None
    assert ttft.ours.hi is not None
    assert ttft.ours.hi / ttft.ours.lo > 5
    assert ttft.difference == Difference(value=1, lo=1, hi=1)
    assert ttft.margin == 30  # 5 % of 600
    assert (ttft.verdict, ttft.rounds, ttft.ours.n) == ("agree", 4, 80)


def test_a_client_that_is_late_is_found_out() -> None:
    rows = by_id(compare(rounds([100, 102, 98, 101]), rounds([120, 122, 118, 121])))
    assert rows["ttft_p50_ms"].difference == Difference(value=20, lo=20, hi=20)
    assert rows["ttft_p50_ms"].verdict == rows["ttft_p95_ms"].verdict == "disagree"
    assert rows["tpot_p50_ms"].verdict == rows["tpot_mean_ms"].verdict == "agree"


def test_small_ttfts_have_a_margin_in_ms() -> None:
    rows = by_id(compare(rounds([10, 10, 10, 10]), rounds([12, 12, 12, 12])))
    assert (rows["ttft_p50_ms"].margin, rows["ttft_p50_ms"].verdict) == (2.5, "agree")


def test_tpot_and_throughput_have_none() -> None:
    ours = rounds([100, 100, 100, 100], tpot_ms=10.0)
    theirs = rounds([100, 100, 100, 100], tpot_ms=11.0)
    rows = by_id(compare(ours, theirs))
    assert rows["tpot_mean_ms"].margin == pytest.approx(0.5)
    assert rows["tpot_mean_ms"].difference is not None
    assert rows["tpot_mean_ms"].difference.value == pytest.approx(1.0)
    assert rows["tpot_mean_ms"].verdict == rows["tpot_p50_ms"].verdict == "disagree"


def test_throughput_is_tokens_over_the_span_of_each_round() -> None:
    # 220 tokens from 0 s to 19.2 s, and to 38.2 s where requests come every 2 s.
    dense, sparse = rounds([100])[0], [request(2.0 * number) for number in range(20)]
    (row,) = [r for r in compare([dense, sparse], [dense, dense]) if r.unit == "output tokens/s"]
    assert row.ours.value == pytest.approx(440 / (19.2 + 38.2))
    assert row.theirs.value == pytest.approx(220 / 19.2)
    assert row.difference is not None
    assert row.difference.value == pytest.approx((220 / 19.2 - 220 / 38.2) / 2)


def test_a_round_that_one_client_lacks_is_in_no_pair() -> None:
    rows = compare(rounds([100, 100, 100]), [*rounds([101, 101]), []])
    assert {row.rounds for row in rows} == {2}
    assert {row.theirs.n for row in rows} == {40}


def test_nothing_measured_is_undecided_and_not_zero() -> None:
    for row in compare([], []):
        assert (row.ours.value, row.theirs.value, row.difference) == (None, None, None)
        assert (row.verdict, row.rounds) == ("undecided", 0)


def test_notes_speak_of_rounds() -> None:
    notes = " ".join(
        note for row in compare(rounds([1, 2]), rounds([1, 2])) for note in row.ours.notes
    )
    assert "round" in notes
    assert "server start" not in notes
