"""How far the measuring client is from the truth on this machine, at this config's loads.

The client runs against the reference server, whose every write has its time on record.
`levels` says which loads, `trial` runs one of them, `errors` compares what the client saw
with the record, `ceiling` finds how much the client can take, `run` does all of it within
a bounded time, and `limits` says what a row that was measured at some load can be trusted
with.
"""

from bakeoff.calibrate.levels import calibration_loads
from bakeoff.calibrate.limits import limits, processes_needed
from bakeoff.calibrate.run import calibrate

__all__ = ["calibrate", "calibration_loads", "limits", "processes_needed"]
