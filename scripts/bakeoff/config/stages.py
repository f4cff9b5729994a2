"""The measuring stages and their settings."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from bakeoff.api.families import FAMILIES
from bakeoff.config.fields import SLUG_PATTERN, EnvName, Seconds, Strict, unit
from bakeoff.quality import suites

Count = Annotated[int, Field(ge=1, le=1_000_000)]
Level = Annotated[int, Field(ge=1, le=100_000, json_schema_extra=unit("requests in flight"))]
Milliseconds = Annotated[float, Field(gt=0, json_schema_extra=unit("ms"))]
Share = Annotated[float, Field(ge=0, le=1)]
SuiteName = Annotated[str, Field(pattern=SLUG_PATTERN, max_length=64)]

#: All stages, in the order in which they run.
BUILT = ("startup", "latency", "throughput", "concurrency", "api", "quality")


class StartupStage(Strict):
    """Cold start: process start to first token, again and again."""

    repeats: Annotated[int, Field(ge=1, le=100)] = 3
    """Starts for each state of the page cache."""
    page_cache: Annotated[tuple[Literal["cold", "warm"], ...], Field(min_length=1)] = (
        "cold",
        "warm",
    )
    """`cold`: the weights are evicted from the page cache first; `warm`: they are read first."""
    timeout_s: Seconds = 900.0
    """A start that has not answered by then has failed. Holds for the starts of every stage."""


class LatencyStage(Strict):
    """One request at a time."""

    requests: Count = 100
    """Measured requests over all starts. A P95 needs 72 for a 95 % interval, a P99 368."""
    warmup: Annotated[int, Field(ge=0, le=100_000)] = 5
    """Requests after each start that are not measured."""
    starts: Annotated[int, Field(ge=1, le=100)] = 1
    """Server starts that the measured requests are spread over; from two on, the intervals
    contain the difference between starts."""

    @model_validator(mode="after")
    def _each_start_has_requests(self) -> Self:
        if self.starts > self.requests:
            raise ValueError(
                f"starts is {self.starts}, requests {self.requests}; "
                "allowed are at most as many starts as requests"
            )
        return self


class ThroughputStage(Strict):
    """Closed loop at fixed levels, open loop at fixed rates."""

    concurrency: tuple[Level, ...] = (1, 4, 16, 64)
    """Closed-loop levels."""
    duration_s: Seconds = 60.0
    """Steady window of each level."""
    min_requests: Count = 100
    """Fewest measured requests of a level; its window lasts until both hold. A P95 needs 72
    for a 95 % interval, a P99 368."""
    rates: tuple[Annotated[float, Field(gt=0, json_schema_extra=unit("requests/s"))], ...] = ()
    """Open-loop rates (Poisson arrivals)."""

    @model_validator(mode="after")
    def _each_level_once(self) -> Self:
        if not self.concurrency and not self.rates:
            raise ValueError("concurrency and rates are both empty; allowed is one level or more")
        for name in ("concurrency", "rates"):
            levels = getattr(self, name)
            if len(set(levels)) < len(levels):
                raise ValueError(f"{name} is {list(levels)}; allowed is each level once")
        return self


class Slo(Strict):
    """The service level that a stable concurrency must meet."""

    ttft_p95_ms: Milliseconds = 2000.0
    """Limit on the 95th percentile of TTFT."""
    itl_p95_ms: Milliseconds = 100.0
    """Limit on the 95th percentile of ITL."""
    error_rate: Share = 0.0
    """Share of requests that may fail."""


class ConcurrencyStage(Strict):
    """The search for the maximum stable concurrency."""

    slo: Slo = Slo()
    """The service level to meet."""
    max: Level = 512
    """Highest level to try."""
    hold_s: Seconds = 120.0
    """How long the highest level must hold."""


class ApiStage(Strict):
    """The API conformance suite: a fixed list of checks, each of which passes or fails."""

    leave_out: tuple[str, ...] = ()
    """Families of checks that no client of yours needs, such as `tools`: they count as not
    applicable."""
    timeout_s: Seconds = 120.0
    """Longest silence of the server during an answer; a check that meets a longer one fails."""

    @field_validator("leave_out")
    @classmethod
    def _families(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in value if name not in FAMILIES]
        if unknown:
            raise ValueError(f"has {', '.join(unknown)}; allowed are {', '.join(FAMILIES)}")
        return value


class Judge(Strict):
    """A model that rates creative answers."""

    url: str
    """Base URL of the judge's server."""
    model: str
    """Model name that requests carry."""
    api_key_env: EnvName | None = None
    """Environment variable that holds the API key."""
    family: str
    """Model family; a judge of a candidate's family is warned of."""


class SuiteSettings(Strict):
    """Where the items of a suite come from."""

    items: Count | None = None
    """How many; left out, all items of a file or data set."""
    source: Literal["builtin", "file", "hub"] = "builtin"
    """`builtin`: a suite that comes with bakeoff; `file`: a JSONL file;
    `hub`: a data set on the Hugging Face hub."""
    suite: str | None = None
    """Suite that comes with bakeoff, where this one has another name."""
    templates: tuple[str, ...] = ()
    """Templates of a built-in suite to draw from; all where left out."""
    kind: Literal["math", "code", "creative"] | None = None
    """How the answers to items of a file or data set are graded."""
    path: Path | None = None
    """JSONL file, one item a line."""
    dataset: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")] | None = None
    """Data set, as `owner/name`."""
    revision: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    """Commit hash, tag or branch of the data set."""
    config_name: str | None = None
    """Configuration of the data set, where it has several."""
    split: str = "test"
    """Split of the data set."""
    fields: dict[str, str] = Field(default_factory=dict, json_schema_extra={"default": {}})
    """Which column of the data set holds what an item needs, such as `prompt: question`."""

    @model_validator(mode="after")
    def _source_has_what_it_needs(self) -> Self:
        needed = {
            "builtin": ("items",),
            "file": ("path", "kind"),
            "hub": ("dataset", "revision", "kind"),
        }[self.source]
        missing = [name for name in needed if getattr(self, name) is None]
        if missing:
            raise ValueError(f"source {self.source} needs {', '.join(missing)}")
        own = {"file": ("path",), "hub": ("dataset", "revision", "config_name", "fields")}
        strange = [
            name
            for source, names in own.items()
            if source != self.source
            for name in names
            if getattr(self, name)
        ]
        for key in ("templates", "suite"):
            strange += [key] if getattr(self, key) and self.source != "builtin" else []
        strange += ["kind"] if self.kind and self.source == "builtin" else []
        if strange:
            raise ValueError(f"source {self.source} knows no {', '.join(strange)}")
        return self


def _number_or_settings(value: object) -> str:
    return "<settings>" if isinstance(value, dict | SuiteSettings) else "<number>"


#: A number of items, or settings; told apart so that a mistake gets one message.
Suite = Annotated[
    Annotated[Count, Tag("<number>")] | Annotated[SuiteSettings, Tag("<settings>")],
    Discriminator(_number_or_settings),
]


def _default_suites() -> dict[str, int | SuiteSettings]:
    return {"math": 100, "code": 60, "creative": 30}


class QualityStage(Strict):
    """Answers generated through chat, graded, judged and rated."""

    seed: Annotated[int, Field(ge=0, lt=2**32)] = 20261122
    """Seed of the items, and of the sampling where the temperature is above 0."""
    suites: Annotated[dict[SuiteName, Suite], Field(min_length=1)] = Field(
        default_factory=_default_suites,
        json_schema_extra={"default": {"math": 100, "code": 60, "creative": 30}},
    )
    """Items of each suite: a number for the suites that come with bakeoff, settings, or null for
    a suite of the demo that is not wanted."""
    samples: Annotated[int, Field(ge=1, le=1000)] = 1
    """Answers to each item."""
    concurrency: Level = 4
    """Answers that are generated at the same time."""
    max_tokens: Annotated[int, Field(ge=1, json_schema_extra=unit("tokens"))] = 2048
    """Longest answer, reasoning included; one that ends there is `truncated`."""
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.0
    """Sampling temperature."""
    reasoning_effort: Literal["low", "medium", "high"] | None = None
    """Sent to models that reason; left out, the model's own default."""
    timeout_s: Seconds = 600.0
    """An answer that has not ended by then is `truncated`."""
    judge: Judge | None = None
    """Rates creative answers; left out, nobody but people do."""
    raters: Annotated[int, Field(ge=1, le=1000)] = 3
    """Pages that `snakemake rating_page` writes, one for each person who rates."""

    @field_validator("suites", mode="before")
    @classmethod
    def _without_those_left_out(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: asked for name, asked in value.items() if asked is not None}

    @field_validator("suites")
    @classmethod
    def _come_with_bakeoff(cls, value: dict[str, int | SuiteSettings]) -> dict[str, Any]:
        for name, asked in value.items():
            if isinstance(asked, SuiteSettings) and asked.source != "builtin":
                continue
            builtin = getattr(asked, "suite", None) or name
            if builtin not in suites.names():
                raise ValueError(
                    f"{builtin} does not come with bakeoff; allowed are "
                    f"{', '.join(suites.names())}, or settings with a source"
                )
            own = suites.get(builtin).templates
            unknown = [t for t in getattr(asked, "templates", ()) if t not in own]
            if unknown:
                raise ValueError(
                    f"{name}.templates has {', '.join(unknown)}; allowed are {', '.join(own)}"
                )
        return value

    @model_validator(mode="after")
    def _samples_differ(self) -> Self:
        if self.samples > 1 and self.temperature == 0:
            raise ValueError(
                f"samples is {self.samples} and temperature 0; "
                "allowed is a temperature above 0, or else all samples of an item are the same"
            )
        return self


class Stages(Strict):
    """What is measured; a stage that is left out does not run."""

    startup: StartupStage | None = None
    """Cold start and memory."""
    latency: LatencyStage | None = None
    """TTFT, ITL, decode speed and response time of single requests."""
    throughput: ThroughputStage | None = None
    """Throughput, goodput and energy by level."""
    concurrency: ConcurrencyStage | None = None
    """Maximum stable concurrency."""
    api: ApiStage | None = None
    """API compatibility, and how clearly errors are told."""
    quality: QualityStage | None = None
    """Answer quality, and what a correct answer costs."""

    @model_validator(mode="after")
    def _something_to_measure(self) -> Self:
        if not self.asked:
            raise ValueError(f"is empty, nothing would run; allowed are {', '.join(BUILT)}")
        return self

    @property
    def asked(self) -> tuple[str, ...]:
        """The stages to run, in the order in which they run."""
        return tuple(name for name in BUILT if getattr(self, name) is not None)

    @property
    def slo(self) -> Slo:
        """The service level: that of the concurrency stage, the default one without it."""
        return (self.concurrency or ConcurrencyStage()).slo
