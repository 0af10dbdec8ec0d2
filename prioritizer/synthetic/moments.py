"""Lengths of time in microseconds, in which the world counts."""

from __future__ import annotations

SECOND_US = 1_000_000
HOUR_US = 3_600 * SECOND_US
DAY_US = 24 * HOUR_US
