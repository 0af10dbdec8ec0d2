"""Telephone numbers: one form for each, and what an issuer sees of it."""

from __future__ import annotations

import re

import polars as pl

from prioritizer.privacy.texts import odd_by_hand
from prioritizer.vocabulary.area_codes import (
    STATE_OF_AREA,
    calling_code,
    state_of_area,
)

# Behind a whole number (at least seven digits): ";ext=12", ", 12", "#12", "x12",
# "ext. 12", or a second number. What is meant there is not the line but who answers.
_EXTENSION = r"^((?:[^0-9]*[0-9]){7}[^;,#xX]*)[;,#xX]"
_HAS_EXTENSION = _EXTENSION + "[^0-9]*[0-9]"
_CUT = re.compile(_EXTENSION)
_SIGNED = r"^[^0-9]*\+"
# ITU-T E.123, 7.4: a zero in brackets is dialled inside the country only.
_INLAND_ZERO = "(0)"
_WIDE_PLUS = "\uff0b"
# ITU-T E.164 recommends 00 to call abroad; with it a number has at least these.
_ABROAD, _ABROAD_DIGITS = "00", 11
_US_DIGITS = 10
_AREA_DIGITS = 3
_DIGITS_OF_ANY_COUNTRY = 11
_MOST_DIGITS = 12  # longer numbers tell no more by their length


def telephone(text: str) -> str:
    """Return a telephone number's digits, a US number with its country code.

    Examples
    --------
    >>> telephone("(307) 055-0199"), telephone("+1 307 055 0199 ext. 12")
    ('13070550199', '13070550199')
    >>> telephone("+44 (0)20 7946 0000"), telephone("0044 20 7946 0000")
    ('442079460000', '442079460000')
    """
    text = _in_ascii(text)
    if whole := _CUT.match(text):
        text = whole[1]
    is_signed = bool(re.match(_SIGNED, text))
    if is_signed:
        text = text.replace(_INLAND_ZERO, "", 1)
    digits = re.sub("[^0-9]", "", text)
    if is_signed:
        return digits
    if digits.startswith(_ABROAD) and len(digits) >= _ABROAD_DIGITS:
        return digits.removeprefix(_ABROAD)
    # Ten digits are a US number if they begin with an area code of the plan.
    is_american = len(digits) == _US_DIGITS and digits[:_AREA_DIGITS] in STATE_OF_AREA
    return "1" + digits if is_american else digits


def telephone_column(texts: pl.Series) -> pl.Series:
    """Return `telephone` of each text; null stays null."""
    whole, digits = pl.col("whole"), pl.col("digits")
    is_signed = whole.str.contains(_SIGNED)
    inland = pl.when(is_signed).then(whole.str.replace(_INLAND_ZERO, "", literal=True))
    size = digits.str.len_bytes()
    is_abroad = digits.str.starts_with(_ABROAD) & (size >= _ABROAD_DIGITS)
    is_american = (size == _US_DIGITS) & digits.str.head(_AREA_DIGITS).is_in(
        list(STATE_OF_AREA)
    )
    quick = (
        pl.DataFrame({"whole": _without_extension(texts)})
        .with_columns(
            is_signed.alias("is_signed"),
            pl.coalesce(inland, whole).str.replace_all("[^0-9]", "").alias("digits"),
        )
        .select(
            pl.when("is_signed")
            .then(digits)
            .when(is_abroad)
            .then(digits.str.strip_prefix(_ABROAD))
            .when(is_american)
            .then("1" + digits)
            .otherwise(digits)
        )
        .to_series()
    )
    return odd_by_hand(texts, quick, telephone)


def has_extension_column(texts: pl.Series) -> pl.Series:
    """Return whether an extension stands behind each telephone number.

    Examples
    --------
    >>> has_extension_column(pl.Series(["+13070550199 x12", "3070550199"])).to_list()
    [True, False]
    """
    return texts.str.contains(_HAS_EXTENSION)


def with_code_column(texts: pl.Series, codes: pl.Series) -> pl.Series:
    """Return telephone numbers, each with the country code that stands beside it.

    Parameters
    ----------
    texts : polars.Series
        Telephone numbers as they were sent.
    codes : polars.Series
        The country code of each; null where none is stated.

    Examples
    --------
    >>> texts = pl.Series(["20 7946 0000", "+43 1 0000", "4165550123"])
    >>> with_code_column(texts, pl.Series([44, 44, 1])).to_list()
    ['+4420 7946 0000', '+43 1 0000', '+14165550123']
    """
    text, code = pl.col("text"), pl.col("code")
    is_signed = text.str.contains(f"^[^0-9]*[+{_WIDE_PLUS}]")
    # Within the plan of code 1 a number is often written with the 1 already.
    is_short = pl.col("whole").str.count_matches("[0-9]") == _US_DIGITS
    is_national = ((code > 1) | ((code == 1) & is_short)) & ~is_signed
    called = pl.concat_str(pl.lit("+"), code, text)
    rows = pl.DataFrame(
        {"text": texts, "code": codes, "whole": _without_extension(texts)}
    )
    return rows.select(pl.when(is_national).then(called).otherwise(text)).to_series()


def issuer_facts(texts: pl.Series, normal: pl.Series) -> dict[str, pl.Series]:
    """Return country code and US state of each telephone number.

    Parameters
    ----------
    texts : polars.Series
        The numbers as they were sent, with any code that stood beside them.
    normal : polars.Series
        The same in their form of `telephone`.

    Returns
    -------
    dict of str to polars.Series
        `calling_code` and `phone_state`.

    Examples
    --------
    >>> texts = pl.Series(["+45 55 50 10 00", "55 50 10 00 00"])
    >>> facts = issuer_facts(texts, telephone_column(texts))
    >>> facts["calling_code"].to_list()
    [45, None]
    """
    # Up to ten digits without a sign are a number within a country, and which one
    # nobody says.
    was_abroad = texts.str.contains("^[^0-9]*0[^0-9]*0")
    is_whole = (
        texts.str.contains(f"^[^0-9]*[+{_WIDE_PLUS}]")
        | (normal.str.len_chars() >= _DIGITS_OF_ANY_COUNTRY)
        | (was_abroad & ~normal.str.starts_with("0"))
    )
    whole = pl.select(pl.when(is_whole).then(normal)).to_series()
    # Issuers need the first digits and the length only, and few of these differ.
    length = whole.str.len_chars().clip(upper_bound=_MOST_DIGITS)
    issuer = whole.str.slice(0, 4) + "/" + length.cast(pl.String)
    distinct = issuer.drop_nulls().unique()
    stems = [_stem(each) for each in distinct]
    codes = pl.Series([calling_code(stem) for stem in stems], dtype=pl.Int32)
    states = pl.Series([state_of_area(stem) for stem in stems], dtype=pl.String)
    return {
        "calling_code": issuer.replace_strict(distinct, codes),
        "phone_state": issuer.replace_strict(distinct, states),
    }


def _stem(issuer: str) -> str:
    """Return a number with the first digits and the length that an issuer sees.

    Examples
    --------
    >>> _stem("1307/11")
    '13070000000'
    """
    first, _, length = issuer.partition("/")
    return first.ljust(int(length), "0")


def _in_ascii(text: str) -> str:
    """Return text with the digits and the plus of any script as those of ASCII."""
    if text.isascii():
        return text
    digits = (str(int(each)) if each.isdecimal() else each for each in text)
    return "".join(digits).replace(_WIDE_PLUS, "+")


def _without_extension(texts: pl.Series) -> pl.Series:
    whole = texts.str.extract(_EXTENSION)
    return pl.select(pl.coalesce(whole, texts)).to_series()
