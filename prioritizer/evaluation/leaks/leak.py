"""What a leak is, and what a check for leaks tells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LeakKind(StrEnum):
    """What a column knows that nothing may know when its report arrives."""

    CHANCE = "chance"
    OUTCOME = "outcome"
    AFTER_TRIAGE = "after triage"
    ROW_ORDER = "row order"
    REPORT_ID = "report id"
    LATER_REPORTS = "later reports"
    BATCH = "batch"

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return _REMEDIES[self]


_REMEDIES = {
    LeakKind.OUTCOME: "leave it out, unless it can be shown that it was known on "
    "arrival; outcomes count only for reports that arrive after their known_at",
    LeakKind.AFTER_TRIAGE: "leave it out, unless it was there on arrival, as an "
    "escalation by the provider is; work adds it when the report was ranked already",
    LeakKind.ROW_ORDER: "leave it out, or measure time from the report's own arrival",
    LeakKind.REPORT_ID: "leave it out; a report's number tells when it came, not what "
    "it is worth",
    LeakKind.LATER_REPORTS: "use only what arrived strictly earlier, as "
    "prioritizer.history does",
    LeakKind.BATCH: "compute it from one report alone; what looks across reports "
    "belongs to prioritizer.history",
    LeakKind.CHANCE: "remove what draws at random, or draw by seed and report",
}


@dataclass(frozen=True, slots=True)
class Leak:
    """One column that knows too much.

    Parameters
    ----------
    column : str
        Its name.
    kind : LeakKind
        What it knows.
    figure : float
        How clearly, between 0 and 1: the share of reports whose value moved, of
        pairs told apart or of values explained, or a rank correlation.
    reports : int
        Of how many reports this is a figure.
    words : str
        What was seen, in a sentence without any value of a report.
    """

    column: str
    kind: LeakKind
    figure: float
    reports: int
    words: str

    def __str__(self) -> str:
        return f"{self.column}: {self.words}; {self.kind.remedy}"


@dataclass(frozen=True, slots=True)
class LeakCheck:
    """The leaks that were found, and on what it rests that there are no more.

    Parameters
    ----------
    leaks : tuple of Leak
        At most one for each column and kind.
    tried : tuple of str
        What was tried, on how many reports.
    not_tried : tuple of str
        What could not be tried, and why: it is not cleared.
    """

    leaks: tuple[Leak, ...]
    tried: tuple[str, ...]
    not_tried: tuple[str, ...]

    @property
    def is_clear(self) -> bool:
        """Whether nothing was found in what was tried."""
        return not self.leaks

    def __add__(self, other: LeakCheck) -> LeakCheck:
        """Return both checks as one; what both found counts once.

        Examples
        --------
        >>> leak = Leak("x", LeakKind.REPORT_ID, 1.0, 9, "it is the number")
        >>> both = LeakCheck((leak,), ("a",), ()) + LeakCheck((leak,), ("b",), ())
        >>> len(both.leaks), both.tried
        (1, ('a', 'b'))
        """
        known = {(leak.column, leak.kind) for leak in self.leaks}
        new = (leak for leak in other.leaks if (leak.column, leak.kind) not in known)
        return LeakCheck(
            (*self.leaks, *new),
            self.tried + other.tried,
            self.not_tried + other.not_tried,
        )
