"""The API conformance suite: a fixed list of checks of an OpenAI-compatible server.

- ``base``: what a check, its outcome and the server that it is run on are.
- ``exchange``: HTTP with everything that was sent and received kept as evidence, for raw
  requests and for the official ``openai`` client alike.
- ``asking``, ``reading``: bodies of requests, and careful reading of what came back.
- ``checks/<family>.py``: the checks; ``registry``: all of them in order.
- ``run``: runs them one by one on a live server, whatever each of them does.
"""
