"""Our client's part: text prompts, in a closed loop, with the fields that we measure vLLM with."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bakeoff.config.models import Workload
from bakeoff.crosscheck.timed import Timed
from bakeoff.engines.base import Engine
from bakeoff.errors import CandidateError
from bakeoff.load import PreparedRequest, Target, ask_once, run_closed_loop
from bakeoff.load.calibrate import in_words
from bakeoff.load.outcome import Outcome
from bakeoff.load.parse import parse
from bakeoff.load.plan import make_requests
from bakeoff.load.prompts import WordPrompts, load_tokenizer
from bakeoff.load.words import COMMON_WORDS, words_of


def text_prompts(
    target: Target, workload: Workload, *, seed: int, model_dir: Path | None
) -> WordPrompts:
    """Return prompts of text: ``vllm bench serve`` sends text, which the server must tokenise.

    Token ids, which we otherwise send where we can, would save the server that time.

    Args:
        target: The server that will be measured; it is asked how it counts words.
        workload: How long a prompt is, and how long to wait for an answer.
        seed: Seed of all prompts.
        model_dir: Directory with the model's ``tokenizer.json``.

    Raises:
        CandidateError: If the server does not answer, or does not tell its tokens.
    """

    def count(field: dict[str, object]) -> int:
        outcome = ask_once(target, {**field, "max_tokens": 1}, timeout_s=workload.timeout_s)
        if outcome.prompt_tokens is None:
            raise CandidateError(
                "the server did not tell how long a prompt is: "
                f"{outcome.status}: {outcome.error or 'no usage'}"
            )
        return outcome.prompt_tokens

    tokenizer = load_tokenizer(model_dir)
    local = () if tokenizer is None else words_of(tokenizer, seed=seed)
    return in_words(
        count,
        [pool for pool in (local, COMMON_WORDS) if pool],
        input_tokens=workload.input_tokens,
        chat=False,
        seed=seed,
    )


@dataclass(frozen=True, kw_only=True)
class Ours:
    """Our client, ready to run.

    Attributes:
        target: The server.
        prompts: Maker of its prompts.
        engine: Whose request fields it sends.
        workload: What a request is.
        streams: Streams of the closed loop.
    """

    target: Target
    prompts: WordPrompts
    engine: Engine
    workload: Workload
    streams: int

    def run(self, round_no: int, requests: int) -> list[Timed]:
        """Send this many requests, no prompt of which was sent before; return all of them."""
        plan = list(islice(self._requests(round_no), requests))
        exchanges = run_closed_loop(
            self.target, plan, streams=self.streams, timeout_s=self.workload.timeout_s
        )
        return [_timed(parse(exchange)) for exchange in exchanges]

    def _requests(self, round_no: int) -> Iterator[PreparedRequest]:
        # Rounds stand where starts of the server do elsewhere: each has prompts of its own.
        return make_requests(
            self.target,
            self.prompts,
            start_no=round_no,
            phase="measure",
            level=self.streams,
            max_tokens=self.workload.output_tokens,
            stream_extras=self.engine.stream_extras,
            exact_output=self.engine.exact_output,
        )


def _timed(outcome: Outcome) -> Timed:
    failed = f"{outcome.status}: {outcome.error}" if outcome.status != "ok" else None
    return Timed(
        sent_ns=outcome.sent_ns,
        first_token_ns=outcome.first_token_ns,
        last_token_ns=outcome.last_token_ns,
        prompt_tokens=outcome.prompt_tokens,
        completion_tokens=outcome.completion_tokens,
        error=failed,
        events=len(outcome.chunk_ns),
    )
