"""Gets every question answered by a judge that may be down, slow, busy or broken.

Questions go out in rounds. The first ones hold one question, until the judge has given a reply:
what it refuses is found out then, and a judge that is down costs a handful of requests. A round
ends early when nothing comes back any more. What failed in a way that may pass is asked again in
a later round, behind the others; after a few rounds without a single reply the rest is given up.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bakeoff.load.exchange import Exchange
from bakeoff.load.kept_loop import run_kept_loop
from bakeoff.progress import duration, say
from bakeoff.quality.judge.ask import Asker, Heard, Question

#: Requests at the same time.
STREAMS = 4
#: Time between two looks at what has ended; a kill loses no more than that.
_EVERY_S = 0.2
#: Failures in a row after which a round ends.
_SILENT = 12
#: How often a question is asked at most, by how it failed.
_MOST_TRIES = {"timeout": 2, "failed": 5}
#: Pause from which on people are told why nothing happens.
_WORTH_SAYING_S = 1.0
#: Status of a server that is well and wants to be asked later; it does not count as a try.
_BUSY = 429


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a judge is waited for.

    Attributes:
        timeout_s: A reply that has not ended by then is a timeout, in seconds.
        pauses_s: Pause after each round that gave no reply, in seconds; after one more such
            round the rest is given up. The first also stands between rounds that gave some.
        longest_wait_s: Longest pause that a server may ask for, in seconds.
    """

    timeout_s: float = 180.0
    pauses_s: tuple[float, ...] = (2.0, 10.0, 30.0)
    longest_wait_s: float = 120.0


class Rounds:
    """One run over the questions.

    Args:
        asker: Makes the requests.
        patience: How long to wait.
        on_reply: Called with the key and what was heard of each question that is settled, at
            once, so that it can be kept.

    Attributes:
        heard: What came of each settled question, by key.
    """

    def __init__(
        self, asker: Asker, patience: Patience, on_reply: Callable[[str, Heard], None]
    ) -> None:
        self._first_asker = self._asker = asker
        self._patience, self._on_reply = patience, on_reply
        self.heard: dict[str, Heard] = {}
        self._open: dict[str, Question] = {}
        self._last: dict[str, Heard] = {}
        self._tries: Counter[str] = Counter()
        self._met = False

    def run(self, questions: Mapping[str, Question]) -> dict[str, Heard]:
        """Ask, and return what came of each question; never raises for what the judge does.

        Args:
            questions: The questions by key, in the order of asking.
        """
        self._open = dict(questions)
        fruitless = 0
        while self._open and fruitless <= len(self._patience.pauses_s):
            before, came = self._asker, self._round()
            if any(_good(one) for one in came):
                fruitless = 0
            elif self._asker in {before, self._first_asker}:  # else the next round asks otherwise
                fruitless += 1
            self._pause(came, fruitless)
        for key in list(self._open):
            self._settle(key, self._given_up(key))
        return self.heard

    def _round(self) -> list[Heard]:
        """Send what is open, or before the first reply one question; return what came back."""
        keys = list(self._open) if self._met else list(self._open)[:1]
        came: list[Heard] = []

        def keep(exchanges: Sequence[Exchange]) -> bool:
            for exchange in exchanges:
                came.append(self._asker.hear(exchange))
                exchange.reads.clear()
                self._take(keys[exchange.request_no], came[-1])
            return len(came) >= _SILENT and not any(_good(one) for one in came[-_SILENT:])

        run_kept_loop(
            self._asker.target,
            (self._asker.request(self._open[key], place) for place, key in enumerate(keys)),
            streams=min(STREAMS, len(keys)),
            timeout_s=self._patience.timeout_s,
            keep=keep,
            every_s=_EVERY_S,
        )
        return came

    def _take(self, key: str, heard: Heard) -> None:
        """Settle a question, or put it behind the others."""
        self._last[key] = heard
        if _good(heard):
            self._met = True
            self._settle(key, heard)
        elif heard.may_pass:
            self._tries[key] += heard.http_status != _BUSY
            if self._tries[key] >= _MOST_TRIES[heard.status]:
                self._settle(key, heard)
            else:
                self._open[key] = self._open.pop(key)
        elif not self._asks_otherwise(heard):
            self._settle(key, heard)

    def _asks_otherwise(self, heard: Heard) -> bool:
        """Leave out what the judge refuses, before its first reply; tell if there was any."""
        if self._met:
            return False
        before, self._asker = self._asker, self._asker.after(heard)
        if self._asker != before:
            return True
        self._asker = self._first_asker  # it was the question, or all: the next one will tell
        return False

    def _settle(self, key: str, heard: Heard) -> None:
        del self._open[key]
        self.heard[key] = heard
        self._on_reply(key, heard)

    def _pause(self, came: Sequence[Heard], fruitless: int) -> None:
        """Wait where the same questions may be answered later."""
        pauses = self._patience.pauses_s
        may_pass = [one for one in came if one.may_pass]
        if not self._open or not may_pass or fruitless > len(pauses):
            return
        asked_for = max((one.wait_s or 0.0 for one in may_pass), default=0.0)
        own = pauses[max(0, fruitless - 1)] if pauses else 0.0
        pause_s = max(own, min(asked_for, self._patience.longest_wait_s))
        if pause_s >= _WORTH_SAYING_S:
            why = (may_pass[-1].note or "no reply")[:120]
            say(f"judge {self._asker.target.model} · {why} · again in {duration(pause_s)}")
        time.sleep(pause_s)

    def _given_up(self, key: str) -> Heard:
        """Return what is to be said of a question that nobody will answer."""
        last = self._last.get(key)
        if last is not None:
            return last
        commonest = Counter(one.note for one in self._last.values()).most_common(1)
        why = commonest[0][0] if commonest else "it never answered"
        return Heard(status="failed", note=f"not asked, because the judge gave no reply: {why}")


def _good(heard: Heard) -> bool:
    return heard.status == "ok"
