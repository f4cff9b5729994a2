"""Rule probe_api: what one candidate's API does with every request of the suite."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bakeoff.config.stages import ApiStage
from bakeoff.measure.api import measure_api, request_timeout_s
from bakeoff.measure.stage import run_stage, start_timeout_s


def main(*, parts: Mapping[str, Any], request_timeout_s: float, **files: Any) -> None:
    """Run the checks, and write the stage's files.

    Args:
        parts: The slice of the configuration that the stage depends on.
        request_timeout_s: Longest silence of the server while it answers, in seconds.
        files: Where to read and write, and how long to wait; see ``run_stage``.
    """
    settings = ApiStage.model_validate({**parts["stage"], "timeout_s": request_timeout_s})
    measure = partial(measure_api, settings=settings)
    run_stage(measure, stage="api", rule="probe_api", parts=parts, **files)


if __name__ == "__main__":
    main(
        parts=snakemake.params.slice,
        request_timeout_s=request_timeout_s(snakemake.config),
        manifest=next(map(Path, snakemake.input.get("manifest", [])), None),
        timeout_s=start_timeout_s(snakemake.config),
        directory=Path(snakemake.output.stage).parent,
        log=Path(snakemake.log[0]),
    )
