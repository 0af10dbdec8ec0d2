"""A trained model as it scores: features, tables of points, calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from prioritizer.errors import FeatureError, numbered
from prioritizer.features import Feature, check_features, codes_of
from prioritizer.model.calibration import Calibration
from prioritizer.model.refits import Refits, refit_columns
from prioritizer.model.shared_bins import bins_in, shared_bins
from prioritizer.model.tables import Floats, PointTables
from prioritizer.model.venn_abers import VennAbers


def keep_largest(scores: pd.DataFrame, keep: int) -> pd.DataFrame:
    """Return scores with only the `keep` largest contributions of each row.

    Parameters
    ----------
    scores : pandas.DataFrame
        As `ScoringModel.score` returns them.
    keep : int
        How many to keep, 1 or more.

    Returns
    -------
    pandas.DataFrame
        Columns `raw`, `p`, `p_low`, `p_high`, `base`, `top_feature_1`, `top_value_1`,
        and so on.
    """
    points = scores.filter(regex="^c_")
    names = np.array([name.removeprefix("c_") for name in points.columns])
    values = points.to_numpy()
    order = np.argsort(-np.abs(values), axis=1, kind="stable")[:, :keep]
    kept = scores[["raw", "p", "p_low", "p_high", "base"]]
    for place in range(order.shape[1]):
        column = order[:, place]
        kept = kept.assign(
            **{
                f"top_feature_{place + 1}": names[column],
                f"top_value_{place + 1}": values[np.arange(len(values)), column],
            }
        )
    return kept


@dataclass(frozen=True, slots=True)
class ScoringModel:
    """What is needed to score a report and to say why.

    Parameters
    ----------
    features : tuple of Feature
        The columns of X, in order.
    tables : PointTables
        The points.
    calibration : Calibration
        From raw scores to probabilities.
    venn_abers : VennAbers
        From raw scores to intervals of these.
    facts : dict
        What the training run says of itself: window, labels, settings, metrics.
    content_hash : str
        Hash of the stored model; empty for one that is not stored yet.
    refits : Refits
        The model learned from other draws of the past cases; none is allowed.
    signature : str
        Who signed the stored model and whether that was checked; ``none`` if nobody.
    seen : mapping of str to tuple of str
        The categories that taught, by feature.
    """

    features: tuple[Feature, ...]
    tables: PointTables
    calibration: Calibration
    venn_abers: VennAbers
    facts: dict[str, object]
    content_hash: str = ""
    refits: Refits = field(default_factory=Refits)
    signature: str = "none"
    seen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def unseen(self, X: pd.DataFrame) -> dict[str, int]:
        """Return how many rows have a category that the model never learned from.

        Such a row is scored as if nothing were said there.

        Parameters
        ----------
        X : pandas.DataFrame of shape (n_reports, n_features)
            Features, index `report_id`.

        Returns
        -------
        dict of str to int
            By feature, only those that have such rows.
        """
        counts = {
            name: int((X[name].notna() & ~X[name].isin(seen)).sum())
            for name, seen in self.seen.items()
        }
        return {name: count for name, count in counts.items() if count}

    def raw_scores(self, X: pd.DataFrame) -> pd.Series[float]:
        """Return the score of each row alone, in log-odds before calibration.

        Parameters
        ----------
        X : pandas.DataFrame of shape (n_reports, n_features)
            Features, index `report_id`.

        Returns
        -------
        pandas.Series of float
            Index as in `X`.

        Raises
        ------
        FeatureError
            If `X` has other columns than the model, or infinite values.
        """
        binned = self.tables.bin_rows(self._values(X))
        return pd.Series(self.tables.raw_scores(binned), index=X.index)

    def score(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return the score of each row with every feature's contribution.

        Parameters
        ----------
        X : pandas.DataFrame of shape (n_reports, n_features)
            Features, index `report_id`.

        Returns
        -------
        pandas.DataFrame
            Columns `raw` (log-odds), `p` (calibrated probability), `p_low` and
            `p_high` (its Venn-Abers interval, widened to hold `p`), `base`,
            `refit_1` and so on (raw scores of the refits), and `c_<feature>`:
            contributions in log-odds before calibration, which with `base` add up
            to `raw`. Index as in `X`.

        Raises
        ------
        FeatureError
            If `X` has other columns than the model, or infinite values.
        """
        values = self._values(X)
        every = [self.tables.bins, *(each.bins for each in self.refits.tables)]
        shared = shared_bins(every)
        found = PointTables(shared, 0.0, {}, {}).bin_rows(values)
        own = bins_in(shared, self.tables.bins)
        binned = np.stack([bins[row] for bins, row in zip(own, found, strict=True)])
        raw = self.tables.raw_scores(binned)
        p = self.calibration(raw)
        low, high = self.venn_abers.around(raw, p)
        said = {"raw": raw, "p": p, "p_low": low, "p_high": high}
        others = self.refits.raw_scores(found, shared)
        points = self.tables.contributions(binned).astype(np.float32)
        names = [f"c_{feature.name}" for feature in self.features]
        return pd.concat(
            [
                pd.DataFrame({**said, "base": self.tables.base}, index=X.index),
                pd.DataFrame(others, X.index, refit_columns(others.shape[1])),
                pd.DataFrame(points, X.index, names),
            ],
            axis="columns",
        )

    def _values(self, X: pd.DataFrame) -> Floats:
        values = codes_of(check_features(X, self.features)).to_numpy(float)
        infinite = [
            f"{feature.name} is infinite in {count} rows"
            for feature, count in zip(
                self.features, np.isinf(values).sum(axis=0), strict=True
            )
            if count
        ]
        if infinite:
            raise FeatureError(
                numbered(infinite), "the feature frame", "mend how they are computed"
            )
        return values


def seen_categories(
    X: pd.DataFrame, features: Sequence[Feature]
) -> dict[str, tuple[str, ...]]:
    """Return which categories rows have, by feature.

    Parameters
    ----------
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features.
    features : sequence of Feature
        What its columns are.

    Returns
    -------
    dict of str to tuple of str
        In the order of each feature's closed list.
    """
    return {
        feature.name: tuple(
            value for value in feature.allowed if (X[feature.name] == value).any()
        )
        for feature in features
        if feature.is_category
    }
