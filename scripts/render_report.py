"""Rule render_report: the report, one self-contained HTML file."""

from pathlib import Path

from bakeoff.job import job
from bakeoff.paths import ROOT
from bakeoff.progress import say
from bakeoff.report.render import render_report


def main(
    *, source: Path, database: Path, out: Path, log: Path, title: str | None = None, language: str
) -> None:
    """Render the report.

    Args:
        source: Folder of ``report.qmd``.
        database: The DuckDB file of the results.
        out: HTML file to write.
        log: The job's own log.
        title: Title of the page; None keeps the one in ``report.qmd``.
        language: Language of the report.
    """
    with job("render_report", log):
        renderer = render_report(source, database, out, title=title, language=language)
        say(f"report · {out} · {out.stat().st_size:,} bytes · rendered by {renderer}")


if __name__ == "__main__":
    main(
        source=ROOT / "reports",
        database=Path(snakemake.input.database),
        out=Path(snakemake.output.report),
        log=Path(snakemake.log[0]),
        title=snakemake.params.title,
        language=snakemake.params.language,
    )
