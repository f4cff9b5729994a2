"""Requests made before they are needed, so that making one costs the hot path little."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice

from bakeoff.load.exchange import PreparedRequest

#: Most requests that are made beforehand: each takes a few kB of memory.
MOST = 20_000
#: Pause between two looks at the stock while enough is there, in seconds.
_LOOK_S = 0.02


class Stock:
    """A plan of which the next requests are ready.

    A prompt of 512 tokens takes about 0.1 ms to make: of 64 streams that end in one step the
    last would send its next request 6 ms late. So requests are made before the clock
    starts. If they run low all the same, more are made one at a time, and between two of
    them the loop attends to its sockets.

    Args:
        requests: Makes the requests; may be endless.
        ready: How many are made before the clock starts.
        keep: How many are kept ready from then on.

    Attributes:
        shortages: Requests that were asked for when none was ready.
    """

    def __init__(self, requests: Iterator[PreparedRequest], *, ready: int, keep: int) -> None:
        self._requests, self._keep = requests, keep
        self._made = deque(islice(requests, min(ready, MOST)))
        self.shortages = 0

    def take(self) -> PreparedRequest | None:
        """Return the next request, None if there are no more."""
        if self._made:
            return self._made.popleft()
        request = next(self._requests, None)
        self.shortages += request is not None
        return request

    def call_later(self, callback: Callable[[], None]) -> bool:  # noqa: ARG002 -- no more will come
        """Call back once there are more; returns False if there never will be, as here."""
        return False

    async def refill(self) -> None:
        """Keep enough ready, until the plan is at its end or this is cancelled."""
        while True:
            if len(self._made) >= self._keep:
                await asyncio.sleep(_LOOK_S)
                continue
            request = next(self._requests, None)
            if request is None:
                return
            self._made.append(request)
            await asyncio.sleep(0)
