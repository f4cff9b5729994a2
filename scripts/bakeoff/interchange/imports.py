"""Results of others, as rows of the ``imported_`` tables."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bakeoff.interchange.bench_file import SOURCE, read_file
from bakeoff.interchange.figures import metric_rows
from bakeoff.interchange.result import Request, Result

Rows = list[dict[str, Any]]


def imported(asked: Sequence[Mapping[str, Any]]) -> dict[str, Rows]:
    """Read the files and return the rows of each table, by its name.

    Args:
        asked: The configured imports: ``id``, ``path`` and ``label`` of each.

    Raises:
        ConfigError: If a file is none of ``vllm bench serve``.
    """
    results: Rows = []
    requests: Rows = []
    metrics: Rows = []
    for position, one in enumerate(asked):
        path, name = Path(one["path"]), str(one["id"])
        result = read_file(path)
        results.append(_result_row(name, position, one.get("label") or name, path, result))
        own = [_request_row(name, number, r) for number, r in enumerate(result.requests)]
        requests += own
        metrics += metric_rows(name, own, result.duration_s)
    return {
        "imported_results": results,
        "imported_requests": requests,
        "imported_metrics": metrics,
    }


def _result_row(name: str, position: int, label: str, path: Path, result: Result) -> dict[str, Any]:
    return {
        "import_id": name,
        "position": position,
        "label": label,
        "source": SOURCE,
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "measured_at": result.date or None,
        "backend": result.backend,
        "model": result.model or None,
        "max_concurrency": result.max_concurrency,
        "request_rate": None if math.isinf(result.request_rate) else result.request_rate,
        "duration_s": result.duration_s,
        "requests": len(result.requests),
        "failed": len(result.requests) - len(result.answered),
        "remarks": json.dumps(dict(result.remarks), sort_keys=True, ensure_ascii=False),
    }


def _request_row(name: str, number: int, request: Request) -> dict[str, Any]:
    return {
        "import_id": name,
        "request_no": number,
        "begin_ns": round(request.sent_s * 1e9),
        "ttft_ns": None if request.ttft_s is None else round(request.ttft_s * 1e9),
        "latency_ns": None if request.latency_s is None else round(request.latency_s * 1e9),
        "gaps_ns": [round(gap * 1e9) for gap in request.gaps_s],
        "prompt_tokens": request.input_tokens,
        "completion_tokens": request.output_tokens if request.ok else None,
        "status": "ok" if request.ok else "failed",
        "error": request.error or None,
    }
