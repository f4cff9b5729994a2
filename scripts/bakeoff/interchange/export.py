"""Our requests as files of ``vllm bench serve``: one for each level of each stage."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from bakeoff.interchange.bench_file import to_json
from bakeoff.interchange.result import Request, Result
from bakeoff.progress import Progress
from bakeoff.store.files import write_text

_NO_COUNTS = "the server told no token counts, and the form has no place for that"


@dataclass(frozen=True)
class Group:
    """The requests of one level of one stage.

    Attributes:
        candidate: Id of the candidate.
        stage: Stage that sent them.
        load: ``closed`` or ``open``.
        level: Streams, or requests/s.
        model: Model that they named, as people name it.
        started_at: Wall-clock start of the stage, ISO 8601.
    """

    candidate: str
    stage: str
    load: str
    level: float
    model: str
    started_at: str

    @property
    def file(self) -> Path:
        """Where its file goes, below the folder of all."""
        return Path(self.candidate) / f"{self.stage}-{self.load}-{self.level:g}.json"


def export_requests(database: Path, folder: Path) -> dict[str, list[dict[str, object]]]:
    """Write a file for each level of each stage of each candidate.

    Args:
        database: The DuckDB file of the results.
        folder: Where the files go: ``<candidate>/<stage>-<load>-<level>.json``.

    Returns:
        What was written (``files``) and what could not be, and why (``left_out``).
    """
    files: list[dict[str, object]] = []
    left_out: list[dict[str, object]] = []
    with duckdb.connect(str(database), read_only=True) as connection:
        groups = _groups(connection)
        progress = Progress("export_requests", total=len(groups), unit="levels")
        for done, group in enumerate(groups, 1):
            named = {"file": str(group.file), "candidate": group.candidate, "stage": group.stage}
            result = result_of(connection, group)
            if result is None:
                left_out.append({**named, "reason": _NO_COUNTS})
            else:
                write_text(folder / group.file, json.dumps(to_json(result)) + "\n")
                files.append({**named, "requests": len(result.requests)})
            progress.update(done)
    return {"files": files, "left_out": left_out}


def _groups(connection: duckdb.DuckDBPyConnection) -> list[Group]:
    rows = connection.execute(
        "SELECT DISTINCT candidate, stage, load, level, coalesce(model, candidate), started_at, "
        "position FROM requests JOIN candidates USING (candidate) "
        "JOIN stages USING (candidate, stage) "
        "WHERE phase <> 'warmup' AND sent_ns IS NOT NULL ORDER BY position, stage, load, level"
    ).fetchall()
    return [Group(*row[:6]) for row in rows]


def result_of(connection: duckdb.DuckDBPyConnection, group: Group) -> Result | None:
    """Return the requests of a level, warm-up left out; None where tokens were not counted."""
    cursor = connection.execute(
        "SELECT start_no, sent_ns, scheduled_ns, first_token_ns, last_token_ns, done_ns, chunk_ns, "
        "prompt_tokens, completion_tokens, status, error FROM requests WHERE candidate = ? "
        "AND stage = ? AND load = ? AND level = ? AND phase <> 'warmup' AND sent_ns IS NOT NULL "
        "ORDER BY start_no, sent_ns, request_no",
        [group.candidate, group.stage, group.load, group.level],
    )
    columns = [column[0] for column in cursor.description or []]
    rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    if not all(_counted(row) for row in rows):
        return None
    return Result(
        requests=tuple(_request(row) for row in rows),
        duration_s=_duration_s(rows),
        backend="openai-chat" if group.stage == "quality" else "vllm",
        model=group.model,
        tokenizer=group.model,
        date=_date(group.started_at),
        label=group.candidate,
        request_rate=group.level if group.load == "open" else math.inf,
        max_concurrency=int(group.level) if group.load == "closed" else None,
        remarks={
            "exported_by": "bakeoff",
            "candidate": group.candidate,
            "stage": group.stage,
            "load": group.load,
        },
    )


def _counted(row: dict[str, Any]) -> bool:
    """Whether the server counted the tokens of a request that it answered."""
    counts = (row["prompt_tokens"], row["completion_tokens"])
    return row["status"] != "ok" or None not in counts


def _request(row: dict[str, Any]) -> Request:
    """Return a request in seconds of the stage's monotonic clock."""
    failed = row["status"] != "ok" or row["first_token_ns"] is None
    sent, chunks = row["sent_ns"], row["chunk_ns"] or []
    error = f"{row['status']}: {row['error'] or 'no token came'}" if failed else ""
    return Request(
        sent_s=sent / 1e9,
        ttft_s=None if failed else (row["first_token_ns"] - sent) / 1e9,
        gaps_s=() if failed else tuple((b - a) / 1e9 for a, b in pairwise(chunks)),
        latency_s=None if failed else (row["last_token_ns"] - sent) / 1e9,
        input_tokens=row["prompt_tokens"] or 0,
        output_tokens=0 if failed else row["completion_tokens"],
        queue_s=max(0, sent - row["scheduled_ns"]) / 1e9,
        error=error,
    )


def _duration_s(rows: list[dict[str, Any]]) -> float:
    """Return the time from the first request to the end of the last, over all server starts."""
    total = 0
    for start in {row["start_no"] for row in rows}:
        own = [row for row in rows if row["start_no"] == start]
        ends = [row["done_ns"] or row["last_token_ns"] or row["sent_ns"] for row in own]
        total += max(ends) - min(row["sent_ns"] for row in own)
    return max(total, 1) / 1e9


def _date(started_at: str) -> str:
    """Return a time as these files write it: ``20261122-120000``, in UTC."""
    return datetime.fromisoformat(started_at).astimezone(UTC).strftime("%Y%m%d-%H%M%S")
