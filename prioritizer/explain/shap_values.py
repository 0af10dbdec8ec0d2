"""Hand contributions to the plots of `shap`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from prioritizer.features import codes_of

if TYPE_CHECKING:
    import shap


def as_shap(X: pd.DataFrame, scores: pd.DataFrame) -> shap.Explanation:
    """Return scores as a `shap.Explanation`, so that every plot of `shap` works.

    Parameters
    ----------
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features.
    scores : pandas.DataFrame
        Scores with contributions for the same rows.

    Returns
    -------
    shap.Explanation
        Values in log-odds before calibration.
    """
    import shap  # three seconds, which only those who plot should wait

    names = list(X.columns)
    return shap.Explanation(
        values=scores[[f"c_{name}" for name in names]].to_numpy(float),
        base_values=scores["base"].to_numpy(float),
        data=codes_of(X).to_numpy(float),
        feature_names=names,
    )
