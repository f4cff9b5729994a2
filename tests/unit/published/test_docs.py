"""The README of published figures is in step with the models and the checks."""

import re

import yaml

from bakeoff.published.docs import README_PATH, readme_text
from bakeoff.published.known import SHIPPED, Known


def test_the_readme_is_in_step() -> None:
    current = README_PATH.read_text(encoding="utf-8")
    assert readme_text(current) == current, "run python -m bakeoff.published.docs"


def test_every_key_has_a_meaning() -> None:
    text = README_PATH.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `\w+` \| (?:yes|no) \|(.*)\|$", text, re.MULTILINE)
    assert len(rows) > 60
    assert all(row.strip() for row in rows)


def test_known_models_have_a_source() -> None:
    known = Known.model_validate(yaml.safe_load(SHIPPED.read_text(encoding="utf-8")))
    assert all(family.source.startswith("https://") for family in known.families)
    assert all(software.source.startswith("https://") for software in known.software)
