"""One rater's page: a single HTML file that needs no network and names no candidate.

All text of models is data of the page, set by its script as text and never as markup. The
page's policy allows it nothing but its own style and script, by their hashes, and forbids
the script to make markup from text.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from bakeoff.quality.rating.criteria import HIGHEST, LOWEST, criteria
from bakeoff.quality.rating.pairs import Pair

#: Version of the data in the page and of what it exports.
VERSION = 1
#: Characters that a comment may have.
COMMENT_CHARACTERS = 2000
_SOURCES = Path(__file__).with_name("page")
_SCRIPTS = ("state.js", "kept.js", "view.js", "keys.js", "main.js")


@dataclass(frozen=True, kw_only=True)
class Page:
    """What one rater is shown.

    Attributes:
        rater_no: Number of the rater, from 1.
        pairs: The pairs in the order in which they are shown.
    """

    rater_no: int
    pairs: tuple[Pair, ...]

    @property
    def rater(self) -> str:
        """What the rater is called in the tables."""
        return f"rater-{self.rater_no}"

    @property
    def named_pairs(self) -> list[tuple[str, Pair]]:
        """The pairs with their ids, which say nothing but their place on the page."""
        return [(f"pair-{place}", pair) for place, pair in enumerate(self.pairs, start=1)]

    @property
    def shown(self) -> list[dict[str, str]]:
        """What the page holds of each pair: no candidate, and nothing to find one by."""
        return [
            {
                "pair": name,
                "prompt": pair.prompt,
                "left": pair.left.text,
                "right": pair.right.text,
            }
            for name, pair in self.named_pairs
        ]

    @property
    def items_sha256(self) -> str:
        """Hash of the rater's name and all that is shown; an export carries it."""
        named = {"version": VERSION, "rater": self.rater, "pairs": self.shown}
        text = json.dumps(named, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def html(self) -> str:
        """The page."""
        style = (_SOURCES / "page.css").read_text(encoding="utf-8")
        parts = [(_SOURCES / name).read_text(encoding="utf-8") for name in _SCRIPTS]
        script = "\n".join(["(() => {", '"use strict";', *parts, "})();"])
        return _template().render(
            policy=_policy(style, script),
            # Sources of our own; what they are given stands in the data.
            style=Markup(style),  # noqa: S704 -- the hash must be that of the exact text
            script=Markup(script),  # noqa: S704 -- the same
            data=Markup(_json_in_html(self._data)),  # noqa: S704 -- escaped for a script element
            rater_no=self.rater_no,
            pairs=len(self.pairs),
            criteria=criteria(),
            scores=range(LOWEST, HIGHEST + 1),
            comment_characters=COMMENT_CHARACTERS,
        )

    @property
    def _data(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "rater": self.rater,
            "items_sha256": self.items_sha256,
            "criteria": [criterion.id for criterion in criteria()],
            "lowest": LOWEST,
            "highest": HIGHEST,
            "comment_characters": COMMENT_CHARACTERS,
            "pairs": self.shown,
        }


def answers_that_name(names: Sequence[str], pages: Sequence[Page]) -> int:
    """Return how many different answers contain a candidate's name: they are not anonymous."""
    lowered = [name.casefold() for name in names]
    texts = {side.text for page in pages for pair in page.pairs for side in (pair.left, pair.right)}
    return sum(any(name in text.casefold() for name in lowered) for text in texts)


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_SOURCES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2")


def _policy(style: str, script: str) -> str:
    """Return the Content Security Policy that allows exactly this style and script."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src '{_source_hash(script)}'",
            f"style-src '{_source_hash(style)}'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def _source_hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _json_in_html(value: object) -> str:
    """Return ASCII JSON in which nothing can end or open an element."""
    text = json.dumps(value, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
