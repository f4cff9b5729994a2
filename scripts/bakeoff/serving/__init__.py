"""A candidate's server while it is measured: started, watched, and gone afterwards.

`serve` is what measuring code calls. It starts the engine through `launch` and `supervisor`,
which outlives a killed job just long enough to end the server, and waits for it through
`loopback`; `leftovers` finds what an earlier crash left, by the `marker` in its environment.
The engine's log is stamped by the supervisor (`stamps`), read for the phases of the start
(`startlog`) and for the reason of a failure (`logtail`). `devices` says which GPUs are the
candidate's, `interrupts` turns signals into orderly ends, `processes` knows about /proc.
"""
