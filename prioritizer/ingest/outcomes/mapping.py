"""What an agency calls the columns and words of outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from prioritizer.vocabulary import OUTCOMES
from prioritizer.vocabulary.enums import UNLISTED, fold, texts_by_fold

COLUMNS = OUTCOMES.columns
"""The columns of a file of outcomes, by our names."""
_EXAMPLE = datetime(2003, 11, 22, 13, 14, 15, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OutcomesMapping:
    """How to read an agency's own export of outcomes.

    Parameters
    ----------
    columns : dict of str to str
        Their header for our name of a column; a column that is not named here
        has our name. Case, blanks and punctuation do not matter.
    case_status, closed_reason : dict of str to str
        NCMEC's word for each of theirs; NCMEC's own words are known besides.
    zone : str or None
        The zone of times that state none, such as ``"America/New_York"``. With it
        a date alone is taken as well.
    time_format : str or None
        How times are written, as for `datetime.strptime`; ISO 8601 if left out.

    Examples
    --------
    >>> OutcomesMapping(columns={"status": "State of case"}).problems()
    ['columns.status: there is no such column']
    """

    columns: dict[str, str] = field(default_factory=dict)
    case_status: dict[str, str] = field(default_factory=dict)
    closed_reason: dict[str, str] = field(default_factory=dict)
    zone: str | None = None
    time_format: str | None = None

    def problems(self) -> list[str]:
        """Return every way in which the mapping cannot be used."""
        return [
            *self._problems_of_columns(),
            *_problems_of_words("case_status", self.case_status),
            *_problems_of_words("closed_reason", self.closed_reason),
            *self._problems_of_times(),
        ]

    def headers(self) -> dict[str, str]:
        """Return the folded header of each of our columns."""
        return {name: fold(self.columns.get(name, name)) for name in COLUMNS}

    def words(self, column: str) -> dict[str, str]:
        """Return NCMEC's word by the folded words of theirs and NCMEC's own."""
        theirs: dict[str, str] = getattr(self, column)
        known = _known(column)
        return known | {fold(word): known[fold(ours)] for word, ours in theirs.items()}

    @property
    def is_date_alone(self) -> bool:
        """Whether `time_format` says the day and no time of it."""
        return self.time_format is not None and _round_trip(self.time_format).hour == 0

    def _problems_of_columns(self) -> Iterator[str]:
        for name, header in self.columns.items():
            if name not in COLUMNS:
                yield f"columns.{name}: there is no such column"
            elif not fold(header):
                yield f"columns.{name}: the header has no letter and no digit"
        headers = list(self.headers().values())
        for name, header in self.headers().items():
            if name in self.columns and header and headers.count(header) > 1:
                yield f"columns.{name}: another column has the same header"

    def _problems_of_times(self) -> Iterator[str]:
        if self.zone is not None and not _is_zone(self.zone):
            yield "zone: there is no such time zone"
        if self.time_format is None:
            return
        try:
            back = _round_trip(self.time_format)
        except ValueError:
            yield "time_format: it is not understood"
            return
        if back.date() != _EXAMPLE.date():
            yield "time_format: it does not say year, month and day"
        elif back.hour not in (0, _EXAMPLE.hour):
            yield "time_format: it does not say which half of the day"
        if self.zone is None and (back.tzinfo is None or back.hour == 0):
            yield "time_format: it has no %z, or no hour, so that zone is needed"


def _problems_of_words(column: str, words: Mapping[str, str]) -> Iterator[str]:
    known, said = _known(column), dict[str, str]()
    for word, ours in words.items():
        if not fold(word):
            yield f"{column}.{word}: it has no letter and no digit"
        elif fold(ours) not in known:
            listed = "; ".join(known.values())
            yield f"{column}.{word}: it must be one of NCMEC's words: {listed}"
        elif said.setdefault(fold(word), fold(ours)) != fold(ours):
            yield f"{column}.{word}: it stands for two words"


def _known(column: str) -> dict[str, str]:
    """Return NCMEC's words by their folded form; unlisted is no word of theirs."""
    texts = texts_by_fold(OUTCOMES.field(column).allowed)
    return {folded: text for folded, text in texts.items() if text != UNLISTED}


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # among them a folder of zones
        return False
    return True


def _round_trip(time_format: str) -> datetime:
    written = _EXAMPLE.strftime(time_format)
    return datetime.strptime(written, time_format)  # noqa: DTZ007  # zone or not
