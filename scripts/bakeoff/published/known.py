"""Models and software that are known to exist, from a YAML file with sources."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bakeoff.config.fields import Strict, unit
from bakeoff.paths import ROOT

#: The list that comes with bakeoff.
SHIPPED = ROOT / "config" / "published" / "known-models.yaml"


class KnownModel(Strict):
    """A model that exists."""

    size: str
    """What its repository's name has after the family's prefix, as `8B`; variants such as
    `8B-Instruct` have the same size."""
    parameters: Annotated[float, Field(gt=0)]
    """Parameters, as its publisher gives them."""
    stored_as: str
    """Type that the published weights are stored in."""
    weights_gb: Annotated[float, Field(gt=0, json_schema_extra=unit("GB"))] | None = None
    """Size of the published weights where it is not parameters × bytes of the type."""


class KnownFamily(Strict):
    """Models that were released together."""

    name: str
    """Name of the family."""
    prefixes: Annotated[tuple[str, ...], Field(min_length=1)]
    """How the repositories of the family begin."""
    publisher: str
    """Who released it."""
    released: date
    """Day of the release."""
    tokenizer: str
    """Kind of its tokenizer."""
    source: str
    """Where this stands."""
    models: Annotated[tuple[KnownModel, ...], Field(min_length=1)]
    """All sizes of the family."""


class KnownSoftware(Strict):
    """A program and when its versions were released."""

    name: str
    """Name of the program."""
    released: dict[str, date]
    """Day of each version."""
    source: str
    """Where this stands."""


class Known(Strict):
    """All that is known to exist."""

    families: tuple[KnownFamily, ...]
    """Families of models."""
    software: tuple[KnownSoftware, ...] = ()
    """Programs."""

    def family(self, repo: str | None) -> KnownFamily | None:
        """Return the family that a repository's name belongs to, None where none is known."""
        for family in self.families:
            if repo and repo.startswith(family.prefixes):
                return family
        return None

    def model(self, repo: str | None) -> KnownModel | None:
        """Return the model that a repository holds, None where none of that name is known."""
        family = self.family(repo)
        found = [
            model
            for model in (family.models if family else ())
            for prefix in (family.prefixes if family else ())
            if f"{repo}-".startswith(f"{prefix}{model.size}-")
        ]
        return max(found, key=lambda model: len(model.size), default=None)

    def released(self, program: str, version: str) -> date | None:
        """Return when a version of a program was released, None where that is not known."""
        for software in self.software:
            if software.name.lower() == program.lower():
                return software.released.get(version)
        return None


def known_file(own: Path, named: str | None) -> Path:
    """Return the list of known models that a file of published figures is held against.

    Args:
        own: The file of published figures.
        named: What it names, relative to itself; None takes the list that comes with bakeoff.
    """
    return SHIPPED if named is None else own.parent / named
