"""Poems in forms that are counted: syllables, words, letters."""

from bakeoff.quality.constraints import need
from bakeoff.quality.suites.creative.piece import Piece, Some, lines
from bakeoff.quality.suites.creative.vocabulary import SEASONS, SHORT_WORDS, WORN

PIECES = (
    Piece(
        name="haiku",
        form="haiku",
        brief="Write a haiku about {moment} in {season}.",
        choices={
            "moment": (
                "a dog at a crossing",
                "an empty playground",
                "laundry on a line",
                "a night train",
                "a spider's morning",
                "soup on the stove",
                "a closed swimming pool",
            ),
            "season": SEASONS,
            "word": SHORT_WORDS,
            "avoid": Some(2, WORN),
        },
        needs=lambda p: (
            need("syllables", counts=[5, 7, 5]),
            need("required_words", words=[p["word"]]),
            need("forbidden_words", words=["like", *p["avoid"]]),
            need("lower_case"),
        ),
    ),
    Piece(
        name="tanka",
        form="tanka",
        brief="Write a tanka: three lines of {scene}, then two in which somebody answers it.",
        choices={
            "scene": (
                "a harbour at four in the morning",
                "the last bus",
                "a garden gone wild",
                "a borrowed coat",
                "snow on the motorway",
                "an argument through a wall",
            ),
            "use": Some(2, SHORT_WORDS),
            "avoid": Some(2, WORN),
        },
        needs=lambda p: (
            need("syllables", counts=[5, 7, 5, 7, 7]),
            need("forbidden_words", words=p["avoid"]),
            need("required_words", words=p["use"]),
            need("ends_with_question"),
        ),
    ),
    Piece(
        name="cinquain",
        form="poem",
        brief="Write an American cinquain about {subject}.",
        choices={
            "subject": (
                "a thunderstorm that passes",
                "dust",
                "a cat's opinion",
                "the smell of paint",
                "waiting",
                "an old map",
                "the neighbour's piano",
                "the first cup of tea",
            ),
            "word": SHORT_WORDS,
            "avoid": Some(2, WORN),
        },
        needs=lambda p: (
            need("syllables", counts=[2, 4, 6, 8, 2]),
            need("forbidden_words", words=p["avoid"]),
            need("required_words", words=[p["word"]]),
            need("distinct_words"),
        ),
    ),
    Piece(
        name="acrostic",
        form="poem",
        brief="Write an acrostic about {subject} that never feels forced by its letters.",
        choices={
            "subject": (
                "leaving a city",
                "a long friendship",
                "the sea at night",
                "learning to swim",
                "a house in the rain",
                "growing old",
                "an unread letter",
            ),
            "word": ("HARBOUR", "CANDLE", "WINTER", "STRANGER", "ORCHARD", "THUNDER", "BRIDGE"),
            "avoid": Some(2, WORN),
            "use": Some(2, SHORT_WORDS),
        },
        needs=lambda p: (
            need("acrostic", word=p["word"]),
            need("forbidden_words", words=[p["word"].lower(), *p["avoid"]]),
            need("required_words", words=p["use"]),
            need("ends_with_question"),
        ),
    ),
    Piece(
        name="eleven_words",
        form="poem",
        brief="Write an elevenie, a poem of eleven words, about {subject}.",
        choices={
            "subject": (
                "rust",
                "an elevator",
                "the colour green",
                "a sleeping volcano",
                "bread",
                "an atlas",
                "the neighbour's dog",
                "insomnia",
                "a red balloon",
            ),
            "word": SHORT_WORDS,
            "letter": ("b", "f", "p", "v"),
        },
        needs=lambda p: (
            need("line_words", counts=[1, 2, 3, 4, 1]),
            need("required_words", words=[p["word"]]),
            need("distinct_words"),
            need("no_letter", letter=_other_letter(p["letter"], p["word"])),
        ),
    ),
    Piece(
        name="one_beat",
        form="poem",
        brief="Write a poem about {subject} in the smallest words there are.",
        choices={
            "subject": (
                "a storm at sea",
                "the end of a day",
                "a friend who left",
                "a child and a hill",
                "a house by night",
                "the walk home",
                "a dog in snow",
            ),
            "lines": (5, 6, 7),
            "use": Some(2, SHORT_WORDS),
        },
        needs=lambda p: (
            need("monosyllables"),
            lines(p, spread=1),
            need("required_words", words=p["use"]),
            need("ends_with_question"),
        ),
    ),
    Piece(
        name="growing_lines",
        form="poem",
        brief="Write a poem about {subject} that swells as it goes.",
        choices={
            "subject": (
                "a rumour",
                "a tide",
                "bread dough",
                "a crowd",
                "anger",
                "a snowball",
                "daylight",
            ),
            "most": (6, 7, 8),
            "word": SHORT_WORDS,
            "avoid": Some(2, WORN),
        },
        needs=lambda p: (
            need("line_words", counts=list(range(1, p["most"] + 1))),
            need("required_words", words=[p["word"]]),
            need("forbidden_words", words=["the", *p["avoid"]]),
            need("distinct_words"),
        ),
    ),
)


def _other_letter(letter: str, word: str) -> str:
    """Return a letter to do without that a required word does not need."""
    return letter if letter not in word else "z"
