"""Which earlier version a study is compared with."""

import json
from dataclasses import dataclass
from pathlib import Path

from bakeoff.config.models import Config
from bakeoff.errors import ConfigError
from bakeoff.hashing import sha256
from bakeoff.paths import RELEASES, RESULTS
from bakeoff.release.contents import DATABASE
from bakeoff.release.manifest import MANIFEST, Manifest, releases

LATEST = "latest"


@dataclass(frozen=True)
class Baseline:
    """An earlier version.

    Attributes:
        name: What it is called.
        database: Its database, relative to the working directory where it lies below it.
    """

    name: str
    database: str


def baseline_of(
    config: Config, *, results: Path = RESULTS, folder: Path = RELEASES
) -> Baseline | None:
    """Return the version to compare with.

    `latest` is the newest release but those that froze the present results themselves: after
    publishing, a study is still compared with the one before it.

    Args:
        config: The configuration, with its ``baseline``.
        results: Folder of all results.
        folder: Folder of all releases.

    Returns:
        The baseline; None where none is configured, or `latest` is asked for before the first
        release.

    Raises:
        ConfigError: If there is no such release or database.
    """
    if config.baseline is None:
        return None
    if config.baseline == LATEST:
        others = [one for one in releases(folder) if not _froze(one, config, results)]
        if not others:
            return None
        return Baseline(others[0].version, str(folder / others[0].version / DATABASE))
    for path in (folder / config.baseline, Path(config.baseline)):
        database = path / DATABASE if path.is_dir() else path
        if database.is_file():
            return Baseline(_name(database, config.baseline), str(database))
    there = ", ".join(one.version for one in releases(folder)) or "none yet"
    raise ConfigError(
        f"baseline: {config.baseline!r} is neither a release in {folder}, nor a folder with a "
        f"{DATABASE}, nor such a file; releases there: {there}"
    )


def _name(database: Path, given: str) -> str:
    """Return the release's own name, where the database lies in one."""
    try:
        return str(json.loads((database.parent / MANIFEST).read_text("utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return given


def _froze(one: Manifest, config: Config, results: Path) -> bool:
    """Say whether a release holds the very measurements that lie in the results now."""
    records = [
        results / candidate.id / stage / "stage.json"
        for candidate in config.candidates
        for stage in config.stages.asked
    ]
    frozen = {file.path: file.sha256 for file in one.files}
    paths = {(Path("results") / path.relative_to(results)).as_posix(): path for path in records}
    return bool(paths) and all(
        path.is_file() and frozen.get(name) == sha256(path) for name, path in paths.items()
    )
