"""Each check on figures whose answer was worked out by hand."""

from collections.abc import Callable
from typing import Any

import pytest

from bakeoff.published.checks import checks
from bakeoff.published.finding import Finding
from bakeoff.published.findings import rows
from bakeoff.published.load import Study

Checked = Callable[..., list[Finding]]


def figure(quantity: str, unit: str, one: object, two: object, **keys: object) -> dict[str, Any]:
    name = str(keys.pop("id", quantity))
    values = {"one": one} if two is None else {"one": one, "two": two}
    return {
        "id": name,
        "label": name,
        "quantity": quantity,
        "unit": unit,
        "values": values,
        **keys,
    }


def timed(total_ms: object) -> dict[str, Any]:
    return {
        "workload": {"output_tokens": 256},
        "figures": [
            figure("ttft", "ms", 100, None, statistic="P50"),
            figure("decode_speed", "tokens/s", 102, None),
            figure("total_time", "ms", total_ms, None, statistic="mean"),
        ],
    }


# 255 tokens at 102 tokens/s are 2.5 s; with 100 ms to the first token 2.6 s.
@pytest.mark.parametrize(
    ("total_ms", "verdict"),
    [
        (387, "impossible"),
        # At the fastest that 102 tokens/s may be, 102.5, they are 2.488 s.
        (2487, "impossible"),
        (2489, "holds"),
        (2600, "holds"),
        (2860, "holds"),  # a tenth above the sum
        (3100, "inconsistent"),
    ],
)
def test_a_response_takes_as_long_as_its_tokens(
    checked: Checked, total_ms: int, verdict: str
) -> None:
    (found,) = checked("total_time", **timed(total_ms))
    assert found.verdict == verdict


def test_the_reason_shows_the_arithmetic(checked: Checked) -> None:
    (found,) = checked("total_time", **timed(350))
    assert found.reason.english == (
        "255 tokens after the first one at 102 tokens/s take 2.50 s, more than the whole answer is "
        "said to take; 350 ms would need 1,020 tokens/s."  # 255 / (0.35 - 0.1)
    )
    assert found.expected == pytest.approx(2600, rel=1e-4)


# A slow response may take longer than the typical sum, but not less than its tokens do.
@pytest.mark.parametrize(("total_ms", "verdict"), [(387, "impossible"), (9000, "holds")])
def test_a_slow_response_is_held_against_its_tokens_alone(
    checked: Checked, total_ms: int, verdict: str
) -> None:
    study = timed(total_ms)
    study["figures"][-1]["statistic"] = "P95"
    (found,) = checked("total_time", **study)
    assert found.verdict == verdict


def test_without_a_decode_speed_a_total_is_not_checkable(checked: Checked) -> None:
    (found,) = checked("total_time", figures=[figure("total_time", "s", 3, None)])
    assert found.verdict == "not checkable"


# ln 0.025 / ln 0.95 = 71.9; ln 0.025 / ln 0.5 = 5.3
@pytest.mark.parametrize(
    ("statistic", "n", "verdict"),
    [
        ("P95", 10, "unsupported"),
        ("P95", 71, "unsupported"),
        ("P95", 72, "holds"),
        ("P50", 5, "unsupported"),
        ("P50", 6, "holds"),
        ("P99", 367, "unsupported"),
        ("P99", 368, "holds"),
        ("P95", None, "not checkable"),
    ],
)
def test_percentiles_need_runs(
    checked: Checked, statistic: str, n: int | None, verdict: str
) -> None:
    row = figure("ttft", "ms", 135, None, statistic=statistic, n=n)
    (found,) = checked("percentiles", figures=[row])
    assert found.verdict == verdict


def test_the_p95_of_ten_runs_is_called_the_largest(checked: Checked) -> None:
    row = figure("ttft", "ms", 135, None, statistic="P95", n=10)
    (found,) = checked("percentiles", figures=[row])
    assert found.reason.english.startswith("Of 10 runs the P95 is the largest one: 10 of 10 values")
    assert "needs 72 runs" in found.reason.english


def test_a_p50_above_a_p95_is_impossible(checked: Checked) -> None:
    table = [
        figure("ttft", "ms", 142, 118, id="p50", statistic="P50"),
        figure("ttft", "s", "0.189", "0.116", id="p95", statistic="P95"),
    ]
    found = checked("order", figures=table)
    assert [one.verdict for one in found] == ["holds", "impossible"]


def test_what_a_check_says_twice_of_a_claim_has_rows_of_their_own(
    study_of: Callable[..., Study],
) -> None:
    """A P99 is held against the P50 and against the P95."""
    study = study_of(
        figures=[
            figure("ttft", "ms", value, None, id=name, statistic=name.upper())
            for name, value in (("p50", 100), ("p95", 200), ("p99", 300))
        ]
    )
    keys = [(row["claim_no"], row["check_id"], row["part_no"]) for row in rows(study)]
    assert len(set(keys)) == len(keys)
    assert ("order", 1) in {(check, part) for _, check, part in keys}


def test_a_later_moment_is_not_earlier(checked: Checked) -> None:
    table = [
        figure("startup", "s", 187, 153, id="loaded"),
        figure("startup", "s", 210, 150, id="ready", after="loaded"),
    ]
    assert [one.verdict for one in checked("order", figures=table)] == ["holds", "impossible"]


def percent(value: object, **keys: object) -> dict[str, Any]:
    claim = {"text": "so much", "kind": "percent", "of": "two", "against": "one", "percent": value}
    return {
        "figures": [figure("decode_speed", "tokens/s", 89.3, 107.6)],
        "claims": [claim | {"figure": "decode_speed"} | keys],
    }


# 107.6 / 89.3 - 1 = 20.49 %; the ends are 107.55 / 89.35 - 1 = 20.37 % and 107.65 / 89.25 - 1 =
# 20.62 %.
@pytest.mark.parametrize(
    ("value", "relation", "verdict"),
    [
        (20, "about", "holds"),
        (20.4, "about", "holds"),
        (20.3, "about", "inconsistent"),
        (21, "about", "holds"),
        (18, "about", "inconsistent"),
        (18, "more than", "inconsistent"),
        (20, "more than", "holds"),
        (21, "more than", "inconsistent"),
        (18, "at least", "holds"),
        (21, "at least", "inconsistent"),
        (21, "at most", "holds"),
    ],
)
def test_percentages_follow_from_their_table(
    checked: Checked, value: float, relation: str, verdict: str
) -> None:
    (found,) = checked("percentages", **percent(value, relation=relation))
    assert found.verdict == verdict
    assert found.expected == pytest.approx(20.49, abs=0.01)


def test_nothing_is_a_percentage_of_0(checked: Checked) -> None:
    study = percent(20, figure="errors")
    study["figures"] = [figure("other", "", 0, 3, id="errors")]
    (found,) = checked("percentages", **study)
    assert found.verdict == "not checkable"


def test_a_percentage_of_no_figure_is_unsupported(checked: Checked) -> None:
    (found,) = checked("percentages", **percent(12, figure=None))
    assert found.verdict == "unsupported"
    assert found.reason.english == "No figure is shown that 12 % could be drawn from."


def instances(value: object) -> dict[str, Any]:
    machine = {"gpus": 2, "gpu_memory_gb": 24}
    return {
        "systems": [{"id": "one", "name": "One"} | machine, {"id": "two", "name": "Two"} | machine],
        "figures": [figure("memory", "GB", 46.1, 42.3)],
        "claims": [
            {
                "text": "fewer instances",
                "kind": "percent",
                "of": "one",
                "against": "two",
                "percent": value,
                "drawn_from": "memory",
                "inverse": True,
            }
        ],
    }


def test_fewer_instances_do_not_follow_from_memory(checked: Checked) -> None:
    (found,) = checked("percentages", **instances(-15))
    assert found.verdict == "unsupported"
    assert found.expected == pytest.approx((42.3 / 46.1 - 1) * 100, abs=0.01)  # -8.24


# 48 GB hold one of 46.1 GB and one of 42.3 GB.
@pytest.mark.parametrize(("value", "verdict"), [(-15, "unsupported"), (0, "holds")])
def test_a_machine_holds_whole_instances(checked: Checked, value: int, verdict: str) -> None:
    (found,) = checked("instances", **instances(value))
    assert (found.verdict, found.expected) == (verdict, 0.0)


def difference(value: object, **keys: object) -> dict[str, Any]:
    claim = {
        "text": "so much more",
        "kind": "difference",
        "of": "one",
        "against": "two",
        "figure": "memory",
        "difference": value,
        "unit": "GB",
    }
    return {"figures": [figure("memory", "GB", 46.1, 42.3)], "claims": [claim | keys]}


# 46.1 - 42.3 = 3.8, from 3.7 to 3.9.
@pytest.mark.parametrize(
    ("value", "unit", "verdict"),
    [
        (3.8, "GB", "holds"),
        (4, "GB", "holds"),
        (3.4, "GB", "inconsistent"),
        (3800, "MB", "holds"),
        (3.8, "GiB", "inconsistent"),  # 3.8 GB are 3.54 GiB
        (3.8, "bananas", "not checkable"),
    ],
)
def test_differences_follow_from_their_table(
    checked: Checked, value: float, unit: str, verdict: str
) -> None:
    (found,) = checked("differences", **difference(value, unit=unit))
    assert found.verdict == verdict


def test_one_quantity_has_one_value(checked: Checked) -> None:
    three = [difference(v, quantity="saved")["claims"][0] for v in (3.4, 3.8, 4)]
    figures = difference(4)["figures"]
    (found,) = checked("agreement", figures=figures, claims=three)
    assert found.verdict == "inconsistent"
    assert found.claim.english == "saved is given in 3 places: 3.4 GB, 3.8 GB, 4 GB"
    (found,) = checked("agreement", figures=figures, claims=three[1:])
    assert found.verdict == "holds"  # 3.5 to 4.5 holds all of 3.75 to 3.85


def scores(one: object, two: object, n: int | None, **keys: object) -> dict[str, Any]:
    return {"figures": [figure("score", "", one, two, n=n, scale=[1, 5], **keys)]}


def test_five_questions_separate_nothing(checked: Checked) -> None:
    (found,) = checked("scores", **scores(4.2, 4.6, 5))
    assert found.verdict == "unsupported"
    # At best 2 of 5 differ by 1: t(4) = 2.776, sqrt(0.4 × 0.6 / 4) = 0.245, ±0.68. At worst the
    # variances of the means are 3.2 × 0.8 / 4 = 0.64 and 3.6 × 0.4 / 4 = 0.36: sqrt(1) = 1 times
    # t(1 / (0.64² + 0.36²) × 4 = 7.42) = 2.337.
    assert "±0.68 at the smallest" in found.reason.english
    assert "±2.34 at the largest" in found.reason.english
    assert "6.25 % of cases" in found.reason.english


@pytest.mark.parametrize(
    ("one", "two", "n", "verdict"),
    [
        (1.0, 5.0, 5, "unsupported"),  # signs: 2 / 2^5
        (1.0, 5.0, 6, "holds"),  # no spread is possible at the ends of the scale
        (4.2, 4.6, 6, "unsupported"),  # ±0.56 at best
        (4.2, 4.6, 30, "unsupported"),  # ±0.19 at best, ±0.86 at worst
        (4.2, 4.6, 1000, "holds"),  # at worst sqrt((2.56 + 1.44) / 999) × 1.96 = 0.12
        (4.2, 4.6, None, "not checkable"),
    ],
)
def test_scores_need_questions(
    checked: Checked, one: float, two: float, n: int | None, verdict: str
) -> None:
    (found,) = checked("scores", **scores(one, two, n))
    assert found.verdict == verdict


def test_equal_scores_claim_nothing(checked: Checked) -> None:
    assert checked("scores", **scores(4.2, 4.25, 5)) == []


# The mean of 5 whole scores is a multiple of 0.2.
@pytest.mark.parametrize(
    ("one", "keys", "verdict"),
    [
        (4.2, {}, "holds"),
        (4.3, {}, "not checkable"),
        (4.3, {"step": 1, "raters": 1}, "impossible"),
        (4.3, {"step": 0.5, "raters": 1}, "holds"),
        (4.3, {"step": 1, "raters": 2}, "holds"),
        (5, {"step": 1, "raters": 1}, "holds"),
        (1.0, {"step": 1, "raters": 1}, "holds"),
    ],
)
def test_means_of_whole_scores_are_multiples(
    checked: Checked, one: float, keys: dict[str, object], verdict: str
) -> None:
    (found,) = checked("score_steps", **scores(one, None, 5, **keys))
    assert found.verdict == verdict


def memory(value: object, **system: object) -> dict[str, Any]:
    return {
        "systems": [{"id": "one", "name": "One-20B"} | system],
        "figures": [figure("memory", "GB", value, None)],
    }


@pytest.mark.parametrize(
    ("value", "system", "verdict"),
    [
        (45.2, {"model": "openai/gpt-oss-20b", "dtype": "FP16"}, "holds"),  # 41.8 GB
        (41.7, {"model": "openai/gpt-oss-20b", "dtype": "half"}, "impossible"),
        (13.8, {"model": "openai/gpt-oss-20b", "dtype": "MXFP4"}, "holds"),  # 11.1 GB
        (39.0, {"dtype": "FP16"}, "holds"),  # 19.5 to 20.5 billion by its name: 39 to 41 GB
        (38.9, {"dtype": "FP16"}, "impossible"),
        (20.0, {"dtype": "INT8", "parameters": 25e9}, "impossible"),
    ],
)
def test_memory_holds_the_weights(
    checked: Checked, value: float, system: dict[str, object], verdict: str
) -> None:
    (found,) = checked("weights", **memory(value, **system))
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("system", "verdict"),
    [
        ({"model": "openai/gpt-oss-20b", "dtype": "FP16"}, "unsupported"),
        ({"model": "openai/gpt-oss-20b", "dtype": "MXFP4"}, "holds"),
        ({"model": "meta-llama/Llama-3.1-8B-Instruct", "dtype": "FP16"}, "holds"),
        ({"model": "meta-llama/Llama-3.1-8B-Instruct", "dtype": "INT4"}, "unsupported"),
    ],
)
def test_weights_are_of_the_published_type(
    checked: Checked, system: dict[str, object], verdict: str
) -> None:
    (found,) = checked("stored_type", **memory(45.2, **system))
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("value", "system", "verdict"),
    [
        (45.2, {"gpus": 2, "gpu_memory_gb": 24, "tensor_parallel": 2}, "holds"),
        (45.2, {"gpus": 2, "gpu_memory_gb": 24}, "unsupported"),
        (45.2, {"gpus": 2, "gpu_memory_gb": 24, "tensor_parallel": 1}, "impossible"),
        (52.0, {"gpus": 2, "gpu_memory_gb": 24, "tensor_parallel": 2}, "impossible"),
        (16.0, {"gpus": 2, "gpu_memory_gb": 24}, "holds"),
        (25.0, {"gpus": 1, "gpu_memory_gb": 24}, "holds"),  # 24 GiB are 25.8 GB
    ],
)
def test_memory_fits_the_gpus(
    checked: Checked, value: float, system: dict[str, object], verdict: str
) -> None:
    (found,) = checked("card_memory", **memory(value, **system))
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("model", "verdict"),
    [
        ("openai/gpt-oss-20b", "holds"),
        ("meta-llama/Meta-Llama-3-20B", "impossible"),
        ("meta-llama/Meta-Llama-3-8B-Instruct", "holds"),
        ("meta-llama/Llama-3.1-20B", "impossible"),
        ("meta-llama/Llama-3.1-8B-Instruct", "holds"),
        ("somebody/unheard-of-7b", "not checkable"),
    ],
)
def test_models_exist(checked: Checked, model: str, verdict: str) -> None:
    (found,) = checked("known_model", systems=[{"id": "one", "name": "One", "model": model}])
    assert found.verdict == verdict


def test_there_is_no_llama_3_20b(checked: Checked) -> None:
    system = {"id": "one", "name": "One", "model": "meta-llama/Meta-Llama-3-20B"}
    (found,) = checked("known_model", systems=[system])
    assert "Llama 3 has the sizes 8B, 70B" in found.reason.english


@pytest.mark.parametrize(
    ("software", "verdict"),
    [
        ({"vLLM": "0.4.2"}, "impossible"),
        ({"vllm": "0.10.2"}, "holds"),
        ({"vllm": "9.9"}, "not checkable"),
    ],
)
def test_software_is_not_older_than_the_model(
    checked: Checked, software: dict[str, str], verdict: str
) -> None:
    system = {"id": "one", "name": "One", "model": "openai/gpt-oss-20b"}
    (found,) = checked("software_age", systems=[system], software=software)
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ({"publisher": "OpenAI"}, "holds"),
        ({"publisher": "a third party"}, "impossible"),
        ({"tokenizer": "SentencePiece"}, "impossible"),
        ({"tokenizer": "tiktoken"}, "holds"),
        ({"tokenizer": "custom"}, "not checkable"),
    ],
)
def test_facts_of_a_model_are_known(checked: Checked, told: dict[str, str], verdict: str) -> None:
    system = {"id": "one", "name": "One", "model": "openai/gpt-oss-20b"} | told
    (found,) = checked("model_facts", systems=[system])
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("leader", "values", "better", "verdict"),
    [
        ("two", (142, 118), "lower", "holds"),
        ("one", (142, 118), "lower", "inconsistent"),
        ("one", (142, 118), "higher", "holds"),
        ("one", (4.2, 4.25), "higher", "unsupported"),
        ("one", (142, 118), None, "not checkable"),
    ],
)
def test_winners_lead_their_table(
    checked: Checked, leader: str, values: tuple[float, float], better: str | None, verdict: str
) -> None:
    row = figure("other", "ms", *values, better=better)
    claim = {"text": "wins", "kind": "leader", "figure": "other", "leader": leader}
    (found,) = checked("leaders", figures=[row], claims=[claim])
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("system", "rests_on", "verdict"),
    [
        ("two", ["fast"], "holds"),
        ("one", ["fast"], "inconsistent"),
        ("two", ["fast", "untold"], "unsupported"),
        ("two", ["few"], "unsupported"),
        ("two", ["slowest"], "unsupported"),
        ("two", ["many"], "holds"),
        ("two", [], "not checkable"),
        (None, [], "not checkable"),
    ],
)
def test_recommendations_rest_on_figures(
    checked: Checked, system: str | None, rests_on: list[str], verdict: str
) -> None:
    score = {"scale": [1, 5], "better": "higher"}
    table = [
        figure("other", "ms", 142, 118, id="fast", better="lower", n=100),
        figure("other", "", 6, 8, id="untold", better="higher"),
        figure("ttft", "ms", 189, 135, id="slowest", statistic="P95", better="lower", n=10),
        figure("score", "", 4.2, 4.6, id="few", n=5, **score),
        figure("score", "", 4.2, 4.6, id="many", n=1000, **score),
    ]
    claim = {"text": "take it", "kind": "recommendation", "rests_on": rests_on}
    claim |= {"system": system} if system else {}
    (found,) = checked("recommendations", figures=table, claims=[claim])
    assert found.verdict == verdict


def test_what_cannot_be_checked_is_listed(checked: Checked) -> None:
    claims = [{"text": "It is nice.", "kind": "statement"}]
    assert [one.verdict for one in checked("statements", claims=claims)] == ["not checkable"]
    table = [figure("other", "", 6, 8), figure("other", "", 6, 8, id="counted", n=3)]
    (found,) = checked("sample_size", figures=table)
    assert found.claim.english == "other: One 6, Two 8"


def test_every_check_says_what_it_does() -> None:
    assert len({check.id for check in checks()}) == len(checks()) >= 18
    assert all(check.label and check.about.endswith(".") for check in checks())
