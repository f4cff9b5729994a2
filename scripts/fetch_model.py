"""Rule fetch_model: makes one model available and writes its manifest."""

from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bakeoff.config.models import ModelSource
from bakeoff.job import job
from bakeoff.models import model_title, write_manifest
from bakeoff.models.fetch import fetch
from bakeoff.progress import say


def main(*, source: dict[str, Any], manifest: Path, log: Path) -> None:
    """Fetch the model and write its manifest.

    Args:
        source: The candidate's ``model`` as configured.
        manifest: File to write.
        log: The job's own log.
    """
    model: ModelSource = TypeAdapter(ModelSource).validate_python(source)
    with job("fetch_model", log, subject=model_title(model)):
        found = fetch(model)
        write_manifest(found, manifest)
        what = found.error or f"{found.total_bytes or 0:,} bytes in {found.directory}"
        say(f"{found.title} · {found.status} · {what}")


if __name__ == "__main__":
    main(
        source=snakemake.params.source,
        manifest=Path(snakemake.output.manifest),
        log=Path(snakemake.log[0]),
    )
