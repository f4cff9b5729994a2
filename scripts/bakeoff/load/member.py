"""One process of a load for a time, as its parent sees it: told, listened to, and fed."""

import contextlib
from queue import SimpleQueue

from bakeoff.load.exchange import Exchange
from bakeoff.load.parts import Deal, Report, Supply
from bakeoff.load.processes import Process, get, put

#: Reports that a process must be able to go without more requests.
_REPORTS_AHEAD = 10

#: What a process tells; an error of ours while it was fed; None at its end.
Told = Exchange | Report | Exception | None


class Member:
    """One process, as the parent sees it.

    Args:
        process: The process.
        place: Its number, from 0.
        deal: Where its requests come from.
        keep: Requests that it always has ready.
        given: Requests that it has been given.

    Attributes:
        over: Whether it has told everything.
    """

    def __init__(self, process: Process, place: int, deal: Deal, keep: int, given: int) -> None:
        self.process, self.place = process, place
        self._deal, self._keep, self._given, self._taken = deal, keep, given, 0
        self._told_last = False
        self.over = False

    def tell(self, order: object) -> None:
        """Tell it something; one that has died hears nothing, and its silence will tell."""
        with contextlib.suppress(BrokenPipeError, ValueError):
            put(self.process.stdin, order)

    def listen(self, inbox: "SimpleQueue[tuple[Member, Told]]") -> None:
        """Pass on what it tells, until its end, which is None; feed it meanwhile."""
        try:
            while (told := get(self.process.stdout)) is not None:
                inbox.put((self, told))
                if isinstance(told, Report):
                    self._feed(told)
        except Exception as error:  # noqa: BLE001 -- raised by the thread that reads the inbox
            inbox.put((self, error))
        inbox.put((self, None))

    def _feed(self, report: Report) -> None:
        """Give it what it took in its last report's time, some times over."""
        recent, self._taken = report.taken - self._taken, report.taken
        wanted = max(self._keep, _REPORTS_AHEAD * recent) - (self._given - report.taken)
        if wanted <= 0 or self._told_last or report.usages:
            return
        supply: Supply = self._deal.more(self.place, wanted)
        self._given += len(supply.requests)
        self._told_last = supply.last
        self.tell(supply)
