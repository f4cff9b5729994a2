"""pass@k: the chance that at least one of k answers to an item is right."""

import math


def pass_at_k(answers: int, right: int, k: int) -> float:
    """Return the unbiased estimate from all answers to one item.

    ``1 - C(n - c, k) / C(n, k)`` (Chen et al. 2021, *Evaluating Large Language Models Trained on
    Code*).

    Args:
        answers: Answers to the item, n.
        right: Those of them that are right, c.
        k: Answers that are drawn, at most ``answers``.

    Raises:
        ValueError: If there are fewer answers than ``k``.
    """
    if not 1 <= k <= answers:
        raise ValueError(f"k is {k}; allowed are 1 to {answers}, as many as there are answers")
    return 1 - math.comb(answers - right, k) / math.comb(answers, k)


def steps(samples: int) -> tuple[int, ...]:
    """Return the k that are shown: 1, 2, 5, 10, 20, 50 ... and the number of samples."""
    found = {samples}
    for power in range(len(str(samples))):
        found |= {step * 10**power for step in (1, 2, 5) if step * 10**power < samples}
    return tuple(sorted(found))
