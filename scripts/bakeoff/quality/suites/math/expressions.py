"""How terms and sums are written."""

from random import Random

#: How an exact answer is asked for.
EXACT = "as an integer or a fraction"


def written_term(coefficient: int, symbol: str, *, first: bool = False) -> str:
    """Return a term with its sign, such as ``- 3x``; the first term has no space."""
    size = "" if abs(coefficient) == 1 and symbol else str(abs(coefficient))
    sign = ("-" if coefficient < 0 else "") if first else (" - " if coefficient < 0 else " + ")
    return f"{sign}{size}{symbol}"


def written_sum(*terms: tuple[int, str]) -> str:
    """Return a sum of terms as it is written; those with a coefficient of 0 are left out."""
    shown = [term for term in terms if term[0]]
    return "".join(written_term(*term, first=place == 0) for place, term in enumerate(shown)) or "0"


def nonzero(random: Random, most: int) -> int:
    """Return an integer from -most to most that is not 0."""
    return random.choice((-1, 1)) * random.randint(1, most)
