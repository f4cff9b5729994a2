"""Rule fetch_model: makes one model available and writes its manifest."""

from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bakeoff.config.models import ModelSource
from bakeoff.models.fetch import fetch
from bakeoff.models.manifest import write_manifest
from bakeoff.progress import say


def main(*, source: dict[str, Any], manifest: Path) -> None:
    """Fetch the model and write its manifest.

    Args:
        source: The candidate's ``model`` as configured.
        manifest: File to write.
    """
    found = fetch(TypeAdapter(ModelSource).validate_python(source))
    write_manifest(found, manifest)
    say(f"{found.title} · {found.status} · {found.total_bytes or 0:,} bytes in {found.directory}")


if __name__ == "__main__":
    main(source=snakemake.params.source, manifest=Path(snakemake.output.manifest))
