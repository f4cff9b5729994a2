"""What became of a question: the row of ``answers`` that an exchange makes."""

import re

from bakeoff.load.exchange import Exchange
from bakeoff.load.text import Said, read_text
from bakeoff.measure.stage import Row
from bakeoff.quality.items import Item

#: finish_reason of an answer that was cut at its longest.
_LENGTH = "length"
#: finish_reason of an answer that the server's own filter withheld.
_FILTERED = "content_filter"
#: A refusal in words is short; a long answer that opens with an apology goes on to answer.
_LONGEST_REFUSAL = 400
#: How refusals in words open: an apology and a "cannot", or a "cannot" of help itself.
_CANNOT = r"(?:can'?t|can ?not|won't|will not|(?: am|'m) (?:unable|not able) to)"
_HELP = r"(?:help|assist|comply|fulfil|fulfill|answer that|do that|provide|continue)"
_REFUSAL = re.compile(
    rf"(?:i'?m |i am )?(?:very |so )?sorry,? (?:but )?(?:as an ai[^.]{{0,60}}, )?i ?{_CANNOT}\b"
    rf"|(?:unfortunately, )?i ?{_CANNOT} {_HELP}\b"
    r"|i (?:must|have to) (?:decline|refuse)\b",
    re.IGNORECASE,
)


def answer_row(exchange: Exchange, request: Row, *, item: Item, sample_no: int) -> Row:
    """Return the row of ``answers`` of a measured exchange.

    Args:
        exchange: What the server sent, its reads still there.
        request: Its row of ``requests``.
        item: The question.
        sample_no: Which of the answers to it, from 0.
    """
    said = read_text(exchange)
    status, error = status_of(said, status=request["status"], finish=request["finish_reason"])
    return {
        "candidate": request["candidate"],
        "stage": request["stage"],
        "start_no": request["start_no"],
        "request_no": request["request_no"],
        "suite": item.suite,
        "item_id": item.item_id,
        "sample_no": sample_no,
        "status": status,
        "text": said.text or said.refusal or "",
        "reasoning": said.reasoning,
        "error": error or request["error"],
    }


def status_of(said: Said, *, status: str, finish: str | None) -> tuple[str, str | None]:
    """Return the status of an answer, and what is to be said of it; the first that applies.

    - ``truncated``: it took longer than ``timeout_s``, a limit of ours as ``max_tokens`` is.
    - ``error``: the request failed, so the words that came say nothing of the model. An answer
      that ended well without a single token is no failure.
    - ``refused``: it came in the API's field for refusals, or the server's filter withheld it.
    - ``truncated``: it ended at ``max_tokens``, be it within its reasoning.
    - ``empty``: it ended by itself without a word of answer; also where it called a function
      that nobody offered.
    - ``refused``: it is short and opens as refusals do; see ``_REFUSAL``.
    - ``ok``.

    Args:
        said: Its words.
        status: Status of its request.
        finish: The server's finish_reason.
    """
    if status == "timeout":
        return "truncated", None
    if status not in {"ok", "empty"}:
        return "error", None
    if declined := _declined(said, finish):
        return "refused", declined
    if finish == _LENGTH:
        return "truncated", None
    if not said.text.strip():
        return "empty", _why_empty(said)
    return ("refused", "the answer opens as refusals do") if refuses(said.text) else ("ok", None)


def _declined(said: Said, finish: str | None) -> str | None:
    """Return how the API itself says that an answer was refused, None where it does not."""
    if said.refusal is not None:
        return "the answer came as a refusal"
    return "the server's content filter withheld the answer" if finish == _FILTERED else None


def _why_empty(said: Said) -> str:
    if said.calls:
        return f"the answer is a call of {', '.join(said.calls[:3])}, which nobody offered"
    if said.reasoning:
        return "the answer ended after its reasoning"
    return "the answer ended without a word"


def refuses(text: str) -> bool:
    """Tell whether an answer is a refusal in words."""
    plain = text.strip().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return len(plain) <= _LONGEST_REFUSAL and _REFUSAL.match(plain) is not None
