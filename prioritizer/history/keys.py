"""What links reports: kinds of keys, and at how many reports a key links nothing."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from prioritizer.history.arrays import Array


class KeyKind(IntEnum):
    """What a key says of the reports that share it."""

    ACCOUNT = 0  # e-mail, telephone, account number or profile page
    SCREEN_NAME = 1
    DEVICE = 2
    REPORT = 3  # a report's own number, or one that it lists
    NAME = 4  # display name or group: many share them
    ADDRESS = 5  # IP address
    GROUP = 6  # /24 or /64 of an IP address
    FILE = 7  # exact hash of a file
    LOOK = 8  # perceptual hash of a file
    FILE_SET = 9  # all files of a report, by their exact hashes
    LOOK_SET = 10  # all files of a report, by their perceptual hashes


LINKING = (KeyKind.ACCOUNT, KeyKind.SCREEN_NAME, KeyKind.DEVICE, KeyKind.REPORT)
"""Reports that share one of these, uncut, are linked and are of one cluster."""

DUPLICATING = (KeyKind.FILE_SET, KeyKind.LOOK_SET)
"""Reports that share one of these are duplicates, however many there are."""

CUTS: dict[KeyKind, int] = {
    # One account can be reported for months: 500 reports on one person in five
    # months are known (Stanford Internet Observatory, 2024).
    KeyKind.ACCOUNT: 1000,
    KeyKind.REPORT: 1000,
    # A device is sold on, a screen name is chosen twice, a network is shared.
    KeyKind.DEVICE: 100,
    KeyKind.SCREEN_NAME: 50,
    KeyKind.NAME: 50,
    KeyKind.ADDRESS: 50,
    KeyKind.GROUP: 50,
}
"""From how many earlier reports on a key says that something is popular and not that
two reports are about the same; files are never cut, for their spread is the signal."""


def cut_of(kinds: Array) -> Array:
    """Return the cut of each kind of key; one that is never reached for files.

    Examples
    --------
    >>> cut_of(np.array([KeyKind.ADDRESS])).tolist()
    [50]
    """
    never = np.iinfo(np.int64).max
    cuts: Array = np.array([CUTS.get(kind, never) for kind in KeyKind])[kinds]
    return cuts


NEWEST_LINKED = 50
"""Of how many earlier reports of a key the numbers are looked at, the newest first."""

BURST_DAYS = 7
"""What counts as a burst of reports on one account."""
