"""Rule generate_answers: every question to one candidate through chat, timed."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bakeoff.config.stages import QualityStage
from bakeoff.measure.quality import answer_timeout_s, measure_quality
from bakeoff.measure.stage import run_stage, start_timeout_s


def main(*, parts: Mapping[str, Any], items: Path, answer_timeout_s: float, **files: Any) -> None:
    """Ask, and write the stage's files.

    Args:
        parts: The slice of the configuration that the stage depends on.
        items: The questions.
        answer_timeout_s: An answer that has not ended by then is an error.
        files: Where to read and write, and how long to wait; see ``run_stage``.
    """
    settings = QualityStage.model_validate({**parts["stage"], "timeout_s": answer_timeout_s})
    measure = partial(measure_quality, settings=settings, items=items, parts=parts)
    run_stage(measure, stage="quality", rule="generate_answers", parts=parts, **files)


if __name__ == "__main__":
    main(
        parts=snakemake.params.slice,
        items=Path(snakemake.input.questions),
        answer_timeout_s=answer_timeout_s(snakemake.config),
        manifest=next(map(Path, snakemake.input.get("manifest", [])), None),
        timeout_s=start_timeout_s(snakemake.config),
        directory=Path(snakemake.output.stage).parent,
        log=Path(snakemake.log[0]),
    )
