"""Rendering a report without Quarto: run its cells, then let pandoc write the page."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pypandoc
import yaml
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from bakeoff.errors import HarnessError
from bakeoff.report.source import Cell, Document, Line, Prose, read_document
from bakeoff.report.subset import check_prose, outside_fences, references

_FILTER = Path(__file__).with_name("subset.lua")
_LABEL = re.compile(r"\{#(sec-[\w-]+)")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_CELL_TIMEOUT_S = 600


def render_notebook(document: Path, out: Path, *, kernels: Path) -> None:
    """Render a report to one self-contained HTML file.

    Args:
        document: The ``.qmd`` file; its folder is the cells' working directory.
        out: HTML file to write.
        kernels: Folder of Jupyter kernel specifications that holds ``python3``.

    Raises:
        HarnessError: The source is outside the subset, a cell failed (with its
            traceback), or a reference leads nowhere.
    """
    source = read_document(document)
    notebook = run_cells(source, kernels=kernels, folder=document.parent)
    pieces = [
        block.markdown if isinstance(block, Prose) else _cell_markdown(block, ran, source)
        for block, ran in zip(source.blocks, notebook.cells, strict=True)
    ]
    _check_references(source, pieces)
    _pandoc("\n\n".join(pieces), source.meta, out=out, folder=document.parent)


def run_cells(source: Document, *, kernels: Path, folder: Path) -> nbformat.NotebookNode:
    """Run the cells in order in one fresh kernel and return the notebook with their outputs.

    Raises:
        HarnessError: A cell raised; the message names its line and holds its traceback.
    """
    v4 = nbformat.v4
    cells = [
        v4.new_code_cell(block.code, id=f"cell-{number}")
        if isinstance(block, Cell)
        else v4.new_markdown_cell(block.markdown, id=f"cell-{number}")
        for number, block in enumerate(source.blocks)
    ]
    notebook = v4.new_notebook(cells=cells)
    specs = KernelSpecManager(kernel_dirs=[str(kernels)], ensure_native_kernel=False)
    # Sockets in the file system: nothing listens on the network while a report is made.
    manager = AsyncKernelManager(
        kernel_name="python3",
        kernel_spec_manager=specs,
        transport="ipc",
        connection_file=str(kernels / "kernel.json"),
    )
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=_CELL_TIMEOUT_S,
        resources={"metadata": {"path": str(folder)}},
    )
    client.owns_km = True  # or the kernel would outlive the render
    try:
        client.execute()
    except (CellExecutionError, DeadKernelError, CellTimeoutError) as error:
        # An empty cell is not run and not counted.
        cells_run = [b for b in source.blocks if isinstance(b, Cell) and b.code.strip()]
        failed = cells_run[max(client.code_cells_executed, 1) - 1]
        told = _ANSI.sub("", str(error))
        raise failed.fence.fail(f"this cell failed\n{told}\nin the cell") from error
    return notebook


def _cell_markdown(cell: Cell, ran: nbformat.NotebookNode, source: Document) -> str:
    execute = source.meta.get("execute")
    default = execute.get("echo", True) if isinstance(execute, dict) else True
    parts = []
    if cell.options.get("echo", default):
        parts.append(_fenced(cell.code, "python"))
    asis = cell.options.get("output") == "asis"
    parts += [_output_markdown(output, cell, asis=asis) for output in ran.outputs]
    label = str(cell.options.get("label", ""))
    caption = cell.options.get("fig-cap") or cell.options.get("tbl-cap")
    # Quarto leaves out a cell that showed nothing, its caption with it.
    if not caption or not parts:
        return "\n\n".join(parts)
    body = "\n\n".join([*parts, f"::: {{.caption}}\n{caption}\n:::"])
    return f"::::: {{#{label} .cell}}\n{body}\n:::::"


def _output_markdown(output: nbformat.NotebookNode, cell: Cell, *, asis: bool) -> str:
    if output.output_type == "stream":
        text = str(output.text)
        plain = not (asis and output.name == "stdout")
        return _fenced(text, "") if plain else _checked(text, cell)
    data = output.get("data", {})
    if "text/markdown" in data:
        return _checked(str(data["text/markdown"]), cell)
    if set(data) == {"text/plain"}:
        return _fenced(str(data["text/plain"]), "")
    # text/html would make Quarto load scripts from a CDN; images would not be charts.
    kinds = ", ".join(sorted(data)) or output.output_type
    raise cell.fence.fail(f"a cell's output must be Markdown or text, not {kinds}")


def _checked(markdown: str, cell: Cell) -> str:
    at = cell.fence
    check_prose([Line(at.path, at.number, text) for text in markdown.splitlines()])
    return markdown


def _fenced(text: str, language: str) -> str:
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def _check_references(source: Document, pieces: list[str]) -> None:
    """Refuse references that lead nowhere, naming the line of the reference."""
    lines: list[Line] = []
    labels: set[str] = set()
    for block, piece in zip(source.blocks, pieces, strict=True):
        if isinstance(block, Prose):
            lines.extend(block.lines)
        else:
            labels.add(str(block.options.get("label", "")))
            at = block.fence
            lines.extend(Line(at.path, at.number, text) for text in piece.splitlines())
    shown = list(outside_fences(lines))
    labels |= {name for line in shown for name in _LABEL.findall(line.text)}
    for line in shown:
        for name in references(line.text):
            if name not in labels:
                raise line.fail(f"@{name} leads nowhere")


def _pandoc(markdown: str, meta: dict[str, object], *, out: Path, folder: Path) -> None:
    formats = meta.get("format")
    options = formats.get("html", {}) if isinstance(formats, dict) else {}
    arguments = [
        "--standalone",
        "--embed-resources",
        "--mathml",
        "--wrap=preserve",
        f"--resource-path={folder}",
        f"--lua-filter={_FILTER}",
    ]
    # Read as Markdown, as Quarto reads its front matter.
    told = {key: meta[key] for key in ("title", "subtitle", "lang", "language") if key in meta}
    head = f"---\n{yaml.safe_dump(told, allow_unicode=True)}---\n\n"
    if options.get("toc"):
        arguments += ["--toc", f"--toc-depth={options.get('toc-depth', 3)}"]
        arguments.append(f"--variable=toc-title:{options.get('toc-title', 'Table of contents')}")
    if options.get("number-sections"):
        arguments.append("--number-sections")
    styles = options.get("css", [])
    styles = [styles] if isinstance(styles, str) else styles
    arguments.extend(f"--css={folder / style}" for style in styles)
    try:
        pypandoc.convert_text(
            head + markdown, "html5", format="markdown", extra_args=arguments, outputfile=str(out)
        )
    except RuntimeError as error:
        raise HarnessError(f"pandoc could not write {out.name}: {error}") from error
