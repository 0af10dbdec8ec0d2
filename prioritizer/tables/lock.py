"""Only one run writes to a folder at a time."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

from prioritizer.errors import SettingsError

_LOG = logging.getLogger(__name__)


@contextmanager
def sole_writer(folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold a folder, so that no other run writes to it; a kill lets go of it.

    The lock lies on the folder itself and leaves no file. Where the system has no
    such locks (Windows) or the file system refuses them, nothing is held.

    Parameters
    ----------
    folder : pathlib.Path
        A folder that is there.
    wait : bool
        Whether to wait until another run that holds it ends.

    Raises
    ------
    SettingsError
        If another run holds it and nobody waits.
    """
    locks = _locks()
    if locks is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _take(descriptor, folder, locks, wait=wait)
        yield
    finally:
        os.close(descriptor)


def _locks() -> ModuleType | None:
    try:
        return import_module("fcntl")
    except ImportError:
        return None


def _take(descriptor: int, folder: Path, locks: ModuleType, *, wait: bool) -> None:
    try:
        locks.flock(descriptor, locks.LOCK_EX | (0 if wait else locks.LOCK_NB))
    except BlockingIOError:
        raise SettingsError(
            "another run writes to these tables", str(folder), "wait for it to end"
        ) from None
    except OSError:  # some network file systems lock no folders
        _LOG.warning("the file system locks no folders; let only one run write here")
