"""What the server truly did: one record per request for an answer."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Literal

#: How a request ended: its response was written to the end, cut by a fault (closed or
#: reset), left hanging by a fault, left by the client, or it is not over.
Outcome = Literal["complete", "closed", "reset", "hung", "left", "open"]


@dataclass(slots=True, kw_only=True)
class Record:
    """One request for an answer; times are ``time.perf_counter_ns()`` readings.

    Attributes:
        request_no: Number in the order of receipt, from 0; the answer's ``id`` ends in it.
        connection_no: Number of the connection in the order of acceptance, from 0.
        client_id: The request's ``X-Request-Id`` header, or an empty string.
        body_crc32: CRC-32 of the request's body, to find it again in a client's rows.
        path: Path of the request.
        model: Model asked for.
        fault: Name of the fault that was played, or an empty string.
        status: HTTP status of the response; 0 if none was to be written.
        prompt_tokens: Length of the prompt, None for a refused request.
        received_ns: When the request had been read to its last byte.
        started_ns: When it left the queue: the receipt, if there was room.
        planned_ns: When each write of the response was due.
        written_ns: When it was handed to the socket.
        write_tokens: Tokens whose last byte is in it (0 for headers, role, usage, end).
        ended_ns: When the response had been written, cut or left.
        client_left_ns: When the server saw that the client had left before the end.
        outcome: How it ended.
    """

    request_no: int
    connection_no: int
    client_id: str
    body_crc32: int
    path: str
    model: str = ""
    fault: str = ""
    status: int = 200
    prompt_tokens: int | None = None
    received_ns: int
    started_ns: int | None = None
    planned_ns: list[int] = field(default_factory=list)
    written_ns: list[int] = field(default_factory=list)
    write_tokens: list[int] = field(default_factory=list)
    ended_ns: int | None = None
    client_left_ns: int | None = None
    outcome: Outcome = "open"

    @property
    def completion_tokens(self) -> int:
        """Tokens that were written."""
        return sum(self.write_tokens)

    @property
    def token_times_ns(self) -> list[int]:
        """When each write that carried tokens was made, in ns."""
        pairs = zip(self.written_ns, self.write_tokens, strict=True)
        return [written_ns for written_ns, tokens in pairs if tokens]

    @property
    def first_token_written(self) -> bool:
        """Whether a token was written."""
        return any(self.write_tokens)

    @property
    def first_token_ns(self) -> int | None:
        """When the first token was written, None if none was."""
        return next(iter(self.token_times_ns), None)

    @property
    def last_token_ns(self) -> int | None:
        """When the last token was written, None if none was."""
        return next(reversed(self.token_times_ns), None)


def to_lines(records: Iterable[Record]) -> str:
    """Return the records as JSON, one a line."""
    return "".join(json.dumps(asdict(record)) + "\n" for record in records)


def from_lines(text: str) -> list[Record]:
    """Return the records of :func:`to_lines`."""
    return [Record(**json.loads(line)) for line in text.splitlines()]


def write_records(records: Iterable[Record], path: Path) -> None:
    """Write the records to ``path`` as Parquet, or as JSON lines if it ends in ``.jsonl``."""
    if path.suffix == ".jsonl":
        path.write_text(to_lines(records), encoding="utf-8")
        return
    import pyarrow as pa  # noqa: PLC0415 -- half a second that only the end needs
    from pyarrow import parquet  # noqa: PLC0415 -- as above

    types = {
        int: pa.int64(),
        str: pa.string(),
        Outcome: pa.string(),
        int | None: pa.int64(),
        list[int]: pa.list_(pa.int64()),
    }
    schema = pa.schema([(column.name, types[column.type]) for column in fields(Record)])
    parquet.write_table(pa.Table.from_pylist([asdict(r) for r in records], schema=schema), path)


def read_records(path: Path) -> list[Record]:
    """Return the records of a file that :func:`write_records` wrote."""
    if path.suffix == ".jsonl":
        return from_lines(path.read_text(encoding="utf-8"))
    from pyarrow import parquet  # noqa: PLC0415 -- see write_records

    return [Record(**row) for row in parquet.read_table(path).to_pylist()]
