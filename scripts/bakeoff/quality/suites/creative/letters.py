"""Letters, postcards, telegrams and notes, with their greetings and signatures."""

from bakeoff.quality.constraints import need
from bakeoff.quality.suites.creative.piece import Piece, Some, length, lines
from bakeoff.quality.suites.creative.vocabulary import NAMES, PLACES, THINGS, WORDS, WORN

PIECES = (
    Piece(
        name="letter_of_resignation",
        form="letter",
        brief="{sender} resigns, after a very long time in office. Write the letter to {name}.",
        choices={
            "sender": (
                "The Tooth Fairy",
                "Father Time",
                "The monster under the bed",
                "The Sandman",
                "The last dodo",
                "The North Star",
                "A guardian angel",
            ),
            "name": NAMES,
            "words": (110, 140, 170),
            "avoid": Some(2, WORN),
        },
        needs=lambda p: (
            need("starts_with", text=f"Dear {p['name']}"),
            length(p),
            need("paragraphs", low=3, high=3),
            need("forbidden_words", words=["resign", "sorry", *p["avoid"]]),
        ),
    ),
    Piece(
        name="to_whoever_finds_this",
        form="letter",
        brief=(
            "Write a letter that is put into the wall of a house at {place} and found in a "
            "hundred years. Its writer is {writer}."
        ),
        choices={
            "place": PLACES,
            "writer": (
                "the bricklayer",
                "a child of ten",
                "the owner's cook",
                "a homesick painter",
            ),
            "words": (110, 140, 170),
            "use": Some(3, WORDS),
        },
        needs=lambda p: (
            length(p),
            need("required_words", words=p["use"]),
            need("paragraphs", low=3, high=4),
            need("ends_with_question"),
        ),
    ),
    Piece(
        name="postcard_from_elsewhere",
        form="postcard",
        brief="Write the postcard that {name} sends home from {where}.",
        choices={
            "name": NAMES,
            "where": (
                "the inside of a volcano",
                "a city on stilts",
                "the bottom of a well",
                "last Tuesday",
                "a country without colours",
                "the waiting room of the gods",
            ),
            "characters": (240, 280, 320),
            "avoid": Some(2, WORN),
        },
        needs=lambda p: (
            need("characters", low=120, high=p["characters"]),
            need("ends_with", text=f"Yours {p['name']}"),
            need("forbidden_words", words=["wish", "weather", "here", *p["avoid"]]),
            need("sentences", low=4, high=6),
        ),
    ),
    Piece(
        name="complaint_to_the_weather",
        form="letter",
        brief=(
            "{name} writes a formal letter of complaint to {addressee} about what was delivered "
            "last week."
        ),
        choices={
            "name": NAMES,
            "addressee": ("the Rain", "the Wind", "the Month of March", "the Sun", "the Snow"),
            "words": (90, 120, 150),
            "use": Some(2, WORDS),
        },
        needs=lambda p: (
            length(p),
            need("ends_with", text=f"Yours faithfully {p['name']}"),
            need("required_words", words=["refund", *p["use"]]),
            need("forbidden_marks", marks=["!", "?"]),
        ),
    ),
    Piece(
        name="telegram",
        form="telegram",
        brief="{name} is in {trouble} and can afford only a telegram. Write it.",
        choices={
            "name": NAMES,
            "trouble": (
                "a stolen balloon",
                "the wrong opera",
                "a duel with a poet",
                "love with a lighthouse",
                "the belly of a whale",
                "a museum, locked in",
            ),
            "lines": (4, 5, 6),
            "use": Some(2, WORDS),
        },
        needs=lambda p: (
            need("line_ends", text="STOP"),
            lines(p, spread=1),
            need("required_words", words=p["use"]),
            need("forbidden_words", words=["the", "a", "and"]),
        ),
    ),
    Piece(
        name="from_one_thing_to_another",
        form="letter",
        brief=(
            "{thing} has admired a neighbour on the same shelf for years and finally writes a love "
            "letter. Write it, tender and a little funny."
        ),
        choices={"thing": THINGS, "words": (80, 100, 120), "use": Some(2, WORDS)},
        needs=lambda p: (
            length(p),
            need("required_words", words=p["use"]),
            need("forbidden_words", words=["love", "heart", "forever", "shelf"]),
            need("sentence_words", high=14),
        ),
    ),
    Piece(
        name="note_on_the_fridge",
        form="note",
        brief=(
            "Before leaving for {reason}, {name} leaves a note on the fridge that explains "
            "everything except the one thing that matters."
        ),
        choices={
            "name": NAMES,
            "reason": ("the moon", "the circus", "the north pole", "a silent order", "the sea"),
            "words": (50, 70, 90),
            "use": Some(2, WORDS),
        },
        needs=lambda p: (
            length(p),
            need("lower_case"),
            need("required_words", words=p["use"]),
            need("ends_with", text="back soon"),
        ),
    ),
    Piece(
        name="second_hand_instructions",
        form="text",
        brief=(
            "Somebody sold a used {machine} and left a note for its new owner on how to live with "
            "it. Write the note, so that a reader can guess what happened before."
        ),
        choices={
            "machine": (
                "time machine",
                "invisible bicycle",
                "weather radio",
                "talking mirror",
                "truth detector",
                "flying carpet",
                "haunted typewriter",
            ),
            "entries": (5, 6, 7),
            "avoid": Some(2, WORN),
        },
        needs=lambda p: (
            need("bullets", low=p["entries"], high=p["entries"]),
            need("bullet_words", high=20),
            need("word_times", word="never", times=2),
            need("forbidden_words", words=["please", *p["avoid"]]),
        ),
    ),
)
