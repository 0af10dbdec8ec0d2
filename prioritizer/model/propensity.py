"""How likely it was that a report's outcome became known, and weights from that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
from annotated_types import Ge, Le
from numpy.random import PCG64, Generator

from prioritizer.errors import ModelError, SettingsError, numbered
from prioritizer.model.classifier import ActionabilityClassifier
from prioritizer.seeds import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class PropensitySettings:
    """How propensities are estimated.

    Parameters
    ----------
    folds : int
        In how many parts the reports are cut, each estimated from the others.
    rounds : int
        Trees of each fit.
    mature_days : int
        Age in days from which on a missing outcome means that none will come. In the
        invented world 19 of 20 outcomes are known after 175 days.
    random_state : int
        Seed of the folds and of the fits.
    threads : int or None
        As for `ActionabilityClassifier`.
    """

    folds: Annotated[int, Ge(2), Le(20)] = 5
    rounds: Annotated[int, Ge(1), Le(5000)] = 100
    mature_days: Annotated[int, Ge(0)] = 180
    random_state: Annotated[int, Ge(0)] = 0
    threads: int | None = None


def estimate_propensity(
    X: pd.DataFrame,
    is_labelled: pd.Series[bool],
    *,
    ages_days: pd.Series[float] | None = None,
    clusters: pd.Series | None = None,
    settings: PropensitySettings | None = None,
) -> pd.Series[float]:
    """Estimate how likely the label of each report was to become known.

    Each report is estimated by trees that saw no report of its case: trees that saw it
    would remember whether it has a label. A young report without a label may yet get
    one, so only reports of `mature_days` teach; the young are given what reports like
    them have when they are as old. An age among the features would instead give the
    young that have a label already a tiny propensity and a large weight, for being
    quick and not for being seldom worked.

    Parameters
    ----------
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features, index `report_id`.
    is_labelled : pandas.Series of bool
        Whether the label is known, for each report of `X`.
    ages_days : pandas.Series of float or None
        Days from the arrival of each report of `X` to the moment at which labels are
        counted. If None, all are old enough.
    clusters : pandas.Series or None
        The case of each report; a report without one is a case of its own.
    settings : PropensitySettings or None
        How; the defaults if left out.

    Returns
    -------
    pandas.Series of float
        Between 0 and 1, name `propensity`, index as in `X`.

    Raises
    ------
    ModelError
        If `is_labelled` or `ages_days` lack reports, or those that teach a fold all
        have a label or all have none.

    References
    ----------
    Chernozhukov, V. et al. (2018). Double/debiased machine learning for treatment and
    structural parameters. The Econometrics Journal 21(1), for fitting across folds.

    Examples
    --------
    >>> X = pd.DataFrame({"files": np.arange(400.0) % 2})
    >>> known = (X["files"] == 1) & (X.index % 10 > 3)
    >>> estimate_propensity(X, known).groupby(X["files"]).mean().round(1).tolist()
    [0.0, 0.6]
    """
    how = settings or PropensitySettings()
    ages = pd.Series(np.inf, index=X.index) if ages_days is None else ages_days
    _refuse_gaps(X.index, is_labelled=is_labelled, ages_days=ages)
    known = is_labelled.loc[X.index].to_numpy(bool)
    is_mature = ages.loc[X.index].to_numpy(float) >= how.mature_days
    cases = None if clusters is None else clusters.reindex(X.index)
    fold = _folds(cases, len(X), how)
    found = np.empty(len(X))
    for each in np.unique(fold):
        teaches = is_mature & (fold != each)
        _refuse_one_kind(known[teaches], how)
        # Ordinary trees: nobody reads these as points.
        model = ActionabilityClassifier(
            rounds=how.rounds,
            interactions="any",
            threads=how.threads,
            random_state=how.random_state,
        ).fit(X[teaches], known[teaches].astype(int))
        asked = fold == each
        found[asked] = model.predict_proba(X[asked])[:, 1]
    return pd.Series(found, index=X.index, name="propensity")


def _refuse_gaps(reports: pd.Index, **columns: pd.Series) -> None:
    problems = []
    for name, column in columns.items():
        if missing := int((~reports.isin(column.index)).sum()):
            problems.append(f"{name} lacks {missing} of {len(reports)} reports")
        if column.index.has_duplicates:
            problems.append(f"{name} names a report more than once")
        if empty := int(column.isna().sum()):
            problems.append(f"{name} is empty for {empty} reports")
    if problems:
        raise ModelError(
            numbered(problems),
            "the estimate of propensities",
            "give one value for each report of X",
        )


def _refuse_one_kind(known: Bools, how: PropensitySettings) -> None:
    if 0 < known.sum() < len(known):
        return
    raise ModelError(
        f"of {len(known)} reports that are {how.mature_days} days old or more, "
        f"{int(known.sum())} have a known outcome, so that nothing tells who is known",
        "the estimate of propensities",
        "wait for more outcomes, lower mature_days, or learn without weights",
    )


def _folds(cases: pd.Series | None, reports: int, how: PropensitySettings) -> Ints:
    """Return the fold of each report, the same for all of a case."""
    codes, number = np.arange(reports), reports
    if cases is not None:
        codes, names = pd.factorize(cases)
        alone = codes < 0
        codes = np.where(alone, len(names) + np.cumsum(alone) - 1, codes)
        number = len(names) + int(alone.sum())
    mixed = Generator(PCG64(how.random_state)).permutation(number)
    return np.asarray(mixed[codes] % how.folds, dtype=np.int64)


def checked_propensity(
    propensity: pd.Series[float], reports: pd.Index
) -> pd.Series[float]:
    """Return the propensity of each of these reports; raise if one has none.

    Parameters
    ----------
    propensity : pandas.Series of float
        What an office logged when it chose whom to work, index `report_id`. It may
        name further reports.
    reports : pandas.Index
        Reports that need one.

    Returns
    -------
    pandas.Series of float
        In order of `reports`.

    Raises
    ------
    SettingsError
        Listing all that is wrong: a report named twice, without a propensity, or with
        one that is not above 0 and at most 1.

    Examples
    --------
    >>> logged = pd.Series([0.5, 1.0], index=[7, 8])
    >>> checked_propensity(logged, pd.Index([8])).tolist()
    [1.0]
    """
    twice = propensity.index.duplicated()
    numbers = pd.to_numeric(propensity[~twice], errors="coerce").astype(float)
    wanted = numbers.reindex(reports)
    is_named = reports.isin(numbers.index)
    is_wrong = (wanted <= 0) | (wanted > 1)
    counts = {
        "reports are named more than once": twice.sum(),
        f"of {len(reports)} reports that need one have none": (~is_named).sum(),
        "are empty or no numbers": (is_named & wanted.isna()).sum(),
        "are not above 0 and at most 1": is_wrong.sum(),
    }
    problems = [f"{int(count)} {what}" for what, count in counts.items() if count]
    if problems:
        raise SettingsError(
            numbered(problems),
            "the logged propensities",
            "give each of these reports its chance of being worked, "
            "or let the chances be estimated",
        )
    return wanted.rename("propensity")


@dataclass(frozen=True, slots=True)
class InverseWeights:
    """Weights by which reports stand for those of which nothing was heard.

    Attributes
    ----------
    weights : pandas.Series of float
        With mean 1, index as in the propensities.
    clipped_count : int
        Reports whose propensity was below the clip.
    effective_count : float
        How many reports of equal weight would tell as much (Kish).
    """

    weights: pd.Series[float]
    clipped_count: int
    effective_count: float


def inverse_weights(propensity: pd.Series[float], *, clip: float) -> InverseWeights:
    """Return 1 / max(propensity, clip), scaled to a mean of 1.

    A report that was unlikely to be worked stands for many that were not. Clipping
    bounds how much one report may count, at the price of standing for fewer.

    Parameters
    ----------
    propensity : pandas.Series of float
        Above 0 and at most 1, for each report with a known outcome.
    clip : float
        The least propensity that counts, above 0 and at most 1; at 1 all weigh alike.

    Returns
    -------
    InverseWeights

    Raises
    ------
    SettingsError
        If the clip or a propensity is none, or there is no report.

    References
    ----------
    Horvitz, D. and Thompson, D. (1952). A generalization of sampling without
    replacement from a finite universe. JASA 47.
    Ionides, E. (2008). Truncated importance sampling. Journal of Computational and
    Graphical Statistics 17(2).
    Kish, L. (1965). Survey Sampling.

    Examples
    --------
    >>> found = inverse_weights(pd.Series([0.5, 0.25, 0.01]), clip=0.25)
    >>> found.weights.tolist(), found.clipped_count, round(found.effective_count, 2)
    ([0.6, 1.2, 1.2], 1, 2.78)
    """
    if not 0 < clip <= 1 or propensity.empty:
        raise SettingsError(
            "weights need at least one report and a clip above 0 and at most 1",
            f"the clip {clip} of {len(propensity)} propensities",
            "choose a clip such as 0.05",
        )
    chances = checked_propensity(propensity, propensity.index.unique())
    raw = 1.0 / chances.clip(lower=clip)
    weights = (raw / raw.mean()).rename("weight")
    effective = effective_count(np.asarray(weights, np.float64))
    return InverseWeights(weights, int((chances < clip).sum()), effective)


def effective_count(weights: Floats) -> float:
    """Return how many rows of equal weight would tell as much (Kish).

    Examples
    --------
    >>> effective_count(np.array([1.0, 1.0, 0.0]))
    2.0
    """
    return float(weights.sum() ** 2 / (weights**2).sum())
