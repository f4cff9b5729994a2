"""What is read from a result of ``vllm bench serve``, and what happens where there is none."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bakeoff import engines
from bakeoff.config.models import Candidate, Workload
from bakeoff.crosscheck.theirs import Theirs, timed
from bakeoff.crosscheck.timed import Timed
from bakeoff.errors import HarnessError
from bakeoff.serving.server import Server

RESULT = {
    "start_times": [100.0, 101.0, 102.0],
    "ttfts": [0.25, 0.5, 0.0],
    "itls": [[0.125, 0.125, 0.25], [], []],
    "input_lens": [64, 65, 64],
    "output_lens": [4, 1, 0],
    "errors": ["", "", "Traceback (most recent call last):\n  File x\nOSError: gone\n"],
}


def test_times_are_on_the_monotonic_clock() -> None:
    first, second, third = timed(RESULT)
    assert first == Timed(
        sent_ns=100_000_000_000,
        first_token_ns=100_250_000_000,
        last_token_ns=100_750_000_000,
        prompt_tokens=64,
        completion_tokens=4,
        events=4,
    )
    assert second.last_token_ns == second.first_token_ns == 101_500_000_000
    assert (third.error, third.first_token_ns) == ("OSError: gone", None)


def test_a_result_without_its_lists_says_what_it_needs() -> None:
    with pytest.raises(HarnessError, match="save-detailed"):
        timed({name: RESULT[name] for name in RESULT if name != "itls"})
    with pytest.raises(HarnessError, match="equally long"):
        timed(RESULT | {"ttfts": [0.25]})


@pytest.fixture
def theirs(tmp_path: Path, candidate: Callable[..., Candidate]) -> Theirs:
    """Runs from an environment without a ``vllm bench serve``."""
    return Theirs(
        server=Server(base_url="http://127.0.0.1:1/v1", model="m", ready_ns=0),
        candidate=candidate(env={"OMP_NUM_THREADS": 1}),
        engine=engines.get("vllm"),
        workload=Workload(input_tokens=64, output_tokens=16),
        streams=2,
        seed=2**32 - 1,
        model_dir=tmp_path,
        folder=tmp_path,
    )


def test_one_that_fails_is_the_harness_s_fault_and_shows_its_log(theirs: Theirs) -> None:
    with pytest.raises(
        HarnessError, match=r"(?s)no result; its log is \S+vllm-bench-0.log.*--port"
    ):
        theirs.run(0, 5)
    assert (theirs.folder / "vllm-bench-0.log").read_text("utf-8")


def test_a_result_of_an_earlier_run_is_not_taken_for_this_one(theirs: Theirs) -> None:
    (theirs.folder / "vllm-bench-3.json").write_text("{}", encoding="utf-8")
    with pytest.raises(HarnessError, match="no result"):
        theirs.run(3, 5)


def test_it_sends_the_fields_that_we_send_and_no_prompt_twice(theirs: Theirs) -> None:
    command = theirs._command(theirs.folder / "x.json", seed=7, requests=5)
    body = '{"stream_options": {"include_usage": true, "continuous_usage_stats": true}, '
    body += '"return_token_ids": true, "ignore_eos": true, "min_tokens": 16}'
    assert f"--extra-body={body}" in command
    for flag in (
        "--base-url=http://127.0.0.1:1",
        "--prefix-repetition-num-prefixes=5",
        "--num-prompts=5",
        "--prefix-repetition-prefix-len=64",
        "--prefix-repetition-suffix-len=0",
        "--prefix-repetition-output-len=16",
        "--num-warmups=0",
        "--ready-check-timeout-sec=0",
        "--temperature=0",
        "--max-concurrency=2",
        "--save-detailed",
        "--ignore-eos",
    ):
        assert flag in command


def test_its_environment_is_the_engine_s_and_none_of_our_python(
    theirs: Theirs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "scripts")
    monkeypatch.setenv("NO_PROXY", "")
    found = theirs._environment(os.environ)
    assert "PYTHONPATH" not in found
    assert (found["NO_PROXY"], found["OMP_NUM_THREADS"]) == ("127.0.0.1", "1")
    assert found["PATH"] == os.environ["PATH"]
