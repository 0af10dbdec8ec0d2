"""What the world shows of its truth: outcomes of what the past policy worked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from prioritizer.seeds import stream
from prioritizer.synthetic.latent import Latent
from prioritizer.synthetic.records import FIRST_REPORT_ID, where
from prioritizer.synthetic.world import World
from prioritizer.tables import as_table
from prioritizer.vocabulary import OUTCOMES
from prioritizer.vocabulary.enums import CaseStatus, ClosedReason

_DAY_US = 86_400_000_000
_LEAST_PROPENSITY = 0.02
# Guesses. Arrests were at most 1.6 % of the actionable reports of ICAC task forces in
# 2023; here they are more, since action is fed back more readily than closures.
_ACTION = {
    CaseStatus.ARREST: 0.10,
    CaseStatus.ONGOING: 0.60,
    CaseStatus.REFERRED: 0.28,
    CaseStatus.CONVICTION: 0.02,
}
_CLOSURE = {
    ClosedReason.NOT_LOCATED: 0.40,
    ClosedReason.LEGAL_RESPONSE_EMPTY: 0.20,
    ClosedReason.NO_CRIME: 0.15,
    ClosedReason.UNFOUNDED: 0.10,
    ClosedReason.AGE_UNDETERMINED: 0.10,
    ClosedReason.OTHER: 0.05,
}


def propensity(latent: Latent) -> NDArray[np.float64]:
    """Return the chance that the past policy worked each report.

    It looked at urgency, kind and designation as offices do; never under 0.02,
    so that every report had some chance to show its outcome.
    """
    share = (
        0.30
        + 0.40 * latent.is_contact
        + 0.30 * latent.is_urgent
        + 0.20 * latent.has_upload
        - 0.15 * latent.is_viral
        - 0.20 * latent.is_ai
    )
    return np.asarray(np.clip(share, _LEAST_PROPENSITY, 0.98))


def draw_outcomes(latent: Latent, world: World, seed: int) -> pl.DataFrame:
    """Return the table `outcomes`: late, selective and in NCMEC's words.

    Parameters
    ----------
    latent : Latent
        The truth.
    world : World
        Whose `feedback_share` says how much comes back.
    seed : int
        The seed of the run.

    Returns
    -------
    polars.DataFrame
        One row for each report whose outcome became known before the world ends.
    """
    size = len(latent)
    random = stream(seed, "outcomes")
    worked = random.random(size) < propensity(latent)
    # Feedback that depends on the outcome: action is reported back more often.
    told = random.random(size) < world.feedback_share * np.where(
        latent.is_actionable, 1.3, 0.9
    )
    decided = latent.arrival_us + (random.gamma(2.0, 20.0, size) * _DAY_US).astype(
        np.int64
    )
    known = decided + (random.exponential(15.0, size) * _DAY_US).astype(np.int64)
    seen = worked & told & (known < round(world.ends_at.timestamp() * 1_000_000))
    acted = latent.is_actionable
    status = np.where(acted, _drawn(random, _ACTION, size), CaseStatus.CLOSED)
    reason = where(~acted, _drawn(random, _CLOSURE, size))
    frame = pl.DataFrame(
        {
            "report_id": FIRST_REPORT_ID + np.arange(size),
            "case_status": status,
            "closed_reason": reason,
            "decided_at": decided // 1_000_000 * 1_000_000,
            "known_at": known // 1_000_000 * 1_000_000,
        }
    )
    return as_table(frame.filter(seen), OUTCOMES)


def truth_frame(latent: Latent) -> pl.DataFrame:
    """Return the answer key, which no feature may read."""
    return pl.DataFrame(
        {
            "report_id": FIRST_REPORT_ID + np.arange(len(latent)),
            "account": latent.account,
            "p_actionable": latent.p_actionable,
            "is_actionable": latent.is_actionable,
            "is_urgent": latent.is_urgent,
            "propensity": propensity(latent),
        }
    )


def _drawn(
    random: np.random.Generator, shares: Mapping[Any, float], size: int
) -> NDArray[np.str_]:
    names = np.array([str(name) for name in shares], dtype=np.str_)
    return np.asarray(random.choice(names, size, p=list(shares.values())))
