"""Files of a data set on the hub, at a revision, kept on disk and checked."""

from collections.abc import Callable
from pathlib import Path

from bakeoff.errors import CandidateError, HarnessError
from bakeoff.models import hub
from bakeoff.models.hashing import hash_files

#: Where data sets are kept, beside the models.
DATASETS = Path("models") / "datasets"


def fetch(dataset: str, revision: str, *, chosen: Callable[[list[str]], list[str]]) -> list[Path]:
    """Return files of a data set; what is already here whole is not asked for again.

    Args:
        dataset: ``owner/name``.
        revision: Commit hash, tag or branch.
        chosen: Picks the files that are needed from the names of all.

    Raises:
        HarnessError: If the hub refuses, cannot be reached, or a file is not what it says; the
            message says what to do.
    """
    repository = hub.Repository(repo=dataset, revision=revision, kind="dataset")
    directory = DATASETS / f"{dataset.replace('/', '--')}@{revision.replace('/', '--')}"
    try:
        listing = hub.download(repository, directory, needed=chosen)
        paths = [directory / entry.path for entry in listing.entries]
        hub.verify(listing, hash_files(repository.title, directory, paths), directory)
    except CandidateError as error:  # no candidate is at fault here
        raise HarnessError(str(error)) from None
    return paths
