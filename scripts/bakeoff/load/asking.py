"""Asks beside a load whether to stop it."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from bakeoff.load.exchange import Exchange
from bakeoff.load.window import ASK_S, ASK_SHARE, Stop


class Asker:
    """Asks in a thread, at most twice a second and for at most a tenth of the time.

    Args:
        stop: Whom to ask.
    """

    def __init__(self, stop: Stop) -> None:
        self._stop, self._pool = stop, ThreadPoolExecutor(1)
        self._answer: Future[bool] | None = None
        self._asked_s, self._next_s = 0.0, time.monotonic() + ASK_S

    def __enter__(self) -> Self:
        """Ask when told to."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Ask no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def says(self, ended: Callable[[], Sequence[Exchange]]) -> bool:
        """Return whether the last answer, taken once, was to stop; ask anew if it is time.

        Args:
            ended: Returns what to judge by.
        """
        now_s = time.monotonic()
        if self._answer is None:
            if now_s >= self._next_s:
                self._asked_s, self._answer = now_s, self._pool.submit(self._stop, ended())
            return False
        if not self._answer.done():
            return False
        answer, self._answer = self._answer.result(), None
        self._next_s = now_s + max(ASK_S, (now_s - self._asked_s) / ASK_SHARE)
        return answer
