"""Field types that the figures and the claims of a file of published figures share."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from bakeoff.config.fields import Slug
from bakeoff.published.number import Stated, stated

Number = Annotated[Stated, BeforeValidator(stated)]
Text = Annotated[str, Field(min_length=1, max_length=500)]
SystemId = Slug
FigureId = Slug
#: Units that checks can reckon with, in the unit that they reckon in (s, B, tokens/s).
UNITS: dict[str, dict[str, float]] = {
    "time": {"ms": 1e-3, "s": 1.0, "min": 60.0},
    "memory": {"MB": 1e6, "GB": 1e9, "MiB": 2.0**20, "GiB": 2.0**30},
    "speed": {"tokens/s": 1.0},
}
