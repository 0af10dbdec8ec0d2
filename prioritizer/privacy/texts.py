"""Texts without what people do not see: case, outer blanks, and ways to write."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import polars as pl

# What `str.strip` removes of ASCII; Polars alone would leave the separators.
ASCII_BLANKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f "
_BLANKS = ASCII_BLANKS + (
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)
# Marks without a shape, which come along when text is copied from a page: soft
# hyphen, joiners, marks of direction, byte order mark.
_SHAPELESS = (
    "\xad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066"
    "\u2067\u2068\u2069\ufeff"
)


def bare(text: str) -> str:
    r"""Return text in one Unicode form, without blanks and marks around it.

    Examples
    --------
    >>> bare(" \u202aB\uff4fb ")
    'Bob'
    """
    return unicodedata.normalize("NFKC", text).strip(_BLANKS + _SHAPELESS)


def plain(text: str) -> str:
    """Return text that is also without case.

    Examples
    --------
    >>> plain("  Straße ")
    'strasse'
    """
    # What is folded may again be written in two ways.
    return unicodedata.normalize("NFKC", bare(text).casefold())


def plain_column(texts: pl.Series) -> pl.Series:
    """Return `plain` of each text; null stays null.

    Examples
    --------
    >>> plain_column(pl.Series([" Bob", "Straße", None])).to_list()
    ['bob', 'strasse', None]
    """
    return odd_by_hand(texts, quick_plain(texts), plain)


def quick_plain(texts: pl.Series) -> pl.Series:
    """Return `plain` of each text that is of ASCII letters only."""
    return texts.str.strip_chars(ASCII_BLANKS).str.to_lowercase()


def odd_by_hand(
    texts: pl.Series,
    quick: pl.Series,
    form: Callable[[str], str],
    *,
    is_odd: pl.Series | None = None,
) -> pl.Series:
    """Return `quick`, but `form` of each text that Polars cannot do alone.

    Parameters
    ----------
    texts : polars.Series
        The texts as they were sent.
    quick : polars.Series
        Their forms if all of them were of ASCII letters.
    form : callable
        Returns the form of any text.
    is_odd : polars.Series or None
        Further texts to bring to their form by hand.

    Returns
    -------
    polars.Series
        The form of each text; null stays null.

    Examples
    --------
    >>> texts = pl.Series(["A", "É", None])
    >>> odd_by_hand(texts, texts.str.to_lowercase(), lambda text: "?").to_list()
    ['a', '?', None]
    """
    by_hand = texts.str.len_bytes() != texts.str.len_chars()
    places = (by_hand if is_odd is None else by_hand | is_odd).arg_true()
    return quick.scatter(places, [form(text) for text in texts.gather(places)])
