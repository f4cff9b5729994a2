"""What a check of an API is, what comes out of it, and the server that it is run on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bakeoff.config.models import Candidate
from bakeoff.models.manifest import Manifest

if TYPE_CHECKING:
    from bakeoff.api.exchange import Api

Status = Literal["passed", "failed", "not_applicable", "not_answered"]


class CheckFailed(Exception):  # noqa: N818 -- the outcome of a check, not a mistake of ours
    """The server does not do what the check asks for; the message says what it did."""


class NotApplicable(Exception):  # noqa: N818 -- the outcome of a check, not a mistake of ours
    """What the check is about cannot be seen on this server; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A live server and what is known of it.

    Attributes:
        base_url: Base URL with its ``/v1``, without a slash at the end.
        model: Model name that requests carry.
        candidate: The candidate that is served.
        api_key: Key that requests carry, None for none; never shown by ``repr``.
        manifest: Its model as it lies on this machine; None where only the server has it.
        context_tokens: Declared context length: that of the engine's flags, or else of the
            models list, or else of the model; None where nobody says.
        exact_output: Fields that make an answer exactly as long as ``max_tokens``, where the
            engine has such; None stands for that length.
        timeout_s: Longest silence of the server while it answers, in seconds.
    """

    base_url: str
    model: str
    candidate: Candidate
    api_key: str | None = field(default=None, repr=False)
    manifest: Manifest | None = None
    context_tokens: int | None = None
    exact_output: Mapping[str, object] = field(default_factory=dict)
    timeout_s: float = 120.0

    @property
    def root_url(self) -> str:
        """URL of the server itself, where ``/metrics`` is."""
        return self.base_url.removesuffix("/v1")

    @property
    def model_dir(self) -> Path | None:
        """Directory of the model with its tokenizer; None where it is not on this machine."""
        return None if self.manifest is None else Path(self.manifest.directory)

    @property
    def flags(self) -> dict[str, Any]:
        """The engine's flags as the candidate sets them, with dashes in their names."""
        return {name.replace("_", "-"): value for name, value in self.candidate.args.items()}

    def exactly(self, tokens: int) -> dict[str, object]:
        """Return the fields of an answer of so many tokens, exact where the engine can."""
        fields = {
            name: tokens if value is None else value for name, value in self.exact_output.items()
        }
        return {"max_tokens": tokens, **fields}

    def at_least(self, tokens: int) -> dict[str, object]:
        """Return the fields that keep an answer from ending sooner, where the engine has such."""
        return {name: tokens for name, value in self.exact_output.items() if value is None}


@dataclass(frozen=True, kw_only=True)
class Check:
    """One question to a server's API with a plain answer: it does, or it does not.

    A check asserts what the protocol promises, never what a model knows: a model that writes
    noise passes all of them on a server that keeps its promises. Where an answer has to be of
    some shape, the check makes the server enforce it; where only the model's ability could
    show something and did not, it raises :class:`NotApplicable`.

    Something that the server refuses for want of a flag of its own is failed, because whoever
    deploys it with these flags meets the refusal; the note names the flag.

    Attributes:
        id: Name of the row, unique in the suite.
        family: What it belongs to, of :data:`bakeoff.api.families.FAMILIES`.
        title: What is checked, in a few words.
        run: Does it. Returns a note for who reads the row, empty for none; raises
            :class:`CheckFailed` or :class:`NotApplicable` otherwise. Anything else that it
            raises fails the check too: an answer that a check trips over is no good answer.
        applies: Says why the check does not apply to a server, None where it does.
    """

    id: str
    family: str
    title: str
    run: Callable[["Api"], str]
    applies: Callable[[Target], str | None] = lambda _: None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came out of a check.

    Attributes:
        status: As in ``api_checks.status``.
        note: Why it failed or does not apply, or what was seen; empty for nothing to say.
        request: What was sent, cut to a readable length; None where nothing was.
        response: What came back; None where nothing did.
        http_status: HTTP status of the last response; None where there was none.
        duration_ms: From the first byte sent to the last received; None where nothing was sent.
    """

    status: Status
    note: str = ""
    request: str | None = None
    response: str | None = None
    http_status: int | None = None
    duration_ms: float | None = None


def require(condition: object, problem: str) -> None:
    """Fail the check unless a condition holds.

    Raises:
        CheckFailed: With the problem as its message.
    """
    if not condition:
        raise CheckFailed(problem)
