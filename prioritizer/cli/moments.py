"""Moments that a user writes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    import pandas as pd


def moment(text: str | None, option: str) -> pd.Timestamp | None:
    """Return a moment that the user wrote; one without zone is refused."""
    import pandas as pd

    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        read = None
    if read is None or read.tzinfo is None or not 1950 < read.year < 2200:
        raise typer.BadParameter(
            "write a date and time with its zone, such as 2026-03-01T08:00Z, of a year "
            "from 1951 to 2199",
            param_hint=option,
        )
    return pd.Timestamp(read).tz_convert("UTC")
