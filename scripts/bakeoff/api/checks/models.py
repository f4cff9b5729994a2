"""The list of models, by which clients find out what is served."""

from bakeoff.api.base import Check, require
from bakeoff.api.exchange import Api
from bakeoff.api.reading import look


def models_list(api: Api) -> str:
    """Every entry is a model with an id, and the served model is among them."""
    body = api.get("/models").ok()
    require(look(body, "object") == "list", f"object is {body['object']!r}; it should be 'list'")
    ids = []
    for number, entry in enumerate(look(body, "data", kind=list)):
        ids.append(look(body, "data", number, "id", kind=str))
        require(
            entry.get("object") == "model",
            f"data.{number}.object is {entry.get('object')!r}; it should be 'model'",
        )
    require(api.target.model in ids, f"{api.target.model} is not listed; listed are {ids}")
    return ""


CHECKS = (Check(id="models_list", family="models", title="Models list", run=models_list),)
