"""The API conformance suite: a fixed list of checks of an OpenAI-compatible server.

- ``base``: what a check, its outcome and the server that it is run on are.
- ``exchange``: HTTP with one server, for raw requests and the official ``openai`` client alike;
  ``recorder`` keeps what passes, and ``evidence`` makes it readable.
- ``asking``, ``bias``, ``template``, ``reading``: what is sent, and careful reading of what
  came back.
- ``checks/<family>.py``: the checks; ``registry``: all of them in order.
- ``run``: runs them one by one on a live server, whatever each of them does.
"""
