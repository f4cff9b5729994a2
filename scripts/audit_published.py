"""Rule audit_published: what arithmetic says of figures that somebody published."""

from pathlib import Path

from bakeoff.job import job
from bakeoff.progress import say
from bakeoff.published.findings import counted, lines, page, rows
from bakeoff.published.load import load_study
from bakeoff.store.files import write_rows, write_text
from bakeoff.store.schemas import PUBLISHED_CLAIMS


def main(*, published: Path, claims: Path, table: Path, log: Path) -> None:
    """Check the figures and say every finding.

    Args:
        published: YAML file of the figures.
        claims: Parquet file to write: the rows of ``published_claims``.
        table: Markdown file to write: the same for people.
        log: The job's own log.
    """
    with job("audit_published", log):
        study = load_study(published)
        found = rows(study)
        write_rows(PUBLISHED_CLAIMS, claims, found)
        write_text(table, page(study.published.source, found))
        for line in lines(found):
            say(line)
        say(f"{study.published.source}: {counted(found)}; table: {table.resolve()}")


if __name__ == "__main__":
    main(
        published=Path(snakemake.input.files[0]),
        claims=Path(snakemake.output.claims),
        table=Path(snakemake.output.table),
        log=Path(snakemake.log[0]),
    )
