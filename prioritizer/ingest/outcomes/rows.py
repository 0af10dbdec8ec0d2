"""What one row of a file of outcomes says, or why it says nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from prioritizer.ingest.outcomes.file import TextRow
from prioritizer.ingest.outcomes.mapping import OutcomesMapping
from prioritizer.vocabulary.enums import CaseStatus, fold

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MOST_DIGITS = 18
# The tipline opened in March 1998; nothing was decided on a report before.
_FIRST_YEAR, _LAST_YEAR = 1998, 2100
_WHOLE_ROW = "(the whole row)"
_Value = TypeVar("_Value")


class Problem(NamedTuple):
    """Why a row is refused: where, and what to do; never what it says."""

    line: int
    column: str
    reason: str
    fix: str


class Statement(NamedTuple):
    """What a row says; times in microseconds since 1970, in UTC."""

    line: int
    report_id: int
    case_status: str
    closed_reason: str | None
    decided_at: int
    known_at: int


class _RefusedError(Exception):
    """A cell cannot be taken: the reason and the fix."""


@dataclass(frozen=True, slots=True)
class _Span:
    """The moments that a text may mean: one, or those of a day."""

    first: datetime
    last: datetime


class RowReader:
    """Reads rows under one mapping.

    A date alone means its last moment in the mapping's zone, so that nothing is
    used too early; a decision of that day is never later than it was known.

    Parameters
    ----------
    mapping : OutcomesMapping
        The agency's words; without problems.
    known_at : datetime.datetime or None
        For rows that do not say from when they were known.
    """

    def __init__(self, mapping: OutcomesMapping, known_at: datetime | None) -> None:
        self._words = {
            column: mapping.words(column) for column in ("case_status", "closed_reason")
        }
        self._format = mapping.time_format
        self._is_date_alone = mapping.is_date_alone
        self._zone = ZoneInfo(mapping.zone) if mapping.zone else None
        self._known_at = _Span(known_at, known_at) if known_at else None

    def read(self, row: TextRow) -> Statement | list[Problem]:
        """Return what the row says, or every reason why it is refused."""
        if row.cells is None:
            said = _RAGGED if row.is_ragged else _NOT_TAKEN_APART
            return [Problem(row.line, _WHOLE_ROW, *said)]
        cells, problems = row.cells, list[Problem]()

        def take(column: str, read: Callable[[str], _Value]) -> _Value | None:
            try:
                return read(cells.get(column, ""))
            except _RefusedError as refused:
                problems.append(Problem(row.line, column, *refused.args))
                return None

        report_id = take("report_id", _report_id)
        status = take("case_status", self._status)
        reason = take("closed_reason", self._reason)
        decided = take("decided_at", self._span)
        known = take("known_at", self._known)
        if reason and status not in (None, CaseStatus.CLOSED):
            problems.append(Problem(row.line, "closed_reason", *_NOT_CLOSED))
        if decided and known and decided.first > known.last:
            problems.append(Problem(row.line, "decided_at", *_TOO_LATE))
        if problems or not (report_id and status and decided and known):
            return problems
        last = min(decided.last, known.last)
        return Statement(
            row.line, report_id, status, reason, _number(last), _number(known.last)
        )

    def _status(self, text: str) -> str:
        return self._word("case_status", text)

    def _reason(self, text: str) -> str | None:
        return self._word("closed_reason", text) if text else None

    def _word(self, column: str, text: str) -> str:
        words = self._words[column]
        if not text:
            raise _RefusedError("it is empty", _ONE_OF + _listed(words))
        if fold(text) not in words:
            raise _RefusedError(
                "it is none of NCMEC's words",
                f"{_ONE_OF}{_listed(words)}; or map the agency's word with --columns",
            )
        return words[fold(text)]

    def _known(self, text: str) -> _Span:
        if not text and self._known_at:
            return self._known_at
        span = self._span(text)
        return _Span(span.last, span.last)

    def _span(self, text: str) -> _Span:
        """Return the moments that a text may mean."""
        if not text:
            raise _RefusedError("it is empty", _WRITE_A_TIME)
        try:
            moment = self._moment(text)
            if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
                raise _RefusedError(_NO_YEAR, _WRITE_A_TIME)
            return self._placed(moment)
        except (ValueError, OverflowError):
            raise _RefusedError(_NO_TIME, _WRITE_A_TIME) from None

    def _moment(self, text: str) -> date:
        if self._format is not None:
            moment = datetime.strptime(text, self._format)  # noqa: DTZ007  # see _placed
            return moment.date() if self._is_date_alone else moment
        try:
            return date.fromisoformat(text)
        except ValueError:
            return datetime.fromisoformat(text)

    def _placed(self, moment: date) -> _Span:
        """Return when it was, in UTC."""
        if isinstance(moment, datetime) and moment.tzinfo is not None:
            return _Span(moment.astimezone(UTC), moment.astimezone(UTC))
        if self._zone is None:
            raise _RefusedError("it states no zone", _WRITE_A_TIME)
        if isinstance(moment, datetime):
            placed = moment.replace(tzinfo=self._zone).astimezone(UTC)
            return _Span(placed, placed)
        return _Span(*(_of_day(moment, each, self._zone) for each in _ENDS_OF_A_DAY))


_ENDS_OF_A_DAY = (time.min, time.max)
_ONE_OF = "write one of: "
_NO_TIME = "it is not a time that can be read"
_WRITE_A_TIME = (
    "write date, time and zone, such as 2026-03-01T08:00:00Z; or say zone and "
    "time_format with --columns"
)
_NO_YEAR = f"its year is not in {_FIRST_YEAR} to {_LAST_YEAR}"
_NOT_CLOSED = (
    "only a closed case has a reason for it",
    f"leave it empty, or make the status {CaseStatus.CLOSED.value}",
)
_TOO_LATE = (
    "it was decided after it was known",
    "mend one of decided_at and known_at",
)
_RAGGED = (
    "it has more or fewer cells than the header",
    "quote cells that hold the character between cells",
)
_NOT_TAKEN_APART = (
    "its cells cannot be told apart",
    "close every quote, write quotes within quotes twice, and keep lines short",
)


def _of_day(day: date, moment: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, moment, tzinfo=zone).astimezone(UTC)


def _listed(words: dict[str, str]) -> str:
    return "; ".join(dict.fromkeys(words.values()))


def _report_id(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    if not is_number or int(text) == 0:
        raise _RefusedError(
            "it is no report's number",
            "write it in digits alone; show the column as whole numbers before saving",
        )
    return int(text)


def _number(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
