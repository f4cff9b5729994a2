"""The Python program inside the sandbox; ``componentize-py`` makes a WebAssembly component of it.

`app` is what is called from outside. Standard library and relative imports only: nothing else
is there. Nothing that happens in here can be trusted once an answer's code has run.
"""
