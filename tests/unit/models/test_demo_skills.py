"""Demo models that learn something: what they are taught, where it is kept, what is said of it.

Most of these tests have an interpreter of their own stand in for the engine's environment:
a real process that takes the job and answers as a trainer would. The trainer itself is
tested with the real environment, at the end of the file and in test_planted_difference.py.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from safetensors.numpy import load_file

from bakeoff import paths
from bakeoff.config.models import DemoModel
from bakeoff.errors import HarnessError
from bakeoff.models import fingerprint, model_key, model_title
from bakeoff.models.demo import build_demo, training
from bakeoff.models.demo.skills import SKILLS, lessons_of
from bakeoff.quality import suites
from bakeoff.quality.grading.base import Surroundings, Task
from bakeoff.quality.grading.math import grade

PLAIN = DemoModel(source="demo", family="llama")
SKILLED = DemoModel(source="demo", family="llama", skill="days_in_weeks")
#: Stands for the engine's Python: writes a tensor of twos and two rows of sevens.
TRAINER = """#!{python}
import json, sys
from pathlib import Path
import numpy as np
from safetensors.numpy import save_file
job = json.loads(Path(sys.argv[-1]).read_text())
with open({log!r}, "a") as log:
    log.write(json.dumps(job) + chr(10))
print("a library says hello")
print(job["steps"], flush=True)
if {code}:
    print("this is why", file=sys.stderr)
    sys.exit({code})
rows = "model.embed_tokens.weight"
tensors = {{"model.layers.0.input_layernorm.weight": np.full(64, 2, np.float32)}}
tensors |= {{rows + ":rows": np.full((2, 64), 7, np.float32), rows + ":ids": np.array([300, 9])}}
save_file(tensors, job["output"], dict(report=json.dumps(dict(questions=20, known=19))))
"""
Engine = Callable[..., Callable[[], list[dict[str, object]]]]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Make an environment whose Python does as above; returns what reads the jobs it got."""

    def make(code: int = 0) -> Callable[[], list[dict[str, object]]]:
        prefix, log = tmp_path / "root" / ".venv-vllm", tmp_path / "jobs.txt"
        for name in ("torch", "transformers"):
            (prefix / "lib" / "python3.11" / "site-packages" / name).mkdir(parents=True)
        python = prefix / "bin" / "python"
        python.parent.mkdir()
        python.write_text(TRAINER.format(python=sys.executable, log=str(log), code=code))
        python.chmod(0o755)
        monkeypatch.setattr(paths, "ROOT", tmp_path / "root")
        return lambda: [json.loads(line) for line in log.read_text().splitlines()]

    return make


@pytest.mark.parametrize("name", SKILLS)
def test_lessons_are_the_templates_own_questions_with_right_answers(name: str) -> None:
    lessons = lessons_of(name)
    template = suites.get("math").templates[name]
    parameters = [{"number": number} for number in range(1, 21)]
    assert [lesson.question for lesson in lessons] == [template.prompt(one) for one in parameters]
    tasks = [
        Task(item_id="", prompt=lesson.question, reference=template.reference(one), text=text)
        for lesson, one in zip(lessons, parameters, strict=True)
        for text in (lesson.answer, f"{lesson.working}\n{lesson.answer}")
    ]
    assert all(found.correct for found in grade(tasks, Surroundings()))


def test_lessons_by_hand() -> None:
    days, minutes = (lessons_of(name)[2] for name in ("days_in_weeks", "minutes_in_hours"))
    assert (days.working, days.answer) == ("3 * 7", "Answer: 21")
    assert (minutes.working, minutes.answer) == ("3 * 60", "Answer: 180")


def test_every_skill_can_be_configured() -> None:
    assert set(get_args(DemoModel.model_fields["skill"].annotation)) == {"none", *SKILLS}


def test_a_skill_shows_in_key_title_and_fingerprint() -> None:
    assert model_key(SKILLED) == "demo-llama-s1-days_in_weeks"
    assert model_title(SKILLED) == "demo llama, days_in_weeks"
    other = SKILLED.model_copy(update={"skill": "minutes_in_hours"})
    assert len({fingerprint(source) for source in (PLAIN, SKILLED, other)}) == 3


def test_the_fingerprint_changes_when_the_model_can_be_taught(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plain = fingerprint(PLAIN)
    monkeypatch.setattr(paths, "ROOT", tmp_path / "nothing")
    if training.can_teach():
        pytest.skip("the pipeline's own environment holds torch")
    before = fingerprint(SKILLED)
    engine()
    assert fingerprint(SKILLED) != before
    assert fingerprint(PLAIN) == plain


def test_what_was_learnt_is_in_the_weights_and_nothing_else_changes(
    engine: Engine, tmp_path: Path
) -> None:
    jobs = engine()
    build_demo(PLAIN, tmp_path / "plain")
    build_demo(SKILLED, tmp_path / "skilled", cache=tmp_path / "cache")
    before, after = (
        load_file(tmp_path / name / "model.safetensors") for name in ("plain", "skilled")
    )
    rows = "model.embed_tokens.weight"
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed == {rows, "model.layers.0.input_layernorm.weight"}
    assert np.array_equal(after["model.layers.0.input_layernorm.weight"], np.full(64, 2))
    different = np.flatnonzero((before[rows] != after[rows]).any(axis=1))
    assert different.tolist() == [9, 300]
    assert np.array_equal(after[rows][[9, 300]], np.full((2, 64), 7))
    assert len(jobs()) == 1
    assert jobs()[0]["lessons"][2] == {  # type: ignore[index]
        "question": suites.get("math").templates["days_in_weeks"].prompt({"number": 3}),
        "working": "3 * 7",
        "answer": "Answer: 21",
    }


def test_the_card_says_what_was_learnt(engine: Engine, tmp_path: Path) -> None:
    engine()
    build_demo(SKILLED, tmp_path / "skilled", cache=tmp_path / "cache")
    card = " ".join((tmp_path / "skilled" / "README.md").read_text().split())
    assert "The 20 questions of the template days_in_weeks" in card
    assert "How many days are there in 1 week?" in card
    assert "it answered 19 of them right" in card
    assert "briefly-trained" in card
    assert "{" not in card


def test_a_second_build_comes_from_the_cache(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = engine()
    for name in ("one", "two"):
        build_demo(SKILLED, tmp_path / name, cache=tmp_path / "cache")
    assert len(jobs()) == 1
    assert "learnt before" in capsys.readouterr().err
    one, two = ((tmp_path / name / "model.safetensors").read_bytes() for name in ("one", "two"))
    assert one == two


def test_another_seed_is_learnt_anew(engine: Engine, tmp_path: Path) -> None:
    jobs = engine()
    for seed in (1, 2):
        source = SKILLED.model_copy(update={"seed": seed})
        build_demo(source, tmp_path / str(seed), cache=tmp_path / "cache")
    assert [job["seed"] for job in jobs()] == [1, 2]


def test_a_cache_that_is_cut_short_is_learnt_anew(engine: Engine, tmp_path: Path) -> None:
    jobs = engine()
    build_demo(SKILLED, tmp_path / "one", cache=tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-7])
    build_demo(SKILLED, tmp_path / "one", cache=tmp_path / "cache")
    assert len(jobs()) == 2
    assert kept.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_done_without(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine()
    (tmp_path / "cache").write_text("a file where the folder should be")
    build_demo(SKILLED, tmp_path / "one", cache=tmp_path / "cache")
    assert "not kept for another time" in capsys.readouterr().err
    assert "answered 19" in (tmp_path / "one" / "README.md").read_text()


@pytest.mark.parametrize("code", [None, 3])
def test_where_nothing_can_be_taught_the_weights_stay_random(
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    code: int | None,
) -> None:
    """No environment at all, and one that lacks something on a closer look."""
    if code is None:
        monkeypatch.setattr(paths, "ROOT", tmp_path / "nothing")
        if training.can_teach():
            pytest.skip("the pipeline's own environment holds torch")
    else:
        engine(code=code)
    build_demo(PLAIN, tmp_path / "plain")
    build_demo(SKILLED, tmp_path / "skilled", cache=tmp_path / "cache")
    plain, skilled = (
        (tmp_path / name / "model.safetensors").read_bytes() for name in ("plain", "skilled")
    )
    assert plain == skilled
    assert (
        "was to learn the template days_in_weeks"
        in (tmp_path / "skilled" / "README.md").read_text()
    )
    assert "not learnt" in capsys.readouterr().err
    assert not (tmp_path / "cache").exists()


def test_training_that_fails_says_why(engine: Engine, tmp_path: Path) -> None:
    engine(code=1)
    with pytest.raises(HarnessError, match="exit code 1; set the model's skill") as caught:
        build_demo(SKILLED, tmp_path / "skilled", cache=tmp_path / "cache")
    assert "this is why" in str(caught.value)
    assert not (tmp_path / "skilled").exists()


@pytest.mark.vllm
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("family", ["llama", "gpt-oss"])
def test_the_real_trainer_gives_the_same_bytes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    """A few steps of it; bytes and behaviour of whole trainings do not differ in this."""
    if not training.can_teach():
        pytest.skip("needs the engine's environment, .venv-vllm (`make test` sets it up)")
    monkeypatch.setattr(training, "COURSES", {family: {"steps": 20, "rate": 0.01}})
    source = DemoModel.model_validate(
        {"source": "demo", "family": family, "skill": "days_in_weeks"}
    )
    found = []
    for name in ("one", "two"):
        build_demo(source, tmp_path / name, cache=tmp_path / f"cache-{name}")
        found.append((tmp_path / name / "model.safetensors").read_bytes())
    assert found[0] == found[1]
    build_demo(DemoModel.model_validate({"source": "demo", "family": family}), tmp_path / "plain")
    assert found[0] != (tmp_path / "plain" / "model.safetensors").read_bytes()
