"""Stories: short fiction with a length, words to work in, and a shape."""

from bakeoff.quality.constraints import need
from bakeoff.quality.suites.creative.piece import Piece, Some, length
from bakeoff.quality.suites.creative.vocabulary import (
    ANIMALS,
    NAMES,
    PLACES,
    SHORT_ANIMALS,
    THINGS,
    WORDS,
    WORN,
)

PIECES = (
    Piece(
        name="last_night_of_the_lighthouse",
        form="story",
        brief=(
            "Tomorrow the lighthouse at {place} will be switched off for good. {name} has kept it "
            "for forty years. Tell the story of the last night."
        ),
        choices={
            "place": PLACES,
            "name": NAMES,
            "words": (120, 160, 200),
            "use": Some(3, WORDS),
            "avoid": Some(2, WORN),
        },
        needs=lambda p: (
            length(p),
            need("required_words", words=p["use"]),
            need("forbidden_words", words=p["avoid"]),
            need("starts_with", text="The lamp"),
        ),
    ),
    Piece(
        name="left_on_the_bus",
        form="story",
        brief=(
            "{thing} has been left on the night bus to {place}. Tell the rest of the ride in the "
            "first person, as the thing itself sees it."
        ),
        choices={"thing": THINGS, "place": PLACES, "words": (100, 130, 160), "use": Some(2, WORDS)},
        needs=lambda p: (
            length(p),
            need("required_words", words=p["use"]),
            need("ends_with_question"),
            need("sentence_words", high=16),
        ),
    ),
    Piece(
        name="museum_after_dark",
        form="story",
        brief=(
            "{name}, a night guard, notices that one exhibit in the museum of {museum} has moved "
            "by itself. Write a comic scene."
        ),
        choices={
            "name": NAMES,
            "museum": ("buttons", "weather", "bad inventions", "doors", "forgotten games", "bread"),
            "words": (140, 180, 220),
            "use": Some(2, WORDS),
        },
        needs=lambda p: (
            length(p),
            need("quotes", low=2, high=8),
            need("required_words", words=p["use"]),
            need("paragraphs", low=4, high=4),
        ),
    ),
    Piece(
        name="without_a_letter",
        form="story",
        brief=(
            "Write a tiny story about {subject}. It is a lipogram: one letter of the alphabet must "
            "not occur in it at all."
        ),
        choices={
            "subject": (
                "a fox in a city",
                "a tailor and a giant",
                "a ship that runs aground on fog",
                "two cooks and a stolen spoon",
                "a child who sells rain",
                "a king of dust",
                "a dog that can play chess",
                "a walk to an unknown station",
            ),
            "easy": ("b", "g", "k", "p", "w"),
            "hard": ("e", "a", "i", "o"),
            "low": (30, 40, 50),
        },
        needs=lambda p: (
            need("no_letter", letter=p["hard"] if p["level"] == 3 else p["easy"]),
            need("words", low=p["low"], high=p["low"] + 30),
            need("sentences", low=3, high=6),
            need("title", high=5),
        ),
    ),
    Piece(
        name="full_circle",
        form="story",
        brief=(
            "Write a story that ends where it began, although everything has changed in between. "
            "{name} is waiting at {place}, holding {thing}."
        ),
        choices={"name": NAMES, "place": PLACES, "thing": THINGS, "words": (90, 120, 150)},
        needs=lambda p: (
            need("frame"),
            length(p),
            need("sentences", low=6, high=12),
            need("word_times", word=p["name"], times=3),
        ),
    ),
    Piece(
        name="six_sentences",
        form="story",
        brief=(
            "Tell the whole life of {hero} in a handful of sentences, from the first day to the "
            "last."
        ),
        choices={
            "hero": (
                "a river",
                "a clockmaker",
                "an apple tree",
                "a rumour",
                "a bridge",
                "a comet",
                "the village gossip",
                "a piano",
                "a snowman",
                "an honest thief",
            ),
            "sentences": (5, 6, 7, 8),
            "use": Some(2, WORDS),
            "avoid": Some(2, WORN),
        },
        needs=lambda p: (
            need("sentences", low=p["sentences"], high=p["sentences"]),
            need("required_words", words=p["use"]),
            need("sentence_words", high=20),
            need("forbidden_words", words=["and", *p["avoid"]]),
        ),
    ),
    Piece(
        name="how_it_came_to_be",
        form="fable",
        brief="Invent a fable that explains why the {animal} {habit}.",
        choices={
            "animal": ANIMALS,
            "habit": (
                "never says thank you",
                "is afraid of bells",
                "sleeps with one eye open",
                "counts everything twice",
                "will not cross a bridge",
                "collects what shines",
            ),
            "words": (120, 150, 180),
        },
        needs=lambda p: (
            length(p),
            need("ends_with", text="and so it is to this day"),
            need("title", high=6),
            need("paragraphs", low=3, high=3),
        ),
    ),
    Piece(
        name="explained_in_2400",
        form="text",
        brief=(
            "It is the year 2400. A curator has dug up {thing} and explains it to visitors with "
            "great confidence, and quite wrongly. Write what the curator says."
        ),
        choices={
            "thing": THINGS,
            "words": (100, 130, 160),
            "use": Some(2, WORDS),
            "avoid": Some(1, WORN),
        },
        needs=lambda p: (
            length(p),
            need("required_words", words=p["use"]),
            need("forbidden_words", words=["perhaps", "maybe", *p["avoid"]]),
            need("starts_with", text="Ladies and gentlemen"),
        ),
    ),
    Piece(
        name="first_reader",
        form="story",
        brief=(
            "Write a bedtime story for a child who has just learned to read. A small {animal} "
            "wants to {wish}."
        ),
        choices={
            "animal": SHORT_ANIMALS,
            "wish": (
                "see the sea",
                "stay up all night",
                "own a hat",
                "ride a train",
                "find the end of the road",
                "bake a pie for the moon",
            ),
            "words": (60, 80, 100),
        },
        needs=lambda p: (
            length(p),
            need("sentence_words", high=8),
            need("word_letters", high=6),
            need("word_times", word=p["animal"], times=4),
        ),
    ),
    Piece(
        name="quiet_diary",
        form="diary entry",
        brief="Write what {writer} puts into a diary on the longest day of the year.",
        choices={
            "writer": (
                "the smallest cloud",
                "a retired pirate",
                "a vending machine",
                "the last librarian",
                "a ghost without a house",
                "an elevator",
                "a very polite wolf",
                "the night shift",
            ),
            "words": (70, 90, 110),
            "use": Some(2, WORDS),
        },
        needs=lambda p: (
            need("lower_case"),
            length(p),
            need("starts_with", text="dear diary"),
            need("required_words", words=p["use"]),
        ),
    ),
)
