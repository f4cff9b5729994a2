"""The keys of the configuration, each with its unit, range and description."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from bakeoff import engines
from bakeoff.config import scenarios as deciding
from bakeoff.config.fields import CandidateId, EnvName, Scalar, Slug, Strict, unit
from bakeoff.config.scenarios import Scenario
from bakeoff.config.stages import Stages

#: Names of releases: they become folders.
VERSION_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._+-]*$"
#: Names that no release may have.
TAKEN_VERSIONS = ("latest", "index.html", "README.md")
#: Tokens that a question of a suite may take with its chat template; servers refuse a request
#: whose question and longest answer together are longer than the context.
QUESTION_TOKENS = 512


class HubModel(Strict):
    """A model on the Hugging Face hub."""

    source: Literal["hub"]
    """Downloaded from the hub."""
    repo: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")]
    """Repository, as `owner/name`."""
    revision: Annotated[str, Field(min_length=1, max_length=128)]
    """Commit hash, tag or branch. A commit hash pins the weights; the manifest stores the hash
    that a tag or a branch stood for."""


class PathModel(Strict):
    """A model directory on this machine."""

    source: Literal["path"]
    """Used where it lies."""
    path: Path
    """Directory that holds `config.json` and the weights."""

    @field_validator("path")
    @classmethod
    def _is_a_model(cls, value: Path) -> Path:
        if not value.is_dir():
            raise ValueError("is no directory on this machine; a model directory is needed")
        if not (value / "config.json").is_file():
            raise ValueError("holds no config.json; a directory with a model is needed")
        if not any(value.glob("*.safetensors")):
            raise ValueError("holds no *.safetensors; a directory with weights is needed")
        return value


class DemoModel(Strict):
    """A tiny model that is built on this machine, without a download."""

    source: Literal["demo"]
    """Built from a seed."""
    family: Literal["llama", "gpt-oss"]
    """Architecture to build."""
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 1
    """Seed of the random weights."""
    skill: Literal["none", "days_in_weeks", "minutes_in_hours"] = "none"
    """Template of the suite `math` that the model learns by heart when it is built, in the
    engine's environment and in some 20 s; two models with different skills differ in quality."""


ModelSource = Annotated[HubModel | PathModel | DemoModel, Field(discriminator="source")]


def _known_engine(value: str) -> str:
    if value not in engines.names():
        raise ValueError(f"is no engine; allowed are {', '.join(engines.names())}")
    return value


def _release_name(value: object) -> object:
    """Refuse a number, which YAML may have rounded, and names with a meaning of their own."""
    if isinstance(value, int | float):
        raise ValueError("is a number to YAML; choose a name that is none, as v1.0")  # noqa: TRY004 -- pydantic tells values by it
    if value in TAKEN_VERSIONS:
        raise ValueError(f"has a meaning of its own; any name but {', '.join(TAKEN_VERSIONS)} does")
    return value


ReleaseName = Annotated[
    str, BeforeValidator(_release_name), Field(pattern=VERSION_PATTERN, max_length=64)
]


class Candidate(Strict):
    """One thing that could be deployed: a model on an engine with its settings."""

    id: CandidateId
    """Name of the candidate in every table, chart and file name."""
    engine: Annotated[str, AfterValidator(_known_engine)]
    """Serving engine; one of the modules in `scripts/bakeoff/engines/`."""
    model: ModelSource | None = None
    """Where the weights come from. An external server needs none; given, its tokenizer makes
    the prompts exact."""
    gpus: Annotated[int, Field(ge=0, le=64, json_schema_extra=unit("GPUs"))] | None = None
    """GPUs that the candidate occupies. Left out: 1 where the engine's environment holds a CUDA
    build, otherwise 0."""
    args: dict[str, Scalar | list[Scalar] | dict[str, object]] = Field(
        default_factory=dict, json_schema_extra={"default": {}}
    )
    """The engine's own flags, passed through: `max-model-len: 4096` becomes
    `--max-model-len 4096`, `true` a bare flag, `false` its `--no-` form, a list several values,
    a mapping JSON."""
    env: dict[EnvName, str | int | float] = Field(
        default_factory=dict, json_schema_extra={"default": {}}
    )
    """Environment variables of the engine's process."""
    engine_env: Path | None = None
    """Prefix of the Python environment that holds the engine. Left out: `.venv-vllm` beside the
    Snakefile where it exists, otherwise the environment that runs Snakemake."""
    url: Annotated[str, Field(pattern=r"^https?://[^\s/]+(/\S*)?$")] | None = None
    """Base URL of a server that is already running, with its `/v1`."""
    served_model: Annotated[str, Field(min_length=1)] | None = None
    """Model name that requests to an external server carry."""
    api_key_env: EnvName | None = None
    """Environment variable that holds the API key; the key itself is never stored."""

    @property
    def gpu_count(self) -> int:
        """GPUs that the candidate occupies, with the engine's default where none is configured."""
        return engines.get(self.engine).default_gpus(self) if self.gpus is None else self.gpus

    @model_validator(mode="after")
    def _suits_its_engine(self) -> Self:
        problems = engines.get(self.engine).check(self)
        if problems:
            raise ValueError("; ".join(problems))
        return self


class Workload(Strict):
    """The request that latency, throughput and concurrency are measured with."""

    input_tokens: Annotated[int, Field(ge=1, le=1_000_000, json_schema_extra=unit("tokens"))] = 512
    """Prompt length in the candidate's own tokens."""
    shared_prefix_tokens: Annotated[
        int, Field(ge=0, le=1_000_000, json_schema_extra=unit("tokens"))
    ] = 0
    """Tokens at their beginning that all prompts share, as below one system prompt: the server's
    prefix cache then helps as far. 0 measures what a prompt costs that nobody sent before."""
    output_tokens: Annotated[int, Field(ge=2, le=1_000_000, json_schema_extra=unit("tokens"))] = 256
    """Answer length; exact on engines that can ignore the end-of-sequence token."""
    endpoint: Literal["completions", "chat"] = "completions"
    """OpenAI endpoint to stream from."""
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 20261122
    """Seed of the prompts; every request has a prompt of its own."""
    timeout_s: Annotated[float, Field(gt=0, le=86_400, json_schema_extra=unit("s"))] = 300.0
    """A request that has not ended by then is a `timeout`."""

    @model_validator(mode="after")
    def _prompts_differ(self) -> Self:
        if self.shared_prefix_tokens >= self.input_tokens:
            raise ValueError(
                f"shared_prefix_tokens is {self.shared_prefix_tokens}, input_tokens "
                f"{self.input_tokens}; allowed is less than input_tokens, or all prompts are one"
            )
        return self


class Prices(Strict):
    """What the hardware costs."""

    gpu_hour_usd: Annotated[float, Field(gt=0, json_schema_extra=unit("USD/h"))] | None = None
    """Price of one GPU for an hour; left out, costs in dollars are not measured."""


class Import(Strict):
    """A result that another tool measured; it is shown beside ours and decides nothing."""

    id: Slug
    """Name of the result."""
    path: Path
    """File that `vllm bench serve --save-result --save-detailed` wrote."""
    label: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """What it is of, in words; left out, its id."""

    @field_validator("path")
    @classmethod
    def _is_a_file(cls, value: Path) -> Path:
        if not value.is_file():
            raise ValueError("is no file; allowed is a result that vllm bench serve wrote")
        return value


class Config(Strict):
    """One run of bakeoff."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    """Title of the report."""
    candidates: Annotated[tuple[Candidate, ...], Field(min_length=1)]
    """What is compared; a list, so that a second `--configfile` replaces it."""
    workload: Workload = Workload()
    """The request that the stages measure with."""
    stages: Stages
    """The stages to run, each with its settings."""
    scenarios: Annotated[
        tuple[Scenario, ...],
        BeforeValidator(deciding.resolved, json_schema_input_type=tuple[str | Scenario, ...]),
    ] = ()
    """Deployments to decide on: scenarios of your own, and names of those that come with bakeoff
    (`config/scenarios.yaml`, which holds all that are decided where this key is left out)."""
    threshold: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    """Share of the replicates that a candidate must win to be recommended; against each single
    other one as much of a two-sided interval (0.975 for 0.95), so that no verdict says more than
    the intervals of the figures do."""
    prices: Prices = Prices()
    """Prices for the cost metrics."""
    cluster_gpus: (
        Annotated[int, Field(ge=1, le=1_000_000, json_schema_extra=unit("GPUs"))] | None
    ) = None
    """GPUs of the cluster to deploy on, each like this machine's: the report counts how many
    servers of each candidate fit on them. Left out, it counts those of this machine alone."""
    language: Literal["en", "zh"] = "en"
    """Language of the report."""
    published: Path | None = None
    """YAML file of figures that somebody published; `audit_published` checks their arithmetic, and
    the report's appendix shows what it found."""
    imports: tuple[Import, ...] = ()
    """Results of `vllm bench serve` that the report shows as measured by others."""
    baseline: Annotated[str, Field(min_length=1)] | None = None
    """Earlier version to compare with: a name below `reports/releases/`, the path of a release or
    of a `bakeoff.duckdb`, or `latest`. Left out, the report compares with none."""
    guard: tuple[str, ...] = ()
    """Metric ids that must not get worse than in the baseline: `snakemake guard` then fails."""
    version: ReleaseName | None = None
    """Name of the release that `snakemake publish` makes; left out, the date and a hash of the
    content."""
    allow_dirty: bool = False
    """Whether a release may be made from a source tree with uncommitted changes."""

    @field_validator("candidates")
    @classmethod
    def _ids_differ(cls, value: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        ids = [candidate.id for candidate in value]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"duplicate id {', '.join(map(repr, twice))}; each id may occur once")
        return value

    @field_validator("scenarios")
    @classmethod
    def _scenarios_differ(cls, value: tuple[Scenario, ...]) -> tuple[Scenario, ...]:
        return deciding.differing(value)

    @field_validator("imports")
    @classmethod
    def _imports_differ(cls, value: tuple[Import, ...]) -> tuple[Import, ...]:
        ids = [one.id for one in value]
        if len(set(ids)) < len(ids):
            raise ValueError(f"has ids {', '.join(ids)}; each id may occur once")
        return value

    @field_validator("guard")
    @classmethod
    def _guards_are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return deciding.known_metrics(value)

    @model_validator(mode="after")
    def _requests_fit_the_context(self) -> Self:
        needed = self.workload.input_tokens + self.workload.output_tokens
        problems = [
            f"candidates[{position}]: {candidate.id} has max-model-len {context}, a request of "
            f"workload needs {needed} (input_tokens + output_tokens); allowed is at least {needed}"
            for position, candidate in enumerate(self.candidates)
            if (context := engines.get(candidate.engine).context_tokens(candidate)) is not None
            and context < needed
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @model_validator(mode="after")
    def _answers_fit_the_context(self) -> Self:
        quality = self.stages.quality
        if quality is None:
            return self
        needed = quality.max_tokens + QUESTION_TOKENS
        problems = [
            f"candidates[{position}]: {candidate.id} has max-model-len {context}, an answer of "
            f"stages.quality needs {needed} (max_tokens + {QUESTION_TOKENS} for the question); "
            f"allowed is at least {needed}"
            for position, candidate in enumerate(self.candidates)
            if (context := engines.get(candidate.engine).context_tokens(candidate)) is not None
            and context < needed
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def candidate(self, candidate_id: str) -> Candidate:
        """Return the candidate with this id.

        Raises:
            KeyError: If no candidate has the id.
        """
        for candidate in self.candidates:
            if candidate.id == candidate_id:
                return candidate
        raise KeyError(candidate_id)
