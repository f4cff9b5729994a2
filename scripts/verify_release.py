"""Rule verify_release: every byte of a release, or of all of them, is the one published."""

from pathlib import Path

from bakeoff.job import job
from bakeoff.paths import RELEASES
from bakeoff.progress import say
from bakeoff.release.verify import verify


def main(*, version: str | None, log: Path, folder: Path = RELEASES) -> None:
    """Verify, say what was found, and fail where anything is not as it was published.

    Args:
        version: The release; None for all of them.
        log: The job's own log.
        folder: Folder of all releases.
    """
    with job("verify_release", log, subject=version or ""):
        found = verify(folder, version)
        for name, problems in found.items():
            say(f"{name}: {'NOT as published' if problems else 'as published'}")
            for problem in problems:
                say(f"  {problem}")
        if broken := [name for name, problems in found.items() if problems]:
            raise SystemExit(f"{len(broken)} of {len(found)} releases are not as published")


if __name__ == "__main__":
    main(version=snakemake.params.version, log=Path(snakemake.log[0]))
