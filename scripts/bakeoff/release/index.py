"""`index.html`: the list of all releases, made from their manifests alone."""

from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from bakeoff import language as spoken
from bakeoff.language import phrase, phrases
from bakeoff.paths import ROOT
from bakeoff.release.contents import REPORT
from bakeoff.release.manifest import MANIFEST, Manifest, releases
from bakeoff.report.html import Content, Html, Table, joined, paragraph, safe, table, tag, worded
from bakeoff.report.numbers import listed
from bakeoff.store.files import write_text

INDEX = "index.html"
#: What the list needs beside the report's own theme.
_STYLE = """
body { max-width: 76rem; }
.releases td, .releases th { vertical-align: top; }
.releases td:nth-child(2) { white-space: nowrap; }
.releases td > div + div { margin-top: 0.4rem; }
.releases .scenario { display: block; color: var(--muted); font-size: 0.9em; }
@media screen and (max-width: 48rem) {
  .releases thead { display: none; }
  .releases table, .releases tbody, .releases tr, .releases th, .releases td {
    display: block; width: 100%; text-align: left; border: 0; padding: 0.1rem 0;
  }
  .releases tr { padding: 0.8rem 0; border-top: 1px solid var(--line); }
}
"""


def write_index(folder: Path, *, language: str = spoken.SOURCE_LANGUAGE) -> Path:
    """Write the list of the releases in a folder; it appears whole or not at all.

    Args:
        folder: Folder of all releases.
        language: Language of the list.
    """
    path = folder / INDEX
    with spoken.speaking(language):
        write_text(path, page(folder, language).text + "\n")
    return path


def page(folder: Path, language: str) -> Html:
    """Return the page."""
    found = releases(folder)
    title = phrase("Releases")
    theme = (ROOT / "reports" / "theme.css").read_text(encoding="utf-8")
    head = [
        Html('<meta charset="utf-8">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        tag("title", title),
        tag("style", Html(theme + _STYLE)),
    ]
    parts = [
        tag("h1", title, class_="title"),
        _told(found),
        _table(found) if found else Html(""),
        _unreadable(folder, found),
    ]
    body = tag("body", tag("main", parts))
    opening = Html(f'<!DOCTYPE html>\n<html lang="{safe(language)}">')
    return opening + tag("head", head) + body + Html("</html>")


def _told(found: list[Manifest]) -> Html:
    if not found:
        return paragraph(phrase("Nothing was published yet."), "behind")
    number = phrases(
        "{n} release, frozen with its rows.", "{n} releases, each frozen with its rows.", len(found)
    )
    command = tag("code", "snakemake verify_release")
    check = worded(
        "{command} tells whether they are still as they were published.", command=command
    )
    return paragraph([number, " ", check], "behind")


def _table(found: list[Manifest]) -> Html:
    head = [
        phrase("Version"),
        phrase("Published"),
        phrase("Study"),
        phrase("To deploy"),
        phrase("Machine"),
        phrase("Source"),
    ]
    rows = [
        [_link(one), _day(one), _study(one), _deploy(one), _machine(one), _source(one)]
        for one in found
    ]
    return table(Table(head, rows, kind="releases", key=[one.version for one in found]))


def _link(one: Manifest) -> Html:
    return tag("a", one.version, href=f"{quote(one.version)}/{REPORT}")


def _day(one: Manifest) -> str:
    return datetime.fromisoformat(one.created_at).strftime("%Y-%m-%d %H:%M UTC")


def _study(one: Manifest) -> Html:
    names = listed(str(candidate["id"]) for candidate in one.candidates)
    return _lines(tag("strong", one.title), names)


def _deploy(one: Manifest) -> Content:
    if not one.recommendations:
        return phrase("no scenario was decided")
    lines = [
        tag("span", one.scenarios.get(scenario, scenario), class_="scenario")
        + (tag("strong", listed(who, "or")) if who else tag("em", phrase("none")))
        for scenario, who in one.recommendations.items()
    ]
    return _lines(*lines)


def _machine(one: Manifest) -> Html:
    return _lines(str(one.host["hardware"]), tag("code", str(one.host["host"] or "")))


def _source(one: Manifest) -> Html:
    commit = one.git["commit"]
    if commit is None:
        return _lines(phrase("commit unknown"))
    changed = phrase("changed since") if one.git["dirty"] else ""
    return _lines(tag("code", str(commit)[:12]), *([changed] if changed else []))


def _lines(*parts: Content) -> Html:
    return joined([tag("div", part) for part in parts])


def _unreadable(folder: Path, found: list[Manifest]) -> Html:
    known = {one.version for one in found}
    lost = sorted(
        path.parent.name
        for path in folder.glob(f"*/{MANIFEST}")
        if path.parent.name not in known and not path.parent.name.startswith(".")
    )
    if not lost:
        return Html("")
    return paragraph(
        phrase("What cannot be read is not listed: {names}.", names=listed(lost)), "note"
    )
