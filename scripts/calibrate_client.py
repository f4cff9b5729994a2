"""Rule calibrate_client: the measuring client's own error on this machine."""

from pathlib import Path

from bakeoff.calibrate import calibrate
from bakeoff.job import job
from bakeoff.progress import say
from bakeoff.store.files import write_rows
from bakeoff.store.schemas import CALIBRATIONS


def main(
    *, levels: list[int], rates: list[float], output_tokens: int, out: Path, log: Path
) -> None:
    """Run the client against the reference server and keep its errors.

    Args:
        levels: Streams of the closed loop to calibrate at.
        rates: Requests/s of the open loop to calibrate at.
        output_tokens: Tokens of the answers that the rates are meant for.
        out: Parquet file to write: rows of the table ``calibrations``.
        log: The job's own log.
    """
    with job("calibrate_client", log):
        rows = calibrate(levels, rates, output_tokens=output_tokens)
        write_rows(CALIBRATIONS, out, rows)
        say(f"calibrate_client · {len(rows)} rows in {out}")


if __name__ == "__main__":
    main(
        **snakemake.params.loads,
        out=Path(snakemake.output.calibration),
        log=Path(snakemake.log[0]),
    )
