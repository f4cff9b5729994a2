"""Poems that repeat: refrains, chains, lists and questions.

None asks for rhyme: spelling does not tell it well enough to hold a poem to it.
"""

from bakeoff.quality.constraints import need
from bakeoff.quality.suites.creative.piece import Piece, Some, lines
from bakeoff.quality.suites.creative.vocabulary import SHORT_WORDS, WORDS, WORN

PIECES = (
    Piece(
        name="said_again",
        form="poem",
        brief="Write a poem about {subject} that grows out of one beginning.",
        choices={
            "subject": (
                "a childhood kitchen",
                "a road not taken",
                "the sea",
                "a lost language",
                "what the hands know",
                "the year without summer",
            ),
            "start": ("I remember", "Because of", "Nobody told", "If only", "This is"),
            "lines": (6, 8, 10),
            "use": Some(2, WORDS),
            "avoid": Some(2, WORN),
        },
        needs=lambda p: (
            need("line_starts", text=p["start"]),
            lines(p),
            need("required_words", words=p["use"]),
            need("forbidden_words", words=p["avoid"]),
        ),
    ),
    Piece(
        name="chain_of_lines",
        form="poem",
        brief="Write a chain poem that wanders from {begin} to {end}.",
        choices={
            "begin": ("a puddle", "a match", "a doorstep", "an egg", "a seed", "a shadow"),
            "end": ("the stars", "the sea", "a wedding", "silence", "the first snow", "a war"),
            "lines": (6, 7, 8),
            "use": Some(2, SHORT_WORDS),
        },
        needs=lambda p: (
            need("chain"),
            lines(p, spread=1),
            need("required_words", words=p["use"]),
            need("lower_case"),
        ),
    ),
    Piece(
        name="with_a_refrain",
        form="song",
        brief="Write a {kind} that could be sung. Let its refrain mean something new each time.",
        choices={
            "kind": (
                "lullaby for grown-ups",
                "work song for gardeners",
                "sea shanty for landlubbers",
                "marching song for snails",
                "ballad about a broken clock",
            ),
            "refrain": (
                "and the tide comes in again",
                "we were never in a hurry",
                "leave the window open",
                "so hold the ladder steady",
                "nobody counts the stars",
            ),
            "stanzas": (3, 4),
            "use": Some(2, WORDS),
        },
        needs=lambda p: (
            need("refrain", text=p["refrain"], times=p["stanzas"]),
            need("stanzas", count=p["stanzas"], lines=4),
            need("required_words", words=p["use"]),
            need("forbidden_marks", marks=["!", ";"]),
        ),
    ),
    Piece(
        name="same_ending",
        form="poem",
        brief="Write a poem about {subject} in which all roads lead to the same words.",
        choices={
            "subject": (
                "a small town",
                "my grandmother's hands",
                "an old quarrel",
                "a summer job",
                "the first flat",
                "a fishing trip",
            ),
            "ending": ("by the sea", "after the rain", "on my own", "in the end", "for a while"),
            "lines": (6, 7, 8),
            "use": Some(2, WORDS),
            "avoid": Some(1, WORN),
        },
        needs=lambda p: (
            need("line_ends", text=p["ending"]),
            lines(p),
            need("required_words", words=p["use"]),
            need("forbidden_words", words=["was", "were", *p["avoid"]]),
        ),
    ),
    Piece(
        name="only_questions",
        form="poem",
        brief="Write a poem that asks {whom} what nobody has dared to ask.",
        choices={
            "whom": (
                "the sea",
                "a scarecrow",
                "the year",
                "a statue",
                "the last tree",
                "a locked door",
                "sleep",
            ),
            "lines": (5, 6, 7),
            "use": Some(2, WORDS),
            "avoid": Some(2, WORN),
        },
        needs=lambda p: (
            need("questions_only"),
            lines(p),
            need("required_words", words=p["use"]),
            need("forbidden_words", words=["why", "what", *p["avoid"]]),
        ),
    ),
    Piece(
        name="inventory",
        form="poem",
        brief="Write a list poem: what is found in {where}.",
        choices={
            "where": (
                "a dead man's coat",
                "the bottom of the lake",
                "a teacher's desk",
                "an attic",
                "the glove box",
                "a giant's pocket",
                "the lost property office",
            ),
            "lines": (8, 9, 10),
            "word": WORDS,
            "use": Some(2, SHORT_WORDS),
        },
        needs=lambda p: (
            need("title", high=6),
            need("lines", low=p["lines"], high=p["lines"] + 4),
            need("forbidden_marks", marks=[",", ";"]),
            need("word_times", word=p["word"], times=3),
        ),
    ),
)
