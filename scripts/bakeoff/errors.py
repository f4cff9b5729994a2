"""The errors that bakeoff raises, by whose fault they are.

A :class:`HarnessError` means that the harness or its surroundings are broken: the rule
fails and Snakemake's exit code says so. A :class:`CandidateError` is a finding about a
candidate: it becomes a ``failed`` row in ``stages`` and the other candidates go on.
"""


class BakeoffError(Exception):
    """Base of every error raised on purpose by bakeoff."""


class ConfigError(BakeoffError):
    """The configuration is wrong; the message names key, value and what is allowed."""


class HarnessError(BakeoffError):
    """The harness cannot work: a missing environment, an unreadable result, a full disk."""


class CandidateError(BakeoffError):
    """The candidate failed: it did not start, crashed, hung or refused.

    Attributes:
        log_tail: The last lines of the engine's log, oldest first; empty if there is none.
    """

    def __init__(self, message: str, log_tail: str = "") -> None:
        super().__init__(message)
        self.log_tail = log_tail
