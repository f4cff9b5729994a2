"""Rule import_results: what `vllm bench serve` measured elsewhere, as tables apart from ours."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bakeoff.interchange.imports import imported
from bakeoff.job import job
from bakeoff.progress import say
from bakeoff.store.files import write_rows
from bakeoff.store.schemas import TABLES


def main(*, imports: Sequence[Mapping[str, Any]], tables: Sequence[Path], log: Path) -> None:
    """Read the files and write the tables.

    Args:
        imports: The configured imports: ``id``, ``path`` and ``label`` of each.
        tables: Parquet files to write, each named as its table.
        log: The job's own log.
    """
    with job("import_results", log):
        found = imported(imports)
        for path in tables:
            write_rows(TABLES[path.stem], path, found[path.stem])
        for row in found["imported_results"]:
            say(f"imported {row['import_id']} · {row['requests']} requests by {row['source']}")


if __name__ == "__main__":
    main(
        imports=list(snakemake.params.imports),
        tables=[Path(path) for path in snakemake.output.tables],
        log=Path(snakemake.log[0]),
    )
