"""Rule crosscheck: the tables of agreement of all candidates on one page."""

from collections.abc import Sequence
from pathlib import Path

from bakeoff.crosscheck.table import page
from bakeoff.job import job
from bakeoff.progress import say
from bakeoff.store.files import read_json, write_text


def main(*, results: Sequence[Path], table: Path, log: Path) -> None:
    """Write the page and say each verdict.

    Args:
        results: JSON of each candidate, from ``measure_agreement``.
        table: Markdown file to write.
        log: The job's own log.
    """
    with job("crosscheck", log):
        records = [read_json(result) for result in results]
        write_text(table, page(records))
        for record in records:
            for row in record["agreement"]:
                say(f"{record['candidate']} · {row['label']}: {row['verdict']}; {row['reason']}")
        say(f"table: {table.resolve()}")


if __name__ == "__main__":
    main(
        results=[Path(result) for result in snakemake.input.results],
        table=Path(snakemake.output.table),
        log=Path(snakemake.log[0]),
    )
