"""Rule describe_host: writes down what the machine is that measures."""

from pathlib import Path

from bakeoff.host import describe, write_host
from bakeoff.job import job
from bakeoff.progress import say


def main(*, engine_envs: list[str], weights: list[str], out: Path, log: Path) -> None:
    """Describe the machine.

    Args:
        engine_envs: Folders of the engines' environments.
        weights: Directories of weights, whose disks are described.
        out: JSON file to write: the rows of the table ``hosts``.
        log: The job's own log.
    """
    with job("describe_host", log):
        rows = describe(engine_envs=engine_envs, weights=weights)
        write_host(rows, out)
        say(f"host · {len(rows)} facts in {out}")


if __name__ == "__main__":
    main(
        engine_envs=list(snakemake.params.engine_envs),
        weights=list(snakemake.params.weights),
        out=Path(snakemake.output.host),
        log=Path(snakemake.log[0]),
    )
