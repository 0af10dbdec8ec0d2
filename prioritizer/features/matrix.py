"""Compute X: a row for each report, a column for each feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd
import polars as pl

from prioritizer.errors import FeatureError, numbered
from prioritizer.features.catalogue import CATALOGUE
from prioritizer.features.feature import Feature
from prioritizer.features.joins import PLACE, placed, rows_for
from prioritizer.features.timely import without_later_words
from prioritizer.tables import REPORT, latest_versions

_ONE_ROW_EACH = ("reports", "links", "provider_history")


def compute_features(
    tables: Mapping[str, pl.DataFrame],
    features: Sequence[Feature] = CATALOGUE,
    *,
    as_of: datetime | None = None,
) -> pd.DataFrame:
    """Return X for the latest version of each report.

    Every feature is computed from one report alone (what looks across reports
    is in the tables of history), so any part of the tables gives the same rows
    as the whole.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        The document tables and those of `prioritizer.history`.
    features : sequence of Feature
        Which columns, in order.
    as_of : datetime or None
        Versions that arrive later are not there yet.

    Returns
    -------
    pandas.DataFrame of shape (n_reports, n_features)
        float32 or Categorical with a fixed list; index `report_id`, in the
        order of the table `reports`.
    """
    latest = latest_versions(tables["reports"], as_of)
    frame = feature_frame({**tables, "reports": latest}, features)
    return _as_pandas(frame.drop("version"), features)


def feature_frame(
    tables: Mapping[str, pl.DataFrame], features: Sequence[Feature] = CATALOGUE
) -> pl.DataFrame:
    """Return the features of every version in `reports`, in its order.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        As for `compute_features`.
    features : sequence of Feature
        Which columns, in order.

    Returns
    -------
    polars.DataFrame
        Columns `report_id` and `version`, then one for each feature: Float32,
        or Enum for a category.
    """
    tables = placed(without_later_words(tables))
    matrix = tables["reports"].select(*REPORT, PLACE)
    for table in dict.fromkeys(feature.table for feature in features):
        wanted = [feature for feature in features if feature.table == table]
        columns = [_column(feature) for feature in wanted]
        read = {name for feature in wanted for name in feature.reads}
        rows = rows_for(table, tables, read)
        if table in _ONE_ROW_EACH:
            values = rows.select(PLACE, *columns)
        else:
            values = rows.group_by(PLACE).agg(columns)
        matrix = matrix.join(values, on=PLACE, how="left", maintain_order="left")
    return matrix.select(*REPORT, *(_filled(feature) for feature in features))


def read_features(path: Path, features: Sequence[Feature] = CATALOGUE) -> pd.DataFrame:
    """Return X from a file that `prioritizer features --out` wrote.

    Parquet forgets which categories there could have been; this does not.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    features : sequence of Feature
        Its columns.

    Returns
    -------
    pandas.DataFrame of shape (n_reports, n_features)
        As `compute_features` returns it.

    Raises
    ------
    FeatureError
        If the file has other columns, or cannot be read.
    """
    names = [feature.name for feature in features]
    try:
        frame = pl.read_parquet(path, columns=["report_id", *names])
    except (pl.exceptions.PolarsError, OSError):
        raise FeatureError(
            "the file does not hold these features",
            str(path),
            "make it with `prioritizer features --out`",
        ) from None
    return check_features(_as_pandas(frame, features), features)


def _as_pandas(frame: pl.DataFrame, features: Sequence[Feature]) -> pd.DataFrame:
    numbers = [feature.name for feature in features if not feature.is_category]
    # All numbers in one block; of a block for each, pandas warns with every new column.
    X = pd.DataFrame(
        frame.select(numbers).to_numpy(),
        index=pd.Index(frame["report_id"].to_numpy(), name="report_id"),
        columns=numbers,
    )
    categories = {
        feature.name: pd.Categorical(
            frame[feature.name].cast(pl.String).to_list(),
            categories=list(feature.allowed),
        )
        for feature in features
        if feature.is_category
    }
    return X.assign(**categories)[[feature.name for feature in features]]


def check_features(X: pd.DataFrame, features: Sequence[Feature]) -> pd.DataFrame:
    """Return `X` if it has just the columns of `features`; raise otherwise.

    Parameters
    ----------
    X : pandas.DataFrame of shape (n_reports, n_features)
        Candidate rows. Not modified.
    features : sequence of Feature
        The columns expected, in order.

    Returns
    -------
    pandas.DataFrame
        The same object.

    Raises
    ------
    FeatureError
        Listing every difference at once.
    """
    expected = [feature.name for feature in features]
    found = [f"{name} is missing" for name in expected if name not in X.columns]
    found += [f"{name} is not expected" for name in X.columns if name not in expected]
    if not found and list(X.columns) != expected:
        found.append("the columns are in another order")
    for feature in features:
        if feature.name in X.columns:
            found += _wrong_type(feature, X[feature.name])
    if found:
        raise FeatureError(
            numbered(found), "the feature frame", "compute X with `compute_features`"
        )
    return X


def codes_of(X: pd.DataFrame) -> pd.DataFrame:
    """Return X with each category as its number, and missing ones as NaN.

    Parameters
    ----------
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features. Not modified.

    Returns
    -------
    pandas.DataFrame of shape (n_reports, n_features)
        The same rows and columns, all of them numbers.
    """
    return X.assign(
        **{
            str(name): X[name].cat.codes.astype(float).where(X[name].notna())
            for name, dtype in X.dtypes.items()
            if isinstance(dtype, pd.CategoricalDtype)
        }
    )


def _wrong_type(feature: Feature, column: pd.Series) -> list[str]:
    if not feature.is_category:
        is_number = pd.api.types.is_float_dtype(column.dtype)
        return [] if is_number else [f"{feature.name} is not floating point"]
    dtype = column.dtype
    if not isinstance(dtype, pd.CategoricalDtype):
        return [f"{feature.name} is not categorical"]
    if tuple(dtype.categories) != feature.allowed:
        return [f"{feature.name} has another closed list"]
    return []


def _column(feature: Feature) -> pl.Expr:
    if not feature.is_category:
        return feature.expression.cast(pl.Float32).alias(feature.name)
    # By the text, for the list of the column may be another one.
    text = feature.expression.cast(pl.String)
    return text.cast(pl.Enum(feature.allowed)).alias(feature.name)


def _filled(feature: Feature) -> pl.Expr:
    column = pl.col(feature.name)
    if feature.is_category or feature.absent is None:
        return column
    return column.fill_null(feature.absent)
