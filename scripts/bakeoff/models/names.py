"""What a model is called in file names, and where its weights lie.

Everything here is cheap and reads no weights: the Snakefile calls it while it is parsed.
"""

import hashlib
import re
from pathlib import Path

from bakeoff.config.models import DemoModel, HubModel, ModelSource, PathModel
from bakeoff.models.selection import selected_files
from bakeoff.paths import MODELS


def _slug(text: str) -> str:
    """Return the text in the letters of file names, different for different texts."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "-", text)
    if plain == text:
        return text
    return f"{plain}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def model_key(source: ModelSource) -> str:
    """Return the name of the model in file names.

    ``owner--name@revision`` for the hub, ``name-<8 hex of the absolute path>`` for a path,
    ``demo-llama-s1`` for a demo model, ``demo-llama-s1-days_in_weeks`` for one with a skill.
    """
    if isinstance(source, HubModel):
        return f"{source.repo.replace('/', '--')}@{_slug(source.revision)}"
    if isinstance(source, PathModel):
        absolute = source.path.absolute()
        marked = hashlib.sha256(str(absolute).encode()).hexdigest()[:8]
        return f"{re.sub(r'[^A-Za-z0-9._-]', '-', absolute.name) or 'model'}-{marked}"
    plain = f"demo-{source.family}-s{source.seed}"
    return plain if source.skill == "none" else f"{plain}-{source.skill}"


def model_title(source: ModelSource) -> str:
    """Return the model as people name it: repository, path or demo family."""
    if isinstance(source, HubModel):
        return source.repo
    if isinstance(source, PathModel):
        return str(source.path)
    plain = f"demo {source.family}"
    return plain if source.skill == "none" else f"{plain}, {source.skill}"


def weights_dir(source: ModelSource) -> Path:
    """Return the directory of the weights: the user's own, or ``models/{key}``."""
    return source.path if isinstance(source, PathModel) else MODELS / model_key(source)


def fingerprint(source: ModelSource) -> str:
    """Return a hash that changes when the model may have changed.

    For a path: of the names, sizes and modification times of its files, so that a directory
    that was edited in place is looked at again. For a demo model with a skill: of the source,
    all that decides what it learns, and whether it can be taught here. For other sources: of
    the source itself.
    """
    if isinstance(source, DemoModel) and source.skill != "none":
        from bakeoff.models.demo import training  # noqa: PLC0415 -- other models do without NumPy

        parts = [source.model_dump_json(), training.lesson_key(source), str(training.can_teach())]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()
    if isinstance(source, HubModel | DemoModel):
        return hashlib.sha256(source.model_dump_json().encode()).hexdigest()
    stats = [(path.relative_to(source.path), path.stat()) for path in selected_files(source.path)]
    lines = [f"{path.as_posix()} {stat.st_size} {stat.st_mtime_ns}" for path, stat in stats]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
