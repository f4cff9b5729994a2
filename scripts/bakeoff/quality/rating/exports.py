"""What a page exports: its form, and how a file is read that may hold anything."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, ConfigDict, Field, ValidationError, model_validator

from bakeoff.config.fields import Strict
from bakeoff.quality.rating.criteria import HIGHEST, LOWEST
from bakeoff.quality.rating.page import COMMENT_CHARACTERS, VERSION
from bakeoff.store.quality_tables import CRITERIA

#: Largest file that is read: 40 pairs with the longest comments are a quarter of it.
MAX_BYTES = 2_000_000
#: Longest quotation of a file in a reason.
_QUOTED = 80

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Score = Annotated[int, Field(ge=LOWEST, le=HIGHEST)] | None
Scores = dict[Literal[CRITERIA], Score]  # type: ignore[valid-type] # declared with the table
Preference = Literal["left", "tie", "right", "both_bad"]


class RefusedRatings(Exception):  # noqa: N818 -- says what it is: a finding, not a fault
    """A file is no export of a known page; the message is the reason."""


class _Exported(Strict):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class RatedPair(_Exported):
    """What was said of one pair."""

    pair: str
    """Its id on the page."""
    left: Scores
    """Scores of the answer called A, by criterion; null or left out was not given."""
    right: Scores
    """Scores of the answer called B."""
    preference: Preference | None
    """Which answer is better."""
    comment: Annotated[str, Field(max_length=COMMENT_CHARACTERS)]
    """Free text."""

    @property
    def said(self) -> dict[tuple[str, str, str], int | str]:
        """All that was said, by pair, side and criterion."""
        found: dict[tuple[str, str, str], int | str] = {
            (self.pair, side, criterion): score
            for side, scores in (("left", self.left), ("right", self.right))
            for criterion, score in scores.items()
            if score is not None
        }
        if self.preference is not None:
            found[self.pair, "both", "preference"] = self.preference
        return found


class Export(_Exported):
    """What one rater has said so far."""

    format: Literal["bakeoff-rating"]
    """Tells the file from any other JSON."""
    version: Literal[VERSION]  # type: ignore[valid-type] # declared with the page
    """Version of the page and of this format."""
    rater: Annotated[str, Field(max_length=64)]
    """Whom the page was made for."""
    items_sha256: Sha256
    """The page."""
    session: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    """Random number of the browser in which the page was opened first."""
    changes: Annotated[int, Field(ge=0, lt=2**53)]
    """Changes made in it so far."""
    exported_at: AwareDatetime
    """When, by the browser's clock."""
    pairs: Annotated[tuple[RatedPair, ...], Field(max_length=10_000)]
    """The pairs that something was said of."""

    @model_validator(mode="after")
    def _each_pair_once(self) -> Self:
        names = [pair.pair for pair in self.pairs]
        if len(set(names)) < len(names):
            raise ValueError("a pair occurs more than once")
        return self

    @property
    def said(self) -> dict[tuple[str, str, str], int | str]:
        """All that was said, by pair, side and criterion."""
        return {place: value for pair in self.pairs for place, value in pair.said.items()}


@dataclass(frozen=True, kw_only=True)
class Read:
    """One file that is an export.

    Attributes:
        path: The file.
        sha256: Hash of its bytes.
        export: What it says.
    """

    path: Path
    sha256: str
    export: Export


def read_export(path: Path) -> Read:
    """Read one file.

    Raises:
        RefusedRatings: If it cannot be read, is too large, or is no export; says why.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise RefusedRatings(f"cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise RefusedRatings(f"is larger than {MAX_BYTES:,} bytes; an export never is")
    try:
        export = Export.model_validate_json(content)
    except ValidationError as error:
        raise RefusedRatings(_reason(error)) from error
    return Read(path=path, sha256=hashlib.sha256(content).hexdigest(), export=export)


def quoted(value: object) -> str:
    """Return a value of a stranger's file, short and without anything a terminal obeys."""
    text = ascii(value)
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"


def _reason(error: ValidationError) -> str:
    """Return the first thing that is wrong, and how many more there are."""
    first, *others = error.errors(include_url=False, include_context=False)
    if first["type"] == "json_invalid":
        return f"is not JSON: {quoted(first['msg'])}"
    where = ".".join(map(str, first["loc"])) or "the file"
    more = f"; {len(others)} more such faults" if others else ""
    return f"{quoted(where)}: {first['msg']}, found {quoted(first['input'])}{more}"
