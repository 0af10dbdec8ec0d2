"""When the practice of reporting changed so much that earlier outcomes tell less.

Outcomes of one regime are not compared with those of another. Sources: NCMEC's
reports to Congress for 2021 to 2023 (the informational share of reports to task
forces rose from 3 to 45 % in 2022), NCMEC's figures for 2024 (bundled reports) and
2025 (reports of generated material), and the REPORT Act (Public Law 118-59).
"""

from __future__ import annotations

from datetime import UTC, datetime

REGIMES: tuple[tuple[datetime, str], ...] = (
    (datetime(2022, 1, 1, tzinfo=UTC), "more reports designated informational"),
    (datetime(2024, 1, 1, tzinfo=UTC), "incidents bundled into one report"),
    (datetime(2024, 5, 7, tzinfo=UTC), "the REPORT Act"),
    (datetime(2025, 1, 1, tzinfo=UTC), "many reports of generated material"),
)
"""From when each regime holds, and what changed; the one before them has no name."""
