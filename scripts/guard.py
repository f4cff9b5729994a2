"""Rule guard: fail where a metric that the configuration names got worse."""

from collections.abc import Sequence
from pathlib import Path

from bakeoff.errors import HarnessError
from bakeoff.job import job
from bakeoff.progress import say
from bakeoff.release.guard import guarded


def main(*, changes: Path | None, metrics: Sequence[str], log: Path) -> None:
    """Say what became of the named metrics; end with a failure where one got worse.

    Args:
        changes: Rows of ``changes``; None where there is no baseline to compare with.
        metrics: Metric ids.
        log: The job's own log.
    """
    with job("guard", log):
        if changes is None:
            raise SystemExit("guard: there is no baseline; name one: --config baseline=<version>")
        try:
            found = guarded(changes, metrics)
        except HarnessError as error:
            raise SystemExit(f"guard: {error}") from None
        for one in found:
            say(one.told)
        if bad := [one.told for one in found if one.bad]:
            raise SystemExit("\n  ".join(["guard: got worse, or is no longer measured:", *bad]))
        say("guard: nothing that is named got worse")


if __name__ == "__main__":
    main(
        changes=next(map(Path, snakemake.input.get("changes", [])), None),
        metrics=snakemake.params.metrics,
        log=Path(snakemake.log[0]),
    )
