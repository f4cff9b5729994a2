"""What the model card and the licence file say."""

import re
from pathlib import Path

import yaml

_FRONT_MATTER = re.compile(r"\A\ufeff?---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
_WORD = re.compile(r"[^\W_][^\s]*")
_SPDX = re.compile(r"SPDX-License-Identifier:\s*(\S+)")


def _card_text(directory: Path) -> str:
    path = directory / "README.md"
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _front_matter(text: str) -> dict[str, object]:
    match = _FRONT_MATTER.match(text)
    try:
        found = yaml.safe_load(match[1]) if match else None
    except yaml.YAMLError:
        return {}  # a card with a broken head is still a card
    return found if isinstance(found, dict) else {}


def _licence_file(directory: Path) -> str | None:
    """Return the SPDX id, or else the first line, of the licence file."""
    for path in sorted(directory.iterdir()):
        if path.is_file() and path.name.lower().startswith(("license", "licence")):
            text = path.read_text(encoding="utf-8", errors="replace")
            if spdx := _SPDX.search(text):
                return spdx[1]
            return next((line.strip() for line in text.splitlines() if line.strip()), None)
    return None


def read_license(directory: Path) -> str | None:
    """Return the licence that the card's head names, or else the licence file."""
    head = _front_matter(_card_text(directory))
    named = head.get("license")
    if named in {"other", "unknown"}:  # the hub's words for "see license_name"
        named = head.get("license_name", named)
    if isinstance(named, list):
        named = ", ".join(map(str, named))
    return str(named) if named else _licence_file(directory)


def read_headings(directory: Path) -> tuple[str, ...]:
    """Return the section headings of the model card, code blocks left out."""
    text = _FRONT_MATTER.sub("", _card_text(directory))
    return tuple(_HEADING.findall(_FENCED.sub("", text)))


def read_words(directory: Path) -> int:
    """Return how many words of prose the model card has: code, and signs alone, do not count."""
    prose = _FENCED.sub("", _FRONT_MATTER.sub("", _card_text(directory)))
    return len(_WORD.findall(prose))
