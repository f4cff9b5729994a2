"""How the server treats several clients, and one that leaves."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from bakeoff.api.asking import Endpoint, working_endpoint
from bakeoff.api.base import Check, CheckFailed, NotApplicable, require
from bakeoff.api.exchange import CONNECT_TIMEOUT_S, Api

_FAMILY = "serving"
#: Names of the figure that counts running requests, by engine.
_RUNNING = (
    "vllm:num_requests_running",
    "sglang:num_running_reqs",
    "tgi_batch_current_size",
    "llamacpp:requests_processing",
)
#: Longest time from the client's leaving until the server runs nothing, in seconds.
_GONE_WITHIN_S = 5.0
#: It must be gone in this share of the time that the rest of the answer would have taken.
_OF_THE_REST = 0.25
#: A limit below this cannot be told from the time that it takes to look.
_LEAST_S = 0.2
#: How much is read before the client leaves, which says how long the answer would last.
_EVENTS, _READ_S = 8, 0.3
#: Longest wait for the figures to follow what runs, in seconds.
_SETTLED_S = 1.0
#: Tokens of that answer, at most.
_LONGEST = 16_384
#: Streams of the batching check, their tokens, and how often both ways are tried.
_STREAMS, _TOKENS, _ROUNDS = 8, 48, 2
#: Together they must take less than this share of the time that they take in a row.
_MOST_SHARE = 0.75
_POLL_S = 0.05


def cancellation(api: Api) -> str:
    """When a client leaves, the server stops working on its answer.

    It is given a quarter of the time that the rest of the answer would have taken, so that an
    end by itself is not taken for the one that is looked for.

    Raises:
        NotApplicable: If the server does not count running requests, or the answer would have
            ended as soon by itself.
    """
    before = _settled(api)
    if before is None:
        raise NotApplicable("the server has no /metrics that count running requests")
    tokens = min((api.target.context_tokens or 2_048) // 8 * 7, _LONGEST)
    rest_s, during = _leave(api, working_endpoint(api), tokens, before)
    begin_s = time.perf_counter()
    allowed_s = min(_GONE_WITHIN_S, rest_s * _OF_THE_REST)
    if allowed_s < _LEAST_S:
        raise NotApplicable("the answer ended too soon by itself to see whether it is given up")
    if during <= before:
        raise NotApplicable("the figure of running requests does not show one that runs")
    waited_s = 0.0
    while waited_s < allowed_s:
        now = running(api)
        waited_s = time.perf_counter() - begin_s
        if now is not None and now <= before:
            return (
                f"{during:g} ran, and {now:g} within {waited_s:.2f} s after the client left; the "
                f"answer would have gone on for {rest_s:.1f} s"
            )
        time.sleep(_POLL_S)
    raise CheckFailed(f"the request still ran {allowed_s:.1f} s after the client had left")


def _settled(api: Api) -> float | None:
    """Return how many requests run without ours: a server may count one that is just over."""
    least = running(api)
    end_s = time.perf_counter() + _SETTLED_S
    while least and time.perf_counter() < end_s:
        time.sleep(_POLL_S)
        now = running(api)
        least = least if now is None else min(least, now)
    return least


def _leave(api: Api, endpoint: Endpoint, tokens: int, before: float) -> tuple[float, float]:
    """Ask for a long stream, and hang up while it comes.

    Returns:
        How long the rest would have taken, in seconds, 0 if it had ended; and how many
        requests ran then.
    """
    body = endpoint.body(api.target, stream=True, **api.target.exactly(tokens))
    with api.opened("POST", endpoint.path, body) as response:
        require(response.status_code == 200, f"HTTP {response.status_code} to a stream")
        begin_s, read = 0.0, 0
        for line in response.iter_lines():
            if not line.startswith("data:") or "[DONE]" in line:
                continue
            begin_s, read = begin_s or time.perf_counter(), read + 1
            passed_s = time.perf_counter() - begin_s
            if read > _EVENTS and passed_s > _READ_S:
                end_s = begin_s + passed_s / read * tokens
                during = _seen(api, before)
                return max(0.0, end_s - time.perf_counter()), during
    return 0.0, before


def _seen(api: Api, before: float) -> float:
    """Return how many requests run with ours: a server may be late to count it."""
    end_s = time.perf_counter() + _SETTLED_S
    while (now := running(api) or 0.0) <= before and time.perf_counter() < end_s:
        time.sleep(_POLL_S)
    return now


def running(api: Api) -> float | None:
    """Return how many requests the server runs, None where it does not say.

    It is asked beside the check: its many figures are no evidence that anybody could read.
    """
    key = api.target.api_key
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    url = f"{api.target.root_url}/metrics"
    try:
        answer = httpx2.get(url, headers=headers, timeout=CONNECT_TIMEOUT_S, trust_env=False)
    except httpx2.TransportError:
        return None
    lines = [line for line in answer.text.splitlines() if line.startswith(_RUNNING)]
    try:
        families = list(text_string_to_metric_families("\n".join(lines) + "\n"))
    except ValueError:
        return None
    values = [sample.value for family in families for sample in family.samples]
    return sum(values) if values and answer.status_code == 200 else None


def batching(api: Api) -> str:
    """Eight streams together take less time than one after the other."""
    endpoint = working_endpoint(api)
    _streams(api, endpoint, round_no=0, together=True)  # the first batch may be prepared for
    in_a_row_s = together_s = 0.0
    for round_no in range(1, _ROUNDS + 1):
        in_a_row_s += _streams(api, endpoint, round_no=round_no, together=False)
        together_s += _streams(api, endpoint, round_no=-round_no, together=True)
    share = together_s / in_a_row_s
    told = (
        f"{_STREAMS} streams together took {share:.0%} of the {in_a_row_s / _ROUNDS:.2f} s that "
        f"they take in a row; allowed is less than {_MOST_SHARE:.0%}"
    )
    require(share < _MOST_SHARE, told)
    return told


def _streams(api: Api, endpoint: Endpoint, *, round_no: int, together: bool) -> float:
    """Stream answers to prompts that no other round has, and return how long all took."""
    bodies = [
        endpoint.body(
            api.target,
            f"{round_no}/{number}: tell me of the sea.",
            stream=True,
            **api.target.exactly(_TOKENS),
        )
        for number in range(_STREAMS)
    ]

    def ask(body: object) -> None:
        answer = api.post(endpoint.path, body)
        require(answer.status == 200, f"HTTP {answer.status}: {answer.message()}")

    begin_s = time.perf_counter()
    if together:
        with ThreadPoolExecutor(_STREAMS) as pool:
            list(pool.map(ask, bodies))
    else:
        for body in bodies:
            ask(body)
    return time.perf_counter() - begin_s


CHECKS = (
    Check(
        id="cancellation",
        family=_FAMILY,
        title="Work ends when the client leaves",
        run=cancellation,
    ),
    Check(id="batching", family=_FAMILY, title="Streams share the server", run=batching),
)
