"""Keyed hashes of whole columns, and a way to walk a column kind by kind."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

import polars as pl

_HASH_BYTES = 16
_PERSON_BYTES = 16
# As many as a processor's cache holds as Python objects.
_ROWS_AT_ONCE = 10_000


class Hasher:
    """Keyed BLAKE2b, a separate function for each kind of identifier.

    Parameters
    ----------
    key : bytes
        The secret key, at most 64 bytes.

    Examples
    --------
    >>> hashes = Hasher(b"secret")("email", pl.Series(["a@b.test", None]))
    >>> len(hashes[0]), hashes[1]
    (16, None)
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __call__(self, kind: str, texts: pl.Series) -> pl.Series:
        """Return the hashes of texts in their normal form; null stays null."""
        person = kind.encode()[:_PERSON_BYTES]
        keyed = hashlib.blake2b(digest_size=_HASH_BYTES, key=self._key, person=person)
        starts = range(0, max(1, len(texts)), _ROWS_AT_ONCE)
        parts = (texts.slice(start, _ROWS_AT_ONCE) for start in starts)
        return pl.concat((_digests(keyed, part) for part in parts), rechunk=True)


def _digests(keyed: hashlib.blake2b, texts: pl.Series) -> pl.Series:
    # To look for equal texts first would cost about as much as to hash them all, and
    # a copy of what has taken up the key costs half of what a new function would.
    copy = keyed.copy
    digests: list[bytes | None] = []
    for text in texts.cast(pl.Binary).to_list():
        if text is None:
            digests.append(None)
            continue
        each = copy()
        each.update(text)
        digests.append(each.digest())
    return pl.Series(digests, dtype=pl.Binary)


def by_kind(
    rows: pl.DataFrame,
    facts: Callable[[str, pl.DataFrame], Mapping[str, pl.Series]],
    types: Mapping[str, pl.DataType],
) -> pl.DataFrame:
    """Return what `facts` says of the rows of each kind, in the order of `rows`.

    Each kind has its own normal form and hash. To sort the rows by kind once is
    cheaper than to work out every form of every row.

    Parameters
    ----------
    rows : polars.DataFrame of shape (n_rows, n_columns)
        Has a column `kind`, a text.
    facts : callable
        Given a kind and its rows, returns columns with a value for each of them.
    types : mapping of str to polars.DataType
        The columns of the result. What `facts` leaves out is null, and so is
        all of a row whose kind is null.

    Returns
    -------
    polars.DataFrame of shape (n_rows, n_types)
        The facts of each row.

    Examples
    --------
    >>> rows = pl.DataFrame({"kind": ["a", None, "bb", "a"], "n": [1, 2, 3, 4]})
    >>> facts = lambda kind, part: {"n": part["n"] * len(kind)}
    >>> by_kind(rows, facts, {"n": pl.Int64()})["n"].to_list()
    [1, None, 6, 4]
    """
    placed = rows.with_row_index("place")
    parts = [pl.DataFrame(schema={"place": pl.UInt32(), **types})]
    for (kind,), part in placed.partition_by("kind", as_dict=True).items():
        known = {} if kind is None else facts(str(kind), part)
        typed = {name: column.cast(types[name]) for name, column in known.items()}
        parts.append(pl.DataFrame({"place": part["place"], **typed}))
    return pl.concat(parts, how="diagonal").sort("place").drop("place")
