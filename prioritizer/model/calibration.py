"""From log-odds to a probability that means what it says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from prioritizer.errors import ModelError
from prioritizer.model.tables import Floats


@dataclass(frozen=True, slots=True)
class Calibration:
    """A straight line in log-odds, as Platt proposed.

    With the few hundred labels of a calibration window it is steadier than a
    step function, keeps the order of the raw scores, and never says 0 or 1.

    Parameters
    ----------
    slope, intercept : float
        p = 1 / (1 + exp(-(slope * raw + intercept))).

    References
    ----------
    Platt, J. (1999). Probabilistic outputs for support vector machines.

    Examples
    --------
    >>> Calibration(1.0, 0.0)(np.array([0.0])).tolist()
    [0.5]
    """

    slope: float
    intercept: float

    def problems(self) -> list[str]:
        """Return what would make the probabilities wrong."""
        right = np.isfinite([self.slope, self.intercept]).all() and self.slope > 0
        return [] if right else ["the calibration does not keep the order of scores"]

    def __call__(self, raw: Floats) -> Floats:
        """Return the probability of each raw score, shape (n_rows,)."""
        return np.asarray(1.0 / (1.0 + np.exp(-(self.slope * raw + self.intercept))))


def calibrate(raw: Floats, labels: Floats) -> Calibration:
    """Learn the calibration from rows that the model was not trained on.

    Parameters
    ----------
    raw : ndarray of shape (n_rows,)
        Raw scores.
    labels : ndarray of shape (n_rows,)
        1 or 0.

    Returns
    -------
    Calibration
        With a slope above 0, so that it keeps the order of the scores.

    Raises
    ------
    ModelError
        If there are not both labels, or higher scores are actionable less often.
    """
    positives = float(labels.sum())
    if not 0 < positives < len(labels):
        raise ModelError(
            "the calibration window does not hold both labels",
            "the newest of the reports with an outcome",
            "train on more outcomes, or raise calibration_share",
        )
    # Platt's targets: a step away from 0 and 1, as far as the counts are small.
    high = (positives + 1.0) / (positives + 2.0)
    low = 1.0 / (len(labels) - positives + 2.0)
    weights = np.concatenate(
        [np.where(labels == 1, high, low), np.where(labels == 1, 1 - high, 1 - low)]
    )
    both = np.concatenate([raw, raw]).reshape(-1, 1)
    outcome = np.repeat([1, 0], len(labels))
    line = LogisticRegression(C=np.inf).fit(both, outcome, sample_weight=weights)
    slope, intercept = float(line.coef_[0, 0]), float(line.intercept_[0])
    if slope <= 0:
        raise ModelError(
            "in the calibration window higher scores are actionable less often",
            "the newest of the reports with an outcome",
            "check the outcomes of that window, or train on more of them",
        )
    return Calibration(slope, intercept)
