"""Derive ``config/schema.json`` and the tables of ``config/README.md`` from the models.

Run as ``python -m bakeoff.config.docs`` (``make docs``) after a change to the models; a
test fails while a derived file is out of step.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bakeoff.config.models import Config
from bakeoff.paths import ROOT

SCHEMA_PATH = ROOT / "config" / "schema.json"
README_PATH = ROOT / "config" / "README.md"
BEGIN = "<!-- generated from scripts/bakeoff/config; change it there, then run `make docs` -->"
END = "<!-- end of the generated part -->"
#: JSON schema's names of types, where YAML has others.
_KINDS = {"array": "list", "object": "mapping"}
_LIMITS = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "exclusiveMaximum": "< {}",
    "pattern": "matches `{}`",
    "minItems": "at least {} entry",
    "maxLength": "at most {} characters",
}

Node = Mapping[str, Any]


def schema_text() -> str:
    """Return the JSON schema of the configuration, as the text of ``schema.json``."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    schema |= Config.model_json_schema()
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def tables_text() -> str:
    """Return one Markdown table of keys for each model, in the order of the contract."""
    schema = Config.model_json_schema()
    definitions: dict[str, Node] = schema["$defs"]
    sections = [_section("config", schema)]
    sections += [_section(path, definitions[name]) for path, name in _models(schema, definitions)]
    return "\n\n".join(sections)


def readme_text(current: str) -> str:
    """Return the README with its generated part renewed.

    Raises:
        ValueError: If the marks around the generated part are missing.
    """
    return renewed(current, tables_text(), begin=BEGIN, end=END)


def renewed(current: str, generated: str, *, begin: str, end: str) -> str:
    """Return a Markdown file with the part between its two marks replaced.

    Args:
        current: The file's text.
        generated: What belongs between the marks.
        begin: The mark before it.
        end: The mark behind it.

    Raises:
        ValueError: If the marks are missing.
    """
    head, begun, rest = current.partition(begin)
    _, ended, tail = rest.partition(end)
    if not (begun and ended):
        raise ValueError(f"the file has lost the marks {begin!r} and {end!r}")
    return f"{head}{begin}\n\n{generated}\n\n{end}{tail}"


def _models(schema: Node, definitions: Mapping[str, Node]) -> Iterator[tuple[str, str]]:
    """Yield each model's dotted place in the config and its name, parents first."""
    queue, seen = [("", schema)], set()
    while queue:
        path, node = queue.pop(0)
        for key, field in node.get("properties", {}).items():
            for name in _references(field):
                place = f"{path}.{key}".removeprefix(".")
                if name in seen:
                    continue
                seen.add(name)
                yield place, name
                queue.append((place, definitions[name]))


def _references(node: Any) -> list[str]:
    """Return the names of the models that a field may hold."""
    if isinstance(node, list):
        return [name for item in node for name in _references(item)]
    if not isinstance(node, Mapping):
        return []
    own = [node["$ref"].rpartition("/")[2]] if "$ref" in node else []
    inside = ("anyOf", "oneOf", "items", "additionalProperties")
    named = list(node.get("patternProperties", {}).values())
    below = [node[key] for key in inside if key in node] + named
    return own + [name for part in below for name in _references(part)]


def _section(place: str, node: Node) -> str:
    """Return heading and table of one model."""
    source = node.get("properties", {}).get("source", {}).get("const")
    heading = f"{place}, `source: {source}`" if source else place
    about = " ".join(node.get("description", "").split())
    rows = [
        _row(key, field, required=key in node.get("required", ()))
        for key, field in node.get("properties", {}).items()
    ]
    if not rows:
        return f"### {heading}\n\n{about} It has no keys; write `{{}}`."
    table = ["| key | value | default | unit | meaning |", "| --- | --- | --- | --- | --- |", *rows]
    return f"### {heading}\n\n{about}\n\n" + "\n".join(table)


def _row(key: str, field: Node, *, required: bool) -> str:
    """Return one line of a table."""
    default = "required" if required else f"`{json.dumps(field.get('default'))}`"
    cells = (f"`{key}`", _values(field), default, _unit(field), field.get("description", ""))
    return "| " + " | ".join(" ".join(str(c).split()).replace("|", "\\|") for c in cells) + " |"


def _values(field: Node) -> str:
    """Return in words what a field may hold."""
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "$ref" in field:
        return "mapping, see below"
    for union in ("anyOf", "oneOf"):
        if union in field:
            words = (_values(part) for part in field[union] if part.get("type") != "null")
            return " or ".join(dict.fromkeys(words))
    limits = [words.format(field[limit]) for limit, words in _LIMITS.items() if limit in field]
    inner = f" of {_values(field['items'])}" if field.get("items") else ""
    kind = str(field.get("type", "any"))
    return ", ".join([f"{_KINDS.get(kind, kind)}{inner}", *limits])


def _unit(field: Node) -> str:
    """Return the unit of a field, looked for inside unions and lists as well."""
    if "unit" in field:
        return str(field["unit"])
    parts = [*field.get("anyOf", ()), *([field["items"]] if field.get("items") else [])]
    return next((unit for part in parts if (unit := _unit(part))), "")


def main() -> None:
    """Write both derived files."""
    SCHEMA_PATH.write_text(schema_text(), encoding="utf-8")
    README_PATH.write_text(readme_text(README_PATH.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
