"""The families of checks, in the order in which they run and are shown.

They stand apart from the checks so that the configuration can name them without loading
the checks and their clients.
"""

#: Checks of what a server does with requests that are in order.
POSITIVE = (
    "models",
    "completions",
    "chat",
    "streaming",
    "sampling",
    "logprobs",
    "structured",
    "tools",
    "reasoning",
    "conversation",
    "unicode",
    "tokenizer",
    "context",
    "serving",
    "client",
)
#: Checks of what it says to requests that are not; they make up ``api_error_clarity``.
ERRORS = "errors"

FAMILIES = (*POSITIVE, ERRORS)
