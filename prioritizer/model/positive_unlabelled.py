"""What follows from silence where only actions are told of.

A report is known to be actionable, or nothing is known. The mathematics takes known
positives for a sample of all positives, drawn with the same chance c (selected
completely at random), or, where an office logged its propensities, with c times its
own (selected at random). Neither can be seen in the data.
"""

from __future__ import annotations

import numpy as np

from prioritizer.errors import ModelError
from prioritizer.model.tables import Floats
from prioritizer.seeds import Bools

# Where an action is all but sure to become known, nothing follows from silence.
_MOST_KNOWN = 0.99
_SUREST_SHARE = 0.1


def told_share(known_chance: Floats, is_known: Bools, propensity: Floats) -> float:
    """Return the share of worked actionable reports that become known, c.

    Of reports that are surely actionable, the share c times their propensity is known
    to be. Elkan and Noto average the chance over all known positives; where few of
    these were sure, that is far too small and makes probabilities too high. So those
    are counted that look as sure as the surest tenth of the known. It remains a guess:
    an office that can count what it was told should say so instead.

    Parameters
    ----------
    known_chance : ndarray of shape (n_reports,)
        The chance that a report is known to be actionable, as estimated by trees that
        did not see it: or the reports that were told of would look sure for that.
    is_known : ndarray of bool of shape (n_reports,)
        Whether it is.
    propensity : ndarray of shape (n_reports,)
        The chance that each was worked, above 0; 1 where it was not logged.

    Returns
    -------
    float
        Above 0 and at most 1.

    Raises
    ------
    ModelError
        If no report is known to be actionable.

    References
    ----------
    Elkan, C. and Noto, K. (2008). Learning classifiers from only positive and
    unlabeled data. KDD, section 2: between their estimators e1 (the mean of known
    positives) and e3 (the maximum).
    Bekker, J. and Davis, J. (2020). Learning from positive and unlabeled data: a
    survey. Machine Learning 109, for selection by a propensity.

    Examples
    --------
    >>> chance, known = np.array([0.1, 0.4, 0.4, 0.3]), np.array([1, 1, 0, 0])
    >>> told_share(chance, known == 1, np.ones(4))
    0.5
    """
    if not is_known.any():
        raise ModelError(
            "no report that is old enough is known to be actionable",
            "the outcomes before the test begins",
            "wait for more outcomes, or lower mature_days",
        )
    shares = known_chance / propensity
    edge = np.quantile(shares[is_known], 1.0 - _SUREST_SHARE, method="lower")
    surest = shares >= edge
    return float(min(is_known[surest].sum() / propensity[surest].sum(), 1.0))


def actionable_weights(known_chance: Floats, told_chance: Floats) -> Floats:
    """Return how likely reports are actionable that are not known to be.

    With g the chance that a report is known to be actionable and e the chance that it
    is known if it is actionable, P(actionable | not known) = (1 - e) / e * g / (1 - g).

    Parameters
    ----------
    known_chance : ndarray of shape (n_reports,)
        g, at least 0 and below 1.
    told_chance : ndarray of shape (n_reports,)
        e, above 0.

    Returns
    -------
    ndarray of shape (n_reports,)
        Between 0 and 1.

    References
    ----------
    Elkan, C. and Noto, K. (2008). Learning classifiers from only positive and
    unlabeled data. KDD, section 3.

    Examples
    --------
    >>> g, e = np.array([0.0, 0.1, 0.2]), np.array([0.2, 0.2, 0.2])
    >>> actionable_weights(g, e).round(3).tolist()
    [0.0, 0.444, 1.0]
    """
    e = np.minimum(told_chance, _MOST_KNOWN)
    odds = known_chance / (1.0 - known_chance)
    return np.asarray(np.clip((1.0 - e) / e * odds, 0.0, 1.0), dtype=np.float64)
