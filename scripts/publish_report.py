"""Rules publish_report and publish: freeze a release in a folder of its own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bakeoff.config import load_config
from bakeoff.job import job
from bakeoff.progress import say
from bakeoff.release.checks import RefusedError
from bakeoff.release.publish import publish


def main(*, config: Mapping[str, Any], log: Path) -> None:
    """Publish, and say where; a release that was refused ends the job with the reason.

    Args:
        config: The merged configuration.
        log: The job's own log.
    """
    with job("publish_report", log):
        try:
            done = publish(load_config(config))
        except RefusedError as error:
            raise SystemExit(f"not published: {error}") from None
        manifest = done.manifest
        if not done.new:
            say(f"already published as {manifest.version}, nothing to do · {done.folder}")
            return
        if done.source.note:
            say(done.source.note)
        if done.source.dirty:
            say(f"published from changed sources: {len(done.source.changed)} files, as allowed")
        size = f"{len(manifest.files)} files, {sum(f.bytes for f in manifest.files):,} bytes"
        say(f"published {manifest.version} · {done.folder} · {size}")


if __name__ == "__main__":
    main(config=snakemake.config, log=Path(snakemake.log[0]))
