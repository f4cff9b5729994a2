"""Our client's part, on a server whose truth is known."""

from itertools import pairwise

import numpy as np
import pytest

from bakeoff import engines
from bakeoff.config.models import Workload
from bakeoff.crosscheck.ours import Ours, text_prompts
from bakeoff.crosscheck.timed import answered
from bakeoff.errors import CandidateError
from bakeoff.load import Target
from bakeoff.reference import ReferenceServer, Schedule, reference_server

WORKLOAD = Workload(input_tokens=32, output_tokens=8, timeout_s=5.0)


def ours(server: ReferenceServer) -> Ours:
    target = Target.from_url(f"{server.url}/v1", model="reference")
    return Ours(
        target=target,
        prompts=text_prompts(target, WORKLOAD, seed=1, model_dir=None),
        engine=engines.get("vllm"),
        workload=WORKLOAD,
        streams=1,
    )


def test_it_tells_what_the_server_did() -> None:
    with reference_server(Schedule(ttft_ms=30.0, itl_ms=4.0)) as server:
        requests = ours(server).run(0, 8)
    assert {request.error for request in requests} == {None}
    assert {request.prompt_tokens for request in requests} == {32}
    assert {request.completion_tokens for request in requests} == {8}
    assert {request.events for request in requests} == {8}
    found = answered(requests)
    assert np.median([request.ttft_ms for request in found]) == pytest.approx(30.0, rel=0.2)
    assert np.median([request.tpot_ms for request in found]) == pytest.approx(4.0, rel=0.2)
    for before, after in pairwise(found):
        assert after.sent_s >= before.last_token_s, "one request at a time"


def test_rounds_have_prompts_of_their_own() -> None:
    with reference_server(Schedule(ttft_ms=1.0, itl_ms=1.0)) as server:
        client = ours(server)
        for round_no in (-1, 0, 1):
            client.run(round_no, 5)
        bodies = [record.body_crc32 for record in server.records()]
    assert len(set(bodies[-15:])) == 15


def test_a_failed_request_says_why() -> None:
    with reference_server(Schedule(ttft_ms=1.0, itl_ms=1.0)) as server:
        client = ours(server)
    (request,) = client.run(0, 1)  # the server is gone
    assert request.error
    assert answered([request]) == []


def test_a_server_that_does_not_answer_is_the_candidate_s_fault() -> None:
    target = Target.from_url("http://127.0.0.1:1/v1", model="x")
    with pytest.raises(CandidateError, match="how long a prompt is"):
        text_prompts(target, WORKLOAD, seed=1, model_dir=None)
