"""A trained model as it scores: features, tables of points, calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from prioritizer.errors import FeatureError, numbered
from prioritizer.features import Feature, check_features, codes_of
from prioritizer.model.calibration import Calibration
from prioritizer.model.tables import PointTables


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
        Columns `raw`, `p`, `base`, `top_feature_1`, `top_value_1`, and so on.
    """
    points = scores.filter(regex="^c_")
    names = np.array([name.removeprefix("c_") for name in points.columns])
    values = points.to_numpy()
    order = np.argsort(-np.abs(values), axis=1, kind="stable")[:, :keep]
    kept = scores[["raw", "p", "base"]]
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
    facts : dict
        What the training run says of itself: window, labels, settings, metrics.
    content_hash : str
        Hash of the stored model; empty for one that is not stored yet.
    """

    features: tuple[Feature, ...]
    tables: PointTables
    calibration: Calibration
    facts: dict[str, object]
    content_hash: str = ""

    def score(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return the score of each row with every feature's contribution.

        Parameters
        ----------
        X : pandas.DataFrame of shape (n_reports, n_features)
            Features, index `report_id`.

        Returns
        -------
        pandas.DataFrame
            Columns `raw` (log-odds), `p` (calibrated probability), `base`, and
            `c_<feature>`: contributions in log-odds before calibration, which
            with `base` add up to `raw`. Index as in `X`.

        Raises
        ------
        FeatureError
            If `X` has other columns than the model, or infinite values.
        """
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
        binned = self.tables.bin_rows(values)
        raw = self.tables.raw_scores(binned)
        points = self.tables.contributions(binned).astype(np.float32)
        return pd.concat(
            [
                pd.DataFrame(
                    {"raw": raw, "p": self.calibration(raw), "base": self.tables.base},
                    index=X.index,
                ),
                pd.DataFrame(
                    points,
                    index=X.index,
                    columns=[f"c_{feature.name}" for feature in self.features],
                ),
            ],
            axis="columns",
        )
