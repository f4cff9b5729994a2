"""The tables of API compatibility: checks with their evidence, and facts of integration."""

from bakeoff.store.table import CANDIDATE, FLOAT, INT, STAGE, TEXT, Column, Table, identifier

API_CHECKS = Table(
    "api_checks",
    "One check of a candidate's API, with its evidence.",
    ("candidate", "check_id"),
    (
        CANDIDATE,
        STAGE,
        identifier("check_id", "Id of the check."),
        Column("position", INT, "Place in the suite, from 0.", required=True),
        Column(
            "family",
            TEXT,
            "What it belongs to; checks of `errors` make up `api_error_clarity`, all others "
            "`api_compatibility`.",
            required=True,
        ),
        Column("title", TEXT, "What is checked, in a few words.", required=True),
        Column(
            "status",
            TEXT,
            "passed; failed; not_applicable: the candidate does not claim it, or the check cannot "
            "be made here; not_answered: the server was gone.",
            required=True,
            allowed=("passed", "failed", "not_applicable", "not_answered"),
        ),
        Column("request", TEXT, "What was sent: method, path and body, cut to a readable length."),
        Column("response", TEXT, "What came back: status and body, cut to a readable length."),
        Column("http_status", INT, "HTTP status, NULL where there was no answer."),
        Column("duration_ms", FLOAT, "From the first byte sent to the last received.", "ms"),
        Column("note", TEXT, "Why it failed or does not apply, with the numbers."),
    ),
)

INTEGRATION_FACTS = Table(
    "integration_facts",
    "One fact that decides how hard a candidate is to integrate, from its model's files.",
    ("candidate", "fact"),
    (
        CANDIDATE,
        identifier("fact", "Id of the fact, as `tokenizer_type`, `licence`, `chat_template`."),
        Column("value", TEXT, "The fact; NULL is not known."),
        Column("note", TEXT, "Where it was read, or why it is not known."),
    ),
)
