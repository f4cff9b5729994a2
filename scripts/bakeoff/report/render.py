"""Rendering the report: Quarto where it is installed, our own small renderer elsewhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

import yaml

from bakeoff.errors import HarnessError
from bakeoff.language import LANGUAGE_VARIABLE, SOURCE_LANGUAGE, translations
from bakeoff.paths import ROOT
from bakeoff.report.notebook import render_notebook
from bakeoff.report.translate import translate_folder, translated_meta

#: Environment variable that tells the report's cells which database to read.
DATABASE_VARIABLE = "BAKEOFF_DATABASE"
_QUARTO_TIMEOUT_S = 1800
#: Front matter is read as Markdown; a title from the configuration is plain text. Only ASCII has
#: marks that mean something; a backslash before a Chinese character would be shown.
_MARKDOWN = re.compile(r"[!-/:-@\[-`{-~]")


def render_report(
    source: Path,
    database: Path,
    out: Path,
    *,
    title: str | None = None,
    language: str = SOURCE_LANGUAGE,
    renderer: Literal["auto", "quarto", "bakeoff"] = "auto",
) -> Literal["quarto", "bakeoff"]:
    """Render a report to one self-contained HTML file, swapped in when it is complete.

    Args:
        source: Folder of ``report.qmd`` and what it includes; only read.
        database: The DuckDB file of the results.
        out: HTML file to write; an earlier one stays until the new one is complete.
        title: Title of the page, plain text; None keeps the one in ``report.qmd``.
        language: Language of the report, see :mod:`bakeoff.language`.
        renderer: ``quarto``, our own, or whichever there is (``auto``).

    Returns:
        The renderer that was used.

    Raises:
        HarnessError: No database, no catalogue of the language, no Quarto though asked for, or
            the render failed; the message holds the traceback of the cell that failed.
    """
    quarto = None if renderer == "bakeoff" else shutil.which("quarto")
    if renderer == "quarto" and not quarto:
        raise HarnessError("quarto is not on PATH: install it, or render with our own renderer")
    if not database.is_file():
        raise HarnessError(f"no database at {database}: run load_database first")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bakeoff-report-") as scratch:
        folder = Path(scratch)
        document = _copy_source(source, folder / "source", title, language)
        page = document.with_suffix(".html")
        environment = _environment(folder, database, language)
        if quarto:
            _render_quarto(quarto, document, environment)
        else:
            _render_own(document, page, folder, environment)
        _swap_in(page, out)
    return "quarto" if quarto else "bakeoff"


def _copy_source(source: Path, folder: Path, title: str | None, language: str) -> Path:
    """Copy the source, since Quarto leaves files beside it, set its title and translate it."""
    ignored = shutil.ignore_patterns("releases", "locale", ".*", "*_files", "*.html")
    shutil.copytree(source, folder, ignore=ignored)
    document = folder / "report.qmd"
    if not document.is_file():
        raise HarnessError(f"no report.qmd in {source}")
    foreign = language != SOURCE_LANGUAGE
    if foreign:
        translate_folder(folder, language)
    if title is not None or foreign:
        _, front_matter, body = document.read_text(encoding="utf-8").split("---\n", 2)
        meta = yaml.safe_load(front_matter)
        if title is not None:
            meta |= {"title": _MARKDOWN.sub(r"\\\g<0>", title)}
        if foreign:
            meta = translated_meta(meta, language, translations(language).gettext)
        text = yaml.safe_dump(meta, sort_keys=False, allow_unicode=True)
        document.write_text(f"---\n{text}---\n{body}", encoding="utf-8")
    return document


def _environment(folder: Path, database: Path, language: str) -> dict[str, str]:
    """Return the variables under which cells run in this interpreter, on this database."""
    kernel = folder / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    specification = {"argv": command, "display_name": "bakeoff", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(specification), encoding="utf-8")
    inherited = os.environ.get("PYTHONPATH", "")
    return {
        DATABASE_VARIABLE: str(database.resolve()),
        LANGUAGE_VARIABLE: language,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT / "scripts"), inherited])),
        "JUPYTER_PATH": str(folder / "jupyter"),
        "QUARTO_PYTHON": sys.executable,
        # The user's own start-up files must not change what a report says.
        "IPYTHONDIR": str(folder / "ipython"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def _render_own(document: Path, page: Path, folder: Path, environment: dict[str, str]) -> None:
    kernel = folder / "jupyter" / "kernels" / "python3" / "kernel.json"
    specification = json.loads(kernel.read_text(encoding="utf-8"))
    kernel.write_text(json.dumps(specification | {"env": environment}), encoding="utf-8")
    render_notebook(document, page, kernels=kernel.parents[1])


def _render_quarto(quarto: str, document: Path, environment: dict[str, str]) -> None:
    finished = subprocess.run(
        [quarto, "render", document.name, "--to", "html", "--no-cache"],
        cwd=document.parent,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_QUARTO_TIMEOUT_S,
        check=False,
    )
    if finished.returncode:
        raise HarnessError(f"quarto render failed:\n{finished.stdout}\n{finished.stderr}")


def _swap_in(page: Path, out: Path) -> None:
    partial = out.with_name(f".{out.name}.partial")
    shutil.copyfile(page, partial)
    partial.replace(out)
