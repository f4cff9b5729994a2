"""Rule build_sandbox: the Python that code answers run in, where they can harm nothing."""

from pathlib import Path

from bakeoff.job import job
from bakeoff.progress import say
from bakeoff.quality.sandbox.build import build_sandbox


def main(*, directory: Path, log: Path) -> None:
    """Build the sandbox, or write down why there is none.

    Args:
        directory: Folder to write ``sandbox.json`` and what it names to.
        log: The job's own log.
    """
    with job("build_sandbox", log):
        record = build_sandbox(directory)
        python = record.versions.get("guest-python")
        say(f"build_sandbox · {record.status} · {record.reason or f'Python {python}'}")


if __name__ == "__main__":
    main(directory=Path(snakemake.output.record).parent, log=Path(snakemake.log[0]))
