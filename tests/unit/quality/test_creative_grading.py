"""Creative answers are ungraded; their score says which share of the constraints they meet."""

import pytest

from bakeoff.quality.constraints import need
from bakeoff.quality.grading import Grade, Surroundings, Task, grader_of
from bakeoff.quality.items import Item, Reference

HAIKU = {
    "constraints": [
        need("syllables", counts=[5, 7, 5]),
        need("required_words", words=["frog"]),
        need("forbidden_words", words=["dream"]),
        need("lower_case"),
    ]
}


def grade(text: str, reference: Reference) -> Grade:
    task = Task(item_id="0" * 16, prompt="Write.", reference=reference, text=text)
    (found,) = grader_of("creative")([task], Surroundings())
    return found


def test_all_met() -> None:
    found = grade("an old silent pond\na frog jumps into the pond\nsplash! silence again", HAIKU)
    assert found == Grade(status="ungraded", correct=None, score=1.0)


def test_what_is_not_met_is_said() -> None:
    found = grade("Here is a haiku:\n\nan old silent pond\na toad leaps in\nsplash!", HAIKU)
    assert found.status == "ungraded"
    assert found.correct is None
    assert found.score == 0.25
    assert found.note == (
        "syllables: lines of 5, 5, 4, 1 syllables; "
        'required_words: without "frog"; '
        "lower_case: 1 capital letters"
    )


def test_without_constraints_there_is_no_share() -> None:
    assert grade("Anything.", {}) == Grade(status="ungraded")
    assert grade("Anything.", {"constraints": []}) == Grade(status="ungraded")


@pytest.mark.parametrize(
    "reference",
    [
        {"constraints": [{"kind": "rhyme"}]},
        {"constraints": [None]},
        {"constraints": "words"},
        {"constraints": [{"kind": "words", "low": None, "high": "x"}]},
    ],
)
def test_a_reference_that_cannot_be_read_costs_only_the_score(reference: Reference) -> None:
    found = grade("Anything.", reference)
    assert found.status == "ungraded"
    assert found.score is None
    assert found.note is not None
    assert found.note.startswith("the reference cannot be read: constraint")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "\ud800",
        "🎉" * 500,
        "a" * 100_000,
        "\n" * 10_000,
        "# \n- \n> \n```",
        "?",
        "«",
    ],
)
def test_no_answer_breaks_it(text: str) -> None:
    every = [
        *HAIKU["constraints"],
        need("title", high=3),
        need("frame"),
        need("chain"),
        need("speakers", names=["A"]),
        need("acrostic", word="A"),
        need("ends_with_question"),
        need("questions_only"),
        need("sentence_words", high=3),
        need("starts_with", text="A"),
    ]
    found = grade(text, {"constraints": every})
    assert found.score is not None
    assert 0 <= found.score <= 1
    assert len(found.note or "") < 250 * len(every)


def test_grades_come_in_order_with_progress() -> None:
    done: list[int] = []
    tasks = [
        Task(
            item_id=str(n),
            prompt="",
            reference={"constraints": [need("words", low=1, high=1)]},
            text="a " * n,
        )
        for n in (1, 2, 1)
    ]
    grades = grader_of("creative")(tasks, Surroundings(on_done=done.append))
    assert [found.score for found in grades] == [1.0, 0.0, 1.0]
    assert done == [1, 2, 3]


#: Answers as models give them, for constraints of the suite, with the kinds that they fail.
ANSWERS: list[tuple[str, list[dict[str, object]], list[str]]] = [
    (
        (
            "**The Owl Who Counted**\n\nOnce there was an owl who counted every star twice. The "
            "others laughed.\n\n“Why twice?” asked the otter. “Because the first time,” said the "
            "owl, “I am only hoping.”\n\nSo she counted on, and so it is to this day."
        ),
        [
            need("title", high=6),
            need("ends_with", text="and so it is to this day"),
            need("paragraphs", low=3, high=3),
            need("quotes", low=2, high=4),
            need("words", low=40, high=50),
        ],
        [],
    ),
    (
        (
            "Dear Ana,\n\nI leave my post after nine hundred years. The pillows are yours now.\n\n"
            "Please feed the mice. They know the way.\n\nThank you for the teeth.\n\nYours,\n"
            "The Tooth Fairy"
        ),
        [
            need("starts_with", text="Dear Ana"),
            need("paragraphs", low=3, high=3),
            need("sentences", low=5, high=5),
            need("forbidden_words", words=["resign", "tooth"]),
        ],
        ["forbidden_words"],
    ),
    (
        (
            "**Knight:** Is it my turn on weekends?\n\n**Dragon:** Did you read clause four?\n\n"
            "**Knight:** Who reads clause four?\n\n**Dragon** *(sighs)*: Shall I read it to you?"
        ),
        [
            need("speakers", names=["Knight", "Dragon"]),
            need("lines", low=4, high=4),
            need("questions_only"),
            need("alternation"),
        ],
        [],
    ),
    (
        "Sure! Here is a dialogue:\n\nKnight: Mine.\nDragon: Yours.",
        [need("speakers", names=["Knight", "Dragon"]), need("lines", low=2, high=2)],
        ["speakers", "lines"],
    ),
    (
        (
            "### What it does\n\n- Keeps **dogs** dry\n- Folds into a bone\n- Smells of nothing\n\n"
            "### What it cannot do\n\nMake a dog like the rain."
        ),
        [
            need("headings", titles=["What it does", "What it cannot do"]),
            need("bullets", low=3, high=3),
            need("bullet_words", high=4),
            need("no_letter", letter="z"),
        ],
        [],
    ),
    (
        "Locked in museum STOP\nGuard asleep on Rembrandt STOP\nSend ladder STOP",
        [
            need("line_ends", text="STOP"),
            need("forbidden_words", words=["the", "a"]),
            need("monosyllables"),
        ],
        ["monosyllables"],
    ),
]


@pytest.mark.parametrize(("text", "needs", "kinds"), ANSWERS)
def test_answers_as_models_give_them(
    text: str, needs: list[dict[str, object]], kinds: list[str]
) -> None:
    note = grade(text, {"constraints": needs}).note or ""
    assert [part.split(":")[0] for part in note.split("; ") if part] == kinds


def test_a_users_own_item_is_graded_likewise() -> None:
    item = Item(
        suite="ours",
        kind="creative",
        template="questions.jsonl",
        parameters={},
        prompt="Write.",
        reference={"constraints": [{"kind": "words", "low": 1, "high": 2}]},
    )
    assert grade("one two three", item.reference).score == 0.0
