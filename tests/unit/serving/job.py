"""A stand-in for a measuring job: serves a candidate, says so, and waits.

Arguments: the candidate as JSON, the folder to work in, and what to do once it is served:
``wait``, ``ask`` (requests in flight), ``return`` or ``raise``. With
``BAKEOFF_MAIN_PID=self`` it first becomes a stand-in for Snakemake, which runs the job and
waits for it.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from bakeoff.config.models import Candidate
from bakeoff.measure.firsttoken import keep_asking
from bakeoff.serving.serve import serving


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    # A shell starts what runs in its background with these ignored, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if os.environ.get("BAKEOFF_MAIN_PID") == "self":
        environment = {**os.environ, "BAKEOFF_MAIN_PID": str(os.getpid())}
        with subprocess.Popen([sys.executable, *sys.argv], env=environment) as job:
            say(f"job {job.pid}")
        return
    candidate = Candidate.model_validate_json(sys.argv[1])
    log = Path(sys.argv[2]) / "server.log"
    with serving(
        candidate, stage="startup", model_dir=log.parent, log_path=log, timeout_s=60, grace_s=0.5
    ) as server:
        say("ready")
        if sys.argv[3] == "ask":
            keep_asking(server, for_s=600, timeout_s=600)
        if sys.argv[3] == "raise":
            raise RuntimeError("the job fell over")
        if sys.argv[3] == "wait":
            time.sleep(600)


main()
