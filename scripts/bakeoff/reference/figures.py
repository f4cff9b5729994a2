"""What the server tells of itself: its metrics and its records."""

from collections.abc import Iterable

from bakeoff.reference.connection import Message
from bakeoff.reference.player import Player
from bakeoff.reference.record import Record, to_lines
from bakeoff.reference.totals import Totals
from bakeoff.reference.wire import Reply


def own_figures(
    message: Message, totals: Totals, player: Player, records: Iterable[Record]
) -> Reply | None:
    """Return the metrics or the records, None where something else is asked for.

    Args:
        message: The request.
        totals: Figures over all requests.
        player: Knows the requests that are served and those that wait.
        records: What happened so far.
    """
    if (message.method, message.target) == ("GET", "/metrics"):
        running = [stream.record for stream in player.active.values()]
        text = totals.text(running, len(player.waiting))
        return Reply(200, text, "text/plain; version=0.0.4; charset=utf-8")
    if (message.method, message.target) == ("GET", "/reference/records"):
        return Reply(200, to_lines(records).encode(), "application/jsonl")
    return None
