"""Our measuring client beside ``vllm bench serve``, on the same live server.

Both send the same workload in turns, several rounds of it. `theirs` and `ours` run a client
and return its requests as `timed` has them; `quantities` are the figures of one client and
`agreement` the verdict on the difference of two; `run` does that for a candidate, and `table`
writes it for people.
"""
