"""A server whose schedule is known: the truth that the measuring client is held against.

It speaks the OpenAI-compatible API that the client measures, keeps a schedule of its own
making instead of running a model, misbehaves on demand, and writes down when each byte
truly left. ``python -m bakeoff.reference --help`` runs it; tests and benches use
:func:`reference_server`. From an ask to the bytes:

- ``ask``: what a request asks for; ``wants``: what beyond text; ``refusal``: why it is refused;
  ``routes``: who gets what.
- ``schedule``: what is due when; ``words``, ``answers`` and ``answer``: what it says; ``wanted``
  and ``instances``: the same as JSON, as tool calls, several times, with log probabilities.
- ``faults``: what goes wrong; ``wire``: HTTP; ``script``: all of it as timed writes.
- ``connection``, ``player``, ``server``: sockets and the loop that keeps the time.
- ``record``, ``totals`` and ``figures``: what truly happened, in rows and as metrics.
"""

from bakeoff.reference.answers import KnownAnswer
from bakeoff.reference.process import ReferenceServer, reference_server
from bakeoff.reference.record import Record
from bakeoff.reference.schedule import Schedule

__all__ = ["KnownAnswer", "Record", "ReferenceServer", "Schedule", "reference_server"]
