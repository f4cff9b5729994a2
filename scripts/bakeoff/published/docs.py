"""Derive the tables of ``config/published/README.md`` from the models and the checks.

Run as ``python -m bakeoff.published.docs`` after a change to them; a test fails while the file is
out of step.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bakeoff.config.docs import renewed
from bakeoff.paths import ROOT
from bakeoff.published import claims, models
from bakeoff.published.checks import checks
from bakeoff.published.known import Known, KnownFamily, KnownModel, KnownSoftware

README_PATH = ROOT / "config" / "published" / "README.md"
BEGIN = (
    "<!-- generated from scripts/bakeoff/published; change it there, then run\n"
    "`python -m bakeoff.published.docs` -->"
)
END = "<!-- end of the generated part -->"
#: Where each model stands in a file, in the order of the tables.
_PLACES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("the file", models.Published),
    ("workload", models.Workload),
    ("systems", models.System),
    ("figures", models.Figure),
    ("claims, `kind: percent`", claims.PercentClaim),
    ("claims, `kind: difference`", claims.DifferenceClaim),
    ("claims, `kind: leader`", claims.LeaderClaim),
    ("claims, `kind: recommendation`", claims.RecommendationClaim),
    ("claims, `kind: statement`", claims.StatementClaim),
    ("a list of known models", Known),
    ("families", KnownFamily),
    ("families.models", KnownModel),
    ("software", KnownSoftware),
)


def tables_text() -> str:
    """Return one Markdown table of keys for each model, and one of the checks."""
    parts = [_section(place, model) for place, model in _PLACES]
    rows = [f"| {check.label} | {check.about} |" for check in checks()]
    head = ["### What is checked", "", "| check | what is reckoned |", "| --- | --- |"]
    return "\n\n".join([*parts, "\n".join([*head, *rows])])


def readme_text(current: str) -> str:
    """Return the README with its generated part renewed.

    Raises:
        ValueError: If the marks around the generated part are missing.
    """
    return renewed(current, tables_text(), begin=BEGIN, end=END)


def _section(place: str, model: type[BaseModel]) -> str:
    rows = [_row(name, field) for name, field in model.model_fields.items()]
    about = " ".join((model.__doc__ or "").split())
    head = f"### {place}\n\n{about}\n\n| key | needed | meaning |\n| --- | --- | --- |\n"
    return head + "\n".join(rows)


def _row(name: str, field: FieldInfo) -> str:
    needed = "yes" if field.is_required() else "no"
    meaning = " ".join((field.description or "").split()).replace("|", "\\|")
    allowed = ", ".join(f"`{value}`" for value in _literals(field.annotation))
    return f"| `{name}` | {needed} | {meaning}{f' One of {allowed}.' if allowed else ''} |"


def _literals(annotation: object) -> Iterator[str]:
    """Yield the words that a field may hold, where it may hold nothing else."""
    for value in getattr(annotation, "__args__", ()):
        if isinstance(value, str):
            yield value
        elif value is not type(None) and hasattr(value, "__args__"):
            yield from _literals(value)


def main() -> None:
    """Write the README."""
    current = README_PATH.read_text(encoding="utf-8")
    README_PATH.write_text(readme_text(current), encoding="utf-8")


if __name__ == "__main__":
    main()
