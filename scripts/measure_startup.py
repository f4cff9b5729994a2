"""Rule measure_startup: cold and warm starts of one candidate."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bakeoff.config.stages import StartupStage
from bakeoff.measure.stage import run_stage, start_timeout_s
from bakeoff.measure.startup import measure_startup


def main(*, parts: Mapping[str, Any], **files: Any) -> None:
    """Measure, and write the stage's files.

    Args:
        parts: The slice of the configuration that the stage depends on.
        files: Where to read and write, and how long to wait; see ``run_stage``.
    """
    settings = StartupStage.model_validate(parts["stage"])
    measure = partial(measure_startup, settings=settings)
    run_stage(measure, stage="startup", parts=parts, **files)


if __name__ == "__main__":
    main(
        parts=snakemake.params.slice,
        manifest=next(map(Path, snakemake.input.get("manifest", [])), None),
        timeout_s=start_timeout_s(snakemake.config),
        directory=Path(snakemake.output.stage).parent,
        log=Path(snakemake.log[0]),
    )
