"""The rows of ``judgements`` of one candidate: what a judge said of its creative answers."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bakeoff.config.stages import Judge
from bakeoff.errors import HarnessError
from bakeoff.load.target import Target
from bakeoff.progress import Progress
from bakeoff.quality.items import Item
from bakeoff.quality.judge.ask import Asker, Heard, Question
from bakeoff.quality.judge.cache import Cache
from bakeoff.quality.judge.controls import Showing, showings
from bakeoff.quality.judge.parse import read_reply
from bakeoff.quality.judge.prompt import messages
from bakeoff.quality.judge.rounds import Patience, Rounds
from bakeoff.store.quality_tables import CRITERIA

Row = Mapping[str, Any]
Items = Mapping[tuple[str, str], Item]

#: How often each text is rated.
REPEATS = 3
#: Answers that are rated: those with words. One that was cut off is rated for what is there.
RATED = frozenset({"ok", "truncated"})
#: The criterion whose row holds the factual errors that were named.
FACTS = "logic"
_LONGEST_NOTE = 300


def judge_answers(
    answers: Sequence[Row],
    items: Iterable[Item],
    judge: Judge,
    cache: Cache,
    *,
    patience: Patience | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``judgements``: each answer and each control, by repeat and criterion.

    Whatever the judge does, every row is there; what it did not give is NULL, and says why.

    Args:
        answers: Rows of ``answers`` of one candidate.
        items: The items that they answer.
        judge: Whom to ask.
        cache: Replies that were given before; gets the new ones.
        patience: How long to wait for the judge.

    Raises:
        KeyError: If an answer is to no item.
    """
    by_id = {(item.suite, item.item_id): item for item in items}
    shown = showings([row for row in answers if _is_rated(row, by_id)])
    asked = [(one, no, _question(one, no, by_id)) for one in shown for no in range(REPEATS)]
    questions = [question for _, _, question in asked]
    title = f"{answers[0]['candidate'] if answers else ''} · judge {judge.model}"
    heard = _replies(questions, judge, cache, patience or Patience(), title=title)
    for place, (showing, repeat_no, _) in enumerate(asked):
        yield from _rows(showing, repeat_no, heard[place], judge)


def _is_rated(row: Row, by_id: Items) -> bool:
    creative = by_id[row["suite"], row["item_id"]].kind == "creative"
    return creative and row["status"] in RATED and bool(row["text"].strip())


def _question(showing: Showing, repeat_no: int, by_id: Items) -> Question:
    task = by_id[showing.answer["suite"], showing.answer["item_id"]].prompt
    control = showing.control
    chat = messages(task=task, text=showing.text, control=control, repeat_no=repeat_no)
    return Question(messages=chat, repeat_no=repeat_no, control=control)


def _replies(
    questions: Sequence[Question], judge: Judge, cache: Cache, patience: Patience, *, title: str
) -> list[Heard]:
    """Return what was heard of each question, now or before."""
    try:
        target = Target.from_url(judge.url, model=judge.model, endpoint="chat")
    except HarnessError as error:
        return [Heard(status="failed", note=str(error))] * len(questions)
    keys = [question.key(target) for question in questions]
    kept = {key: reply for key in set(keys) if (reply := cache.get(key)) is not None}
    heard = {key: Heard(status="ok", reply=reply) for key, reply in kept.items()}
    new = {key: one for key, one in zip(keys, questions, strict=True) if key not in heard}
    if new:
        progress = Progress(title, total=len(heard) + len(new), unit="ratings of texts")
        heard |= _ask(new, judge, _Book(cache, judge.model, progress, len(heard)), patience)
    return [heard[key] for key in keys]


class _Book:
    """Keeps what can be used of the replies as they come, and says how far it is."""

    def __init__(self, cache: Cache, judge: str, progress: Progress, before: int) -> None:
        self._cache, self._judge = cache, judge
        self._progress, self._before = progress, before
        self._outcomes: Counter[str] = Counter()
        progress.restart_clock(before)

    def keep(self, key: str, heard: Heard) -> None:
        """Take what came of a question."""
        outcome = heard.status
        if outcome == "ok" and not read_reply(heard.reply).scores:
            outcome = "unparsable"
        if outcome == "ok":
            self._cache.put(key, heard.reply, judge=self._judge)
        self._outcomes[outcome] += 1
        bad = (f"{self._outcomes[name]} {name}" for name in sorted(self._outcomes) if name != "ok")
        self._progress.update(self._before + self._outcomes.total(), ", ".join(bad))


def _ask(
    questions: Mapping[str, Question], judge: Judge, book: _Book, patience: Patience
) -> dict[str, Heard]:
    """Ask what is not known."""
    try:
        target = _target(judge)
    except HarnessError as error:
        return dict.fromkeys(questions, Heard(status="failed", note=str(error)))
    return Rounds(Asker(target=target), patience, book.keep).run(questions)


def _target(judge: Judge) -> Target:
    """Return where the judge is asked.

    Raises:
        HarnessError: If its key is not in the environment, or cannot be sent.
    """
    key = os.environ.get(judge.api_key_env) if judge.api_key_env else None
    if judge.api_key_env and not key:
        raise HarnessError(
            f"the environment variable {judge.api_key_env} of stages.quality.judge.api_key_env is "
            "not set; set it to the judge's API key, and force the rule judge_answers"
        )
    return Target.from_url(judge.url, model=judge.model, api_key=key, endpoint="chat")


def _rows(showing: Showing, repeat_no: int, heard: Heard, judge: Judge) -> Iterator[dict[str, Any]]:
    """Yield one row for each criterion."""
    reply = read_reply(heard.reply) if heard.status == "ok" else None
    for criterion in CRITERIA:
        score = reply.scores.get(criterion) if reply is not None else None
        status, note = heard.status, heard.note
        if reply is not None and score is None:
            status, note = "unparsable", _unparsable(reply.problems[criterion], heard)
        yield {
            "candidate": showing.answer["candidate"],
            "suite": showing.answer["suite"],
            "item_id": showing.answer["item_id"],
            "sample_no": showing.answer["sample_no"],
            "control": showing.control,
            "criterion": criterion,
            "repeat_no": repeat_no,
            "status": status,
            "score": score,
            "factual_errors": _storable(reply.factual_errors)
            if reply is not None and criterion == FACTS
            else None,
            "note": _storable(note and note[:_LONGEST_NOTE]),
            "judge": judge.model,
            "judge_family": judge.family,
        }


def _unparsable(problem: str, heard: Heard) -> str:
    """Return why there is no score, with what the judge said."""
    limited = f" ({heard.note})" if heard.note else ""
    return f"{problem}{limited}; it begins {heard.reply.strip()[:120]!r}"


def _storable(text: str | None) -> str | None:
    """Return the text without lone surrogates, which JSON can hold and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8") if text else text
