"""The keys of a file of published figures; those of its claims are in ``claims``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from bakeoff.config.fields import Strict, unit
from bakeoff.published.claims import Claim
from bakeoff.published.fields import UNITS, FigureId, Number, SystemId, Text

#: What is measured, and the kind of its unit; the others may have any unit.
_KIND_OF_UNIT = {
    "ttft": "time",
    "total_time": "time",
    "startup": "time",
    "memory": "memory",
    "decode_speed": "speed",
}


class Workload(Strict):
    """The request that times were measured with."""

    input_tokens: Annotated[int, Field(ge=1, json_schema_extra=unit("tokens"))] | None = None
    """Prompt length."""
    output_tokens: Annotated[int, Field(ge=2, json_schema_extra=unit("tokens"))] | None = None
    """Answer length; needed to hold response times against decode speeds."""


class System(Strict):
    """One of the things that were compared, as the source describes it."""

    id: SystemId
    """How this file refers to it."""
    name: Text
    """What the source calls it."""
    model: str | None = None
    """Repository of the model, as `owner/name`."""
    publisher: str | None = None
    """Whose release the source says that it is."""
    tokenizer: str | None = None
    """Tokenizer, in the source's words."""
    parameters: Annotated[float, Field(gt=0)] | None = None
    """Parameters that the source gives; left out, those of the known model, else of the name."""
    dtype: str | None = None
    """Type that the weights are held in, as `FP16`."""
    gpus: Annotated[int, Field(ge=1, le=4096, json_schema_extra=unit("GPUs"))] | None = None
    """GPUs of the machine."""
    gpu_memory_gb: Annotated[float, Field(gt=0, json_schema_extra=unit("GB"))] | None = None
    """Memory of one GPU."""
    tensor_parallel: Annotated[int, Field(ge=1, le=4096, json_schema_extra=unit("GPUs"))] | None = (
        None
    )
    """GPUs that the model is said to be split over; left out, the source does not say."""


class Figure(Strict):
    """A row of a table: one quantity of every system."""

    id: FigureId
    """How this file refers to it."""
    label: Text
    """What the source calls it."""
    quantity: Literal[
        "ttft",
        "total_time",
        "decode_speed",
        "memory",
        "startup",
        "concurrency",
        "score",
        "other",
    ]
    """What is measured."""
    unit: str = ""
    """Unit of the values: ms, s or min for times, MB, GB, MiB or GiB for memory, tokens/s for
    decode speed."""
    statistic: Annotated[str, Field(pattern=r"^(value|mean|P\d{1,2}(\.\d+)?)$")] = "value"
    """What the values are of several runs: `mean`, a percentile as `P95`, or `value` where the
    source does not say."""
    better: Literal["lower", "higher"] | None = None
    """Which values are better."""
    n: Annotated[int, Field(ge=1)] | None = None
    """Runs, requests or questions behind each value; left out, the source does not say."""
    scale: tuple[float, float] | None = None
    """Lowest and highest score that could be given; scores need it."""
    step: Annotated[float, Field(gt=0)] | None = None
    """Smallest difference between two scores that could be given; left out, the source does not
    say."""
    raters: Annotated[int, Field(ge=1)] | None = None
    """People that scored each answer; left out, the source does not say."""
    after: FigureId | None = None
    """Figure of a moment that comes before this one, so whose values may not be larger."""
    values: Annotated[dict[SystemId, Number], Field(min_length=1)]
    """The values by system, as printed; quote a number whose last zeros count."""

    @model_validator(mode="after")
    def _can_be_reckoned_with(self) -> Self:
        kind = _KIND_OF_UNIT.get(self.quantity)
        if kind and self.unit not in UNITS[kind]:
            raise ValueError(
                f"unit is {self.unit!r}; allowed for {self.quantity} are {', '.join(UNITS[kind])}"
            )
        if self.quantity == "score" and self.scale is None:
            raise ValueError(
                "scale is missing; a score needs its lowest and highest value, as [1, 5]"
            )
        if self.scale is not None and not self.scale[0] < self.scale[1]:
            raise ValueError(f"scale is {list(self.scale)}; allowed is the lowest value first")
        for system, value in self.values.items():
            if self.quantity in {"memory", "decode_speed"} and value.range.lo <= 0:
                raise ValueError(f"values.{system} is {value.text}; allowed is more than 0")
            if self.scale and not self.scale[0] <= value.value <= self.scale[1]:
                raise ValueError(
                    f"values.{system} is {value.text}; allowed is {self.scale[0]:g} to "
                    f"{self.scale[1]:g}, its scale"
                )
        return self

    @property
    def percentile(self) -> float | None:
        """The percentile as a share, None where the values are none."""
        return float(self.statistic[1:]) / 100 if self.statistic.startswith("P") else None

    @property
    def base(self) -> float:
        """What one unit of the values is in s, B or tokens/s; 1 for units of no meaning here."""
        return UNITS.get(_KIND_OF_UNIT.get(self.quantity, ""), {}).get(self.unit, 1.0)


class Published(Strict):
    """Figures that somebody published, and what was claimed from them."""

    source: Text
    """Whose figures they are, as the audit names them."""
    workload: Workload = Workload()
    """The request that times were measured with."""
    software: dict[str, str] = Field(default_factory=dict)
    """Version of each program that served, as `vllm: 0.4.2`."""
    systems: Annotated[tuple[System, ...], Field(min_length=1)]
    """What was compared."""
    figures: tuple[Figure, ...] = ()
    """The tables, row by row."""
    claims: tuple[Claim, ...] = ()
    """What was drawn from them."""
    known_models: str | None = None
    """YAML file of models and software that exist, beside this one; left out, `known-models.yaml`
    that comes with bakeoff."""

    @field_validator("software", mode="before")
    @classmethod
    def _versions_are_text(cls, value: object) -> object:
        if isinstance(value, dict):
            numbers = [name for name, found in value.items() if not isinstance(found, str)]
            if numbers:
                raise ValueError(f"has a number for {', '.join(numbers)}; quote versions, as '0.4'")
        return value

    @model_validator(mode="after")
    def _refers_to_what_is_there(self) -> Self:
        systems, figures = [s.id for s in self.systems], [f.id for f in self.figures]
        problems = [*_twice("systems", systems), *_twice("figures", figures)]
        for figure in self.figures:
            place = f"figures {figure.id}"
            problems += _unknown(f"{place}.values", figure.values, systems)
            problems += _unknown(f"{place}.after", [figure.after], figures)
        for number, claim in enumerate(self.claims):
            for key, allowed in (
                ("of", systems),
                ("against", systems),
                ("leader", systems),
                ("system", systems),
                ("figure", figures),
                ("drawn_from", figures),
            ):
                problems += _unknown(
                    f"claims[{number}].{key}", [getattr(claim, key, None)], allowed
                )
            rests_on = getattr(claim, "rests_on", ())
            problems += _unknown(f"claims[{number}].rests_on", rests_on, figures)
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def system(self, system_id: str) -> System:
        """Return the system with this id.

        Raises:
            KeyError: If there is none.
        """
        return {system.id: system for system in self.systems}[system_id]

    def figure(self, figure_id: str) -> Figure:
        """Return the figure with this id.

        Raises:
            KeyError: If there is none.
        """
        return {figure.id: figure for figure in self.figures}[figure_id]


def _twice(key: str, ids: list[str]) -> list[str]:
    return [
        f"{key} has {name!r} twice; each id may occur once"
        for name in sorted({*ids})
        if ids.count(name) > 1
    ]


def _unknown(place: str, found: Iterable[str | None], allowed: list[str]) -> list[str]:
    return [
        f"{place} names {name!r}; allowed are {', '.join(allowed) or 'none, the list is empty'}"
        for name in found
        if name is not None and name not in allowed
    ]
