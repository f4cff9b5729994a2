"""Rule measure_agreement: our client and ``vllm bench serve`` in turns on one live server."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bakeoff.crosscheck.run import run_crosscheck
from bakeoff.measure.stage import start_timeout_s


def main(*, parts: Mapping[str, Any], **files: Any) -> None:
    """Measure with both clients and write the requests and the table of agreement.

    Args:
        parts: The slice of the configuration that it depends on.
        files: Where to read and write, and how long to wait; see ``run_crosscheck``.
    """
    run_crosscheck(parts=parts, **files)


if __name__ == "__main__":
    main(
        parts=snakemake.params.slice,
        manifest=Path(snakemake.input.manifest[0]),
        timeout_s=start_timeout_s(snakemake.config),
        result=Path(snakemake.output.result),
        log=Path(snakemake.log[0]),
    )
