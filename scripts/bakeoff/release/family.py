"""Many comparisons at once: how sure each must be, so that chance rarely makes any of them.

A study of 3 candidates has about 100 figures. Compared one by one at 95 %, two versions that do
not differ would show some five changes. Holm's procedure (1979, *A simple sequentially rejective
multiple test procedure*, Scandinavian Journal of Statistics 6, 65-70) holds the chance of even
one false change below 5 %, however the figures depend on each other.
"""

from collections.abc import Sequence

#: Chance of one false change or more in a family of comparisons.
LEVEL = 0.05


def holm(chances: Sequence[float]) -> list[float]:
    """Return the probabilities corrected for all of them being looked at, in the same order.

    Args:
        chances: Of each comparison, the chance of what was seen where there is no change.
    """
    order = sorted(range(len(chances)), key=lambda place: chances[place])
    corrected = [0.0] * len(chances)
    largest = 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, (len(chances) - rank) * chances[place]))
        corrected[place] = largest
    return corrected
