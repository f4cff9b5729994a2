"""Rule compare_versions: every figure beside the same in an earlier version."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bakeoff.config import load_config
from bakeoff.job import job
from bakeoff.progress import say
from bakeoff.release.compare import compare_databases, counted
from bakeoff.store.decision_tables import CHANGES
from bakeoff.store.files import write_rows


def main(
    *, config: Mapping[str, Any], measured: Path, baseline: str, name: str, out: Path, log: Path
) -> None:
    """Compare, and write the rows of ``changes``; see :func:`compare_databases`."""
    with job("compare_versions", log, subject=name):
        if not baseline:
            raise SystemExit("there is no baseline; name one: --config baseline=<version>")
        rows = compare_databases(load_config(config), measured, Path(baseline), name)
        write_rows(CHANGES, out, rows)
        say(f"since {name}: {', '.join(f'{n} {told}' for told, n in counted(rows).items())}")


if __name__ == "__main__":
    main(
        config=snakemake.config,
        measured=Path(snakemake.input.measured),
        baseline=str(snakemake.input.baseline),
        name=snakemake.params.baseline or "",
        out=Path(snakemake.output.changes),
        log=Path(snakemake.log[0]),
    )
