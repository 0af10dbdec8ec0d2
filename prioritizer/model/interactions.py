"""Choose the pairs of features that a model may combine."""

from __future__ import annotations

import numpy as np

from prioritizer.model.tables import Ints, Pair, PointTables


def strongest_pairs(tables: PointTables, binned: Ints, most: int) -> list[Pair]:
    """Return the pairs whose pure interaction varies most over the rows.

    Gain would reward pairs for what one of their features does alone; the
    variance of the purified table does not.

    Parameters
    ----------
    tables : PointTables
        A model whose trees could combine any two features.
    binned : ndarray of shape (n_features, n_rows)
        Rows, as `PointTables.bin_rows` returns them.
    most : int
        How many pairs to return at the most.

    Returns
    -------
    list of (int, int)
        Pairs in order of their features; equal strengths go by that order.
    """
    strength = {
        (i, j): float(np.var(table[binned[i], binned[j]]))
        for (i, j), table in tables.pairs.items()
    }
    ranked = sorted(strength, key=lambda pair: (-strength[pair], pair))
    return sorted(ranked[:most])


def constraint_groups(pairs: list[Pair], features: int) -> list[list[int]]:
    """Return LightGBM's interaction constraints for the chosen pairs.

    Every feature also gets a group of its own: one that stands in no group
    would silently get no split at all.

    Examples
    --------
    >>> constraint_groups([(0, 2)], 3)
    [[0, 2], [0], [1], [2]]
    """
    return [list(pair) for pair in pairs] + [[each] for each in range(features)]
