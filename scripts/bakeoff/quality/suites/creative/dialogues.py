"""Dialogues: named speakers who take turns."""

from bakeoff.quality.constraints import need
from bakeoff.quality.suites.creative.piece import Piece, Some, lines
from bakeoff.quality.suites.creative.vocabulary import NAMES, WORDS, WORN

PIECES = (
    Piece(
        name="two_strangers",
        form="dialogue",
        brief=(
            "{who[0]} and {who[1]} are stuck {where} and find out that they know the same secret. "
            "Write their dialogue."
        ),
        choices={
            "who": Some(2, NAMES),
            "where": (
                "in a lift",
                "on a ferry in fog",
                "in the wrong funeral",
                "on a chair lift",
                "in a queue that does not move",
                "under a shop awning in the rain",
            ),
            "lines": (8, 10, 12),
        },
        needs=lambda p: (
            need("speakers", names=p["who"]),
            lines(p),
            need("alternation"),
            need("ends_with_question"),
        ),
    ),
    Piece(
        name="terms_with_a_dragon",
        form="dialogue",
        brief=(
            "A knight and a dragon settle, like two tired lawyers, who gets {prize}. Write their "
            "dialogue."
        ),
        choices={
            "prize": (
                "the castle on weekends",
                "the good cave",
                "the last sheep",
                "the bridge toll",
                "custody of the princess's horse",
                "the naming rights to the mountain",
            ),
            "lines": (8, 10, 12),
            "use": Some(2, WORDS),
        },
        needs=lambda p: (
            need("speakers", names=["Knight", "Dragon"]),
            lines(p),
            need("required_words", words=p["use"]),
            need("questions_only"),
        ),
    ),
    Piece(
        name="interview_with_the_sky",
        form="interview",
        brief="A reporter interviews {guest}, who is easily offended. Write the interview.",
        choices={
            "guest": (
                "the Moon",
                "the North Wind",
                "the Tide",
                "the Horizon",
                "a Comet",
                "the Fog",
            ),
            "lines": (8, 10, 12),
            "word": WORDS,
            "times": (2, 3),
        },
        needs=lambda p: (
            need("speakers", names=["Reporter", p["guest"].split(" ", 1)[1]]),
            lines(p),
            need("word_times", word=p["word"], times=p["times"]),
            need("alternation"),
        ),
    ),
    Piece(
        name="kitchen_parliament",
        form="dialogue",
        brief=(
            "At night, when the cook is asleep, the kitchen holds its parliament. The question "
            "tonight: {motion}. Write the debate."
        ),
        choices={
            "motion": (
                "whether the microwave may join",
                "who spilled the flour",
                "if the clock lies",
                "whether spoons outrank forks",
                "what to do about the smoke alarm",
            ),
            "who": Some(3, ("Kettle", "Fridge", "Toaster", "Whisk", "Grater", "Teapot", "Oven")),
            "lines": (9, 12),
            "avoid": Some(2, WORN),
        },
        needs=lambda p: (
            need("speakers", names=p["who"]),
            lines(p),
            need("forbidden_words", words=["yes", "no", *p["avoid"]]),
            need("alternation"),
        ),
    ),
    Piece(
        name="wrong_number",
        form="dialogue",
        brief=(
            "{who[0]} calls about {errand} and reaches {who[1]}, who should hang up and does not. "
            "Write the call as a dialogue."
        ),
        choices={
            "who": Some(2, NAMES),
            "errand": (
                "a lost parrot",
                "a piano for sale",
                "a dentist's appointment",
                "a missing wreath",
                "an unpaid bill from 1987",
                "a job as a clown",
            ),
            "lines": (8, 10),
            "use": Some(3, WORDS),
        },
        needs=lambda p: (
            need("speakers", names=p["who"]),
            need("required_words", words=p["use"]),
            lines(p),
            need("word_times", word="hello", times=2),
        ),
    ),
    Piece(
        name="robots_part_ways",
        form="dialogue",
        brief=(
            "Two household robots, {who[0]} and {who[1]}, divide their things after {years} years "
            "together. Nobody raises their voice. Write the dialogue."
        ),
        choices={
            "who": Some(2, ("Bolt", "Dusty", "Unit", "Pixel", "Mopsy", "Rusty")),
            "years": ("three", "ten", "two hundred"),
            "lines": (8, 10, 12),
            "last": (
                "I will keep the plant",
                "leave the light on",
                "you may have the stairs",
                "then who feeds the cat",
            ),
        },
        needs=lambda p: (
            need("speakers", names=p["who"]),
            need("ends_with", text=p["last"]),
            lines(p),
            need("forbidden_marks", marks=["!", ";"]),
        ),
    ),
)
