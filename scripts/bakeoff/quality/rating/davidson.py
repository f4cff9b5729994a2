"""The Bradley–Terry model with ties and with an effect of the position.

Of two answers side by side, the left one wins, the right one wins, or neither does, with
odds ``exp(s_left + d / 2)``, ``exp(s_right - d / 2)`` and ``exp((s_left + s_right) / 2 + t)``.
The ``s`` are the candidates' log-strengths (Bradley and Terry 1952), ``t`` the propensity to
ties (Davidson 1970, *On Extending the Bradley–Terry Model to Accommodate Ties in Paired
Comparison Experiments*, JASA 65), ``d`` what standing on the left is worth (Davidson and Beaver
1977, *On Extending the Bradley–Terry Model to Incorporate Within-Pair Order Effects*,
Biometrics 33; their order parameter is ``exp(-d)``).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from bakeoff.errors import HarnessError

Floats = NDArray[np.float64]
#: Weight of a penalty on the squares of all parameters, for each thousand comparisons and at
#: least once: it sets the mean log-strength to 0 and keeps finite what has no finite maximum,
#: such as the strength of one who always wins. Other figures it moves by less than 0.001.
_RIDGE = 1e-3
_MOST_STEPS = 200
_CONVERGED = 1e-6


@dataclass(frozen=True, eq=False)
class Fit:
    """The parameters; of several fits at once, one for each along the first axis.

    Attributes:
        log_strengths: One for each candidate, mean 0, shape (fits, candidates).
        position: What the left is worth, in log-odds, shape (fits,).
        tie: Log-odds of a tie against either win between equals, shape (fits,).
    """

    log_strengths: Floats
    position: Floats
    tie: Floats

    @property
    def left_share(self) -> Floats:
        """How often the left one of two equals wins, where one does; 0.5 is no effect."""
        return np.asarray(expit(self.position), dtype=np.float64)

    @property
    def wins(self) -> Floats:
        """How often one is preferred to the other, a tie as half, position apart.

        Shape (fits, candidates, candidates): row against column; 0.5 on the diagonal.
        """
        ours, theirs = self.log_strengths[:, :, None], self.log_strengths[:, None, :]
        ties = (ours + theirs) / 2 + self.tie[:, None, None]
        shares = softmax(np.stack(np.broadcast_arrays(ours, theirs, ties)), axis=0)
        return np.asarray(shares[0] + shares[2] / 2, dtype=np.float64)


def fit(counts: Floats) -> Fit:
    """Return the parameters that make the counts most likely, for many counts at once.

    Newton's method on a convex loss, its steps damped as by Sun and Tran-Dinh 2019
    (*Generalized Self-Concordant Functions: A Recipe for Newton-Type Methods*, Mathematical
    Programming 178), so that it needs no line search: a bootstrap is one call.

    Args:
        counts: How often the left one won, the right one won, or neither did, by who stood on
            the left and on the right; shape (fits, candidates, candidates, 3), the diagonal
            unused.

    Raises:
        HarnessError: If the steps do not end.
    """
    size = counts.shape[1]
    features = _features(size)
    observed = counts.reshape(len(counts), size * size, 3)
    at = np.zeros((len(counts), size + 2))
    for _ in range(_MOST_STEPS):
        step = _newton_step(observed, features, at)
        length = np.sqrt(6) * np.linalg.norm(step, axis=1, keepdims=True)
        if not np.any(length > _CONVERGED):
            strengths = at[:, :size] - at[:, :size].mean(axis=1, keepdims=True)
            return Fit(strengths, position=at[:, size], tie=at[:, size + 1])
        at -= step * np.divide(np.log1p(length), length, out=np.ones_like(length), where=length > 0)
    raise HarnessError(
        f"the Bradley-Terry model did not converge in {_MOST_STEPS} steps; please report this, "
        "with results/quality/ratings.parquet"
    )


def _newton_step(observed: Floats, features: Floats, at: Floats) -> Floats:
    """Return the full step of Newton's method, shape (fits, parameters).

    Args:
        observed: Counts, shape (fits, pairs, 3).
        features: See :func:`_features`.
        at: Where the fits stand, shape (fits, parameters).
    """
    totals = observed.sum(axis=2)
    ridge = _RIDGE * np.maximum(1.0, totals.sum(axis=1, keepdims=True) / 1000)
    shares = softmax(np.einsum("pof,rf->rpo", features, at), axis=2)
    surplus = totals[:, :, None] * shares - observed
    slope = np.einsum("rpo,pof->rf", surplus, features) + ridge * at
    mean = np.einsum("rpo,pof->rpf", shares, features)
    # Fisher information: the features' spread about their mean, pair by pair.
    root = np.sqrt(totals[:, :, None] * shares)[..., None] * (features - mean[:, :, None, :])
    spread = root.reshape(len(at), 3 * len(features), at.shape[1])
    curvature = spread.swapaxes(1, 2) @ spread + ridge[:, :, None] * np.eye(at.shape[1])
    return np.asarray(np.linalg.solve(curvature, slope[..., None])[..., 0], dtype=np.float64)


def _features(size: int) -> Floats:
    """Return what each parameter adds to the log-odds of each outcome.

    Returns:
        Shape (pairs, 3, candidates + 2): outcomes as in the counts; the candidates'
        log-strengths, the position, the tie.
    """
    left, right = (side.ravel() for side in np.indices((size, size)))
    one = np.eye(size)
    features = np.zeros((size * size, 3, size + 2))
    features[:, 0, :size], features[:, 0, size] = one[left], 0.5
    features[:, 1, :size], features[:, 1, size] = one[right], -0.5
    features[:, 2, :size], features[:, 2, size + 1] = (one[left] + one[right]) / 2, 1.0
    return features
