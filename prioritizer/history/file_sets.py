"""All files of a report as one key, so that reports of just the same files meet."""

from __future__ import annotations

import numpy as np
import polars as pl

from prioritizer.history.arrays import Array, differs, joined, parted
from prioritizer.seeds import Draws
from prioritizer.vocabulary.enums import FileHashType

LOOKS = (FileHashType.PHOTO_DNA, FileHashType.PDQ)
"""Hashes of how a file looks; all others are of its bytes."""

# Of several hashes of one file the first of these count, all of one kind together. One
# without a type is as good as an MD5: it is NCMEC's own `verificationHash`.
_FIRST_OF = {
    FileHashType.MD5: 0,
    FileHashType.SHA1: 1,
    FileHashType.SHA256: 2,
    FileHashType.UNLISTED: 3,
    FileHashType.PHOTO_DNA: 0,
    FileHashType.PDQ: 1,
}
_RANKS = pl.Series([_FIRST_OF[kind] for kind in FileHashType], dtype=pl.UInt8)


def file_sets(hashes: pl.DataFrame, counts: Array, draws: Draws) -> pl.DataFrame:
    """Return one key for each version of a report whose every file has a hash.

    The hashes of all files are mixed and added up, so that their order says nothing.

    Parameters
    ----------
    hashes : polars.DataFrame
        Columns `place`, `file_no`, `file_hash_type` and `key`, all of bytes or all of
        looks.
    counts : numpy.ndarray of shape (n_versions,)
        How many files the version at each place has.
    draws : Draws
        Mixes.

    Returns
    -------
    polars.DataFrame
        Columns `place` and `key`.
    """
    number = hashes["file_no"].fill_null(0).to_numpy()
    file = joined(hashes["place"].to_numpy(), number)
    rank = _RANKS.gather(hashes["file_hash_type"].to_physical())
    key, ranks = hashes["key"].to_numpy(), rank.fill_null(0).to_numpy()
    order = np.argsort(file, kind="stable")
    file, key, ranks = file[order], key[order], ranks[order]
    begins = np.flatnonzero(differs(file))
    best = np.minimum.reduceat(ranks, begins) if len(begins) else ranks
    is_best = ranks == np.repeat(best, np.diff(begins, append=len(file)))
    file, key = file[is_best], key[is_best]
    order = np.lexsort((key, file))
    file, key = file[order], key[order]
    kept = differs(file) | differs(key)
    of_file, file = _summed(draws.words("hash", key[kept]), file[kept])
    owner, _ = parted(file)
    summed, owner = _summed(draws.words("file", of_file), owner)
    found = np.bincount(parted(file)[0], minlength=len(counts))[owner]
    whole = found == counts[owner]
    return pl.DataFrame(
        {
            "place": owner[whole].astype(np.uint32),
            "key": draws.words("set", summed[whole] + found[whole].astype(np.uint64)),
        }
    )


def _summed(values: Array, of: Array) -> tuple[Array, Array]:
    """Return the sum of the values of each number in a row, and the numbers."""
    begins = np.flatnonzero(differs(of))
    summed: Array = np.add.reduceat(values, begins) if len(begins) else values
    return summed, of[begins]
