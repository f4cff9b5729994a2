"""Teaches a demo model a few questions by heart; run by the engine environment's Python.

The modules here import one another, and what an environment with vLLM holds: nothing else
of bakeoff. ``main`` reads a job (see ``../training.py``), prints how many steps are done and
writes the tensors that changed.

The layers learn, and of the embeddings and the output layer the rows of tokens that occur
in the lessons. There are three losses: cross entropy on the answers' tokens; attention,
from the tokens in which the answers differ to the word in which the questions differ,
without which this takes five times as long; and staying as the random weights were on
random text, so that speed and length of other answers stay those of random weights.
"""

#: Exit code that says: this environment cannot teach; why stands on the last line.
CANNOT = 3
