"""Rule measure_startup: cold and warm starts of one candidate."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bakeoff.config.stages import StartupStage
from bakeoff.measure.stage import run_stage, start_timeout_s
from bakeoff.measure.startup import measure_startup


def main(
    *, parts: Mapping[str, Any], manifest: Path | None, timeout_s: float, directory: Path, log: Path
) -> None:
    """Measure, and write the stage's files.

    Args:
        parts: The slice of the configuration that the stage depends on.
        manifest: Manifest of the candidate's model; None if it has no model.
        timeout_s: Longest wait for a start, in seconds.
        directory: Folder for the files.
        log: The job's own log.
    """
    settings = StartupStage.model_validate(parts["stage"])
    measure = partial(measure_startup, settings=settings)
    run_stage(
        measure,
        stage="startup",
        parts=parts,
        manifest=manifest,
        timeout_s=timeout_s,
        directory=directory,
        log=log,
    )


if __name__ == "__main__":
    main(
        parts=snakemake.params.slice,
        manifest=next(map(Path, snakemake.input.get("manifest", [])), None),
        timeout_s=start_timeout_s(snakemake.config),
        directory=Path(snakemake.output.stage).parent,
        log=Path(snakemake.log[0]),
    )
