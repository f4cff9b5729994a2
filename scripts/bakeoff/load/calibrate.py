"""Makes prompts exact, with the server as the judge of their length.

Templates add tokens of their own, and not always those that the model directory's template
would add (vLLM renders gpt-oss without it). So the tokenizer only proposes words, and the
server's ``usage.prompt_tokens`` says what they cost. A word that adds one token to one text
adds one to any, because tokenizers split text at spaces first; what is built from such
words is nevertheless checked at full length, with prompts that differ in every word.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bakeoff.errors import CandidateError
from bakeoff.load.ask import ask_once
from bakeoff.load.outcome import Outcome
from bakeoff.load.prompts import (
    PromptMaker,
    TokenPrompts,
    WordPrompts,
    load_tokenizer,
    ordinary_ids,
    text_field,
)
from bakeoff.load.target import Target
from bakeoff.load.words import COMMON_WORDS, words_of

#: Answers the length of a prompt in the server's own tokens; the argument is the body's field.
Count = Callable[[dict[str, object]], int]

#: Words whose cost at the beginning of a prompt is tried out.
_FIRST_WORDS = 8
#: Words whose cost is asked for in one request, where some cost more than a token.
_GROUP = 8
#: Fewest words that prompts can be built from without two beginning alike.
_FEWEST = 16
#: Prompts that are checked at full length.
_CHECKS = 2
#: Times that a calibrating request is sent, and the pause between two of them in seconds.
_ATTEMPTS, _PAUSE_S = 6, 0.1
#: HTTP statuses that may pass.
_PASSING = frozenset({429, 500, 502, 503, 504})


def make_prompts(
    target: Target,
    *,
    input_tokens: int,
    seed: int,
    model_dir: Path | None = None,
    timeout_s: float = 300.0,
) -> PromptMaker:
    """Return the maker of prompts that the server counts as ``input_tokens`` tokens.

    Asks the running server a few times for one token: once where it takes token ids,
    otherwise about a dozen times.

    Args:
        target: The server and endpoint that will be measured.
        input_tokens: Length of every prompt, the chat template's tokens included.
        seed: Seed of all prompts.
        model_dir: Directory with the model's ``tokenizer.json``, if there is one.
        timeout_s: Longest wait for each of the answers, in seconds.

    Raises:
        CandidateError: If the server does not answer, or its template alone is longer.
    """
    tokenizer = load_tokenizer(model_dir)

    def ask(field: dict[str, object]) -> Outcome:
        return _patiently(target, {**field, "max_tokens": 1}, timeout_s)

    notes: tuple[str, ...] = ()
    if tokenizer is not None and target.endpoint == "completions":
        ids = ordinary_ids(tokenizer, vocabulary_size=_vocabulary_size(model_dir))
        by_ids = TokenPrompts(ids=ids, length=input_tokens, seed=seed)
        answer = ask(_trial(by_ids, 0))
        if answer.status != "http_error":
            return _checked_ids(by_ids, _told(answer))
        notes = (f"the server takes no token ids, prompts are text ({answer.error})",)
    told = _told(ask(text_field(COMMON_WORDS[0], chat=target.endpoint == "chat")))
    if told is None:
        return _uncounted(target, input_tokens, seed, notes)

    def count(field: dict[str, object]) -> int:
        return _told(ask(field)) or 0

    local = () if tokenizer is None else words_of(tokenizer, seed=seed)
    pools = [pool for pool in (local, COMMON_WORDS) if pool]
    chat = target.endpoint == "chat"
    return in_words(count, pools, input_tokens=input_tokens, chat=chat, seed=seed, notes=notes)


def _patiently(target: Target, body: dict[str, object], timeout_s: float) -> Outcome:
    """Return the answer to a request, asked again where it failed for a passing reason.

    A server that fails now and then is measured as one that does; it must not fail before.
    """
    for _ in range(_ATTEMPTS - 1):
        answer = ask_once(target, body, timeout_s=timeout_s)
        passing = answer.status == "disconnected" or (answer.http_status or 0) in _PASSING
        if not passing:
            return answer
        time.sleep(_PAUSE_S)
    return ask_once(target, body, timeout_s=timeout_s)


def _trial(prompts: PromptMaker, number: int) -> dict[str, object]:
    """Return a prompt that no measured request will have."""
    return prompts.prompt_field(start_no=0, phase="calibration", level=0, request_no=number)


def _told(answer: Outcome) -> int | None:
    """Return the prompt tokens that the server counted, None if it does not tell.

    Raises:
        CandidateError: If it did not answer.
    """
    if answer.status not in {"ok", "empty"}:
        raise CandidateError(
            f"prompts could not be calibrated: {answer.status}: {answer.error}; "
            "see the server's log and whether input_tokens fits its context"
        )
    return answer.prompt_tokens


def _vocabulary_size(model_dir: Path | None) -> int | None:
    """Return ``vocab_size`` of the model's config.json, None where it says none."""
    path = None if model_dir is None else model_dir / "config.json"
    if path is None or not path.is_file():
        return None
    config = json.loads(path.read_text(encoding="utf-8"))
    size = config.get("vocab_size") or config.get("text_config", {}).get("vocab_size")
    return size if isinstance(size, int) else None


def _checked_ids(prompts: TokenPrompts, told: int | None) -> TokenPrompts:
    """Return the prompts with a note if the server counts them otherwise than we do."""
    if told == prompts.length:
        return prompts
    note = (
        "the server tells no usage: the length of prompts is not confirmed"
        if told is None
        else f"the server counts {told} tokens in a prompt of {prompts.length} token ids"
    )
    return replace(prompts, notes=(*prompts.notes, note))


def _uncounted(target: Target, input_tokens: int, seed: int, notes: tuple[str, ...]) -> WordPrompts:
    """Return prompts of as many words as tokens are asked for: the best guess there is."""
    return WordPrompts(
        first_words=COMMON_WORDS,
        words=COMMON_WORDS,
        length=input_tokens,
        chat=target.endpoint == "chat",
        seed=seed,
        notes=(*notes, f"the server tells no usage: prompts have {input_tokens} words instead"),
    )


def in_words(
    count: Count,
    pools: Sequence[Sequence[str]],
    *,
    input_tokens: int,
    chat: bool,
    seed: int,
    notes: tuple[str, ...] = (),
) -> WordPrompts:
    """Return prompts of words, as exact as the words of the pools allow.

    Args:
        count: Tells the length of a prompt in the server's tokens.
        pools: Words to build from, the pool to be preferred first.
        input_tokens: Length of every prompt.
        chat: Whether they go to the chat endpoint.
        seed: Seed of all prompts.
        notes: Notes that there are already.

    Raises:
        CandidateError: If a prompt of one word is longer already.
    """

    def length(words: Sequence[str]) -> int:
        return count(text_field(" ".join(words), chat=chat))

    words = next((found for pool in pools if (found := single_tokens(length, pool))), ())
    pool = words or tuple(pools[-1])
    first_words, first_cost = _first_words(length, pool)
    tokens_per_word = 1.0 if words else (length([pool[0], *pool]) - first_cost) / len(pool)
    if first_cost > input_tokens:
        raise CandidateError(
            f"input_tokens {input_tokens}: a prompt of one word has {first_cost} tokens already, "
            f"the template's included; ask for at least {first_cost}"
        )
    prompts = WordPrompts(
        first_words=first_words,
        words=pool,
        length=1 + round((input_tokens - first_cost) / tokens_per_word),
        chat=chat,
        seed=seed,
        notes=(*notes, *_template_note(first_cost - 1, chat=chat)),
    )
    return _adjusted(count, prompts, input_tokens)


def _template_note(tokens: int, *, chat: bool) -> tuple[str, ...]:
    """Return the note that a part of every chat prompt is the same."""
    if not chat or not tokens:
        return ()
    return (f"about {tokens} tokens of every prompt are the chat template's and always the same",)


def single_tokens(length: Callable[[Sequence[str]], int], pool: Sequence[str]) -> tuple[str, ...]:
    """Return the words of a pool that cost one token each, after another word.

    No word costs less than one, so a group that costs as many tokens as it has words holds
    none that costs more. A pool in which too many do is given up at once.

    Args:
        length: Tokens of a prompt made of these words.
        pool: Words to try.

    Returns:
        The words, or an empty tuple if there are too few to build prompts from.
    """
    base = length(pool[:1])
    excess = length([pool[0], *pool]) - base - len(pool)
    if excess == 0:
        return tuple(pool)
    if excess > len(pool) // 4:
        return ()
    groups = [pool[at : at + _GROUP] for at in range(0, len(pool), _GROUP)]
    good = [g for g in groups if length([pool[0], *g]) - base == len(g)]
    words = tuple(word for group in good for word in group)
    return words if len(words) >= _FEWEST else ()


def _first_words(
    length: Callable[[Sequence[str]], int], pool: Sequence[str]
) -> tuple[tuple[str, ...], int]:
    """Return words that cost the same at the beginning of a prompt, and that prompt's length."""
    costs = {word: length([word]) for word in pool[:_FIRST_WORDS]}
    usual, _ = Counter(costs.values()).most_common(1)[0]
    return tuple(word for word, cost in costs.items() if cost == usual), usual


def _adjusted(count: Count, prompts: WordPrompts, input_tokens: int) -> WordPrompts:
    """Return the prompts, a little longer or shorter if the server says so, or with a note."""
    found = {count(_trial(prompts, number)) for number in range(_CHECKS)}
    if len(found) == 1 and found != {input_tokens}:
        length = max(1, prompts.length + input_tokens - found.pop())
        prompts = replace(prompts, length=length)
        found = {count(_trial(prompts, number)) for number in range(_CHECKS, 2 * _CHECKS)}
    if found == {input_tokens}:
        return prompts
    note = (
        f"prompts are near {input_tokens} tokens but not exact: "
        f"the server counts {' and '.join(map(str, sorted(found)))}"
    )
    return replace(prompts, notes=(*prompts.notes, note))
