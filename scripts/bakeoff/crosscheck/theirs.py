"""The part of ``vllm bench serve``: the same request fields, from the engine's environment.

Its dataset ``random`` is not used: a prompt there is a run of consecutive token ids, so two
that begin with the same id are the same, which among 100 prompts over a vocabulary of 4,096
ids is more likely than not, and the prefix cache answers the second. ``prefix_repetition``
with as many prefixes as requests and nothing after them draws every token by itself.
"""

import json
import math
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bakeoff.config.models import Candidate, Workload
from bakeoff.crosscheck.timed import Timed
from bakeoff.engines.base import Engine
from bakeoff.engines.commandline import environment_python
from bakeoff.engines.vllm import BENCH_SERVE
from bakeoff.errors import HarnessError
from bakeoff.load.prompts import load_tokenizer
from bakeoff.serving.server import Server

NAME = "vllm bench serve"
#: Longest that its imports and its prompts may take, in seconds; 17 s were seen on two cores.
_READY_WITHIN_S = 600.0
#: Of this process's own Python, which is not the one that it runs in.
_NOT_INHERITED = frozenset({"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"})


@dataclass(frozen=True, kw_only=True)
class Theirs:
    """``vllm bench serve``, ready to run.

    Attributes:
        server: The server.
        candidate: Whose environment it runs from.
        engine: Whose request fields it sends.
        workload: What a request is.
        streams: Streams of the closed loop.
        seed: Seed of its prompts; each round adds its number.
        model_dir: Directory of the model, for its tokenizer.
        folder: Folder for its results and logs, which are kept.
    """

    server: Server
    candidate: Candidate
    engine: Engine
    workload: Workload
    streams: int
    seed: int
    model_dir: Path
    folder: Path

    def run(self, round_no: int, requests: int) -> list[Timed]:
        """Send this many requests, no prompt of which was sent before; return all of them.

        Raises:
            HarnessError: If it fails or leaves no result.
        """
        result = self.folder / f"vllm-bench-{round_no}.json"
        result.unlink(missing_ok=True)
        command = self._command(result, seed=(self.seed + round_no) % 2**32, requests=requests)
        timeout_s = _READY_WITHIN_S + requests * self.workload.timeout_s / self.streams
        log = result.with_suffix(".log")
        with log.open("wb") as output:
            code = _call(command, self._environment(os.environ), output.fileno(), timeout_s)
        if code != 0 or not result.exists():
            tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise HarnessError(
                f"{NAME} ended with {code} and {'a' if result.exists() else 'no'} result; "
                f"its log is {log}:\n{tail}"
            )
        return timed(json.loads(result.read_text(encoding="utf-8")))

    def _command(self, result: Path, *, seed: int, requests: int) -> list[str]:
        """Return its command line."""
        flags = {
            "backend": "vllm",
            "base-url": self.server.base_url.removesuffix("/v1"),
            "model": self.server.model,
            "tokenizer": str(self.model_dir.absolute()),
            "dataset-name": "prefix_repetition",
            "prefix-repetition-num-prefixes": requests,
            "prefix-repetition-prefix-len": self.workload.input_tokens - self._added_tokens(),
            "prefix-repetition-suffix-len": 0,
            "prefix-repetition-output-len": self.workload.output_tokens,
            "num-prompts": requests,
            "seed": seed,
            "max-concurrency": self.streams,
            "temperature": 0,
            "extra-body": json.dumps(self._extra_body()),
            # Either would send the first prompt twice, and the prefix cache would know it.
            "num-warmups": 0,
            "ready-check-timeout-sec": 0,
            "result-dir": str(result.parent.absolute()),
            "result-filename": result.name,
        }
        switches = ("ignore-eos", "disable-shuffle", "save-result", "save-detailed", "disable-tqdm")
        return [
            str(environment_python(self.candidate.engine_env)),
            *("-c", BENCH_SERVE),
            *(f"--{name}={value}" for name, value in flags.items()),
            *(f"--{name}" for name in switches),
        ]

    def _added_tokens(self) -> int:
        """Return how many tokens the tokenizer adds to any text, such as one for its beginning."""
        tokenizer = load_tokenizer(self.model_dir)
        return 0 if tokenizer is None else len(tokenizer.encode("").ids)

    def _extra_body(self) -> dict[str, object]:
        """Return the fields of our own requests that it does not send by itself."""
        exact = {
            name: self.workload.output_tokens if value is None else value
            for name, value in self.engine.exact_output.items()
        }
        return {**self.engine.stream_extras, **exact}

    def _environment(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """Return its whole environment: the engine's, and no proxy for our own host."""
        kept = {name: value for name, value in inherited.items() if name not in _NOT_INHERITED}
        own = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "TRANSFORMERS_OFFLINE": "1"}
        return {**kept, **self.engine.environment(self.candidate), **own}


def _call(command: list[str], environment: dict[str, str], output: int, timeout_s: float) -> int:
    """Run a command to its end and return its exit code.

    Raises:
        HarnessError: If it takes longer than allowed; it is killed then.
    """
    try:
        return subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=timeout_s,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired as error:
        raise HarnessError(f"{NAME} did not end within {timeout_s:g} s and was killed") from error


def timed(result: Mapping[str, Any]) -> list[Timed]:
    """Return the requests of a result file that was written with ``--save-detailed``.

    Its clock is the monotonic one in seconds. The last token came when the gaps after the
    first one have gone by: it has no other stamp of it.

    Raises:
        HarnessError: If the file has not the lists that are needed, equally long.
    """
    names = ("start_times", "ttfts", "itls", "input_lens", "output_lens", "errors")
    try:
        return [_timed(*values) for values in zip(*(result[name] for name in names), strict=True)]
    except (KeyError, TypeError, ValueError) as error:
        raise HarnessError(
            f"a result of {NAME} cannot be read: {type(error).__name__} {error}; it needs "
            f"{', '.join(names)}, equally long; is --save-detailed missing, or the version new?"
        ) from error


def _timed(start_s: float, ttft_s: float, gaps_s: Sequence[float], *rest: Any) -> Timed:
    prompt_tokens, completion_tokens, error = rest
    if error:
        return Timed(
            sent_ns=round(start_s * 1e9),
            first_token_ns=None,
            last_token_ns=None,
            prompt_tokens=None,
            completion_tokens=None,
            error=str(error).strip().splitlines()[-1],
        )
    first_s = start_s + ttft_s
    return Timed(
        sent_ns=round(start_s * 1e9),
        first_token_ns=round(first_s * 1e9),
        last_token_ns=round((first_s + math.fsum(gaps_s)) * 1e9),
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
        events=1 + len(gaps_s),
    )
