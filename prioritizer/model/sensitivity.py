"""What weights cannot repair: how much the reports nobody told of could change.

Whether an outcome is told of may depend on the outcome itself, and then no data that
the office has can say how the other reports would have ended. What can be said is
within which bounds they lie, and what would follow if they were so much better or
worse than those that were told of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from prioritizer.errors import SettingsError, numbered
from prioritizer.model.tables import Floats

ODDS_RATIOS = (0.25, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most that a share can be.

    Attributes
    ----------
    low, high : float
        Between 0 and 1, both included.
    """

    low: float
    high: float


def share_bounds(actionable: int, labelled: int, unlabelled: int) -> Bounds:
    """Return the least and the most that the share of actionable reports can be.

    Nothing is assumed: the unlabelled may all be actionable or none. The bounds are as
    far apart as the share of reports without a label, however many reports there are.

    Parameters
    ----------
    actionable : int
        Labelled reports that are actionable.
    labelled : int
        Reports with a label.
    unlabelled : int
        Reports without one.

    Returns
    -------
    Bounds

    Raises
    ------
    SettingsError
        If a count is below 0, more are actionable than labelled, or there is none.

    References
    ----------
    Manski, C. (1989). Anatomy of the selection problem. The Journal of Human Resources
    24(3). Manski, C. (1990). Nonparametric bounds on treatment effects. The American
    Economic Review 80(2).

    Examples
    --------
    >>> share_bounds(3, 5, 5)
    Bounds(low=0.3, high=0.8)
    """
    number = labelled + unlabelled
    if not 0 <= actionable <= labelled or unlabelled < 0 or number == 0:
        raise SettingsError(
            f"{actionable} actionable of {labelled} labelled and {unlabelled} "
            "unlabelled reports cannot be",
            "the bounds of a share",
            "count the reports again; there must be at least one",
        )
    return Bounds(actionable / number, (actionable + unlabelled) / number)


def precision_bounds(order: pd.Index, labels: pd.Series, capacity: int) -> Bounds:
    """Return the least and the most that the precision of an order can be.

    Parameters
    ----------
    order : pandas.Index
        Reports, the first to be worked first.
    labels : pandas.Series
        1 or 0 for reports with a known outcome, index `report_id`. It may name others.
    capacity : int
        How many reports are worked.

    Returns
    -------
    Bounds
        Of the share of actionable reports among the first `capacity`.

    Raises
    ------
    SettingsError
        If the order or the labels name a report twice, a label is not 1 or 0, or
        nothing is worked.

    Examples
    --------
    >>> precision_bounds(pd.Index([4, 2, 9]), pd.Series([1.0], index=[4]), 2)
    Bounds(low=0.5, high=1.0)
    """
    _refuse(_order_problems(order, capacity) + _label_problems(labels))
    first = labels.reindex(order[:capacity]).dropna()
    worked = min(capacity, len(order))
    return share_bounds(int(first.sum()), len(first), worked - len(first))


def shifted(p: Floats, odds_ratio: float) -> Floats:
    """Return probabilities whose odds are so many times those of `p`.

    Parameters
    ----------
    p : ndarray of shape (n_reports,)
        Between 0 and 1.
    odds_ratio : float
        Above 0.

    Returns
    -------
    ndarray of shape (n_reports,)

    Examples
    --------
    >>> shifted(np.array([0.0, 0.5, 1.0]), 4.0).tolist()
    [0.0, 0.8, 1.0]
    """
    return np.asarray(odds_ratio * p / (1.0 - p + odds_ratio * p))


def odds_ratio_of_feedback(after_action: float, after_closure: float) -> float:
    """Return the odds ratio that follows from how readily outcomes are told.

    An office that knows how often it hears of actions and of closed cases can choose
    the odds ratio of `odds_ratio_sensitivity` by it. Where what is actionable was also
    worked more often, the ratio of reports with the same score is nearer to 1.

    Parameters
    ----------
    after_action, after_closure : float
        The shares of actionable and of other reports whose outcome becomes known,
        both above 0 and below 1.

    Returns
    -------
    float
        Odds of being actionable without a label, divided by those with one.

    Raises
    ------
    SettingsError
        If a share is not above 0 and below 1.

    Examples
    --------
    >>> odds_ratio_of_feedback(0.5, 0.2)
    0.25
    """
    if not (0 < after_action < 1 and 0 < after_closure < 1):
        raise SettingsError(
            "the shares of outcomes that become known must be above 0 and below 1",
            "the odds ratio of feedback",
            "give a share for actions and one for closed cases",
        )
    without = (1.0 - after_action) / (1.0 - after_closure)
    return without / (after_action / after_closure)


def odds_ratio_sensitivity(
    p: pd.Series[float],
    labels: pd.Series,
    *,
    order: pd.Index,
    capacity: int,
    ratios: Sequence[float] = ODDS_RATIOS,
) -> pd.DataFrame:
    """Return what would hold if unlabelled reports were better or worse than they look.

    At a ratio of 2, a report without a label has twice the odds of being actionable of
    a report with one and the same score; at 1 it has the same odds, which is what the
    model takes for granted. No data of the office tell which ratio is right.

    Parameters
    ----------
    p : pandas.Series of float
        The model's probability of each report, index `report_id`.
    labels : pandas.Series
        1 or 0 for reports with a known outcome, index `report_id`. It may name others.
    order : pandas.Index
        Reports of `p`, the first to be worked first.
    capacity : int
        How many reports are worked.
    ratios : sequence of float
        Odds ratios, each above 0.

    Returns
    -------
    pandas.DataFrame
        Index `odds_ratio`, as in `ratios`. `actionable_share`: of all reports, by label
        where there is one. `precision`: the same of the first `capacity`.
        `mean_probability`: of all reports, a label not looked at.

    Raises
    ------
    SettingsError
        Listing all that is wrong with the arguments.

    References
    ----------
    Rosenbaum, P. and Rubin, D. (1983). Assessing sensitivity to an unobserved binary
    covariate in an observational study with binary outcome. JRSS B 45(2).
    Scharfstein, D., Rotnitzky, A. and Robins, J. (1999). Adjusting for nonignorable
    drop-out using semiparametric nonresponse models. JASA 94.

    Examples
    --------
    >>> p = pd.Series([0.5, 0.5], index=[1, 2])
    >>> known = pd.Series([1], index=[1])
    >>> found = odds_ratio_sensitivity(
    ...     p, known, order=p.index, capacity=1, ratios=(0.25, 1.0, 4.0)
    ... )
    >>> found.round(2).reset_index()
       odds_ratio  actionable_share  precision  mean_probability
    0        0.25              0.60        1.0              0.35
    1        1.00              0.75        1.0              0.50
    2        4.00              0.90        1.0              0.65
    """
    values = np.asarray(p, dtype=np.float64)
    problems = _order_problems(order, capacity) + _label_problems(labels)
    problems += _probability_problems(p, order)
    if not all(np.isfinite(ratio) and ratio > 0 for ratio in ratios):
        problems.append("odds ratios must be finite and above 0")
    _refuse(problems)
    known = np.asarray(labels.reindex(p.index), dtype=np.float64)
    is_labelled = ~np.isnan(known)
    first = p.index.get_indexer(order[:capacity])
    rows = {}
    for ratio in ratios:
        chance = np.where(is_labelled, values, shifted(values, ratio))
        outcome = np.where(is_labelled, known, chance)
        rows[float(ratio)] = {
            "actionable_share": outcome.mean(),
            "precision": outcome[first].mean(),
            "mean_probability": chance.mean(),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("odds_ratio")


def _order_problems(order: pd.Index, capacity: int) -> list[str]:
    problems = []
    if order.has_duplicates:
        problems.append("the order names a report more than once")
    if capacity < 1 or order.empty:
        problems.append("capacity and the number of reports must be 1 or more")
    return problems


def _label_problems(labels: pd.Series) -> list[str]:
    problems = []
    if labels.index.has_duplicates:
        problems.append("the labels name a report more than once")
    if not labels.isin([0, 1]).all():
        problems.append("labels must be 1 or 0")
    return problems


def _probability_problems(p: pd.Series[float], order: pd.Index) -> list[str]:
    problems = []
    if p.index.has_duplicates:
        problems.append("the probabilities name a report more than once")
    if not p.between(0, 1).all():
        problems.append("probabilities must be between 0 and 1")
    if unknown := int((~order.isin(p.index)).sum()):
        problems.append(f"{unknown} reports of the order have no probability")
    return problems


def _refuse(problems: list[str]) -> None:
    if problems:
        raise SettingsError(
            numbered(problems), "the sensitivity to unknown outcomes", "mend these"
        )
