"""The base model and the field types that the configuration's models share."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

SLUG_PATTERN = r"^[a-z0-9][a-z0-9._-]*$"
#: Folders beside the candidates' own in ``results/``.
RESERVED_IDS = frozenset(
    {
        "changes",
        "crosscheck",
        "export",
        "failed",
        "host",
        "imported",
        "logs",
        "models",
        "published",
        "quality",
        "rating",
        "report",
    }
)


class Strict(BaseModel):
    """A frozen model that knows exactly its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def unit(name: str) -> dict[str, Any]:
    """Return the ``json_schema_extra`` that gives a field its unit."""
    return {"unit": name}


def _not_reserved(value: str) -> str:
    if value in RESERVED_IDS:
        raise ValueError(f"is reserved; any slug but {', '.join(sorted(RESERVED_IDS))} will do")
    return value


Slug = Annotated[str, Field(pattern=SLUG_PATTERN, max_length=64)]
CandidateId = Annotated[Slug, AfterValidator(_not_reserved)]
EnvName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Seconds = Annotated[float, Field(gt=0, le=86_400, json_schema_extra=unit("s"))]
Scalar = bool | int | float | str | None
