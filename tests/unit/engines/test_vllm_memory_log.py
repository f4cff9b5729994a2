"""What vLLM's log tells of memory: lines as its versions write them, on GPUs and on the CPU."""

import pytest

from bakeoff import engines
from bakeoff.serving import startlog
from bakeoff.serving.stamps import LogLine

#: vLLM 0.32 on the CPU, with and without VLLM_CPU_KVCACHE_SPACE.
CPU_SET = """
(EngineCore pid=22880) INFO 11-23 17:01:18 [cpu_worker.py:260] Explicitly set (1.0/14.46) GiB for KV cache on node 0.
(EngineCore pid=22880) INFO 11-23 17:01:18 [kv_cache_utils.py:2327] CPU KV cache size: 699,008 tokens, Maximum concurrency for 2,048 tokens per request: 341.31x
"""  # noqa: E501 -- lines as they are
CPU_AUTO = """
(EngineCore pid=7) INFO 11-23 17:01:18 [cpu_worker.py:260] Auto set (12.9/14.46) GiB for KV cache on node 0, with 14.02 GiB requested memory for the worker. 1.12 GiB memory was consumed by non-kv usages.
"""  # noqa: E501 -- a line as it is
#: A GPU, weights and the rest told apart.
GPU_APART = """
(EngineCore pid=79) INFO 07-30 07:10:49 [gpu_model_runner.py:5150] Model loading took 0.88 GiB memory and 3.141593 seconds
(EngineCore pid=79) INFO 07-30 07:11:12 [gpu_worker.py:760] Available KV cache memory: 13.33 GiB
(EngineCore pid=79) INFO 07-30 07:11:20 [gpu_model_runner.py:6844] Graph capturing finished in 5 secs, took 0.24 GiB
(EngineCore pid=79) INFO 07-30 07:11:20 [gpu_worker.py:793] CUDA graph pool memory: 0.24 GiB (actual), 0.58 GiB (estimated), difference: 0.34 GiB (142.2%).
(EngineCore pid=79) INFO 07-30 07:11:20 [gpu_worker.py:857] Free memory on device (15.89/16.0 GiB) on startup. Desired GPU memory utilization is (0.95, 15.2 GiB). Actual usage is 0.88 GiB for weight, 0.26 GiB for peak activation, 0.16 GiB for non-torch memory, and 0.24 GiB for CUDAGraph memory. Replace gpu_memory_utilization config with `--kv-cache-memory=14514713805` (13.52 GiB) to fit into requested memory, or `--kv-cache-memory=15258363904` (14.21 GiB) to fully utilize gpu memory. Current kv cache memory in use is 13.33 GiB.
"""  # noqa: E501 -- lines as they are
#: One of several GPUs, all that was consumed told as one; without graphs.
GPU_WHOLE = """
(Worker_TP1 pid=1160) INFO 09-04 11:00:12 [gpu_worker.py:624] Available KV cache memory: 17.73 GiB
(Worker_TP1 pid=1160) INFO 09-04 11:00:12 [gpu_worker.py:774] CUDA graph memory profiling is enabled (default since v0.21.0). The current --gpu-memory-utilization=0.9100 is equivalent to --gpu-memory-utilization=0.9037 without CUDA graph memory profiling. To maintain the same effective KV cache size as before, increase --gpu-memory-utilization to 0.9163. To disable, set VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS=0.
(Worker_TP1 pid=1160) INFO 09-04 11:00:17 [gpu_worker.py:855] Free memory on device (91.45/94.97 GiB) on startup. Desired GPU memory utilization is (0.91, 86.42 GiB). Actual usage is 64.5 GiB for consumed memory (weights + non-torch), 4.19 GiB for peak activation, and 0.0 GiB for CUDAGraph memory. Replace gpu_memory_utilization config with `--kv-cache-memory=18609223762` (17.33 GiB) to fit into requested memory, or `--kv-cache-memory=24006197248` (22.36 GiB) to fully utilize gpu memory. Current kv cache memory in use is 17.73 GiB.
"""  # noqa: E501 -- lines as they are
#: The size of the KV cache given, on a GPU, and by blocks.
GPU_SET = """
(EngineCore pid=9) INFO 09-04 11:00:12 [gpu_worker.py:669] Initial free memory 22.5 GiB, reserved 2.0 GiB memory for KV Cache as specified by kv_cache_memory_bytes config and skipped memory profiling. This does not respect the gpu_memory_utilization config.
(EngineCore pid=9) INFO 09-04 11:00:12 [kv_cache_utils.py:2619] Overriding num_gpu_blocks=4096 with num_gpu_blocks_override=24
"""  # noqa: E501 -- lines as they are


@pytest.mark.parametrize(
    ("log", "facts"),
    [
        (
            CPU_SET,
            {
                "kv_cache_set_gib": 1.0,
                "kv_cache_tokens": 699_008.0,
                "full_length_requests": 341.31,
            },
        ),
        (CPU_AUTO, {"kv_cache_set_gib": 12.9}),
        (
            GPU_APART,
            {
                "weights_gib": 0.88,
                "kv_cache_available_gib": 13.33,
                "graphs_gib": 0.24,
                "graphs_used_gib": 0.24,
                "graphs_estimated_gib": 0.58,
                "activation_gib": 0.26,
                "non_torch_gib": 0.16,
            },
        ),
        (
            GPU_WHOLE,
            {
                "kv_cache_available_gib": 17.73,
                "graphs_estimate": "enabled",
                "consumed_gib": 64.5,
                "activation_gib": 4.19,
                "graphs_used_gib": 0.0,
            },
        ),
        (
            GPU_SET,
            {"kv_cache_set_gib": 2.0, "kv_blocks_fitting": 4096.0, "kv_blocks_set": 24.0},
        ),
        ("INFO nothing of memory: 3 GiB", {}),
    ],
    ids=["cpu-set", "cpu-auto", "gpu-apart", "gpu-whole", "gpu-set", "none"],
)
def test_the_log_tells_memory(log: str, facts: dict[str, float | str]) -> None:
    lines = [LogLine(number, line) for number, line in enumerate(log.strip().splitlines())]
    assert startlog.facts(engines.get("vllm"), lines) == facts
