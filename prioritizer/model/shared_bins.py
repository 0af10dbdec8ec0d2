"""Bins that several models of the same features can share.

To find the bin of a value among thresholds is the slow part of scoring. It is done
once, in bins so fine that each lies in one bin of every model.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from prioritizer.model.tables import Bins, Ints


def shared_bins(models: Sequence[tuple[Bins, ...]]) -> tuple[Bins, ...]:
    """Return bins of which each lies in one bin of every model.

    Parameters
    ----------
    models : sequence of tuple of Bins
        The bins of each model, one or more models of the same features.

    Returns
    -------
    tuple of Bins

    Examples
    --------
    >>> one, other = Bins(np.array([1.0, 3.0])), Bins(np.array([2.0, 3.0]))
    >>> shared_bins([(one,), (other,)])[0].thresholds.tolist()
    [1.0, 2.0, 3.0]
    """
    return tuple(
        Bins(
            np.unique(np.concatenate([bins.thresholds for bins in alike])),
            alike[0].categories,
        )
        for alike in zip(*models, strict=True)
    )


def bins_in(fine: tuple[Bins, ...], coarse: tuple[Bins, ...]) -> list[Ints]:
    """Return for each feature in which bin of one model each fine bin lies.

    Parameters
    ----------
    fine : tuple of Bins
        As `shared_bins` returns them.
    coarse : tuple of Bins
        The bins of one of these models.

    Returns
    -------
    list of ndarray of int
        Bin numbers, that of missing values last.

    Examples
    --------
    >>> fine, coarse = Bins(np.array([1.0, 2.0, 3.0])), Bins(np.array([2.0]))
    >>> [bins.tolist() for bins in bins_in((fine,), (coarse,))]
    [[0, 0, 1, 1, 2]]
    """
    return [_bin_in(*bins) for bins in zip(fine, coarse, strict=True)]


def _bin_in(fine: Bins, coarse: Bins) -> Ints:
    if fine.categories:
        return np.arange(fine.count, dtype=np.int64)
    inside = np.searchsorted(coarse.thresholds, fine.thresholds, side="left")
    return np.array([*inside, len(coarse.thresholds), coarse.count - 1], np.int64)
