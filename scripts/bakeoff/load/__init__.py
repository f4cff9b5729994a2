"""The measuring client: prepared requests in, raw timed bytes out, rows afterwards.

Before the window, `calibrate` makes prompts exact, `prompts` and `wire` build the bytes of
every request, `plan` puts them in order. In the window, `closed_loop` drives `client`,
which stamps and keeps what arrives and parses nothing; `timed_loop` and `open_loop` load for
a time, and with `spread_timed` in several processes where one is not enough. After it,
`parse` makes a row of each exchange: `response` takes HTTP apart, `sse` the events, `stream`
what they say, `tokens` which of them carried how many tokens, `verdict` what became of the
request.
"""

from bakeoff.load.ask import ask_once
from bakeoff.load.calibrate import make_prompts
from bakeoff.load.closed_loop import run_closed_loop
from bakeoff.load.exchange import Exchange, PreparedRequest
from bakeoff.load.outcome import Outcome
from bakeoff.load.parse import parse, request_row
from bakeoff.load.plan import prepare_requests
from bakeoff.load.prompts import PromptMaker
from bakeoff.load.target import Target

__all__ = [
    "Exchange",
    "Outcome",
    "PreparedRequest",
    "PromptMaker",
    "Target",
    "ask_once",
    "make_prompts",
    "parse",
    "prepare_requests",
    "request_row",
    "run_closed_loop",
]
