"""Read a time that was written with its zone, in the forms that exports use."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1)
# The tipline opened in 1998; what is said to have happened decades before it is
# believed, years such as 0001 and 9999 are placeholders.
_FIRST, _LAST = (
    (datetime(year, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND for year in (1950, 2100)
)
# Names of the one zone that is the same everywhere; others, such as EST, are not.
_UTC_AT_END = re.compile(r"\s*\(?(?:UTC|GMT|Z|Etc/UTC)\)?$", re.IGNORECASE)
_LONGEST = 64
_OTHER_FORMS = (
    "%Y-%m-%d %H:%M:%S %z",
    "%m/%d/%Y %H:%M:%S %z",
    "%m/%d/%Y %H:%M %z",
    "%m/%d/%Y %I:%M:%S %p %z",
    "%m/%d/%Y %I:%M %p %z",
    "%b %d, %Y %I:%M:%S %p %z",
    "%b %d, %Y, %I:%M:%S %p %z",
    "%b %d, %Y %H:%M:%S %z",
    "%d %b %Y %H:%M:%S %z",
)


class UnreadableError(ValueError):
    """Something stands there, and it cannot be read as the column's kind."""


def moment_and_zone(text: str) -> tuple[int, int]:
    """Return a time in µs since 1970 UTC, and the minutes east in which it stood.

    Parameters
    ----------
    text : str
        ISO 8601, the form of an e-mail's date, or one of a few that exports use;
        always with its zone.

    Raises
    ------
    UnreadableError
        If it is none of these, has no zone, or is of no believable year.

    Examples
    --------
    >>> moment_and_zone("2026-03-01T08:00:00Z")
    (1772352000000000, 0)
    >>> moment_and_zone("Mar 1, 2026 8:00:00 AM UTC")
    (1772352000000000, 0)
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = _in_other_form(text)
    zone = moment.utcoffset()
    # A time without its zone may be a day off; a guess would look like a fact.
    if zone is None:
        raise UnreadableError
    micros = (moment - _EPOCH) // _MICROSECOND
    # Believed in UTC: it is so that the tables hold it.
    if not _FIRST <= micros < _LAST:
        raise UnreadableError
    return micros, zone // _MINUTE if zone else 0


def _in_other_form(text: str) -> datetime:
    if len(text) > _LONGEST or not text.isascii():
        raise UnreadableError
    with_zone = _UTC_AT_END.sub(" +0000", text)
    try:
        return datetime.fromisoformat(with_zone.replace(" +0000", "+00:00"))
    except ValueError:
        pass
    for form in _OTHER_FORMS:
        try:
            return datetime.strptime(with_zone, form)  # noqa: DTZ007  # all have %z
        except ValueError:
            continue
    try:
        return parsedate_to_datetime(with_zone)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise UnreadableError from None
