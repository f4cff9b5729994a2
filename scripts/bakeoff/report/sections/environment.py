"""The machine, the candidates and the engines that the figures hold for."""

from __future__ import annotations

import json

from bakeoff.report.data import Report, Row
from bakeoff.report.facts import facts, packages
from bakeoff.report.html import Content, Html, Table, folded, joined, paragraph, table, tag
from bakeoff.report.numbers import count, plain, scale_for
from bakeoff.report.parts import named

SECTIONS = {
    "cpu": "Processor",
    "memory": "Memory",
    "disk": "Disk",
    "system": "System",
    "python": "Python",
    "git": "Source",
}


def candidates(report: Report) -> Html:
    """Return a table of the candidates: model, weights, engine, flags."""
    rows = report.rows("SELECT * FROM candidates ORDER BY position")
    head: list[Content] = ["", *(named(report, str(row["candidate"])) for row in rows)]
    shown: list[list[Content]] = [
        ["Model", *(_text(row["model"]) for row in rows)],
        ["Architecture", *(_text(row["architecture"]) for row in rows)],
        ["Parameters", *(_parameters(row) for row in rows)],
        ["Weight files", *(_bytes(row["weights_bytes"]) for row in rows)],
        ["Quantisation", *(str(row["quantization"] or "none") for row in rows)],
        ["Licence", *(str(row["license"] or "not named") for row in rows)],
        ["Engine", *(_engine(report, row) for row in rows)],
        ["GPUs", *(str(row["gpus"]) for row in rows)],
        ["Flags", *(_settings(row["args"], "--") for row in rows)],
        ["Environment", *(_settings(row["env"], "") for row in rows)],
    ]
    if any(row["url"] for row in rows):
        shown.append(["URL", *(_text(row["url"]) for row in rows)])
    return table(Table(head, shown, kind="columns"))


def _text(value: object) -> str:
    return str(value) if value else "not known"


def _parameters(row: Row) -> str:
    if row["parameters"] is None:
        return "not known"
    number = float(str(row["parameters"]))
    for size, word in ((1e9, "billion"), (1e6, "million")):
        if number >= size:
            return f"{plain(number / size)} {word}"
    return f"{number:,.0f}"


def _bytes(value: object) -> str:
    if value is None:
        return "not known"
    size = float(str(value))
    return scale_for("B", [size]).text(size)


def _engine(report: Report, row: Row) -> str:
    found = report.rows(
        "SELECT DISTINCT engine_version AS version FROM stages "
        "WHERE candidate = ? AND engine_version IS NOT NULL ORDER BY 1",
        [str(row["candidate"])],
    )
    return " ".join(
        [str(row["engine"]), " / ".join(str(each["version"]) for each in found)]
    ).strip()


def _settings(text: object, prefix: str) -> Content:
    settings = json.loads(str(text or "{}"))
    if not settings:
        return "none"
    between = " " if prefix else "="
    lines = [
        tag(
            "code",
            f"{prefix}{key}{between}{value if isinstance(value, str) else json.dumps(value)}",
        )
        for key, value in settings.items()
    ]
    return joined(lines, Html("<br>"))


def host(report: Report) -> Html:
    """Return a table of what is known of the machine, without its packages."""
    environments = packages(report)  # their packages stand under provenance
    shown: list[list[Content]] = [
        [_section(section), name.replace("_", " "), _fact(value, unit)]
        for (section, name), (value, unit) in facts(report).items()
        if section not in environments
    ]
    if not shown:
        return paragraph("Nothing is known of the machine.", "note")
    table_ = table(Table(["part", "what", "value"], shown, kind="tall"))
    return folded(f"{count(len(shown), 'fact')} about the machine", table_)


def _section(section: str) -> str:
    if section.startswith("gpu"):
        return f"GPU {section.removeprefix('gpu')}"
    return SECTIONS.get(section, section)


def _fact(value: str, unit: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return value
    if unit in {"B", "bytes"}:
        return scale_for("B", [number]).text(number)
    return f"{value}\u00a0{unit}" if unit else value
