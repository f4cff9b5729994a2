"""The plainest value that fits a JSON schema, as far as requests of tests use it."""

from collections.abc import Callable
from typing import Any

from bakeoff.reference.refusal import bad_request

#: References that are followed before a schema counts as endless.
_DEEPEST = 32


def instance(schema: dict[str, Any]) -> object:
    """Return a value that fits.

    Objects have all properties, lists as few items as they may, strings the first allowed value.

    Args:
        schema: Of the keywords, ``type``, ``properties``, ``items``, ``minItems``, ``enum``,
            ``const``, ``minimum``, ``minLength``, ``anyOf``, ``oneOf`` and ``$ref`` are heeded.

    Raises:
        ApiError: 400 if the schema is malformed, has a type that is not known, or never ends.
    """
    try:
        return _instance(schema, schema, 0)
    except (LookupError, TypeError, AttributeError) as error:
        raise bad_request(f"the JSON schema is malformed: {error!r:.80}") from None


def _instance(schema: dict[str, Any], root: dict[str, Any], depth: int) -> object:
    if depth > _DEEPEST:
        raise bad_request("the JSON schema refers to itself without end")
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for name in ("anyOf", "oneOf"):
        if name in schema:
            return _instance(schema[name][0], root, depth + 1)
    if "$ref" in schema:
        return _instance(_referred(schema["$ref"], root), root, depth + 1)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    makers: dict[str, Callable[[], object]] = {
        "object": lambda: {
            name: _instance(part, root, depth + 1)
            for name, part in schema.get("properties", {}).items()
        },
        "array": lambda: (
            [_instance(schema.get("items") or {}, root, depth + 1)] * schema.get("minItems", 1)
        ),
        "string": lambda: "reference".ljust(schema.get("minLength", 0), "."),
        "integer": lambda: schema.get("minimum", 1),
        "number": lambda: schema.get("minimum", 1.5),
        "boolean": lambda: True,
        "null": lambda: None,
    }
    if kind not in makers:
        raise bad_request(f"type {kind!r:.80} of a JSON schema is unknown: {', '.join(makers)}")
    return makers[kind]()


def _referred(reference: str, root: dict[str, Any]) -> dict[str, Any]:
    """Return the part of the schema that ``#/$defs/name`` names."""
    found: Any = root
    for name in reference.removeprefix("#/").split("/"):
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise bad_request(f"reference {reference!r:.80} of a JSON schema leads nowhere")
    return found
