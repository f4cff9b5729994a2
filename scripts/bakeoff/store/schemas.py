"""Every table, declared once.

From these declarations derive the Arrow schemas that Parquet files are written and read
with, the DuckDB tables, and the data dictionary. Times are integer nanoseconds on the
job's monotonic clock, whose origin in wall-clock time is in ``stage.json``.
"""

from dataclasses import dataclass
from types import MappingProxyType

import pyarrow as pa

INT, FLOAT, TEXT, BOOL = pa.int64(), pa.float64(), pa.string(), pa.bool_()
INTS = pa.list_(pa.int64())


@dataclass(frozen=True)
class Column:
    """One column: its Arrow type, unit and meaning.

    Attributes:
        name: Column name; ends in its unit where it has one (``_ns``, ``_bytes``).
        type: Arrow type.
        description: What a value means.
        unit: Unit of the values, empty for text and identifiers.
        required: Whether NULL ("not measured") is refused.
        allowed: The values a text column may take; empty where any text may stand.
    """

    name: str
    type: pa.DataType
    description: str
    unit: str = ""
    required: bool = False
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: its key and columns.

    Attributes:
        name: Table name in DuckDB.
        description: What one row is.
        key: Columns that together identify a row.
        columns: The columns in order.
    """

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def arrow(self) -> pa.Schema:
        """The Arrow schema."""
        return pa.schema([pa.field(c.name, c.type, nullable=not c.required) for c in self.columns])


def _id(name: str, description: str) -> Column:
    return Column(name, TEXT, description, required=True)


_CANDIDATE = _id("candidate", "Id of the candidate.")
_STAGE = _id("stage", "Stage that made the row.")
_START_NO = Column(
    "start_no", INT, "Which server start of the stage the row belongs to, from 0.", required=True
)

_LOAD = Column(
    "load",
    TEXT,
    "Whether a stream waits for its answer before it asks again (closed) or requests are sent on a "
    "schedule (open).",
    required=True,
    allowed=("closed", "open"),
)
_LEVEL = Column("level", FLOAT, "Streams (closed loop) or requests/s (open loop).", required=True)

CANDIDATES = Table(
    "candidates",
    "A candidate as configured, with what its model turned out to be.",
    ("candidate",),
    (
        _CANDIDATE,
        Column("position", INT, "Place in the configuration, from 0.", required=True),
        Column("engine", TEXT, "Serving engine.", required=True),
        Column("model", TEXT, "Model as people name it: repository, path or demo family."),
        Column("model_revision", TEXT, "Commit hash, or hash of the files where there is none."),
        Column("architecture", TEXT, "First entry of `architectures` in the model's config.json."),
        Column("parameters", INT, "Parameters, counted from the safetensors headers.", "1"),
        Column("parameters_by_dtype", TEXT, "The same by stored type, as a JSON object."),
        Column("weights_bytes", INT, "Size of all weight files.", "B"),
        Column("quantization", TEXT, "Quantisation method, NULL for none."),
        Column("tokenizer", TEXT, "Tokenizer type."),
        Column("license", TEXT, "Licence that the model card or its licence file names."),
        Column("gpus", INT, "GPUs that the candidate occupies.", "GPUs", required=True),
        Column("args", TEXT, "The engine's flags, as a JSON object.", required=True),
        Column("env", TEXT, "The engine's environment variables, as a JSON object.", required=True),
        Column("url", TEXT, "Base URL of an external server."),
    ),
)

HOSTS = Table(
    "hosts",
    "One fact about the machine that measured.",
    ("host", "section", "name"),
    (
        _id("host", "Host name of the machine, hashed."),
        _id("section", "gpu0, cpu, memory, disk, system, git, or the environment of a package."),
        _id("name", "What the fact is."),
        Column("value", TEXT, "The fact; NULL where it could not be read."),
        Column("unit", TEXT, "Unit of the value, NULL for text."),
    ),
)

STAGES = Table(
    "stages",
    "One stage of one candidate: how it ended.",
    ("candidate", "stage"),
    (
        _CANDIDATE,
        _STAGE,
        Column(
            "status",
            TEXT,
            "How the stage ended.",
            required=True,
            allowed=("ok", "failed", "skipped"),
        ),
        Column("error", TEXT, "Why it failed or was skipped."),
        Column("log_tail", TEXT, "Last lines of the engine's log, where the stage failed."),
        Column("method_version", INT, "Version of the stage's method.", required=True),
        Column(
            "config_hash", TEXT, "Hash of the config slice it was measured with.", required=True
        ),
        Column("started_at", TEXT, "Wall-clock start, ISO 8601, UTC.", required=True),
        Column("duration_s", FLOAT, "Wall-clock duration.", "s", required=True),
        Column(
            "origin_ns",
            INT,
            "Wall-clock time (Unix epoch) at 0 of the stage's monotonic clock.",
            "ns",
            required=True,
        ),
        Column("engine_version", TEXT, "Version of the engine."),
        Column("model_revision", TEXT, "Revision of the weights."),
        Column("command", TEXT, "Command line of the server, as a JSON list."),
        Column("facts", TEXT, "Figures from the engine's log, as a JSON object."),
        Column("notes", TEXT, "What a reader should know, as a JSON list of sentences."),
    ),
)

STARTUPS = Table(
    "startups",
    "One phase of one server start.",
    ("candidate", "stage", "start_no", "phase"),
    (
        _CANDIDATE,
        _STAGE,
        _START_NO,
        Column(
            "page_cache",
            TEXT,
            "State of the weights in the page cache; as_found for starts of other stages.",
            required=True,
            allowed=("cold", "warm", "as_found"),
        ),
        Column("phase", TEXT, "Phase of the start; `total` spans them all.", required=True),
        Column("begin_ns", INT, "Begin of the phase.", "ns", required=True),
        Column("end_ns", INT, "End of the phase; NULL if it was never reached.", "ns"),
        Column(
            "status",
            TEXT,
            "Whether the start succeeded.",
            required=True,
            allowed=("ok", "failed"),
        ),
    ),
)

REQUEST_STATUSES = (
    "ok",
    "timeout",
    "http_error",
    "disconnected",
    "malformed",
    "empty",
)

REQUESTS = Table(
    "requests",
    "One request, whatever happened to it.",
    ("candidate", "stage", "start_no", "load", "level", "phase", "request_no"),
    (
        _CANDIDATE,
        _STAGE,
        _START_NO,
        _LOAD,
        _LEVEL,
        Column(
            "phase",
            TEXT,
            "Whether the request is measured.",
            required=True,
            allowed=("warmup", "measure", "hold"),
        ),
        Column("request_no", INT, "Number within start, level and phase, from 0.", required=True),
        Column("scheduled_ns", INT, "When it should have been sent.", "ns", required=True),
        Column("sent_ns", INT, "When its bytes were handed to the socket.", "ns"),
        Column("first_token_ns", INT, "First event with a token, reasoning or answer.", "ns"),
        Column("first_answer_ns", INT, "First event with answer content.", "ns"),
        Column("last_token_ns", INT, "Last event with a token.", "ns"),
        Column("done_ns", INT, "End of the response, or of the waiting for it.", "ns"),
        Column("prompt_tokens", INT, "Prompt tokens, from the server's usage.", "tokens"),
        Column("completion_tokens", INT, "Answer tokens, from the server's usage.", "tokens"),
        Column("reasoning_tokens", INT, "Reasoning tokens among them, where told.", "tokens"),
        Column("chunk_ns", INTS, "Arrival of each event that carries tokens.", "ns"),
        Column(
            "chunk_tokens",
            INTS,
            "Tokens each of these carried; NULL where the server does not tell.",
            "tokens",
        ),
        Column("finish_reason", TEXT, "The server's finish_reason."),
        Column(
            "status", TEXT, "What became of the request.", required=True, allowed=REQUEST_STATUSES
        ),
        Column("http_status", INT, "HTTP status code, NULL if no response began."),
        Column("error", TEXT, "What went wrong, with the server's own words."),
    ),
)

WINDOWS = Table(
    "windows",
    "The steady window of one load level: what throughput and energy are counted in.",
    ("candidate", "stage", "start_no", "load", "level"),
    (
        _CANDIDATE,
        _STAGE,
        _START_NO,
        _LOAD,
        _LEVEL,
        Column("begin_ns", INT, "When every stream had been answered once.", "ns", required=True),
        Column("end_ns", INT, "When duration and number of requests were reached.", "ns"),
        Column("note", TEXT, "Why the window ended early, or what a reader should know."),
    ),
)

PROBES = Table(
    "probes",
    "One level that the search for the maximum stable concurrency tried.",
    ("candidate", "stage", "start_no", "probe_no"),
    (
        _CANDIDATE,
        _STAGE,
        _START_NO,
        Column("probe_no", INT, "Number within the search, from 0.", required=True),
        Column(
            "kind", TEXT, "Part of the search.", required=True, allowed=("step", "bisect", "hold")
        ),
        _LEVEL,
        Column(
            "verdict",
            TEXT,
            "Whether the level meets the service level.",
            required=True,
            allowed=("passed", "failed", "undecided"),
        ),
        Column("reason", TEXT, "What decided it, with the number and its limit."),
        Column("requests", INT, "Requests that the verdict stands on.", required=True),
        Column("begin_ns", INT, "Begin of the probe.", "ns", required=True),
        Column("end_ns", INT, "End of the probe.", "ns", required=True),
        Column("ttft_p95_ms", FLOAT, "95th percentile of TTFT.", "ms"),
        Column("itl_p95_ms", FLOAT, "95th percentile of ITL.", "ms"),
        Column("error_rate", FLOAT, "Share of requests that failed."),
        Column("ttft_trend_ms_per_s", FLOAT, "Theil-Sen slope of TTFT over the probe.", "ms/s"),
    ),
)

TELEMETRY = Table(
    "telemetry",
    "One sample of one quantity.",
    ("candidate", "stage", "t_ns", "source", "device", "name"),
    (
        _CANDIDATE,
        _STAGE,
        _START_NO,
        Column("t_ns", INT, "When the sample was taken.", "ns", required=True),
        Column(
            "source",
            TEXT,
            "Where it comes from.",
            required=True,
            allowed=("nvml", "process", "host", "engine", "rapl"),
        ),
        Column(
            "device", TEXT, "GPU index, or `tree` for the server's process tree.", required=True
        ),
        Column(
            "name", TEXT, "Quantity, with its unit: memory_used_bytes, rss_bytes.", required=True
        ),
        Column("value", FLOAT, "The sample, in the unit that the name ends in.", required=True),
    ),
)

AUDITS = Table(
    "audits",
    "One check of the measurement itself, at one load of one stage.",
    ("candidate", "stage", "start_no", "load", "level", "audit"),
    (
        _CANDIDATE,
        _STAGE,
        _START_NO,
        _LOAD,
        _LEVEL,
        _id("audit", "Audit id."),
        Column("passed", BOOL, "Whether it passed; NULL does not apply or cannot be measured."),
        Column("value", FLOAT, "What was found."),
        Column("limit", FLOAT, "What the value may be at most."),
        Column("unit", TEXT, "Unit of value and limit.", required=True),
        Column(
            "severity",
            TEXT,
            "What a failure does: keep the metrics that it matters to out of the report, warn, or "
            "inform.",
            required=True,
            allowed=("excludes", "warns", "informs"),
        ),
        Column("note", TEXT, "The numbers behind the value, or why there is none."),
    ),
)


def _errors(name: str, of: str) -> tuple[Column, ...]:
    return tuple(
        Column(f"{name}_p{percent}_ms", FLOAT, f"P{percent} of {of}.", "ms")
        for percent in (50, 95, 99)
    )


CALIBRATIONS = Table(
    "calibrations",
    "The measuring client against the reference server, whose truth is known, at one load: "
    "errors are absolute differences between what the client saw and what the server did.",
    ("host", "kind", "load", "level", "processes", "itl_ms"),
    (
        _id("host", "Host name of the machine, hashed."),
        Column(
            "kind",
            TEXT,
            "A level of the configuration, or a step in the search for the client's ceiling.",
            required=True,
            allowed=("level", "ceiling"),
        ),
        _LOAD,
        _LEVEL,
        Column("processes", INT, "Processes that the client ran in.", required=True),
        Column("ttft_ms", FLOAT, "TTFT of the server's schedule.", "ms", required=True),
        Column("itl_ms", FLOAT, "ITL of the server's schedule.", "ms", required=True),
        Column("tokens", INT, "Tokens, and events, of each answer.", "tokens", required=True),
        Column("n", INT, "Requests that both sides know whole.", "requests", required=True),
        Column("lost", INT, "Requests that one side does not.", "requests", required=True),
        *_errors("ttft_error", "the error of TTFT"),
        *_errors("itl_error", "the error of a gap between two events"),
        *_errors("decode_error", "the error of the time from the first token to the last"),
        *_errors("e2e_error", "the error of the time to the last token"),
        *_errors("lag", "how late the client sent, after the schedule"),
        Column(
            "offered_events_per_s",
            FLOAT,
            "Events with tokens that the schedule asks for at this load.",
            "events/s",
            required=True,
        ),
        Column("events_per_s", FLOAT, "Events with tokens that the server wrote.", "events/s"),
        Column("client_cpu_share", FLOAT, "CPU time of the busiest client process by time."),
        Column("server_cpu_share", FLOAT, "CPU time of the reference server by time."),
        Column(
            "disturbed",
            FLOAT,
            "Time that the server, or a client process if that is more, waited for a CPU that "
            "others had, as a share of the time that it wanted one; NULL where both share their "
            "one CPU and wait for each other.",
        ),
        Column("server_late_p99_ms", FLOAT, "P99 of how late the server wrote.", "ms"),
        Column(
            "gave_way",
            TEXT,
            "What gave way: neither, the client (its error exploded), or the reference server "
            "(it could not write as fast as its schedule asked).",
            required=True,
            allowed=("none", "client", "server"),
        ),
    ),
)

SLO = Table(
    "slo",
    "The service level that requests and the stable concurrency are held to; one row.",
    ("ttft_p95_ms", "itl_p95_ms", "error_rate"),
    (
        Column("ttft_p95_ms", FLOAT, "Limit on the P95 of TTFT.", "ms", required=True),
        Column("itl_p95_ms", FLOAT, "Limit on the P95 of ITL.", "ms", required=True),
        Column("error_rate", FLOAT, "Share of requests that may fail.", required=True),
    ),
)

LEVEL_METRICS = Table(
    "level_metrics",
    "One figure of one load level of one candidate, with its interval.",
    ("candidate", "stage", "load", "level", "figure"),
    (
        _CANDIDATE,
        _STAGE,
        _LOAD,
        _LEVEL,
        _id("figure", "Name of the figure, as the column of `level_figures`."),
        Column("value", FLOAT, "The figure; NULL is not measured."),
        Column("lo", FLOAT, "Lower end of the 95 % interval."),
        Column("hi", FLOAT, "Upper end of the 95 % interval."),
        Column("n", INT, "Requests behind the figure.", required=True),
        Column("unit", TEXT, "Unit of value, lo and hi.", required=True),
        Column("note", TEXT, "What limits the figure."),
    ),
)

METRICS = Table(
    "metrics",
    "One figure of the registry for one candidate.",
    ("candidate", "metric"),
    (
        _CANDIDATE,
        _id("metric", "Metric id."),
        Column("value", FLOAT, "The figure; NULL is not measured."),
        Column("lo", FLOAT, "Lower end of the 95 % interval."),
        Column("hi", FLOAT, "Upper end of the 95 % interval."),
        Column("n", INT, "Observations behind the figure.", required=True),
        Column("unit", TEXT, "Unit of value, lo and hi.", required=True),
        Column("note", TEXT, "What limits the figure."),
    ),
)

#: All tables by name. Stages write the files of those in `STAGE_TABLES`;
#: the others are made when the database is loaded.
TABLES: MappingProxyType[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            CANDIDATES,
            HOSTS,
            STAGES,
            STARTUPS,
            REQUESTS,
            WINDOWS,
            PROBES,
            TELEMETRY,
            AUDITS,
            CALIBRATIONS,
            SLO,
            LEVEL_METRICS,
            METRICS,
        )
    }
)
#: Tables that a measuring stage writes as `results/{candidate}/{stage}/{table}.parquet`.
STAGE_TABLES = ("startups", "requests", "windows", "probes", "telemetry")
