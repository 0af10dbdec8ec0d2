"""What is kept of a promotion, on the version that was promoted."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pandas as pd

from prioritizer.tracking.connection import Connection
from prioritizer.tracking.standings import MODEL_NAME, PREVIOUS, PROMOTIONS, Standing


@dataclass(frozen=True, slots=True)
class Promotion:
    """One promotion, as it is written down.

    Parameters
    ----------
    at : pandas.Timestamp
        When, with its zone.
    by, reason : str
        Who decided it, and why.
    version : str
        Which version became champion.
    previous_champion : str
        Which version was it before; empty if none was.
    forced : str
        What stood against it and was overruled; empty if nothing did.

    Examples
    --------
    >>> noon = pd.Timestamp("2026-03-01T12:00+01:00")
    >>> Promotion(noon, by="Ann Lee", reason="measured better", version="2").moment
    '2026-03-01T11:00:00+00:00'
    """

    at: pd.Timestamp
    by: str
    reason: str
    version: str
    previous_champion: str = ""
    forced: str = ""

    @property
    def moment(self) -> str:
        """When, in UTC."""
        return str(self.at.tz_convert("UTC").isoformat(timespec="seconds"))


def record(connection: Connection, standing: Standing, done: Promotion) -> None:
    """Write a promotion to a version's tags: the last one in words, all as a list."""
    entry = {
        "at": done.moment,
        "by": done.by,
        "reason": done.reason,
        "previous_champion": done.previous_champion,
        "forced": done.forced,
    }
    tags = {
        PROMOTIONS: json.dumps([*standing.promotions, entry]),
        "promoted_at": done.moment,
        "promoted_by": done.by,
        "promotion_reason": done.reason,
        PREVIOUS: done.previous_champion or "none",
    }
    for name, value in tags.items():
        connection.client.set_model_version_tag(
            MODEL_NAME, standing.version, name, value
        )
