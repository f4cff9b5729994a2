"""Rule load_database: all rows of all candidates in one DuckDB file, with the metrics."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bakeoff.config import load_config
from bakeoff.job import job
from bakeoff.progress import say
from bakeoff.store.database import load_database
from bakeoff.store.dictionary import dictionary_text
from bakeoff.store.files import write_text


def main(
    *, config: Mapping[str, Any], results: Path, database: Path, dictionary: Path, log: Path
) -> None:
    """Load the results and write the data dictionary.

    Args:
        config: The merged configuration.
        results: Folder of all results.
        database: DuckDB file to make.
        dictionary: Markdown file to make.
        log: The job's own log.
    """
    with job("load_database", log):
        load_database(load_config(config), results, database)
        write_text(dictionary, dictionary_text())
        say(f"database · {database} · {database.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(
        config=snakemake.config,
        results=Path(snakemake.input.host).parents[1],
        database=Path(snakemake.output.database),
        dictionary=Path(snakemake.output.dictionary),
        log=Path(snakemake.log[0]),
    )
