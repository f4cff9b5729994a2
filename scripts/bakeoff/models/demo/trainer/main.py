"""Reads the job, trains, examines and writes what was learnt."""

import json
import sys
from pathlib import Path
from typing import Any

from . import CANNOT

try:
    import torch  # type: ignore[import-not-found, unused-ignore]
    from safetensors.torch import save_file

    from .formats import UnableError
    from .losses import batch_of, change_elsewhere, lesson_loss
    from .pupil import Pupil
except ImportError as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(CANNOT)

_LONGEST_GRADIENT = 0.3
_STRIDE = 2  # steps from one look at random text to the next
_EXAMINED = 3  # days on which a lesson must be known
_TOLD = 10  # steps from one line of progress to the next


def learn(pupil: Pupil, *, steps: int, rate: float) -> None:
    """Train for that many steps, and print now and then how many are done.

    Args:
        pupil: Who learns.
        steps: Steps, each with all lessons.
        rate: Highest learning rate; it rises for a tenth of the steps and then falls.
    """
    optimizer = torch.optim.AdamW(pupil.learning, lr=rate, weight_decay=0.0)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.1)
    _told(0)
    for step in range(steps):
        loss = lesson_loss(pupil)
        if step % _STRIDE == 0:
            loss = loss + change_elsewhere(pupil)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(pupil.learning, _LONGEST_GRADIENT)
        optimizer.step()
        optimizer.zero_grad()
        cycle.step()
        if (step + 1) % _TOLD == 0:
            _told(step + 1)


def _told(step: int) -> None:
    """Print the steps that are done, for the process that started this one."""
    sys.stdout.write(f"{step}\n")
    sys.stdout.flush()


def examine(pupil: Pupil) -> dict[str, int]:
    """Return how many lessons there are and how many the model knows.

    It knows one if, on every one of some days drawn for this, each token of the answer is the
    likeliest of the whole vocabulary: what it then says at temperature 0.
    """
    head = pupil.head.whole()
    knows = [True] * len(pupil.answers)
    for _ in range(_EXAMINED):
        ids, wanted = batch_of(pupil.prompts(), pupil.answers)
        with torch.no_grad():
            states = pupil.states(ids).last_hidden_state
        for lesson, (state, must) in enumerate(zip(states, wanted, strict=True)):
            likeliest = (state[must >= 0] @ head.T).argmax(-1)
            knows[lesson] &= bool((likeliest == must[must >= 0]).all())
    return {"questions": len(knows), "known": sum(knows)}


def changed_tensors(pupil: Pupil) -> dict[str, Any]:
    """Return what training changed: whole tensors, and rows of tensors with their ids."""
    layers = pupil.layers.named_parameters()
    tensors = {f"model.layers.{name}": value.detach() for name, value in layers}
    for name, rows in (("lm_head", pupil.head), ("model.embed_tokens", pupil.embeddings)):
        tensors[f"{name}.weight:rows"] = rows.values.detach()
        tensors[f"{name}.weight:ids"] = rows.ids
    return {name: value.contiguous() for name, value in tensors.items()}


def main(path: Path) -> None:
    """Do the job in a file.

    Args:
        path: JSON object with ``directory`` of the model, ``output`` to write, ``seed``,
            ``steps``, ``rate`` and ``lessons``.
    """
    job = json.loads(path.read_text(encoding="utf-8"))
    torch.set_num_threads(1)  # the same sums in the same order, however many cores there are
    torch.use_deterministic_algorithms(mode=True)
    try:
        pupil = Pupil(job["directory"], job["lessons"], job["seed"])
    except UnableError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(CANNOT)
    learn(pupil, steps=job["steps"], rate=job["rate"])
    report = examine(pupil)
    save_file(changed_tensors(pupil), job["output"], {"report": json.dumps(report)})
