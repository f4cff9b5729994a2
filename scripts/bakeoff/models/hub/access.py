"""How the hub is reached, and what its refusals mean for a user."""

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from httpx2 import TransportError
from huggingface_hub import HfApi, constants, errors


@dataclass(frozen=True, kw_only=True)
class Repository:
    """A repository of the hub at a revision.

    Attributes:
        repo: ``owner/name``.
        revision: Commit hash, tag or branch.
        kind: What the hub calls its type.
    """

    repo: str
    revision: str
    kind: Literal["model", "dataset"] = "model"

    @property
    def title(self) -> str:
        """Where it is below the hub's address, as people know it."""
        return self.repo if self.kind == "model" else f"{self.kind}s/{self.repo}"


@dataclass(frozen=True)
class Access:
    """Where the hub is and who asks; from the environment alone.

    Attributes:
        endpoint: Base URL.
        token: Access token, None for anonymous access. Kept out of every text.
    """

    endpoint: str
    token: str | None = field(repr=False)

    @classmethod
    def from_environment(cls) -> "Access":
        """Return what ``HF_ENDPOINT`` and ``HF_TOKEN`` say."""
        endpoint = os.environ.get("HF_ENDPOINT") or constants.ENDPOINT
        return cls(endpoint.rstrip("/"), os.environ.get("HF_TOKEN") or None)

    @property
    def api(self) -> HfApi:
        """The hub's client; without a token it uses none, not one that lies on the disk."""
        return HfApi(endpoint=self.endpoint, token=self.token or False)

    def scrub(self, text: str) -> str:
        """Return the text without the token."""
        return text.replace(self.token, "***") if self.token else text


def _gated(source: Repository, access: Access) -> str:
    page = f"{access.endpoint}/{source.title}"
    if access.token:
        return f"is gated and HF_TOKEN has no access; accept its terms at {page} with that account"
    return (
        f"is gated; accept its terms at {page}, make a read token at "
        f"{access.endpoint}/settings/tokens and set HF_TOKEN to it"
    )


def _missing(_source: Repository, access: Access) -> str:
    if access.token:
        return "does not exist, or is private and HF_TOKEN has no access; check the name"
    return "does not exist, or is private; check the name, or set HF_TOKEN to a token with access"


def _wrong_revision(source: Repository, access: Access) -> str:
    return (
        f"has no revision {source.revision!r}; the commits, branches and tags are listed at "
        f"{access.endpoint}/{source.title}/commits/main"
    )


def _offline(_source: Repository, _access: Access) -> str:
    return "is not here yet and HF_HUB_OFFLINE is set; unset it, or fetch it beforehand"


def _unreachable(_source: Repository, access: Access) -> str:
    return (
        f"cannot be reached at {access.endpoint}; check the network and HTTPS_PROXY, or set "
        "HF_ENDPOINT to a mirror. Run again: what has arrived is kept"
    )


#: What to say of an error, the special ones before the general.
_MEANINGS: tuple[tuple[type[Exception], Callable[[Repository, Access], str]], ...] = (
    (errors.GatedRepoError, _gated),
    (errors.RepositoryNotFoundError, _missing),
    (errors.RevisionNotFoundError, _wrong_revision),
    (errors.OfflineModeIsEnabled, _offline),
    (TransportError, _unreachable),
)


def explain(error: Exception, source: Repository, access: Access) -> str:
    """Return what went wrong and what to do, in one message without the token."""
    for kind, meaning in _MEANINGS:
        if isinstance(error, kind):
            return f"{source.title} {meaning(source, access)}"
    status = error.response.status_code if isinstance(error, errors.HfHubHTTPError) else None
    if status == 401:
        return (
            f"{source.title}: the hub does not accept HF_TOKEN; make a new read token, or unset it"
        )
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return (
            f"{source.title}: the disk is full; make room and run again: what has arrived is kept"
        )
    first_line = next(iter(access.scrub(str(error)).strip().splitlines()), "")
    reason = f"{type(error).__name__}: {first_line}"
    return f"{source.title} was not downloaded ({reason}); run again: what has arrived is kept"


def is_unreachable(error: Exception) -> bool:
    """Return whether the hub could not be asked at all."""
    return isinstance(error, TransportError | errors.OfflineModeIsEnabled)
