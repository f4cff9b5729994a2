"""Copy: product pages, posts, menus, advertisements and notices."""

from bakeoff.quality.constraints import need
from bakeoff.quality.suites.creative.piece import Piece, Some, length
from bakeoff.quality.suites.creative.vocabulary import NAMES, WORDS, WORN

_PRODUCTS = (
    "a raincoat for dogs", "a lamp that imitates candlelight", "an alarm clock that apologises",
    "a suitcase that weighs itself", "a silent blender", "a notebook for left-handed people",
    "a scarf with a pocket", "a bicycle bell that sings",
)  # fmt: skip

PIECES = (
    Piece(
        name="product_page",
        form="text",
        brief="Write the page of a small online shop that sells {product}. Warm, dry, no hype.",
        choices={
            "product": _PRODUCTS,
            "entries": (3, 4, 5),
            "words": (90, 110, 130),
            "avoid": Some(3, WORN),
        },
        needs=lambda p: (
            need("bullets", low=p["entries"], high=p["entries"]),
            length(p),
            need("headings", titles=["What it does", "What it cannot do"]),
            need("forbidden_words", words=["best", "innovative", *p["avoid"]]),
        ),
    ),
    Piece(
        name="one_post",
        form="post",
        brief="Announce {event} in one post for social media that people would want to pass on.",
        choices={
            "event": (
                "the reopening of a cinema",
                "a library amnesty for late books",
                "a soup festival",
                "a night of open rooftops",
                "a swap day for houseplants",
                "a slow bicycle race",
                "a choir for people who cannot sing",
            ),
            "characters": (180, 220, 260),
            "hashtags": (1, 2),
            "avoid": Some(2, WORN),
        },
        needs=lambda p: (
            need("characters", low=80, high=p["characters"]),
            need("hashtags", low=p["hashtags"], high=p["hashtags"]),
            need("emoji", low=1, high=2),
            need("forbidden_words", words=["join", "exciting", *p["avoid"]]),
        ),
    ),
    Piece(
        name="gentle_reminder",
        form="notification",
        brief=(
            "Write the notification with which an app for {app} brings back somebody who has "
            "stopped."
        ),
        choices={
            "app": (
                "learning Finnish",
                "watering plants",
                "practising the cello",
                "writing to friends",
                "walking",
                "going to bed on time",
                "counting birds",
            ),
            "characters": (100, 120, 140),
            "word": WORDS,
        },
        needs=lambda p: (
            need("characters", low=40, high=p["characters"]),
            need("ends_with_question"),
            need("required_words", words=[p["word"]]),
            need("forbidden_words", words=["you", "your", "miss"]),
        ),
    ),
    Piece(
        name="impossible_menu",
        form="menu",
        brief="Write the menu of a restaurant that serves only {theme}.",
        choices={
            "theme": (
                "memories",
                "weather",
                "sounds",
                "things seen from trains",
                "childhood fears",
                "colours",
                "excuses",
            ),
            "entries": (5, 6, 7),
            "letter": ("s", "c", "b", "m"),
            "title": (3, 4, 5),
        },
        needs=lambda p: (
            need("bullets", low=p["entries"], high=p["entries"]),
            need("bullet_words", high=14),
            need("title", high=p["title"]),
            need("initial_letter", letter=p["letter"], low=12),
        ),
    ),
    Piece(
        name="audio_guide",
        form="text",
        brief=(
            "Write the audio guide for {work}, an artwork that does not exist, so that a listener "
            "with closed eyes could draw it."
        ),
        choices={
            "work": (
                '"Staircase for Birds"',
                '"Portrait of an Echo"',
                '"The Inner Tuesday"',
                '"Nine Doors, One Key"',
                '"A Map of the Cellar"',
                '"Sleeping Orchestra"',
            ),
            "sentences": (6, 7, 8),
            "use": Some(3, WORDS),
        },
        needs=lambda p: (
            need("sentences", low=p["sentences"], high=p["sentences"] + 2),
            need("required_words", words=p["use"]),
            need("sentence_words", high=14),
            need("starts_with", text="Stand still"),
        ),
    ),
    Piece(
        name="wanted_for_hire",
        form="advertisement",
        brief="Write an honest job advertisement for {job}.",
        choices={
            "job": (
                "a dragon sitter",
                "a keeper of lost gloves",
                "an apprentice ghost",
                "a tester of hammocks",
                "the town's official optimist",
                "a translator for cats",
            ),
            "entries": (3, 4, 5),
            "words": (90, 120, 150),
        },
        needs=lambda p: (
            need("headings", titles=["What you do", "What we offer"]),
            need("bullets", low=p["entries"], high=p["entries"] + 2),
            need("forbidden_marks", marks=["!"]),
            length(p),
        ),
    ),
    Piece(
        name="slogans",
        form="list",
        brief="Find slogans for {product}. Each should work alone on a poster.",
        choices={
            "product": _PRODUCTS,
            "entries": (5, 6, 8),
            "letter": ("z", "q", "v", "x"),
            "most": (6, 7),
        },
        needs=lambda p: (
            need("bullets", low=p["entries"], high=p["entries"]),
            need("bullet_words", high=p["most"]),
            need("no_letter", letter=p["letter"] if p["level"] < 3 else "a"),
            need("distinct_words"),
        ),
    ),
    Piece(
        name="recipe_for_a_feeling",
        form="recipe",
        brief="Write a recipe for {feeling}, as exact as if it could be cooked.",
        choices={
            "feeling": (
                "homesickness",
                "a good excuse",
                "Sunday evening",
                "courage",
                "stage fright",
                "the last day of school",
                "a reconciliation",
                "boredom",
            ),
            "entries": (4, 5, 6),
            "use": Some(2, WORDS),
        },
        needs=lambda p: (
            need("headings", titles=["Ingredients", "Method"]),
            need("bullets", low=p["entries"], high=p["entries"] + 4),
            need("required_words", words=p["use"]),
            need("word_times", word="slowly", times=2),
        ),
    ),
    Piece(
        name="answer_to_a_bad_review",
        form="reply",
        brief=(
            'A guest gave the {house} one star: "{review}" Write the reply of the owner, {name}: '
            "polite, amused, unbending."
        ),
        choices={
            "house": ("haunted hotel", "desert inn", "floating cafe", "hotel for snails"),
            "review": (
                "Too quiet.",
                "The ghost did not greet me.",
                "Breakfast was on time.",
                "I could see the stars.",
                "Somebody moved my shoes.",
            ),
            "name": NAMES,
            "words": (70, 90, 110),
        },
        needs=lambda p: (
            length(p),
            need("forbidden_words", words=["sorry", "apologise", "unfortunately"]),
            need("ends_with", text=f"Warmly {p['name']}"),
            need("sentences", low=5, high=7),
        ),
    ),
    Piece(
        name="press_release",
        form="press release",
        brief="The town of {town} has decided to {decision}. Write the press release.",
        choices={
            "town": ("Little Ditch", "Upper Crumb", "Saint Elsewhere", "Nether Wobble"),
            "decision": (
                "abolish Mondays",
                "lend out its statue",
                "make silence a public holiday",
                "elect a heron as mayor",
                "paint every door yellow",
            ),
            "words": (120, 150, 180),
        },
        needs=lambda p: (
            length(p),
            need("title", high=10),
            need("quotes", low=1, high=3),
            need("paragraphs", low=3, high=3),
        ),
    ),
)
