"""Answers altered on purpose."""

from itertools import pairwise
from types import SimpleNamespace

from bakeoff.quality.judge.controls import PLANTED, cut_short, planted, showings, shuffled


def test_no_sentence_follows_the_one_it_followed(made: SimpleNamespace) -> None:
    for seed in map(str, range(20)):
        text = shuffled(made.story(6), seed)
        order = [int(part.split()[1]) for part in text.split(". ")]
        assert sorted(order) == [1, 2, 3, 4, 5, 6]
        assert order[0] != 1
        assert all(after != before + 1 for before, after in pairwise(order))


def test_the_same_seed_shuffles_the_same_way(made: SimpleNamespace) -> None:
    text = made.story(8)
    assert shuffled(text, "a") == shuffled(text, "a")
    assert len({shuffled(text, seed) for seed in "abcdefgh"}) > 1


def test_lines_of_a_poem_stay_lines_and_quotes_stay_with_their_sentence() -> None:
    poem = "Red sky\nstill sea\n\nblack boat\nno wind\nwhite sail"
    mixed = shuffled(poem, "x")
    assert sorted(mixed.replace("\n\n", "\n").split("\n")) == sorted(
        poem.replace("\n\n", "\n").split("\n")
    )
    assert [len(stanza.split("\n")) for stanza in mixed.split("\n\n")] == [2, 3]
    said = shuffled('"Go." He went. "Stay!" She left. Rain fell. Night came.', "x")
    assert sorted(
        said.replace(". ", ".|").replace('" ', '"|').replace('." ', '."|').split("|")
    ) == [
        '"Go."',
        '"Stay!"',
        "He went.",
        "Night came.",
        "Rain fell.",
        "She left.",
    ]


def test_two_fifths_are_left_and_end_within_a_sentence() -> None:
    assert cut_short("a b c d e f g h i j") == "a b c d"
    assert cut_short("one two three four. five six seven eight nine ten") == "one two three"
    assert cut_short("one\n\ntwo  three four five") == "one\n\ntwo"
    assert cut_short("word") == "word"


def test_few_long_answers_that_ended_are_planted(made: SimpleNamespace) -> None:
    items = made.items(8)
    answers = [made.answer(item, made.story(10)) for item in items[:5]]
    answers.append(made.answer(items[5], made.story(10), status="truncated"))
    answers.append(made.answer(items[6], made.story(3)))
    answers.append(made.answer(items[7], "Yes. No. Yes. No. Yes. No."))
    chosen = planted(answers)
    assert len(chosen) == PLANTED == 3
    assert {row["item_id"] for row in chosen} <= {item.item_id for item in items[:5]}
    other = [made.answer(item, made.story(12), candidate="two") for item in reversed(items)]
    among = [row for row in other if row["item_id"] in {item.item_id for item in items[:5]}]
    assert [row["item_id"] for row in planted(among)] == [row["item_id"] for row in chosen]


def test_what_did_not_end_by_itself_or_is_short_is_never_planted(made: SimpleNamespace) -> None:
    items = made.items(4)
    answers = [
        made.answer(items[0], made.story(10)),
        made.answer(items[1], made.story(10), status="truncated"),
        made.answer(items[2], made.story(4)),
        made.answer(items[3], "Yes. No. Yes. No. Yes. No."),
    ]
    assert planted(answers) == answers[:1]


def test_every_answer_is_shown_and_planted_ones_three_times_more(made: SimpleNamespace) -> None:
    items = made.items(4)
    shown = showings([made.answer(item, made.story(10)) for item in items])
    assert [one.control for one in shown].count("none") == 4
    for control in ("duplicate", "shuffled", "truncated"):
        assert [one.control for one in shown].count(control) == PLANTED
    texts = {one.control: one.text for one in shown}
    assert texts["duplicate"] == texts["none"]
    assert texts["truncated"] == texts["none"][: len(texts["truncated"])] != texts["none"]
    assert sorted(texts["shuffled"].split()) == sorted(texts["none"].split())
