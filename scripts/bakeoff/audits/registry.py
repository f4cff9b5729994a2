"""All audits, by id: the rows of ``audits``, and what the report tells of them.

To add one, declare it in the module of its neighbours, or add a module with a tuple
``AUDITS`` and name it below.
"""

from collections.abc import Iterator
from typing import Any

import duckdb

from bakeoff.audits import clock, instrument, lengths, loads, machine, outcomes, server, steady
from bakeoff.audits.base import Audit, Finding, Source
from bakeoff.config.models import Config

#: In the order in which the report shows them.
AUDITS: tuple[Audit, ...] = (
    *clock.AUDITS,
    *instrument.AUDITS,
    *server.AUDITS,
    *lengths.AUDITS,
    *steady.AUDITS,
    *machine.AUDITS,
    *outcomes.AUDITS,
)


def get(audit_id: str) -> Audit:
    """Return the audit of this id.

    Raises:
        KeyError: If there is none.
    """
    for audit in AUDITS:
        if audit.id == audit_id:
            return audit
    raise KeyError(audit_id)


def rows(connection: duckdb.DuckDBPyConnection, config: Config) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table ``audits``: every audit of every load of every candidate.

    Args:
        connection: The database, its raw tables loaded.
        config: What was asked of the requests.
    """
    for source in loads.sources(connection, config):
        for audit in AUDITS:
            yield _row(audit, source, audit.find(source))


def _row(audit: Audit, source: Source, found: Finding) -> dict[str, Any]:
    load = source.load
    return {
        "candidate": load.candidate,
        "stage": load.stage,
        "start_no": load.start_no,
        "load": load.load,
        "level": load.level,
        "audit": audit.id,
        "passed": found.passed,
        "value": found.value,
        "limit": found.limit,
        "unit": audit.unit,
        "severity": found.severity or audit.severity,
        "note": found.note,
    }


def amount(value: float, unit: str) -> str:
    """Return a value or limit as people read it: a share in percent, the rest with its unit."""
    if unit == "share":
        return f"{value * 100:.3g}\u00a0%"
    return f"{value:,.3g}" + ("" if unit == "1" else f"\u00a0{unit}")
