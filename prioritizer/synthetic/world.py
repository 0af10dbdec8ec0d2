"""The rates of the invented world: how often, how late, how complete.

Figures with a source carry it; the others are guesses, said to be so, because
nobody publishes completeness by provider, the share of viewed files or the
disposition of single reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from prioritizer.errors import SettingsError, numbered
from prioritizer.vocabulary.enums import IncidentType


@dataclass(frozen=True, slots=True)
class Provider:
    """How one invented provider reports; no claim about any real company.

    Every number is a share between 0 and 1, and a guess.
    """

    share: float
    completeness: float
    upload_share: float
    port_share: float
    viewed_share: float
    viral_share: float
    ai_share: float = 0.02
    escalated_share: float = 0.004


# A large sender of many duplicates, one that sends only log-in addresses, one
# that never states what was viewed, one whose findings carry nothing to act on,
# one that escalates freely, and a tail of ordinary ones.
_PROVIDERS = (
    Provider(0.34, 0.80, 0.85, 0.50, 0.70, 0.50),
    Provider(0.18, 0.75, 0.80, 0.50, 0.65, 0.35),
    Provider(0.14, 0.70, 0.60, 0.20, 0.50, 0.25),
    Provider(0.09, 0.55, 0.05, 0.30, 0.40, 0.20),
    Provider(0.08, 0.50, 0.60, 0.10, 0.00, 0.20),
    Provider(0.06, 0.10, 0.10, 0.00, 0.00, 0.10, ai_share=0.90),
    Provider(0.05, 0.40, 0.40, 0.10, 0.30, 0.15, escalated_share=0.06),
    Provider(0.03, 0.60, 0.70, 0.40, 0.60, 0.15),
    Provider(0.02, 0.30, 0.30, 0.10, 0.20, 0.20),
    Provider(0.01, 0.20, 0.20, 0.05, 0.10, 0.20),
)

# NCMEC 2023 report to Congress: shares of incident types in the whole stream.
_NATIONAL_TYPES = {
    IncidentType.CSAM: 0.9921,
    IncidentType.ENTICEMENT: 0.0052,
    IncidentType.UNSOLICITED: 0.0013,
    IncidentType.MOLESTATION: 0.0005,
    IncidentType.TRAFFICKING: 0.0005,
    IncidentType.MISLEADING_WORDS: 0.0002,
    IncidentType.MISLEADING_DOMAIN: 0.0002,
}
# A guess: a task force sees more enticement than the whole stream (2024: 546,000
# enticement reports, nearly three times those of 2023).
_ICAC_TYPES = {
    IncidentType.CSAM: 0.915,
    IncidentType.ENTICEMENT: 0.060,
    IncidentType.UNSOLICITED: 0.009,
    IncidentType.MOLESTATION: 0.008,
    IncidentType.TRAFFICKING: 0.006,
    IncidentType.MISLEADING_WORDS: 0.002,
}


@dataclass(frozen=True, slots=True)
class World:
    """One invented world.

    Parameters
    ----------
    begins_at, ends_at : datetime.datetime
        First and last arrival, with zone.
    incident_types : dict of str to float
        Share of each type.
    providers : tuple of Provider
        Who reports.
    us_share : float
        Share of reports about the United States.
    urgent_share : float
        Share of reports that are urgent in truth.
    reports_per_account : float
        Mean number of reports on one account.
    files_per_report : float
        Mean number of files; NCMEC counted 2.9 in 2023.
    feedback_share : float
        Share of worked reports whose outcome comes back; 34 % in 2023.
    """

    begins_at: datetime = datetime(2023, 1, 1, tzinfo=UTC)
    ends_at: datetime = datetime(2025, 12, 31, tzinfo=UTC)
    incident_types: dict[str, float] | None = None
    providers: tuple[Provider, ...] = _PROVIDERS
    us_share: float = 0.95
    urgent_share: float = 0.02
    reports_per_account: float = 1.5
    files_per_report: float = 2.9
    feedback_share: float = 0.34

    @property
    def type_shares(self) -> dict[str, float]:
        """Share of each incident type, adding up to one."""
        shares = self.incident_types or {str(k): v for k, v in _ICAC_TYPES.items()}
        total = sum(shares.values())
        return {str(name): share / total for name, share in shares.items()}

    def check(self) -> None:
        """Raise if a rate is not a share, or the period is empty.

        Raises
        ------
        SettingsError
            Listing every setting that cannot be used.
        """
        shares = {
            name: getattr(self, name)
            for name in ("us_share", "urgent_share", "feedback_share")
        }
        found = [
            f"{name} is not between 0 and 1"
            for name, share in shares.items()
            if not 0 <= share <= 1
        ]
        if self.begins_at >= self.ends_at:
            found.append("begins_at is not before ends_at")
        if self.reports_per_account < 1 or self.files_per_report < 1:
            found.append("reports_per_account and files_per_report must be 1 or more")
        if found:
            raise SettingsError(numbered(found), "the world", "change these settings")


PROFILES = {
    # 2023: 4.5 % of reports were about the United States, 3.8 % about nowhere known.
    "national": World(
        incident_types={str(k): v for k, v in _NATIONAL_TYPES.items()},
        us_share=0.045,
        # 63,892 urgent reports of 36.2 million in 2023.
        urgent_share=0.0018,
    ),
    "icac": World(),
}
