"""The article's own figures: each of its known faults is found, and what is right is called so."""

from typing import Any

import pytest

Rows = list[dict[str, Any]]


def of(article: Rows, check_id: str, part: str) -> dict[str, Any]:
    """Return the one finding of a check whose claim holds these words."""
    (found,) = [row for row in article if row["check_id"] == check_id and part in row["claim"]]
    return found


@pytest.mark.parametrize(
    ("check_id", "claim", "verdict"),
    [
        ("total_time", "GPT-OSS-20B: 387 ms", "impossible"),
        ("total_time", "Llama3-20B: 321 ms", "impossible"),
        ("percentiles", "P95, GPT-OSS-20B", "unsupported"),
        ("percentiles", "P50, GPT-OSS-20B", "holds"),
        ("scores", "code", "unsupported"),
        ("scores", "math", "unsupported"),
        ("scores", "creative", "unsupported"),
        ("percentages", "15 % fewer instances", "unsupported"),
        ("percentages", "12 % more energy", "unsupported"),
        ("percentages", "more than 18 %", "inconsistent"),
        ("percentages", "about 20 %", "holds"),
        ("differences", "3.8 GB", "holds"),
        ("differences", "3.4 GB", "holds"),
        ("agreement", "3.8 GB, 3.4 GB, 4 GB", "inconsistent"),
        ("known_model", "Llama3-20B", "impossible"),
        ("known_model", "GPT-OSS-20B", "holds"),
        ("software_age", "vLLM 0.4.2", "impossible"),
        ("model_facts", "third party", "impossible"),
        ("stored_type", "GPT-OSS-20B", "unsupported"),
        ("weights", "Memory after load, GPT-OSS-20B", "holds"),
        ("card_memory", "Memory after load, GPT-OSS-20B", "unsupported"),
        ("card_memory", "Memory after load, Llama3-20B", "holds"),
        ("leaders", "first token", "holds"),
        ("recommendations", "Code assistant", "unsupported"),
        ("recommendations", "Creative writing", "unsupported"),
        ("recommendations", "Research", "not checkable"),
    ],
)
def test_findings(article: Rows, check_id: str, claim: str, verdict: str) -> None:
    assert of(article, check_id, claim)["verdict"] == verdict


def test_totals_are_worked_out(article: Rows) -> None:
    # 142 ms + 255 / 89.3 s, and 118 ms + 255 / 107.6 s
    slow, fast = of(article, "total_time", "GPT-OSS"), of(article, "total_time", "Llama3")
    assert slow["expected"] == pytest.approx(2998, abs=1)
    assert fast["expected"] == pytest.approx(2488, abs=1)
    assert slow["unit"] == "ms"


def test_every_figure_and_claim_of_the_article_is_looked_at(article: Rows) -> None:
    claims = " ".join(row["claim"] for row in article)
    for printed in (
        *("45.2", "41.8", "46.1", "42.3", "187", "153", "210", "168", "142", "118", "189", "135"),
        *("89.3", "107.6", "387", "321", "6 requests", "8 requests"),
        *("4.2", "3.8", "4.5", "4.6", "4.3", "4.1", "15 %", "12 %", "18 %", "OpenAI API"),
        *("SentencePiece", "custom", "batching", "errors", "documentation", "timed out"),
        *("customer-service", "writing aid", "assistant", "Private", "Research", "ecosystem"),
    ):
        assert printed in claims + " ".join(row["reason"] for row in article), printed


def test_all_verdicts_occur_and_every_reason_is_a_sentence(article: Rows) -> None:
    assert {row["verdict"] for row in article} == {
        *("holds", "impossible", "inconsistent", "unsupported", "not checkable")
    }
    for row in article:
        assert row["reason"].endswith("."), row
        assert "{" not in row["reason"] + row["claim"]
