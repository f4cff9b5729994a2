"""The cell of a check: its result, and what was sent and received, opened on demand."""

from __future__ import annotations

from bakeoff.language import phrase, retold
from bakeoff.report.apichecks import STATUSES, titled
from bakeoff.report.data import Report, Row
from bakeoff.report.html import Content, Html, paragraph, tag
from bakeoff.report.numbers import scale_for
from bakeoff.report.parts import named
from bakeoff.report.quoting import quoted, written

#: Characters and lines of a request or a response that the page holds.
_CHARACTERS, _LINES = 4_000, 200


def cell(report: Report, row: Row | None, word: str | None = None) -> Html:
    """Return a button that tells a check's result and opens its evidence.

    Args:
        report: The database.
        row: Row of ``api_checks``; None where the candidate was not asked.
        word: What stands beside the sign; None for the result in words,
            empty for the sign alone.
    """
    if row is None:
        return tag("span", phrase("not measured"), class_="missing")
    status = str(row["status"])
    sign, result = STATUSES[status]
    place = f"check-{row['check_id']}-{row['candidate']}"
    button = tag(
        "button",
        [
            tag("span", sign, class_="sign", aria_hidden="true"),
            phrase(result) if word is None else word,
        ],
        type="button",
        class_=f"check {status}",
        popovertarget=place,
        aria_label=phrase(
            "{check}, {candidate}: {result}",
            check=titled(str(row["title"])),
            candidate=row["candidate"],
            result=phrase(result),
        ),
    )
    return button + tag("div", _evidence(report, row), id=place, popover="auto", class_="evidence")


def _evidence(report: Report, row: Row) -> list[Content]:
    sign, result = STATUSES[str(row["status"])]
    place = f"check-{row['check_id']}-{row['candidate']}"
    parts: list[Content] = [
        tag("button", "×", type="button", class_="close", popovertarget=place,
            popovertargetaction="hide", aria_label=phrase("Close")),
        tag("p", titled(str(row["title"])), class_="evidence-title"),
        paragraph(
            [
                named(report, str(row["candidate"])),
                " ",
                tag("span", f"{sign} {phrase(result)}", class_=f"check-word {row['status']}"),
                tag("small", _took(row)),
            ]
        ),
    ]  # fmt: skip
    if row["note"]:
        parts.append(paragraph(quoted(retold(str(row["note"])))))
    for column, label in (("request", phrase("Sent")), ("response", phrase("Came back"))):
        text = written(str(row[column] or ""), characters=_CHARACTERS, lines=_LINES)
        parts += [tag("p", label, class_="answer-label"), text]
    parts.append(paragraph(tag("code", str(row["check_id"])), "note"))
    return parts


def _took(row: Row) -> str:
    told = []
    if row["http_status"] is not None:
        told.append(phrase("HTTP {status}", status=row["http_status"]))
    if row["duration_ms"] is not None:
        took = float(str(row["duration_ms"]))
        told.append(scale_for("ms", [took]).text(took))
    return "".join(f" · {part}" for part in told)
