"""The machine, the candidates and the engines that the figures hold for."""

from __future__ import annotations

import json

from bakeoff.language import marked, phrase, phrases, retold
from bakeoff.report.data import Report, Row
from bakeoff.report.facts import facts, packages
from bakeoff.report.html import Content, Html, Table, folded, joined, paragraph, table, tag
from bakeoff.report.numbers import plain, scale_for
from bakeoff.report.parts import named

SECTIONS = {
    "cpu": marked("Processor"),
    "memory": marked("Memory"),
    "disk": marked("Disk"),
    "system": marked("System"),
    "python": marked("Python"),
    "git": marked("Source"),
}
_BILLION, _MILLION = 1e9, 1e6


def candidates(report: Report) -> Html:
    """Return a table of the candidates: model, weights, engine, flags."""
    rows = report.rows("SELECT * FROM candidates ORDER BY position")
    head: list[Content] = ["", *(named(report, str(row["candidate"])) for row in rows)]
    shown: list[list[Content]] = [
        [phrase("Model"), *(_text(row["model"]) for row in rows)],
        [phrase("Architecture"), *(_text(row["architecture"]) for row in rows)],
        [phrase("Parameters"), *(_parameters(row) for row in rows)],
        [phrase("Weight files"), *(_bytes(row["weights_bytes"]) for row in rows)],
        [phrase("Quantisation"), *(str(row["quantization"] or phrase("none")) for row in rows)],
        [phrase("Licence"), *(str(row["license"] or phrase("not named")) for row in rows)],
        [phrase("Engine"), *(_engine(report, row) for row in rows)],
        [phrase("GPUs"), *(str(row["gpus"]) for row in rows)],
        [phrase("Flags"), *(_settings(row["args"], "--") for row in rows)],
        [phrase("Environment"), *(_settings(row["env"], "") for row in rows)],
    ]
    if any(row["url"] for row in rows):
        shown.append([phrase("URL"), *(_text(row["url"]) for row in rows)])
    return table(Table(head, shown, kind="columns"))


def _text(value: object) -> str:
    return str(value) if value else phrase("not known")


def _parameters(row: Row) -> str:
    if row["parameters"] is None:
        return phrase("not known")
    number = float(str(row["parameters"]))
    if number >= _BILLION:
        return phrase("{number} billion", number=plain(number / _BILLION))
    if number >= _MILLION:
        return phrase("{number} million", number=plain(number / _MILLION))
    return f"{number:,.0f}"


def _bytes(value: object) -> str:
    if value is None:
        return phrase("not known")
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
        return phrase("none")
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
        [_section(section), retold(name.replace("_", " ")), _fact(value, unit)]
        for (section, name), (value, unit) in facts(report).items()
        if section not in environments
    ]
    if not shown:
        return paragraph(phrase("Nothing is known of the machine."), "note")
    head = [phrase("component"), phrase("what"), phrase("value")]
    summary = phrases("{n} fact about the machine", "{n} facts about the machine", len(shown))
    return folded(summary, table(Table(head, shown, kind="tall")))


def _section(section: str) -> str:
    if section.startswith("gpu"):
        return phrase("GPU {number}", number=section.removeprefix("gpu"))
    return phrase(SECTIONS[section]) if section in SECTIONS else section


def _fact(value: str, unit: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return value
    if unit in {"B", "bytes"}:
        return scale_for("B", [number]).text(number)
    return f"{value}\u00a0{unit}" if unit else value
