"""Makes a model available and writes down what it is, whatever its source."""

from pathlib import Path

from bakeoff.config.models import DemoModel, HubModel, ModelSource
from bakeoff.errors import CandidateError
from bakeoff.models import hub
from bakeoff.models.demo import build_demo
from bakeoff.models.hashing import hash_files
from bakeoff.models.inspection import identity, inspect_model
from bakeoff.models.manifest import Manifest
from bakeoff.models.names import model_title, weights_dir
from bakeoff.models.selection import selected_files
from bakeoff.progress import say


def _bring(source: ModelSource, directory: Path) -> hub.Listing | None:
    """Put the model into the directory; return what the hub says that it must hold."""
    if isinstance(source, HubModel):
        repository = hub.Repository(repo=source.repo, revision=source.revision)
        return hub.download(repository, directory)
    if isinstance(source, DemoModel):
        build_demo(source, directory)
    return None  # a path is used where it lies


def _fetched(source: ModelSource, directory: Path) -> Manifest:
    title = model_title(source)
    listing = _bring(source, directory)
    paths = selected_files(directory)
    if listing is not None:  # the user's own notes among the files are none of the model's
        listed = {directory / entry.path for entry in listing.entries}
        paths = [path for path in paths if path in listed]
    files = hash_files(title, directory, paths)
    if listing is not None:
        hub.verify(listing, files, directory)
    revision = listing.commit if listing else None
    return inspect_model(source, directory, files, revision)


def fetch(source: ModelSource) -> Manifest:
    """Fetch a model into :func:`bakeoff.models.weights_dir` and inspect it.

    A model that cannot be had is a finding about its candidates, not an end of the run: the
    manifest then has the status ``failed`` and says why and what to do.

    Args:
        source: Where the model comes from.
    """
    directory = weights_dir(source)
    try:
        return _fetched(source, directory)
    except (CandidateError, OSError) as error:
        say(f"{model_title(source)} · failed · {error}")
        return Manifest(**identity(source, directory), status="failed", error=str(error))
