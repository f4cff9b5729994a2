"""The key to the pages: who stood on which side of which pair.

It is kept beside the pages and shown to nobody. When pages are made again, those of before
stay in it, so that ratings of answers that have not changed still count.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from bakeoff.config.fields import Strict
from bakeoff.errors import HarnessError
from bakeoff.quality.rating.page import Page
from bakeoff.quality.rating.pairs import Pair, Side
from bakeoff.store.files import read_json, write_text

VERSION = 1


class KeySide(Strict):
    """Whose answer it was, and which."""

    candidate: str
    """Id of the candidate."""
    text_sha256: str
    """Hash of the answer's text."""


class KeyPair(Strict):
    """What stood side by side."""

    suite: str
    """Suite of the item."""
    item_id: str
    """The item."""
    sample_no: int
    """Which of the answers to it."""
    left: KeySide
    """The answer that the page calls A."""
    right: KeySide
    """The answer that the page calls B."""

    @property
    def sides(self) -> tuple[tuple[str, KeySide, KeySide], ...]:
        """Both sides as (position, this one, the other)."""
        return (("left", self.left, self.right), ("right", self.right, self.left))


class KeyPage(Strict):
    """One page."""

    rater: str
    """Whom it was made for."""
    pairs: dict[str, KeyPair]
    """The pairs by their id on the page."""


class Key(Strict):
    """The key to all pages ever made here."""

    version: int = VERSION
    """Version of this format."""
    pages: dict[str, KeyPage]
    """The pages by their ``items_sha256``."""


def read_key(path: Path) -> Key | None:
    """Return the key; None where there is none.

    Raises:
        HarnessError: If the file is there and is no key.
    """
    if not path.exists():
        return None
    try:
        return Key.model_validate(read_json(path))
    except (ValidationError, HarnessError) as error:
        raise HarnessError(
            f"{path} is no key to rating pages: {str(error).splitlines()[0]}; put back the one "
            "that was written with the pages: without it, nobody knows which answers were rated"
        ) from error


def write_key(path: Path, pages: Iterable[Page]) -> None:
    """Add pages to the key; those that it knows already stay.

    Raises:
        HarnessError: If there is a file that is no key.
    """
    before = read_key(path) or Key(pages={})
    added = {page.items_sha256: _key_page(page) for page in pages}
    key = Key(pages={**before.pages, **added})
    write_text(path, json.dumps(key.model_dump(), indent=1, ensure_ascii=False) + "\n")


def _key_page(page: Page) -> KeyPage:
    return KeyPage(
        rater=page.rater, pairs={name: _key_pair(pair) for name, pair in page.named_pairs}
    )


def _key_pair(pair: Pair) -> KeyPair:
    return KeyPair(
        suite=pair.suite,
        item_id=pair.item_id,
        sample_no=pair.sample_no,
        left=_key_side(pair.left),
        right=_key_side(pair.right),
    )


def _key_side(side: Side) -> KeySide:
    return KeySide(candidate=side.candidate, text_sha256=side.sha256)
