"""One published figure: source, measure, and how far a world may miss it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

NATIONAL, ICAC = "national", "icac"
BOTH = (ICAC, NATIONAL)
"""The profiles of invented worlds: all that NCMEC receives, what task forces do."""

CT22 = "NCMEC, report to Congress on 2022"
CT23 = "NCMEC, report to Congress on 2023"
BY_SENDER = "NCMEC, reports by electronic service provider, 2023 to 2025"
CYBERTIP24 = "NCMEC, CyberTipline data 2024, as quoted"
CYBERTIP25 = "NCMEC, figures of 2025 (blog, 2026), as quoted"
BLOG25 = "NCMEC, Spike in online crimes against children (blog), 2025"
STATES23 = "NCMEC, reports by state, 2023"
BKA = "BKA on Bundestag paper 20/3687 (2022), as quoted"
SIO24 = "Stanford Internet Observatory, 22 April 2024"
FEDPOL = "fedpol, annual figures 2017 to 2022"
NOBODY = "not published"

_BIG_POINTS, _PART, _RARE_PART, _RARE = 0.015, 0.10, 0.15, 0.01
_ROUNDED = 0.005  # half of the last digit of a share in whole per cent


class Measure(StrEnum):
    """How a figure is measured; `measures` holds a function for each."""

    YEAR = "reports received in a year"
    PER_WEEK = "reports a week and task force"
    KIND = "reports of an incident type"
    HALF_YEARS = "first half of a year over that of the year before"
    TOP_SENDERS = "reports of the largest senders"
    SENDER = "reports of one sender"
    SENDERS_SEEN = "senders of at least one report"
    NATION = "reports by where they lead"
    COUNTRY = "reports that lead to a country"
    STATE = "reports that lead to a state, of those to any"
    FILES = "files a report"
    FRESH_FILES = "files unique by MD5"
    FRESH_LOOKS = "files unique to the eye"
    FRESH_FILE_REPORTS = "reports with a file unique by MD5"
    FRESH_LOOK_REPORTS = "reports with a file unique to the eye"
    INCIDENTS = "incidents a report"
    INFORMATIONAL = "reports designated informational"
    CAUSE = "informational reports of a cause"
    PRIORITY_ONE = "reports that NCMEC marks urgent"
    URGENT = "reports urgent in truth"
    SILENT = "urgent reports without a signal"
    GENERATED = "reports about generated material"
    ASKED_WITHIN = "addresses asked for within some days"
    IDENTIFIED = "addresses that still lead to a subscriber"
    TOLD = "worked reports whose outcome came back"
    ARRESTS = "arrests among worked referrals"
    ACTION = "reports worth action at arrival"
    ACTION_AS_SET = "the same, beside the world's own setting"
    CORRELATION = "completeness with the probability of action"
    VIRAL_OVER_SPARSE = "complete viral copies over sparse contact"
    LARGEST = "reports of the largest actor"


@dataclass(frozen=True, slots=True)
class Published:
    """One figure: what it is, what is published, and how far a world may miss it.

    Attributes
    ----------
    group, name : str
        What it is.
    measure : Measure
        How it is measured.
    source : str
        Document, year and page.
    value : float or None
        What is published; None for a band, or if nothing is.
    band : tuple of float or None
        Least and most.
    tolerance : float or None
        By how much the measured value may miss `value`, in its unit; if left out,
        what `share_tolerance` says.
    unit : str
        ``share`` is between 0 and 1 and shown in per cent.
    of : str
        Which type, sender, country or cause.
    years : tuple of int
        Years of receipt of the reports that it rests on; empty for all.
    profiles : tuple of str
        To which worlds it applies.
    is_guess : bool
        Whether the published side is itself a guess or a band.
    note : str
        Why the tolerance is what it is, or what else to know.
    least_reports : int
        In a smaller world there is no verdict.
    """

    group: str
    name: str
    measure: Measure
    source: str
    value: float | None = None
    band: tuple[float, float] | None = None
    tolerance: float | None = None
    unit: str = "share"
    of: str = ""
    years: tuple[int, ...] = ()
    profiles: tuple[str, ...] = (NATIONAL,)
    is_guess: bool = False
    note: str = ""
    least_reports: int = 0

    @property
    def allowed(self) -> float:
        """By how much the measured value may miss `value`; 0 without one."""
        if self.value is None:
            return 0.0
        if self.tolerance is None:
            return share_tolerance(self.value)
        return self.tolerance


def share_tolerance(share: float, *, is_rounded: bool = False) -> float:
    """Return by how much a share may miss its figure.

    It is 1.5 points for a large share, a tenth of it for a smaller one, and 15 % of
    it below one in a hundred, where public counts themselves are noisy.

    Parameters
    ----------
    share : float
        The figure, between 0 and 1; its smaller side counts.
    is_rounded : bool
        Whether it is published in whole per cent, which adds half a point.

    Examples
    --------
    >>> share_tolerance(0.3), share_tolerance(0.95), share_tolerance(0.001)
    (0.015, 0.005, 0.00015)
    """
    side = min(share, 1 - share)
    part = side * (_RARE_PART if side < _RARE else _PART)
    return round(min(_BIG_POINTS, part) + _ROUNDED * is_rounded, 9)
