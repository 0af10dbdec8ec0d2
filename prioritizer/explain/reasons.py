"""Say in plain sentences why a report scored as it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from prioritizer.features import Feature, by_name

# Below this many log-odds a contribution would print as 0.00.
_LEAST_CONTRIBUTION = 0.005
REASONS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """One feature's part in a score.

    Parameters
    ----------
    feature : str
        The feature's name.
    group : str
        Its section of the catalogue.
    value : float, str or None
        What the report says; None for nothing.
    contribution : float
        Log-odds before calibration; above 0 it speaks for the report.
    words : str
        What the report says, in words.
    """

    feature: str
    group: str
    value: object
    contribution: float
    words: str

    @property
    def sentence(self) -> str:
        """The words with sign and size, such as "files: 3 (+0.42)"."""
        return f"{self.words} ({self.contribution:+.2f})"


def words_for(feature: Feature, value: object) -> str:
    """Return what a value of a feature says, in words.

    Parameters
    ----------
    feature : Feature
        The feature.
    value : float, str or None
        Its value.

    Returns
    -------
    str
        A phrase without capital and full stop.

    Examples
    --------
    >>> from prioritizer.features import by_name
    >>> words_for(by_name()["upload_captures"], 0.0)
    'no address recorded at upload'
    >>> words_for(by_name()["upload_captures"], 3.0)
    '3 addresses recorded at upload'
    """
    return feature.words_of(value).format(value=_written(value))


def _written(value: object) -> str:
    if value is None or value != value:  # NaN
        return "not known"
    if isinstance(value, float | np.floating):
        return (
            f"{value:,.0f}" if value == round(value) or value >= 10 else f"{value:.2g}"
        )
    return str(value)


def reasons_of(
    values: pd.Series, contributions: pd.Series, features: Sequence[Feature]
) -> list[Reason]:
    """Return every feature's part in one report's score, the largest first.

    Parameters
    ----------
    values : pandas.Series
        The report's row of X.
    contributions : pandas.Series
        Its columns `c_<feature>`.
    features : sequence of Feature
        The model's features.

    Returns
    -------
    list of Reason
        One a feature; equal sizes in the order of the features.
    """
    reasons = [
        Reason(
            feature.name,
            feature.group,
            _plain(values[feature.name]),
            float(contributions[f"c_{feature.name}"]),
            words_for(feature, _plain(values[feature.name])),
        )
        for feature in features
    ]
    return sorted(reasons, key=lambda reason: -abs(reason.contribution))


def reasons_of_row(row: pd.Series) -> list[Reason]:
    """Return the reasons of one row of a queue, the largest first.

    Parameters
    ----------
    row : pandas.Series
        A row with `c_<feature>` and `v_<feature>`.

    Returns
    -------
    list of Reason
        One for each feature that the row has and the catalogue knows.
    """
    known = by_name()
    names = [name.removeprefix("c_") for name in row.index if name.startswith("c_")]
    features = [known[name] for name in names if name in known]
    values = row.filter(regex="^v_").rename(lambda name: name.removeprefix("v_"))
    return reasons_of(values, row, features)


def top_reasons(
    X: pd.DataFrame, scores: pd.DataFrame, features: Sequence[Feature]
) -> pd.DataFrame:
    """Return the three reasons that weigh most in each report's score.

    Parameters
    ----------
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features, index `report_id`.
    scores : pandas.DataFrame
        Scores with contributions, the same index.
    features : sequence of Feature
        The model's features.

    Returns
    -------
    pandas.DataFrame of shape (n_reports, 3)
        Columns `reason_1` to `reason_3`, sentences; empty where fewer count.
    """
    points = scores[[f"c_{feature.name}" for feature in features]].to_numpy()
    # Stable, so that equal contributions come in the order of the features.
    order = np.argsort(-np.abs(points), axis=1, kind="stable")[:, :REASONS_SHOWN]
    columns = {feature.name: X[feature.name].tolist() for feature in features}
    sentences = [
        [
            _sentence(
                features[place], columns[features[place].name][row], points[row, place]
            )
            for place in places
        ]
        for row, places in enumerate(order)
    ]
    names = [f"reason_{number}" for number in range(1, REASONS_SHOWN + 1)]
    shown = pd.DataFrame(sentences, index=X.index, columns=names[: order.shape[1]])
    # A model of fewer features has fewer reasons.
    return shown.reindex(columns=names, fill_value="")


def _sentence(feature: Feature, value: object, contribution: float) -> str:
    if abs(contribution) < _LEAST_CONTRIBUTION:
        return ""
    words = words_for(feature, _plain(value))
    return Reason(feature.name, feature.group, value, contribution, words).sentence


def _plain(value: object) -> object:
    return None if value is None or value != value else value  # NaN
