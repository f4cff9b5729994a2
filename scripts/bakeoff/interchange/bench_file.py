"""The files of ``vllm bench serve --save-result --save-detailed``, written and read.

Field names as in vLLM 0.33 (``vllm/benchmarks/serve.py``). Times are seconds; a request that failed
has a text in ``errors``, 0 in ``ttfts`` and ``output_lens`` and no gaps.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bakeoff.errors import ConfigError
from bakeoff.interchange.aggregates import aggregates
from bakeoff.interchange.result import Request, Result

#: Who writes such files.
SOURCE = "vllm bench serve"
_SHOWN_CHARACTERS = 80
_Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Count = Annotated[int, Field(ge=0)]
_LISTS = ("input_lens", "output_lens", "ttfts", "itls", "start_times", "errors")


class _File(BaseModel):
    """What is read of a file; everything else that it holds is kept as a remark."""

    model_config = ConfigDict(extra="allow", strict=False)

    duration: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    input_lens: list[_Count]
    output_lens: list[_Count]
    ttfts: list[_Seconds]
    itls: list[list[_Seconds]]
    start_times: list[Annotated[float, Field(allow_inf_nan=False)]]
    errors: list[str]
    latencies: list[_Seconds] | None = None
    queue_times: list[_Seconds] | None = None
    generated_texts: list[str] | None = None
    backend: str = "vllm"
    model_id: str = ""
    tokenizer_id: str | None = None
    date: str = ""
    label: str | None = None
    request_rate: float | Literal["inf"] = "inf"
    burstiness: float = 1.0
    max_concurrency: int | None = None
    completed: int | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        lengths = {name: len(getattr(self, name)) for name in _LISTS}
        for name in ("latencies", "queue_times", "generated_texts"):
            if (found := getattr(self, name)) is not None:
                lengths[name] = len(found)
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{name} {length}" for name, length in lengths.items())
            raise ValueError(f"lists have different lengths ({told}); allowed are equal ones")
        if not self.errors:
            raise ValueError("holds no request; allowed is one or more")
        answered = sum(not error for error in self.errors)
        if self.completed is not None and self.completed != answered:
            raise ValueError(
                f"completed is {self.completed}, but {answered} requests have no error; allowed "
                "are equal numbers"
            )
        return self


def to_json(result: Result) -> dict[str, Any]:
    """Return a run as the object that ``vllm bench serve`` would write."""
    requests = result.requests
    return {
        "date": result.date,
        "endpoint_type": result.backend,
        "backend": result.backend,
        "label": result.label,
        "model_id": result.model,
        "tokenizer_id": result.tokenizer,
        "num_prompts": len(requests),
        **result.remarks,
        "request_rate": "inf" if math.isinf(result.request_rate) else result.request_rate,
        "burstiness": result.burstiness,
        "max_concurrency": result.max_concurrency,
        **aggregates(result),
        "input_lens": [request.input_tokens for request in requests],
        "output_lens": [request.output_tokens for request in requests],
        "ttfts": [request.ttft_s or 0.0 for request in requests],
        "itls": [list(request.gaps_s) for request in requests],
        "latencies": [request.latency_s or 0.0 for request in requests],
        "start_times": [request.sent_s for request in requests],
        "queue_times": [request.queue_s for request in requests],
        "generated_texts": [request.text for request in requests],
        "errors": [request.error for request in requests],
    }


def read_file(path: Path) -> Result:
    """Return the run that a file holds.

    Raises:
        ConfigError: If it cannot be read or is no such file; names the file, what is wrong and
            what is allowed.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}; name a result file") from error
    except ValueError as error:
        raise ConfigError(
            f"{path} is no JSON object: {error}; allowed is one result of {SOURCE}, written with "
            "--save-result (with --append-result a file holds several; split it)"
        ) from error
    if not isinstance(raw, dict):
        raise ConfigError(f"{path} holds {_shown(raw)}; allowed is one JSON object")
    missing = [name for name in _LISTS if name not in raw]
    if missing:
        raise ConfigError(
            f"{path} has no {', '.join(missing)}; without the requests nothing can be said of how "
            f"sure a figure is: let {SOURCE} write it with --save-detailed"
        )
    return _result(path, raw)


def _result(path: Path, raw: Mapping[str, Any]) -> Result:
    try:
        file = _File.model_validate(raw)
    except ValidationError as error:
        lines = [_word(found) for found in error.errors()[:5]]
        raise ConfigError("\n".join([f"{path} is no result of {SOURCE}:", *lines])) from None
    known = set(_File.model_fields) | {"endpoint_type", "num_prompts"}
    known |= set(aggregates(Result(requests=(), duration_s=1, backend="", model="")))
    return Result(
        requests=tuple(_request(file, place) for place in range(len(file.errors))),
        duration_s=file.duration,
        backend=file.backend,
        model=file.model_id,
        tokenizer=file.tokenizer_id,
        date=file.date,
        label=file.label,
        request_rate=math.inf if file.request_rate == "inf" else file.request_rate,
        burstiness=file.burstiness,
        max_concurrency=file.max_concurrency,
        remarks={name: value for name, value in raw.items() if name not in known},
    )


def _request(file: _File, place: int) -> Request:
    """Return one request; the last event came when the gaps after the first one had gone by."""
    error, ttft_s = file.errors[place], file.ttfts[place]
    gaps_s = tuple(file.itls[place])
    told_s = file.latencies[place] if file.latencies else None
    return Request(
        sent_s=file.start_times[place],
        ttft_s=ttft_s if ttft_s > 0 else None,
        gaps_s=gaps_s,
        latency_s=None if error else told_s or ttft_s + math.fsum(gaps_s),
        input_tokens=file.input_lens[place],
        output_tokens=file.output_lens[place],
        queue_s=file.queue_times[place] if file.queue_times else 0.0,
        text=file.generated_texts[place] if file.generated_texts else "",
        error=error,
    )


def _word(problem: Any) -> str:
    """Return one line for one of pydantic's errors: key, value, what is allowed."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in problem["loc"]]
    key = "".join(parts).removeprefix(".")
    if problem["type"] == "value_error":
        return f"  {key or 'file'}: {problem['ctx']['error']}"
    message = problem["msg"].replace("Input should", "it should")
    return f"  {key or 'file'}: {_shown(problem['input'])} is not allowed; {message}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
