"""Has a demo model taught in the engine's environment, once: what it learnt is kept.

Torch is in the engine's environment and not in the pipeline's. So the training itself is
the package ``trainer``, which the engine's Python runs; what it writes is kept by the hash
of all that it depends on.
"""

import hashlib
import json
import os
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from bakeoff.config.models import DemoModel
from bakeoff.engines.commandline import environment_python, environment_sites
from bakeoff.errors import HarnessError
from bakeoff.models.demo import trainer
from bakeoff.models.demo.architectures import FAMILIES
from bakeoff.models.demo.skills import lessons_of
from bakeoff.paths import MODELS, ROOT
from bakeoff.progress import Progress, say

#: What was learnt, by key. In the source tree, so that all working directories share it.
CACHE = ROOT / MODELS / ".learnt"
#: How long and how fast each family learns. A faster Llama forgets more of its random self;
#: a slower gpt-oss does not get there with every seed.
COURSES = MappingProxyType(
    {"llama": {"steps": 200, "rate": 0.004}, "gpt-oss": {"steps": 300, "rate": 0.012}}
)
_TRAINER = Path(__file__).with_name("trainer")
#: Puts the trainer last on the path, so that its neighbours hide nothing of the environment's.
_START = """
import sys
from pathlib import Path
sys.path.append(sys.argv[1])
from trainer.main import main
main(Path(sys.argv[2]))
"""
_SETTINGS = {"CUDA_VISIBLE_DEVICES": "", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
_TAIL_BYTES = 2_000


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """What a model learnt.

    Attributes:
        tensors: Tensors that changed. ``NAME:rows`` holds the changed rows of NAME alone, and
            ``NAME:ids`` their numbers.
        questions: Questions that it was taught.
        known: Questions of these that it then answered right.
    """

    tensors: dict[str, NDArray[Any]]
    questions: int
    known: int


def can_teach() -> bool:
    """Return whether the engine's environment holds what teaching needs; looks, runs nothing."""
    sites = environment_sites(None)
    return environment_python(None).exists() and all(
        any((site / name).is_dir() for site in sites) for name in ("torch", "transformers")
    )


def lesson_key(source: DemoModel) -> str:
    """Return a hash of all that decides what the model learns.

    Args:
        source: A demo model with a skill.
    """
    code = [path.read_text(encoding="utf-8") for path in sorted(_TRAINER.glob("*.py"))]
    decides = [code, FAMILIES[source.family]().config, _job(source)]
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:32]


def learn(source: DemoModel, directory: Path, *, cache: Path = CACHE) -> Learnt | None:
    """Return what the model learns, from the cache where it was learnt before.

    Args:
        source: A demo model with a skill.
        directory: The model with its random weights.
        cache: Folder that keeps what was learnt.

    Returns:
        None where the engine's environment cannot teach.

    Raises:
        HarnessError: If the training fails.
    """
    what = f"demo {source.family} · {source.skill}"
    kept = cache / f"{lesson_key(source)}.safetensors"
    if (found := _kept(kept)) is not None:
        say(f"{what} · learnt before")
        return found
    if not can_teach():
        say(f"{what} · not learnt: the engine's environment holds no torch and transformers")
        return None
    with tempfile.TemporaryDirectory(prefix="bakeoff-") as folder:
        output = Path(folder) / kept.name
        if not _train(what, _job(source), directory, output):
            return None
        _keep(output, kept)
        return _read(output)


def _job(source: DemoModel) -> dict[str, Any]:
    lessons = [asdict(lesson) for lesson in lessons_of(source.skill)]
    return {"seed": source.seed, "lessons": lessons} | COURSES[source.family]


def _read(path: Path) -> Learnt:
    with safe_open(path, "numpy") as file:
        report = json.loads(file.metadata()["report"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 -- no dict
    return Learnt(tensors=tensors, **report)


def _kept(path: Path) -> Learnt | None:
    """Return what is kept in a file; None where it is not there or cut short."""
    try:
        return _read(path)
    except (OSError, SafetensorError):
        return None


def _keep(output: Path, kept: Path) -> None:
    """Keep a copy for another time, where that can be; it appears when it is complete."""
    unfinished = kept.with_name(f".{kept.name}.{os.getpid()}")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(output.read_bytes())
        unfinished.replace(kept)
    except OSError as error:
        say(f"what the model learnt is not kept for another time: {error}")


def _train(what: str, job: dict[str, Any], directory: Path, output: Path) -> bool:
    """Run the trainer; return False where the environment turns out not to do.

    Raises:
        HarnessError: If the trainer fails in another way.
    """
    path = output.with_name("job.json")
    places = {"directory": str(directory.absolute()), "output": str(output)}
    path.write_text(json.dumps(job | places), encoding="utf-8")
    command = [str(environment_python(None)), "-I", "-c", _START, str(_TRAINER.parent), str(path)]
    with output.with_name("errors.txt").open("w+b") as errors:
        code = _run(command, errors, Progress(what, total=job["steps"], unit="training steps"))
        errors.seek(max(0, errors.seek(0, os.SEEK_END) - _TAIL_BYTES))
        said = errors.read().decode(errors="replace").strip()
    if code == trainer.CANNOT:
        say(f"{what} · not learnt: {said.splitlines()[-1]}")
    elif code:
        raise HarnessError(
            f"{what}: the training ended with exit code {code}; set the model's skill to none to "
            f"go on without, or mend what it said last:\n{said}"
        )
    return code == 0


def _run(command: list[str], errors: IO[bytes], progress: Progress) -> int:
    """Run the trainer to its end, or end it; return its exit code."""
    with subprocess.Popen(
        command, env=os.environ | _SETTINGS, stdout=subprocess.PIPE, stderr=errors, text=True
    ) as process:
        try:
            progress.update(0)
            for line in process.stdout or ():
                if not line.strip().isdigit():
                    continue  # libraries may print, too
                if not (done := int(line)):
                    progress.restart_clock()  # what came before was loading
                progress.update(done)
        except BaseException:
            process.kill()
            raise
    return process.returncode
