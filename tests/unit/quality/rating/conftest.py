"""Fixtures: answers of known candidates, the pages made of them, and exports of those pages."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import collect_ratings
import rating_page
from bakeoff.quality.items import Item
from bakeoff.quality.sources import item_rows
from bakeoff.store.files import read_table, write_rows
from bakeoff.store.schemas import ANSWERS, ITEMS, RATINGS

CANDIDATES = ("model-alpha", "model-beta")
CRITERIA = ("coherence", "logic", "style", "originality", "constraints")
#: The form of what was written, by candidate and item number.
Texts = Callable[[str, int], str]


def creative_item(number: int) -> Item:
    return Item(
        suite="creative",
        kind="creative",
        template="story",
        parameters={"number": number},
        prompt=f"Write story {number}.",
        reference={},
    )


def answer_row(candidate: str, item: Item, text: str, **changed: Any) -> dict[str, Any]:
    row = {
        "candidate": candidate,
        "stage": "quality",
        "start_no": 0,
        "request_no": 0,
        "suite": item.suite,
        "item_id": item.item_id,
        "sample_no": 0,
        "status": "ok",
        "text": text,
    }
    return row | changed


@dataclass
class Study:
    """A folder as a run leaves it, with pages to rate on."""

    folder: Path
    candidates: Sequence[str] = CANDIDATES
    items: list[Item] = field(default_factory=list)

    @property
    def rating(self) -> Path:
        return self.folder / "results" / "rating"

    @property
    def answers(self) -> list[Path]:
        return [self.folder / f"results/{name}/quality/answers.parquet" for name in self.candidates]

    def write(self, number: int, texts: Texts) -> None:
        self.items = [creative_item(each) for each in range(number)]
        write_rows(ITEMS, self.folder / "results/quality/items.parquet", item_rows(self.items))
        self.answer(texts)

    def answer(self, texts: Texts) -> None:
        for name, path in zip(self.candidates, self.answers, strict=True):
            rows = [answer_row(name, item, texts(name, i)) for i, item in enumerate(self.items)]
            write_rows(ANSWERS, path, rows)

    def make_pages(self, raters: int = 2) -> None:
        rating_page.main(
            items=self.folder / "results/quality/items.parquet",
            answers=self.answers,
            candidates=self.candidates,
            raters=raters,
            out=self.rating,
            log=self.folder / "logs/rating_page.log",
        )

    @property
    def pages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads((self.rating / "pages.json").read_text())["pages"]
        return found

    def key_of(self, rater_no: int) -> dict[str, Any]:
        """Return the key of a rater's page: its pairs by their id."""
        key = json.loads((self.rating / "key.json").read_text())
        pairs: dict[str, Any] = key["pages"][self.pages[rater_no - 1]["items_sha256"]]["pairs"]
        return pairs

    def export(self, rater_no: int = 1, **changed: Any) -> dict[str, Any]:
        """Return an export in which every score is 3 and every preference a tie."""
        page = self.pages[rater_no - 1]
        rated = [
            {
                "pair": f"pair-{place}",
                "left": dict.fromkeys(CRITERIA, 3),
                "right": dict.fromkeys(CRITERIA, 3),
                "preference": "tie",
                "comment": "",
            }
            for place in range(1, page["pairs"] + 1)
        ]
        export = {
            "format": "bakeoff-rating",
            "version": 1,
            "rater": page["rater"],
            "items_sha256": page["items_sha256"],
            "session": "0123456789abcdef",
            "changes": 10,
            "exported_at": "2026-11-23T12:00:00.000Z",
            "pairs": rated,
        }
        return export | changed

    def hand_in(self, name: str, content: Mapping[str, Any] | str | bytes) -> Path:
        """Put a file into the folder of ratings."""
        path = self.folder / "ratings" / name
        path.parent.mkdir(exist_ok=True)
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def collect(self) -> tuple[list[dict[str, Any]], dict[str, str]]:
        """Return the ratings that count, and the reasons by file of those that do not."""
        quality = self.folder / "results/quality"
        collect_ratings.main(
            files=sorted((self.folder / "ratings").glob("*.json")),
            answers=self.answers,
            key=self.rating / "key.json",
            ratings=quality / "ratings.parquet",
            refused=quality / "refused_ratings.json",
            log=self.folder / "logs/collect_ratings.log",
        )
        refused = json.loads((quality / "refused_ratings.json").read_text())
        rows = read_table(RATINGS, quality / "ratings.parquet").to_pylist()
        return rows, {each["file"]: each["reason"] for each in refused}


def plain(candidate: str, number: int) -> str:
    """Return a text that no other candidate writes, without its author's name."""
    return f"A {candidate.removeprefix('model-')[::-1]} tale of the number {number}."


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Two candidates' answers to four items, and the pages of two raters."""
    made = Study(tmp_path)
    made.write(4, plain)
    made.make_pages()
    return made
