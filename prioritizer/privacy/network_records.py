"""What one record of a database of networks says, in our words and no others.

Names of places, companies and people stand beside what is read, and stay there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from prioritizer.vocabulary.enums import UNLISTED, NetworkType, fold, texts_by_fold
from prioritizer.vocabulary.networks import (
    ANONYMOUS_FLAG,
    NETWORK_TYPES,
    PROXY_FLAGS,
    PROXY_TYPES,
    TYPE_FLAGS,
    TYPE_NAMES,
    US_TERRITORIES,
)
from prioritizer.vocabulary.places import (
    COUNTRIES,
    COUNTRY_ALIASES,
    STATE_ALIASES,
    US_STATES,
)

Record = Mapping[str, object]

_US = "US"
# Codes themselves too, since nearly all are written so and folding takes time.
_COUNTRIES = {
    **dict(zip(COUNTRIES, COUNTRIES, strict=True)),
    **texts_by_fold(COUNTRIES),
    **dict(COUNTRY_ALIASES),
}
_STATES = {
    **dict(zip(US_STATES, US_STATES, strict=True)),
    **texts_by_fold(US_STATES),
    **dict(STATE_ALIASES),
}
_LONGEST_NAME = 64  # of a country, a state or a kind of network
_PARTS = ("traits", "asn", "company", "privacy")
_NUMBER_NAMES = ("autonomous_system_number", "asn", "as_number")
_NUMBER = re.compile("(?:AS)?([0-9]{1,10})")
_NUMBERS = range(1, 1 << 32)  # RFC 6793
# One of these stands wherever something is said of the network itself.
_NETWORK_NAMES = frozenset(
    {*TYPE_FLAGS, *TYPE_NAMES, *PROXY_FLAGS, ANONYMOUS_FLAG, *_NUMBER_NAMES}
)
_TRUTHS = {"true": True, "false": False}
_LONGEST_TRUTH = 5


class NetworkFacts(NamedTuple):
    """What is known of the network of one address; None is not said."""

    country: str | None = None
    state: str | None = None
    type: str | None = None
    is_proxy: bool | None = None
    number: int | None = None
    at_us: int | None = None
    is_damaged: bool = False


NOTHING = NetworkFacts()
DAMAGED = NetworkFacts(is_damaged=True)


def facts_of_record(record: Record, at_us: int | None = None) -> NetworkFacts:
    """Return what one record says.

    Parameters
    ----------
    record : mapping of str to object
        A record of any of the known databases. A value of a type that does not
        belong there says nothing; a text that is on none of our lists says
        that it is unlisted.
    at_us : int or None
        When the database was made, in microseconds since 1970.

    Returns
    -------
    NetworkFacts
        `NOTHING` if the record says nothing that we keep.

    Examples
    --------
    >>> facts_of_record({"country": {"iso_code": "DE"}, "asn": "AS64500"})[:5]
    ('DE', None, None, None, 64500)
    """
    country = _country(record)
    state = _state(record, country)
    inner = [each for name in _PARTS if isinstance(each := record.get(name), dict)]
    parts = [each for each in (record, *inner) if not _NETWORK_NAMES.isdisjoint(each)]
    if not parts:
        return NetworkFacts(country, state, at_us=at_us) if country else NOTHING
    facts = (country, state, _type(parts), _is_proxy(parts), _number(parts))
    is_silent = facts.count(None) == len(facts)
    return NOTHING if is_silent else NetworkFacts(*facts, at_us)


def merged(found: list[NetworkFacts]) -> NetworkFacts:
    """Return what several records say of one address, the first that says so.

    A word that is on our list goes before one that is not, and a state holds
    only within the country that is said.

    Examples
    --------
    >>> merged([NetworkFacts("US"), NetworkFacts("US", "WY", number=64500)])[:5]
    ('US', 'WY', None, None, 64500)
    """
    if len(found) == 1:
        return found[0]
    country = _first(each.country for each in found)
    hides = [each.is_proxy for each in found if each.is_proxy is not None]
    return NetworkFacts(
        country,
        _first(each.state for each in found if each.country == country),
        _first(each.type for each in found),
        any(hides) if hides else None,
        next((each.number for each in found if each.number), None),
        max((each.at_us for each in found if each.at_us is not None), default=None),
        any(each.is_damaged for each in found),
    )


def _first(texts: Iterable[str | None]) -> str | None:
    unlisted = None
    for text in texts:
        if text == UNLISTED:
            unlisted = text
        elif text is not None:
            return text
    return unlisted


def _country(record: Record) -> str | None:
    country = record.get("country")
    if isinstance(country, dict):
        return _listed(country.get("iso_code"), _COUNTRIES)
    code = record.get("country_code")
    return _listed(country if code is None else code, _COUNTRIES)


def _state(record: Record, country: str | None) -> str | None:
    if country in US_TERRITORIES:
        return country
    if country != _US:
        return None
    return _first(_listed(text, _STATES, _without_us) for text in _regions(record))


def _regions(record: Record) -> Iterator[object]:
    parts = record.get("subdivisions")
    first = parts[0] if isinstance(parts, list) and parts else None
    if isinstance(first, dict):
        yield first.get("iso_code")
        names = first.get("names")
        yield names.get("en") if isinstance(names, dict) else None
    for name in ("region_code", "region", "state"):
        yield record.get(name)


def _without_us(text: str) -> str:
    """Return the state of a code of ISO 3166-2, such as US-WY."""
    return text[3:] if text[:3].upper() == "US-" else text


def _type(parts: list[Record]) -> str | None:
    for name, type_ in TYPE_FLAGS.items():
        if any(_truth(part.get(name)) for part in parts):
            return type_
    words = (part.get(name) for name in TYPE_NAMES for part in parts)
    return _first(_listed(word, NETWORK_TYPES) for word in words)


def _is_proxy(parts: list[Record]) -> bool | None:
    flags = [_truth(part[name]) for part in parts for name in PROXY_FLAGS & part.keys()]
    words = (part.get("user_type") for part in parts)
    if True in flags or any(_folded(word) in PROXY_TYPES for word in words):
        return True
    is_anonymous = any(_truth(part.get(ANONYMOUS_FLAG)) for part in parts)
    if is_anonymous and _type(parts) != NetworkType.HOSTING:
        return True
    return False if False in flags else None


def _number(parts: list[Record]) -> int | None:
    for value in (part.get(name) for name in _NUMBER_NAMES for part in parts):
        if isinstance(value, str) and (digits := _NUMBER.fullmatch(value)):
            value = int(digits[1])
        if isinstance(value, int) and not isinstance(value, bool) and value in _NUMBERS:
            return value
    return None


def _truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    is_short = isinstance(value, str) and len(value) <= _LONGEST_TRUTH
    return _TRUTHS.get(str(value).casefold()) if is_short else None


def _listed(
    value: object,
    listed: Mapping[str, str],
    form: Callable[[str], str] = str,
) -> str | None:
    if not isinstance(value, str):
        return None
    if value in listed:
        return listed[value]
    if not value.strip():
        return None
    if len(value) > _LONGEST_NAME:
        return UNLISTED
    return listed.get(fold(form(value.strip())), UNLISTED)


def _folded(value: object) -> str:
    is_short = isinstance(value, str) and len(value) <= _LONGEST_NAME
    return fold(str(value)) if is_short else ""
