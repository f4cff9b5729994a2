"""Figures about texts, worked out by hand."""

import math
import random
from pathlib import Path
from typing import Any

import pytest

from bakeoff.quality.constraints import need
from bakeoff.quality.diagnostics import FIGURES, diagnostic_rows
from bakeoff.quality.diagnostics.repetition import longest_repeat
from bakeoff.quality.items import Item
from bakeoff.store.files import read_table, write_rows
from bakeoff.store.schemas import DIAGNOSTICS

STORY = (
    "The old lighthouse keeper counted the waves until morning. Nobody had asked him to, and "
    "nobody would ever know whether he had counted right. At dawn he wrote a number in his book, "
    "closed it, and put the kettle on. Far out a ship turned toward the harbour, slowly, as if "
    "it had been waiting for the sum."
)


def item(prompt: str = "Write a story.", kind: Any = "creative", **reference: Any) -> Item:
    return Item(
        suite="ours",
        kind=kind,
        template="one",
        parameters={"prompt": prompt},
        prompt=prompt,
        reference=reference,
    )


def rows(text: str, asked: Item | None = None, status: str = "ok") -> list[dict[str, Any]]:
    asked = asked or item()
    answer = {
        "candidate": "ours",
        "suite": asked.suite,
        "item_id": asked.item_id,
        "sample_no": 2,
        "status": status,
        "text": text,
    }
    return list(diagnostic_rows([answer], [asked]))


def values(text: str, asked: Item | None = None) -> dict[str, float | None]:
    return {row["name"]: row["value"] for row in rows(text, asked)}


def test_a_short_text_by_hand() -> None:
    # the cat sat / the cat ran / the cat sat: 9 words, 4 of them different;
    # bigrams: the-cat cat-sat sat-the the-cat cat-ran ran-the the-cat cat-sat: 5 of 8 differ;
    # trigrams: the-cat-sat cat-sat-the sat-the-cat the-cat-ran cat-ran-the ran-the-cat
    # the-cat-sat: 6 of 7 differ; 4-grams: 6, all different.
    found = values("The cat sat. The cat ran. The cat sat!")
    assert found["words"] == 9
    assert found["characters"] == 38
    assert found["sentences"] == 3
    assert found["mean_sentence_words"] == 3
    assert found["distinct_1"] == 4 / 9
    assert found["distinct_2"] == 5 / 8
    assert found["distinct_3"] == 6 / 7
    assert found["repeated_4gram_share"] == 0
    assert found["longest_repeat"] == 3
    assert found["type_token"] is None
    assert found["compression_ratio"] is None


def test_repeated_runs_by_hand() -> None:
    # a b c d e / a b c d f: 10 words, 7 4-grams, of which "a b c d" twice: 2 of 7.
    found = values("a b c d e a b c d f")
    assert found["repeated_4gram_share"] == 2 / 7
    assert found["longest_repeat"] == 4


def test_mattr_by_hand() -> None:
    # 51 words: 49 times "on", then "and", then "off". Window 1 holds on and: 2 of 50; window 2
    # holds on, and, off: 3 of 50.
    found = values("on " * 49 + "and off")["type_token"]
    assert found == pytest.approx((2 / 50 + 3 / 50) / 2)
    assert values("on " * 49)["type_token"] is None


def test_what_is_copied_from_the_prompt() -> None:
    # The answer has 6 words, so 3 4-grams: "write a story about", "a story about owls" stand in
    # the prompt, "story about owls now" does not.
    asked = item("Please write a story about owls.")
    assert values("Write a story about owls now", asked)["prompt_overlap"] == 2 / 3
    assert values("Please write a story about owls.", asked)["prompt_overlap"] == 1
    assert values("Nothing of it is here", asked)["prompt_overlap"] == 0
    assert values("too short text", asked)["prompt_overlap"] is None


def test_a_text_that_repeats_itself_shows_in_every_figure() -> None:
    once = {name: value or 0 for name, value in values(STORY).items()}
    often = {name: value or 0 for name, value in values(f"{STORY} " * 5).items()}
    for name in ("distinct_1", "distinct_2", "distinct_3"):
        assert often[name] < 0.3 * once[name]
    assert once["distinct_2"] > 0.9
    for name in ("repeated_4gram_share", "longest_repeat", "compression_ratio"):
        assert often[name] > 2 * once[name]
    assert often["repeated_4gram_share"] == 1
    assert often["longest_repeat"] == 4 * once["words"]


def test_compression_of_known_texts() -> None:
    # 1,000 like letters shrink to almost nothing; 1,000 random bytes as hexadecimal digits
    # carry 4 bits in 8, so the ratio is near 2 and cannot exceed it.
    assert (values("a" * 1000)["compression_ratio"] or 0) > 40
    digits = random.Random(1).randbytes(1000).hex()  # noqa: S311 -- reproducible, not secret
    ratio = values(digits)["compression_ratio"]
    assert ratio == pytest.approx(1.8, abs=0.2)
    assert values("a" * 199)["compression_ratio"] is None
    assert values("é" * 100)["compression_ratio"] is not None  # 200 bytes


@pytest.mark.parametrize(
    ("words", "longest"),
    [
        ("", None),
        ("a", None),
        ("a b", 0),
        ("a a", 1),
        ("a a a", 2),
        ("a b a b a", 3),
        ("a b x a b", 2),
    ],
)
def test_longest_repeat_by_hand(words: str, longest: int | None) -> None:
    assert longest_repeat(words.split()) == longest


def test_longest_repeat_against_trying_all() -> None:
    source = random.Random(7)  # noqa: S311 -- reproducible, not secret
    for _ in range(60):
        words = source.choices("ab" if source.random() < 0.5 else "abcd", k=source.randint(2, 40))
        found = max(
            length
            for length in range(len(words))
            if len({tuple(words[i : i + length]) for i in range(len(words) - length + 1)})
            < len(words) - length + 1
            or length == 0
        )
        assert longest_repeat(words) == found


def test_a_very_long_answer_is_described_too() -> None:
    assert longest_repeat(["on", "and"] * 30_000) == 59_998


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (STORY, "en"),
        ("Der alte Leuchtturmwärter zählte die Wellen bis zum Morgen.", "de"),
        ("Le vieux gardien du phare comptait les vagues jusqu'au matin.", "fr"),
        ("El viejo guardián del faro contaba las olas hasta la mañana.", "es"),
        ("Старый смотритель маяка считал волны до самого утра.", "ru"),
        ("年老いた灯台守は朝まで波を数えていました。誰も頼んではいませんでした。", "ja"),
        ("asdf qwer zxcv poiu lkjh mnbv", "zxx"),
        ("Moon.", None),
        ("🎉 1234 !!", None),
        ("", None),
    ],
)
def test_language(text: str, label: str | None) -> None:
    (found,) = [row for row in rows(text) if row["name"] == "language"]
    assert found["label"] == label
    assert (found["value"] is None) == (label is None)
    assert found["value"] is None or 0.5 <= found["value"] <= 1


def test_an_unlikely_language_is_unknown() -> None:
    (found,) = [row for row in rows("Zap! Pow! Boom! Crunch! Splat!") if row["name"] == "language"]
    assert found["label"] == "und"
    assert found["value"] < 0.5


def test_constraints_met() -> None:
    asked = item(constraints=[need("words", low=1, high=2), need("lower_case")])
    assert values("one two", asked)["constraints_met"] == 1
    assert values("One two", asked)["constraints_met"] == 0.5
    assert values("One two three", asked)["constraints_met"] == 0
    assert values("One two", item())["constraints_met"] is None
    assert values("One two", item(constraints=["broken"]))["constraints_met"] is None


def test_an_empty_answer_has_lengths_and_nothing_else() -> None:
    found = values("")
    assert {name for name, value in found.items() if value is not None} == {
        "words",
        "characters",
        "sentences",
    }
    assert found["words"] == found["characters"] == found["sentences"] == 0


def test_math_and_code_answers_have_their_length_only() -> None:
    for kind in ("math", "code"):
        assert values("It is **42**.", item(kind=kind)) == {"words": 3, "characters": 13}


@pytest.mark.parametrize("status", ["truncated", "refused", "empty"])
def test_whatever_ended_otherwise_is_described_as_it_is(status: str) -> None:
    assert len(rows("Once upon a", status=status)) == len(FIGURES)


def test_a_failed_request_left_nothing_to_describe() -> None:
    assert rows("", status="error") == []


def test_the_rows_are_those_of_the_table(tmp_path: Path) -> None:
    path = tmp_path / "diagnostics.parquet"
    found = rows(STORY)
    write_rows(DIAGNOSTICS, path, found)
    assert read_table(DIAGNOSTICS, path).to_pylist() == found
    assert {(row["candidate"], row["suite"], row["sample_no"]) for row in found} == {
        ("ours", "ours", 2)
    }
    assert [row["name"] for row in found] == [figure.name for figure in FIGURES]
    assert all(row["value"] is None or math.isfinite(row["value"]) for row in found)


def test_every_figure_says_how_it_is_found() -> None:
    assert len({figure.name for figure in FIGURES}) == len(FIGURES)
    assert all(figure.formula and figure.unit for figure in FIGURES)
