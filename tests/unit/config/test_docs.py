"""The derived files are in step with the models, and every key is documented."""

from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from bakeoff.config import docs, fields, models, stages


def test_schema_json_is_in_step() -> None:
    assert docs.SCHEMA_PATH.read_text("utf-8") == docs.schema_text(), "run `make docs`"


def test_the_readme_is_in_step() -> None:
    current = docs.README_PATH.read_text("utf-8")
    assert docs.readme_text(current) == current, "run `make docs`"


def test_a_readme_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="lost the marks"):
        docs.readme_text("# The configuration\n")


def every_model() -> Iterator[type[BaseModel]]:
    for module in (models, stages):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, fields.Strict):
                yield value


@pytest.mark.parametrize("model", sorted(set(every_model()), key=lambda model: model.__name__))
def test_every_key_has_a_description(model: type[BaseModel]) -> None:
    assert model.__doc__
    for name, field in model.model_fields.items():
        assert field.description, f"{model.__name__}.{name}"
        assert f"`{name}`" in docs.tables_text()


def test_a_key_in_ms_or_s_says_so() -> None:
    for row in docs.tables_text().splitlines():
        key = row.split("|")[1].strip(" `") if row.startswith("| `") else ""
        if key.endswith("_ms"):
            assert "| ms |" in row
        elif key.endswith("_s"):
            assert "| s |" in row
