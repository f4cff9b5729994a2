"""What a release holds, and where each part of it comes from.

To add something, add its files to one of the functions that :func:`contents` calls.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bakeoff.config.models import Config
from bakeoff.models.names import model_key
from bakeoff.paths import ROOT
from bakeoff.release.secrets import masked_config

#: Keys of the configuration that steer the publishing and nothing that was measured.
_NOT_PUBLISHED = frozenset({"version", "allow_dirty", "guard"})
CONFIG, REPORT, DATABASE, DICTIONARY = (
    "config.yaml",
    "report.html",
    "bakeoff.duckdb",
    "data-dictionary.md",
)
README = "README.md"
#: Folder of the rules and of the Snakefile in a release.
WORKFLOW = "workflow"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file of a release.

    Attributes:
        path: Where it goes, relative to the release's folder.
        what: What it is, in a sentence.
        source: The file to copy; None for a text.
        text: The text to write.
    """

    path: str
    what: str
    source: Path | None = None
    text: str = ""

    @property
    def bytes(self) -> int:
        """Its size."""
        return len(self.text.encode()) if self.source is None else self.source.stat().st_size


def contents(
    config: Config, results: Path, hosts: Iterable[dict[str, Any]], root: Path = ROOT
) -> list[Part]:
    """Return the files of a release, sorted by path.

    Args:
        config: What was measured; results of other candidates and stages are left out.
        results: Folder of all results.
        hosts: Rows of the table ``hosts``, which list the packages that were installed.
        root: The source tree.
    """
    parts = [
        *_products(config, results),
        *_measured(config, results),
        *_environment(hosts, root),
        *_workflow(root),
    ]
    return sorted(parts, key=lambda part: part.path)


def _products(config: Config, results: Path) -> Iterator[Part]:
    """Yield what people open: the report, the database and what explains it."""
    yield Part(path=REPORT, what="The report.", source=results / "report" / "report.html")
    yield Part(
        path=DATABASE,
        what="All rows, figures and verdicts, as a DuckDB database.",
        source=results / "bakeoff.duckdb",
    )
    yield Part(
        path=DICTIONARY,
        what="What each table and column of the database means.",
        source=results / "data-dictionary.md",
    )
    yield Part(path=README, what="What is in this release.", text=_readme_text(config))
    yield Part(
        path=CONFIG,
        what="The configuration with every default filled in; secret values are masked.",
        text=config_text(config),
    )


def _readme_text(config: Config) -> str:
    """Return what someone who opens the folder should know; it holds for any version."""
    return f"""# {config.title}

A study by bakeoff, frozen as it was published. Open `report.html`.

- `bakeoff.duckdb`: all rows, figures and verdicts; `data-dictionary.md` explains the columns
- `results/`: the raw rows (Parquet), stage records and server logs
- `config.yaml`: the configuration with every default filled in
- `environment/`: what the environments were made from, and what was installed
- `workflow/`: the Snakefile and its rules; `manifest.json` names the commit of the source
- `manifest.json`, `SHA256SUMS`, `ro-crate-metadata.json`: what this release is, file by file

`sha256sum --check SHA256SUMS` tells whether every file is the one that was published.
"""


def config_text(config: Config) -> str:
    """Return the configuration as resolved, as YAML."""
    shown = {k: v for k, v in masked_config(config).items() if k not in _NOT_PUBLISHED}
    return yaml.safe_dump(shown, sort_keys=False, allow_unicode=True)


def _measured(config: Config, results: Path) -> Iterator[Part]:
    """Yield the raw files of the stages, with their folders."""
    keys = {model_key(one.model) for one in config.candidates if one.model}
    folders = [results / "host"]
    # What an earlier configuration asked for may still lie there.
    folders += [results / "published"] if config.published else []
    folders += [results / "changes"] if config.baseline else []
    folders += [results / "models" / key for key in sorted(keys)]
    folders += [
        results / one.id / stage for one in config.candidates for stage in config.stages.asked
    ]
    if config.stages.quality is not None:
        folders += [results / "quality", results / "quality" / "sandbox"]
        folders += [
            results / c.id / made for c in config.candidates for made in ("grading", "judging")
        ]
    for folder in folders:
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            if what := _told(path):
                inside = Path("results") / path.relative_to(results)
                yield Part(path=inside.as_posix(), what=what, source=path)


def _told(path: Path) -> str:
    """Return what a file of the results is; empty for one that is not published."""
    if not path.is_file() or path.name.startswith("."):
        return ""
    if path.suffix == ".parquet":
        return f"Raw rows of the table {path.stem}."
    named = {
        "stage.json": "How the stage ended, and what it was measured with.",
        "server.log": "What the server wrote.",
        "host.json": "What is known of the machine.",
        "manifest.json": "The files of a model, with their hashes.",
        "sandbox.json": "What graded the answers that are code.",
        "refused_ratings.json": "Exports of rating pages that were refused, and why.",
    }
    return named.get(path.name, "")


def _environment(hosts: Iterable[dict[str, Any]], root: Path) -> Iterator[Part]:
    """Yield what the environments should hold, and what they held."""
    wanted = [root / "environment.yml", *sorted((root / "locks").glob("*.txt"))]
    for path in wanted:
        if path.is_file():
            what = "What the environments are made from."
            yield Part(path=f"environment/{path.relative_to(root)}", what=what, source=path)
    packages: dict[str, list[str]] = {}
    rows = [row for row in hosts if row["value"] is not None]
    sections = {row["section"] for row in rows if row["name"] == "python"} - {"system"}
    for row in sorted(rows, key=lambda row: str(row["name"])):
        if row["section"] in sections:
            packages.setdefault(str(row["section"]), []).append(f"{row['name']}=={row['value']}\n")
    names = _file_names(packages)
    for section, lines in sorted(packages.items()):
        what = f"Packages that were installed in the environment {section}."
        name = f"environment/installed-{names[section]}.txt"
        yield Part(path=name, what=what, text="".join(lines))


def _file_names(sections: Iterable[str]) -> dict[str, str]:
    """Return a file name for each environment, whose own name may be a path."""
    taken: dict[str, str] = {}
    for section in sorted(sections):
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(section).name or section).strip("-.") or "env"
        number = sum(name == plain or name.startswith(f"{plain}-") for name in taken.values())
        taken[section] = f"{plain}-{number + 1}" if number else plain
    return taken


def _workflow(root: Path) -> Iterator[Part]:
    """Yield the Snakefile and its rules; the commit names the rest of the source."""
    yield Part(path=f"{WORKFLOW}/Snakefile", what="The workflow.", source=root / "Snakefile")
    for path in sorted((root / "rules").glob("*.smk")):
        yield Part(path=f"{WORKFLOW}/rules/{path.name}", what="Rules of it.", source=path)
    licence = root / "LICENSE"
    if licence.is_file():
        yield Part(path=f"{WORKFLOW}/LICENSE", what="Licence of the workflow.", source=licence)
