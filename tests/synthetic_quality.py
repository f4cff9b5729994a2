"""A quality stage with known truth, added to a results tree of :mod:`tests.synthetic`.

Of every suite an exact number of items is right, spread over its templates by a seed; every
answer to a suite takes the same time and tokens, so that what a right answer takes follows by
hand. Streams take turns: with ``streams`` of 2 two answers are in flight until the last one.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import duckdb

from bakeoff.config import load_config
from bakeoff.quality.items import Item
from bakeoff.store import schemas
from bakeoff.store.database import load_database
from bakeoff.store.files import write_rows
from bakeoff.store.quality_tables import CRITERIA
from tests import synthetic
from tests.synthetic import BEGIN_NS, MS, S, Truth

#: When the generation begins: long after the server's start.
ASKED_NS = BEGIN_NS + 100 * S


@dataclass(frozen=True, kw_only=True)
class Questions:
    """A suite: so many items of each template, difficulties 1 to 3 in turn.

    Attributes:
        name: Name in the configuration.
        kind: How it is graded.
        templates: How many templates there are.
        each: Items of each template.
    """

    name: str = "math"
    kind: Literal["math", "code", "creative"] = "math"
    templates: int = 10
    each: int = 4

    @property
    def number(self) -> int:
        """Items of the suite."""
        return self.templates * self.each

    @property
    def items(self) -> list[Item]:
        """The items; templates take turns."""
        return [
            Item(
                suite=self.name,
                kind=self.kind,
                template=f"template_{place % self.templates:02d}",
                difficulty=1 + place // self.templates % 3,
                parameters={"place": place},
                prompt=f"Question {place} of {self.name}?",
                reference={"answer": str(place)},
            )
            for place in range(self.number)
        ]


SUITES = (
    Questions(),
    Questions(name="code", kind="code", templates=6),
    Questions(name="creative", kind="creative", templates=8, each=1),
)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What is true of a candidate's answers.

    Attributes:
        right: Share of right items by suite; of items it is rounded.
        outcomes: Answers that did not end by themselves, by suite and status: ``truncated``,
            ``empty``, ``refused``, ``error``; ``sandbox_unavailable`` ended, but has no grade.
            They are the last of those that are not right.
        samples: Answers to each item, all alike.
        streams: Answers at the same time.
        e2e_s: Response time of every answer, by suite.
        tokens: Completion tokens, by suite; None tells none.
        reasoning_tokens: How many of them are reasoning.
        watts: Power under load of each GPU.
        judged: Score by criterion that the judge gives every answer, three times.
        rated: Score by criterion that each of three people gives.
        seed: Seed of which items are right.
    """

    right: Mapping[str, float] = field(default_factory=lambda: {"math": 0.6, "code": 0.5})
    outcomes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    samples: int = 1
    streams: int = 2
    e2e_s: Mapping[str, float] = field(
        default_factory=lambda: {"math": 2.0, "code": 3.0, "creative": 5.0}
    )
    tokens: Mapping[str, int | None] = field(
        default_factory=lambda: {"math": 200, "code": 300, "creative": 500}
    )
    reasoning_tokens: int = 0
    watts: float = 300.0
    judged: Mapping[str, float] = field(default_factory=dict)
    rated: Mapping[str, float] = field(default_factory=dict)
    seed: int = 1


def add_quality(
    results: Path,
    config: Mapping[str, Any],
    answers: Iterable[tuple[Truth, Answers]],
    suites: Iterable[Questions] = SUITES,
    *,
    gpu_hour_usd: float | None = None,
) -> dict[str, Any]:
    """Write the quality stage, grades and ratings; return the configuration with them.

    Args:
        results: Folder of the results, as :func:`tests.synthetic.write_results` left it.
        config: The configuration that it returned.
        answers: Each candidate with its answers.
        suites: The questions.
        gpu_hour_usd: Price of a GPU.
    """
    pairs, questions = tuple(answers), tuple(suites)
    rows = [
        {
            **{name: getattr(item, name) for name in ("suite", "kind", "template", "version")},
            **{name: getattr(item, name) for name in ("item_id", "difficulty", "prompt")},
            "position": place,
            "parameters": str(item.parameters).replace("'", '"'),
            "reference": str(item.reference).replace("'", '"'),
        }
        for suite in questions
        for place, item in enumerate(suite.items)
    ]
    write_rows(schemas.ITEMS, results / "quality" / "items.parquet", rows)
    ratings: list[dict[str, Any]] = []
    for place, (truth, own) in enumerate(pairs):
        found = list(_answers(truth, own, questions))
        _write_answers(results / truth.id, truth, own, found)
        other = pairs[place - 1][0].id
        ratings += [row for answer in found for row in _ratings(answer, own, other)]
    write_rows(schemas.RATINGS, results / "quality" / "ratings.parquet", ratings)
    return _configured(config, questions, pairs, gpu_hour_usd)


def _configured(
    config: Mapping[str, Any],
    suites: tuple[Questions, ...],
    pairs: tuple[tuple[Truth, Answers], ...],
    gpu_hour_usd: float | None,
) -> dict[str, Any]:
    files = {
        suite.name: {"source": "file", "path": f"{suite.name}.jsonl", "kind": suite.kind}
        for suite in suites
    }
    first = pairs[0][1]
    judge = {"url": "http://127.0.0.1:1/v1", "model": "a-judge", "family": "other"}
    quality = {
        "suites": files,
        "samples": first.samples,
        "temperature": 0.7 if first.samples > 1 else 0.0,
        "concurrency": first.streams,
        "max_tokens": 1024,
        "judge": judge if any(own.judged for _, own in pairs) else None,
    }
    added = {"stages": dict(config["stages"]) | {"quality": quality}}
    return dict(config) | added | {"prices": {"gpu_hour_usd": gpu_hour_usd}}


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """One answer: how it ended, its grade, and when it was in flight."""

    candidate: str
    item: Item
    sample_no: int
    status: str
    grade: str
    correct: bool | None
    sent_ns: int
    last_ns: int

    @property
    def key(self) -> dict[str, Any]:
        """What identifies it."""
        return {
            "candidate": self.candidate,
            "suite": self.item.suite,
            "item_id": self.item.item_id,
            "sample_no": self.sample_no,
        }


def _answers(truth: Truth, own: Answers, suites: Iterable[Questions]) -> Iterator[_Answer]:
    """Yield the answers in the order in which they are asked."""
    free = [ASKED_NS] * own.streams
    for suite in suites:
        taken = round(own.e2e_s[suite.name] * S)
        outcomes = _outcomes(own, suite)
        for item, (status, grade, correct) in zip(suite.items, outcomes, strict=True):
            for sample_no in range(own.samples):
                stream = free.index(min(free))
                sent = free[stream]
                free[stream] = sent + taken
                yield _Answer(
                    candidate=truth.id,
                    item=item,
                    sample_no=sample_no,
                    status=status,
                    grade=grade,
                    correct=correct,
                    sent_ns=sent,
                    last_ns=sent + taken,
                )


def _outcomes(own: Answers, suite: Questions) -> list[tuple[str, str, bool | None]]:
    """Return status, grade and correctness of every item, shuffled by the seed."""
    creative = suite.kind == "creative"
    rest = [
        _outcome(name, creative=creative)
        for name, number in own.outcomes.get(suite.name, {}).items()
        for _ in range(number)
    ]
    graded: list[tuple[str, str, bool | None]] = [("ok", "ungraded", None)] * suite.number
    if not creative:
        right = round(own.right[suite.name] * suite.number)
        wrong = suite.number - right
        graded = [("ok", "correct", True)] * right + [("ok", "wrong", False)] * wrong
    found = graded[: suite.number - len(rest)] + rest
    random.Random(f"{own.seed}/{suite.name}").shuffle(found)  # noqa: S311 -- reproducible
    return found


def _outcome(name: str, *, creative: bool) -> tuple[str, str, bool | None]:
    if name == "sandbox_unavailable":
        return "ok", name, None
    return name, name, None if name == "error" or creative else False


def _write_answers(folder: Path, truth: Truth, own: Answers, found: list[_Answer]) -> None:
    """Write the files of the stages quality, grading and judging."""
    stage = folder / "quality"
    synthetic._write_stage(stage, truth, "quality")
    # A stage that failed at its start leaves empty tables.
    found = [] if "quality" in truth.failed or "quality" in truth.skipped else found
    requests = [_request(answer, own, number) for number, answer in enumerate(found)]
    end_ns = max((answer.last_ns for answer in found), default=ASKED_NS)
    common = {"candidate": truth.id, "stage": "quality", "start_no": 0}
    level = {"load": "closed", "level": float(own.streams)}
    window = common | level | {"begin_ns": ASKED_NS, "end_ns": end_ns, "note": None}
    write_rows(schemas.REQUESTS, stage / "requests.parquet", requests)
    write_rows(schemas.WINDOWS, stage / "windows.parquet", [window] if found else [])
    telemetry = synthetic.telemetry_rows(truth, "quality") if found else []
    telemetry += _energy(truth, own, end_ns) if found else []
    write_rows(schemas.TELEMETRY, stage / "telemetry.parquet", telemetry)
    answers = [_answer_row(answer, number) for number, answer in enumerate(found)]
    write_rows(schemas.ANSWERS, stage / "answers.parquet", answers)
    grades = [
        answer.key
        | {"status": answer.grade, "correct": answer.correct, "score": None}
        | {"found": None, "note": None}
        for answer in found
    ]
    write_rows(schemas.GRADES, folder / "grading" / "grades.parquet", grades)
    write_rows(schemas.DIAGNOSTICS, folder / "grading" / "diagnostics.parquet", [])
    judgements = [row for answer in found for row in _judgements(answer, own)]
    write_rows(schemas.JUDGEMENTS, folder / "judging" / "judgements.parquet", judgements)


def _request(answer: _Answer, own: Answers, number: int) -> dict[str, Any]:
    failed = answer.status == "error"
    tokens = None if failed else own.tokens[answer.item.suite]
    return {
        "candidate": answer.candidate,
        "stage": "quality",
        "start_no": 0,
        "load": "closed",
        "level": float(own.streams),
        "phase": "measure",
        "request_no": number,
        "scheduled_ns": answer.sent_ns,
        "sent_ns": answer.sent_ns,
        "first_token_ns": None if failed else answer.sent_ns + 50 * MS,
        "first_answer_ns": None if failed else answer.sent_ns + 50 * MS,
        "last_token_ns": None if failed else answer.last_ns,
        "done_ns": answer.last_ns,
        "prompt_tokens": None if failed else 20,
        "completion_tokens": tokens,
        "reasoning_tokens": None if tokens is None else own.reasoning_tokens,
        "chunk_ns": [] if failed else [answer.sent_ns + 50 * MS, answer.last_ns],
        "chunk_tokens": None,
        "finish_reason": None if failed else "stop",
        "status": "timeout" if failed else "ok",
        "http_status": None if failed else 200,
        "error": "made up" if failed else None,
    }


def _answer_row(answer: _Answer, number: int) -> dict[str, Any]:
    return answer.key | {
        "stage": "quality",
        "start_no": 0,
        "request_no": number,
        "status": answer.status,
        "text": f"Answer {answer.sample_no} to {answer.item.prompt}",
        "reasoning": None,
        "error": "made up" if answer.status == "error" else None,
    }


def _energy(truth: Truth, own: Answers, end_ns: int) -> Iterator[dict[str, Any]]:
    """Yield an energy counter at 2 Hz and idle power, for each GPU."""
    for device in range(truth.gpus):
        common = {"candidate": truth.id, "stage": "quality", "start_no": 0, "source": "nvml"}
        common |= {"device": str(device)}
        yield common | {"t_ns": BEGIN_NS - S, "name": "idle_power_w", "value": own.watts / 4}
        for t_ns in range(ASKED_NS - S, end_ns + 2 * S, S // 2):
            joules = own.watts * (t_ns - ASKED_NS + S) / S
            yield common | {"t_ns": t_ns, "name": "energy_j", "value": joules}


def _judgements(answer: _Answer, own: Answers) -> Iterator[dict[str, Any]]:
    """Yield three repeats for each criterion, and a control that must not count."""
    if answer.item.kind != "creative" or answer.status != "ok":
        return
    for criterion, score in own.judged.items():
        common = answer.key | {"criterion": criterion, "factual_errors": None, "note": None}
        common |= {"judge": "a-judge", "status": "ok"}
        for repeat_no, off in enumerate((-0.5, 0.0, 0.5)):
            yield common | {"control": "none", "repeat_no": repeat_no, "score": score + off}
        yield common | {"control": "shuffled", "repeat_no": 0, "score": 1.0}


def _ratings(answer: _Answer, own: Answers, other: str) -> Iterator[dict[str, Any]]:
    """Yield what three people gave for each criterion, and a preference that is no score."""
    if answer.item.kind != "creative" or answer.status != "ok" or not own.rated:
        return
    for rater in ("rater-1", "rater-2", "rater-3"):
        common = answer.key | {"rater": rater, "other": other, "position": "left"}
        common |= {"source": f"{rater}.json"}
        for criterion in CRITERIA:
            if criterion in own.rated:
                yield common | {"criterion": criterion, "score": own.rated[criterion]}
        yield common | {"criterion": "preference", "score": 0.0}


def load_answers(
    folder: Path,
    answers: Iterable[tuple[Truth, Answers]],
    suites: Iterable[Questions] = SUITES,
    *,
    gpu_hour_usd: float | None = None,
    stages: tuple[str, ...] = (),
) -> duckdb.DuckDBPyConnection:
    """Return the database of a results tree with nothing but a quality stage, open to read.

    Args:
        folder: Where results and database are written.
        answers: Each candidate with its answers.
        suites: The questions.
        gpu_hour_usd: Price of a GPU.
        stages: Other stages that were measured.
    """
    pairs = tuple(answers)
    results, database = folder / "results", folder / "bakeoff.duckdb"
    raw = synthetic.write_results(results, [truth for truth, _ in pairs], stages=stages)
    raw = add_quality(results, raw, pairs, suites, gpu_hour_usd=gpu_hour_usd)
    load_database(load_config(raw), results, database)
    return duckdb.connect(str(database), read_only=True)
