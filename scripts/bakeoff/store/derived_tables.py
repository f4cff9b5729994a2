"""The tables that are made from the rows: checks, figures, and what they rest on."""

from bakeoff.store.table import (
    BOOL,
    CANDIDATE,
    FLOAT,
    INT,
    LEVEL,
    LOAD,
    STAGE,
    START_NO,
    TEXT,
    Column,
    Table,
    identifier,
)

AUDITS = Table(
    "audits",
    "One check of the measurement itself, at one load of one stage.",
    ("candidate", "stage", "start_no", "load", "level", "audit"),
    (
        CANDIDATE,
        STAGE,
        START_NO,
        LOAD,
        LEVEL,
        identifier("audit", "Audit id."),
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
        identifier("host", "Host name of the machine, hashed."),
        Column(
            "kind",
            TEXT,
            "A level of the configuration, or a step in the search for the client's ceiling.",
            required=True,
            allowed=("level", "ceiling"),
        ),
        LOAD,
        LEVEL,
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

PRICES = Table(
    "prices",
    "What the hardware costs; one row, or none where no price is configured.",
    ("gpu_hour_usd",),
    (Column("gpu_hour_usd", FLOAT, "Price of one GPU for an hour.", "USD/h", required=True),),
)

CLUSTER = Table(
    "cluster",
    "What is deployed on; one row, or none where no cluster is configured.",
    ("gpus",),
    (Column("gpus", INT, "GPUs, each like the measured machine's.", "GPUs", required=True),),
)

LEVEL_METRICS = Table(
    "level_metrics",
    "One figure of one load level of one candidate, with its interval.",
    ("candidate", "stage", "load", "level", "figure"),
    (
        CANDIDATE,
        STAGE,
        LOAD,
        LEVEL,
        identifier("figure", "Name of the figure, as the column of `level_figures`."),
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
        CANDIDATE,
        identifier("metric", "Metric id."),
        Column("value", FLOAT, "The figure; NULL is not measured."),
        Column("lo", FLOAT, "Lower end of the 95 % interval."),
        Column("hi", FLOAT, "Upper end of the 95 % interval."),
        Column("n", INT, "Observations behind the figure.", required=True),
        Column("unit", TEXT, "Unit of value, lo and hi.", required=True),
        Column("note", TEXT, "What limits the figure."),
    ),
)
