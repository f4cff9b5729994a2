"""Every table, declared once.

From these declarations derive the Arrow schemas that Parquet files are written and read
with, the DuckDB tables, and the data dictionary. Times are integer nanoseconds on the
job's monotonic clock, whose origin in wall-clock time is in ``stage.json``.
"""

from types import MappingProxyType

from bakeoff.store.api_tables import API_CHECKS, INTEGRATION_FACTS
from bakeoff.store.decision_tables import (
    CHANGES,
    PUBLISHED_CLAIMS,
    RECOMMENDATIONS,
    SCENARIO_FLIPS,
    SCENARIO_PARTS,
    SCENARIOS,
)
from bakeoff.store.derived_tables import (
    AUDITS,
    CALIBRATIONS,
    CLUSTER,
    LEVEL_METRICS,
    METRICS,
    PRICES,
    SLO,
)
from bakeoff.store.imported_tables import IMPORTED_METRICS, IMPORTED_REQUESTS, IMPORTED_RESULTS
from bakeoff.store.quality_tables import (
    ANSWERS,
    COMPARISONS,
    DIAGNOSTICS,
    GRADES,
    GROUPS,
    ITEMS,
    JUDGEMENTS,
    RATING_CHECKS,
    RATINGS,
)
from bakeoff.store.stage_tables import (
    PROBES,
    REQUEST_STATUSES,
    REQUESTS,
    STARTUPS,
    TELEMETRY,
    WINDOWS,
)
from bakeoff.store.table import (
    BOOL,
    CANDIDATE,
    FLOAT,
    INT,
    INTS,
    STAGE,
    TEXT,
    Column,
    Table,
    identifier,
)

__all__ = [
    "ANSWERS",
    "API_CHECKS",
    "AUDITS",
    "BOOL",
    "CALIBRATIONS",
    "CANDIDATES",
    "CHANGES",
    "CLUSTER",
    "COMPARISONS",
    "DIAGNOSTICS",
    "FLOAT",
    "GRADES",
    "GROUPS",
    "HOSTS",
    "IMPORTED_METRICS",
    "IMPORTED_REQUESTS",
    "IMPORTED_RESULTS",
    "IMPORTED_TABLES",
    "INT",
    "INTEGRATION_FACTS",
    "INTS",
    "ITEMS",
    "JUDGEMENTS",
    "LEVEL_METRICS",
    "METRICS",
    "PRICES",
    "PROBES",
    "PUBLISHED_CLAIMS",
    "RATINGS",
    "RATING_CHECKS",
    "RECOMMENDATIONS",
    "REQUESTS",
    "REQUEST_STATUSES",
    "SCENARIOS",
    "SCENARIO_FLIPS",
    "SCENARIO_PARTS",
    "SLO",
    "STAGES",
    "STAGE_TABLES",
    "STARTUPS",
    "TABLES",
    "TELEMETRY",
    "TEXT",
    "WINDOWS",
    "Column",
    "Table",
]

CANDIDATES = Table(
    "candidates",
    "A candidate as configured, with what its model turned out to be.",
    ("candidate",),
    (
        CANDIDATE,
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
        identifier("host", "Host name of the machine, hashed."),
        identifier("section", "gpu0, cpu, memory, disk, system, git, or a package's environment."),
        identifier("name", "What the fact is."),
        Column("value", TEXT, "The fact; NULL where it could not be read."),
        Column("unit", TEXT, "Unit of the value, NULL for text."),
    ),
)

STAGES = Table(
    "stages",
    "One stage of one candidate: how it ended.",
    ("candidate", "stage"),
    (
        CANDIDATE,
        STAGE,
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
            ITEMS,
            ANSWERS,
            GRADES,
            DIAGNOSTICS,
            JUDGEMENTS,
            RATINGS,
            RATING_CHECKS,
            COMPARISONS,
            GROUPS,
            AUDITS,
            CALIBRATIONS,
            SLO,
            PRICES,
            CLUSTER,
            LEVEL_METRICS,
            METRICS,
            API_CHECKS,
            INTEGRATION_FACTS,
            SCENARIOS,
            RECOMMENDATIONS,
            SCENARIO_PARTS,
            SCENARIO_FLIPS,
            PUBLISHED_CLAIMS,
            CHANGES,
            IMPORTED_RESULTS,
            IMPORTED_REQUESTS,
            IMPORTED_METRICS,
        )
    }
)
#: Tables that ``import_results`` writes as `results/imported/{table}.parquet`.
IMPORTED_TABLES = ("imported_results", "imported_requests", "imported_metrics")
#: Tables that a measuring stage writes as `results/{candidate}/{stage}/{table}.parquet`.
STAGE_TABLES = ("startups", "requests", "windows", "probes", "telemetry")
