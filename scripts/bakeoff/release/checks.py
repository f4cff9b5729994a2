"""Whether there is something to publish, and whether it may be published."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from bakeoff.config.models import Config
from bakeoff.config.slices import config_hash, stage_slice
from bakeoff.errors import HarnessError
from bakeoff.methods import METHOD_VERSIONS
from bakeoff.release import facts
from bakeoff.release.contents import Part
from bakeoff.release.source import SourceState
from bakeoff.store.files import read_json

#: Beside the files, for the metadata and what a file system needs of its own.
_RESERVE_BYTES = 64 * 1024 * 1024
_SHOWN_FILES = 5


class RefusedError(HarnessError):
    """A release was refused; the message says why and what to do."""


def refuse_dirty(source: SourceState, *, allow_dirty: bool) -> None:
    """Refuse a source tree that was changed since its commit, unless that is allowed.

    Raises:
        RefusedError: If it was.
    """
    if not source.dirty or allow_dirty:
        return
    shown = ", ".join(source.changed[:_SHOWN_FILES])
    more = len(source.changed) - _SHOWN_FILES
    raise RefusedError(
        f"the source tree was changed since commit {(source.commit or 'none')[:12]}: {shown}"
        + (f" and {more} more" if more > 0 else "")
        + "; commit the changes, or publish them marked as such with --config allow_dirty=true"
    )


def refuse_stale(config: Config, results: Path) -> None:
    """Refuse results that are missing, of another configuration, or made in another order.

    Raises:
        RefusedError: If a product is missing, a stage was measured with other settings, or the
            database or the report is older than what it is made from.
    """
    database, report = results / "bakeoff.duckdb", results / "report" / "report.html"
    for path in (database, results / "data-dictionary.md", report):
        if not path.is_file():
            raise RefusedError(f"{path} is missing; run `snakemake --cores all` first")
    problems = [*_other_settings(config, results), *_not_loaded(config, results, database)]
    if report.stat().st_mtime < database.stat().st_mtime:
        problems.append(f"{report} is older than {database}")
    if problems:
        raise RefusedError(
            "the results were not made by this configuration:\n"
            + "\n".join(f"  {problem}" for problem in problems)
            + "\nrun `snakemake --cores all` with the same --configfile first, then publish"
        )


def _asked(config: Config) -> Iterator[tuple[str, str]]:
    for candidate in config.candidates:
        for stage in config.stages.asked:
            yield candidate.id, stage


def _other_settings(config: Config, results: Path) -> Iterator[str]:
    """Yield the stages that were not measured with this configuration."""
    for candidate, stage in _asked(config):
        path = results / candidate / stage / "stage.json"
        if not path.is_file():
            yield f"{path} is missing"
            continue
        record = read_json(path)
        if record["config_hash"] == config_hash(stage_slice(config, candidate, stage)):
            continue
        if record["method_version"] != METHOD_VERSIONS[stage]:
            yield (
                f"{path}: method version {record['method_version']}, now {METHOD_VERSIONS[stage]}"
            )
        else:
            yield f"{path}: measured with other settings"


def _not_loaded(config: Config, results: Path, database: Path) -> Iterator[str]:
    """Yield the stages whose rows are not those in the database."""
    with duckdb.connect(str(database), read_only=True) as connection:
        loaded = {
            (row["candidate"], row["stage"]): row["started_at"] for row in facts.stages(connection)
        }
    for candidate, stage in _asked(config):
        path = results / candidate / stage / "stage.json"
        if path.is_file() and read_json(path)["started_at"] != loaded.get((candidate, stage)):
            yield f"{path}: not the one in {database}"
    for candidate, stage in sorted(loaded.keys() - set(_asked(config))):
        yield f"{database} holds {candidate} · {stage}, which this configuration does not ask for"


def refuse_full_disk(parts: Iterable[Part], folder: Path) -> None:
    """Refuse to begin a copy that the disk has no room for.

    Raises:
        RefusedError: If it has none.
    """
    needed = sum(part.bytes for part in parts) + _RESERVE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise RefusedError(
            f"a release of {needed / 1e6:,.0f} MB does not fit on the disk of {folder}, which has "
            f"{free / 1e6:,.0f} MB free; make room, for instance by removing an old release"
        )
