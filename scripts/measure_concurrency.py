"""Rule measure_concurrency: the highest load that one candidate holds within the service level."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bakeoff.config.models import Workload
from bakeoff.config.stages import ConcurrencyStage
from bakeoff.measure.clients import Clients
from bakeoff.measure.concurrency import measure_concurrency
from bakeoff.measure.stage import run_stage, start_timeout_s


def main(*, parts: Mapping[str, Any], calibration: Path, **files: Any) -> None:
    """Measure, and write the stage's files.

    Args:
        parts: The slice of the configuration that the stage depends on.
        calibration: Rows of ``calibrations``.
        files: Where to read and write, and how long to wait; see ``run_stage``.
    """
    measure = partial(
        measure_concurrency,
        settings=ConcurrencyStage.model_validate(parts["stage"]),
        workload=Workload.model_validate(parts["workload"]),
        clients=Clients.calibrated(calibration),
    )
    run_stage(measure, stage="concurrency", parts=parts, **files)


if __name__ == "__main__":
    main(
        parts=snakemake.params.slice,
        calibration=Path(snakemake.input.calibration),
        manifest=next(map(Path, snakemake.input.get("manifest", [])), None),
        timeout_s=start_timeout_s(snakemake.config),
        directory=Path(snakemake.output.stage).parent,
        log=Path(snakemake.log[0]),
    )
