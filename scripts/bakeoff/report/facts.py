"""What machine measured, and when: read from the tables, told in words."""

from __future__ import annotations

from datetime import UTC, datetime

from babel.dates import format_date

from bakeoff.language import locale, phrase, phrases
from bakeoff.report.data import Report
from bakeoff.report.numbers import scale_for, span


def facts(report: Report) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the host's known facts: section and name to value and unit."""
    rows = report.rows("SELECT section, name, value, unit FROM hosts WHERE value IS NOT NULL")
    return {
        (str(r["section"]), str(r["name"])): (str(r["value"]), str(r["unit"] or "")) for r in rows
    }


def packages(report: Report) -> dict[str, dict[str, str]]:
    """Return the packages of each environment: section to package and version.

    An environment is a section that names its Python.
    """
    known = facts(report)
    environments = [section for section, name in known if name == "python" and section != "system"]
    return {
        environment: {n: v for (s, n), (v, _) in known.items() if s == environment}
        for environment in environments
    }


def gpu_memory_bytes(report: Report) -> float | None:
    """Return the memory of one GPU; None without a GPU or where GPUs differ."""
    totals = {
        v for (s, n), (v, _) in facts(report).items() if s.startswith("gpu") and n == "memory_total"
    }
    return float(totals.pop()) if len(totals) == 1 else None


def hardware(report: Report) -> str:
    """Return the machine in a few words: GPUs, processor, cores and memory."""
    known = facts(report)
    gpus = [v for (s, n), (v, _) in sorted(known.items()) if s.startswith("gpu") and n == "name"]
    kinds = [f"{gpus.count(name):,} {name}" for name in dict.fromkeys(gpus)]
    cpu = known.get(("cpu", "model"), (phrase("an unnamed processor"), ""))[0]
    cores = known.get(("cpu", "cores_usable"), known.get(("cpu", "cores")))
    memory = known.get(("memory", "total"), known.get(("memory", "total_bytes")))
    parts = [*kinds, cpu]
    if cores:
        parts.append(phrases("{n} core", "{n} cores", int(float(cores[0]))))
    if memory:
        size = float(memory[0])
        parts.append(phrase("{size} of memory", size=scale_for("B", [size]).text(size)))
    return phrase(", ").join([*parts, *([] if gpus else [phrase("no GPU")])])


def measured_on(report: Report) -> str:
    """Return the day or days on which stages ran; empty where none did."""
    rows = report.rows("SELECT min(started_at) AS first, max(started_at) AS last FROM stages")
    days = [_day(str(rows[0][key])) for key in ("first", "last") if rows and rows[0][key]]
    return span(*days) if len(set(days)) == 2 else "".join(days[:1])


def _day(iso: str) -> str:
    when = datetime.fromisoformat(iso).astimezone(UTC)
    return format_date(when, "long", locale())
