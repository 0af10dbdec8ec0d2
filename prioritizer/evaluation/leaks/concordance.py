"""How well a column tells two kinds of reports apart, with chance allowed for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gammaln
from scipy.stats import beta

from prioritizer.seeds import Bools, Floats, Ints

_FOLDS = 5
_BINS = 20
# Categories seen this often, on average, are told apart; rarer ones go into bins.
_LEAST_EACH = 5


@dataclass(frozen=True, slots=True)
class Concordance:
    """In what share of pairs a column stands higher for the one kind of report.

    Parameters
    ----------
    value : float
        The share, equal values counting half; 0.5 says nothing. Also known as
        the area under the ROC curve.
    low : float
        At least so much of it is not chance.
    reports : int
        Reports that are in any pair.
    """

    value: float
    low: float
    reports: int


def neighbours_of(arrivals: Floats, size: int) -> Ints:
    """Return the group of each report among about `size` neighbours in arrival.

    Examples
    --------
    >>> neighbours_of(np.array([3.0, 1.0, 2.0, 4.0]), 2).tolist()
    [1, 0, 0, 1]
    """
    count = max(1, len(arrivals) // size)
    place = np.argsort(np.argsort(arrivals, kind="stable"), kind="stable")
    return np.asarray(place * count // max(1, len(arrivals)), dtype=np.int64)


def concordance(
    values: Floats, is_case: Bools, groups: Ints, *, chance: float, both: bool = True
) -> Concordance | None:
    """Return how often a case stands higher than another report of its group.

    The variance is DeLong's, summed over groups by each report's influence; the
    bound is that of Clopper and Pearson for as many independent pairs as have
    this variance, so it also holds where there is no variance to see.

    Parameters
    ----------
    values : ndarray of shape (n_reports,)
        The column, with NaN where it says nothing: such reports are left out.
    is_case : ndarray of bool of shape (n_reports,)
        Which reports are of the one kind.
    groups : ndarray of int64 of shape (n_reports,)
        Only reports of one group are compared.
    chance : float
        How often the bound may be wrong.
    both : bool
        Whether standing lower is as good as standing higher.

    Returns
    -------
    Concordance or None
        None if no group has both kinds, or all values are equal.

    References
    ----------
    DeLong, DeLong and Clarke-Pearson, "Comparing the areas under two or more
    correlated receiver operating characteristic curves", Biometrics 44, 1988.

    Examples
    --------
    >>> is_case = np.arange(100) % 2 == 1
    >>> told = concordance(is_case * 1.0, is_case, np.zeros(100, int), chance=0.05)
    >>> told.value, round(told.low, 3)
    (1.0, 0.942)
    """
    if (values == values[:1]).all():  # as where every report states something
        return None
    rows = pd.DataFrame({"value": values, "case": is_case, "group": groups}).dropna()
    sizes = rows.groupby("group")["case"].transform("size")
    cases = rows.groupby("group")["case"].transform("sum")
    others = np.asarray(np.where(rows["case"], sizes - cases, cases), dtype=float)
    total = float(others[rows["case"]].sum())
    if not total:
        return None
    rank = rows.groupby("group")["value"].rank()
    below = rank - rows.groupby(["group", "case"])["value"].rank()
    with np.errstate(invalid="ignore"):  # groups of one kind, which weigh nothing
        share = np.nan_to_num(below.to_numpy() / others)
    placed = np.where(rows["case"], share, 1 - share)
    value = float((placed * others)[rows["case"]].sum() / total)
    variance = float((((placed - value) * others / total) ** 2).sum())
    used = int((others > 0).sum())
    rarer = int(min((rows["case"] & (others > 0)).sum(), used - rows["case"].sum()))
    pairs = min(used, value * (1 - value) / variance) if variance else rarer
    if both:
        value = max(value, 1 - value)
    return Concordance(value, share_at_least(value * pairs, pairs, chance), used)


def share_at_least(found: float, of: float, chance: float) -> float:
    """Return the least share that explains so many found; Clopper and Pearson's bound.

    Examples
    --------
    >>> round(share_at_least(10, 10, 0.05), 3)
    0.741
    """
    return float(beta.ppf(chance, found, of - found + 1)) if found > 0 else 0.0


def told_by_others(values: Floats, is_case: Bools, folds: Ints) -> Floats:
    """Return for each report the share of cases among others with the same value.

    A report never tells of itself: only other fifths of the reports count, so a
    column in which every value is rare tells nothing by chance. Where nearly each
    value is its own, values are the same if they fall into one twentieth.

    Parameters
    ----------
    values : ndarray of shape (n_reports,)
        The column; NaN is a value of its own.
    is_case : ndarray of bool of shape (n_reports,)
        Which reports are cases.
    folds : ndarray of int64 of shape (n_reports,)
        Numbers at random, of which the rest by five is used.
    """
    rows = pd.DataFrame(
        {"value": values, "case": is_case * 1.0, "fold": folds % _FOLDS}
    )
    if rows["value"].nunique() * _LEAST_EACH > len(rows):
        rows["value"] = np.ceil(rows["value"].rank(pct=True) * _BINS)
    rows["value"] = rows["value"].fillna(-np.inf)
    whole = rows.groupby("value")["case"]
    own = rows.groupby(["value", "fold"])["case"]
    found = whole.transform("sum") - own.transform("sum") + rows["case"].mean()
    return np.asarray(found / (whole.transform("size") - own.transform("size") + 1))


def log_chance_of_function(values: pd.Series, of: pd.Series) -> float:
    """Return how likely a column is by chance a function of another, as a logarithm.

    That is 0, for it is no wonder, where it is not one or says the same everywhere.

    Parameters
    ----------
    values, of : pandas.Series
        Two columns of the same reports; rows without a value are left out.

    Examples
    --------
    >>> status = pd.Series(list("aabbcc") * 4)
    >>> code = status.map({"a": 1.0, "b": 2.0, "c": 2.0})
    >>> round(log_chance_of_function(code, status), 1)
    -11.4
    >>> log_chance_of_function(pd.Series(range(24)), status)
    0.0
    """
    rows = pd.DataFrame({"value": values, "of": of}).dropna()
    counts = rows["value"].value_counts().to_numpy()
    if len(counts) < 2 or rows.groupby("of")["value"].nunique().max() > 1:
        return 0.0
    # Ways to give each of the other's values one of ours, over all ways to place ours.
    ways = rows["of"].nunique() * np.log(len(counts))
    return float(min(0.0, ways + gammaln(counts + 1).sum() - gammaln(len(rows) + 1)))
