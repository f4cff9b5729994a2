"""Rule export_requests: the requests of every level as files of `vllm bench serve`."""

import json
from pathlib import Path

from bakeoff.interchange.export import export_requests
from bakeoff.job import job
from bakeoff.progress import say
from bakeoff.store.files import write_text


def main(*, database: Path, exports: Path, log: Path) -> None:
    """Write the files and the list of them.

    Args:
        database: The DuckDB file of the results.
        exports: JSON file to write: which files were written beside it, and what was left out.
        log: The job's own log.
    """
    with job("export_requests", log):
        done = export_requests(database, exports.parent)
        write_text(exports, json.dumps(done, indent=2) + "\n")
        for one in done["left_out"]:
            say(f"left out: {one['file']}: {one['reason']}")
        say(f"exported {len(done['files'])} levels · {exports.parent.resolve()}")


if __name__ == "__main__":
    main(
        database=Path(snakemake.input.database),
        exports=Path(snakemake.output.exports),
        log=Path(snakemake.log[0]),
    )
