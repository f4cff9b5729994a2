"""Replies of judges by content, so that the same text is never rated twice by the same judge.

One file for each reply, in a folder that no rule declares: Snakemake does not delete it with a
job's outputs. A file appears whole or not at all, so a kill loses nothing that was there, and
jobs that run at the same time may share the folder.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from bakeoff.store.files import to_json, write_text


@dataclass(frozen=True)
class Cache:
    """Replies that were given before.

    Attributes:
        directory: Where they are kept; made with the first of them.
    """

    directory: Path

    def get(self, key: str) -> str | None:
        """Return the reply that is kept under a key; None where there is none to be read."""
        try:
            reply = json.loads(self._path(key).read_text(encoding="utf-8"))["reply"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return reply if isinstance(reply, str) else None

    def put(self, key: str, reply: str, *, judge: str) -> None:
        """Keep a reply.

        Args:
            key: What it is kept under: a hash of all that was asked, and of whom.
            reply: The judge's words.
            judge: Its name, for people who look into the folder.
        """
        write_text(self._path(key), to_json({"judge": judge, "reply": reply}) + "\n")

    def _path(self, key: str) -> Path:
        return self.directory / f"{key}.json"
