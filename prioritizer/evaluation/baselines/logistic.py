"""A logistic regression on all features: the usual model to be better than."""

from __future__ import annotations

import numpy as np
import pandas as pd

from prioritizer.seeds import Floats

# Strength of the L2 penalty on standardized columns (scikit-learn's inverse of it).
_C = 0.1
# Sums differ in their last digits between processors; no tie is broken by them.
_DIGITS = 6


def logistic_scores(X: pd.DataFrame, y: pd.Series, tested: pd.DataFrame) -> pd.Series:
    """Return the log-odds of reports by a regression on the training reports.

    Numbers are taken as sign(x) log(1 + abs(x)), for counts and hours have long tails
    that a straight line cannot follow; missing ones are the training median, with
    a column that says so. A category is a column for each of its training values, of
    which not to state one is another. All columns are standardized, and an L2
    penalty shares out the weight among those that say the same.

    Parameters
    ----------
    X : pandas.DataFrame of shape (n_training, n_features)
        Features of the training reports.
    y : pandas.Series of int
        1 or 0, the same index; both must occur.
    tested : pandas.DataFrame of shape (n_tested, n_features)
        Features of the reports to score.

    Returns
    -------
    pandas.Series of float
        Higher is read first; index as in `tested`.
    """
    # Heavy, and not needed by whoever only measures.
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import (
        FunctionTransformer,
        OneHotEncoder,
        StandardScaler,
    )

    categories = [name for name in X if isinstance(X[name].dtype, pd.CategoricalDtype)]
    numbers = [name for name in X if name not in categories]
    number = make_pipeline(
        FunctionTransformer(_shortened),
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
    )
    category = make_pipeline(
        FunctionTransformer(_as_texts),
        OneHotEncoder(handle_unknown="ignore", sparse_output=False),
    )
    columns = ColumnTransformer(
        [("numbers", number, numbers), ("categories", category, categories)]
    )
    # Newton's method needs some ten steps where gradients need thousands.
    regression = LogisticRegression(C=_C, solver="newton-cholesky", max_iter=200)
    model = make_pipeline(columns, StandardScaler(), regression)
    model.fit(X, y.to_numpy())
    scores = np.round(model.decision_function(tested), _DIGITS)
    return pd.Series(scores, index=tested.index)


def _shortened(values: pd.DataFrame) -> Floats:
    numbers = values.to_numpy(np.float64)
    return np.asarray(np.sign(numbers) * np.log1p(np.abs(numbers)))


def _as_texts(values: pd.DataFrame) -> pd.DataFrame:
    return values.astype("object").where(values.notna(), "")
