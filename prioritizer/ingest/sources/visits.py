"""Know what was taken already, under whichever name or link."""

from __future__ import annotations

import os
from collections.abc import Iterable

from prioritizer.ingest.sources.files import place_in
from prioritizer.ingest.sources.kinds import XML, is_hidden, suffix_of


class Visits:
    """What was taken already, by its real place.

    Most folders are walked from a folder that the user named, and nothing in them can
    be met twice but by a link. So only links, and what the user named, are remembered;
    memory does not grow with the files.

    Parameters
    ----------
    folders : iterable of str
        The folders that the user named.
    """

    def __init__(self, folders: Iterable[str]) -> None:
        self._named = {os.path.realpath(folder) for folder in folders}
        below = [real for real in self._named if self._is_below(real)]
        self._named.difference_update(below)
        self._walked: set[str] = set()
        self._files: set[str] = set()
        self._submissions: set[str] = set()

    def take_named_folder(self, real: str) -> bool:
        """Return whether a folder that the user named is walked from there."""
        return real in self._named and self._is_new(real, self._walked)

    def take_linked_folder(self, real: str) -> bool:
        """Return whether a folder met behind a link is walked from there."""
        return not self._is_walked(real) and self._is_new(real, self._walked)

    def is_named_folder(self, real: str) -> bool:
        """Return whether the walk begins there too."""
        return real in self._named

    def take_submission(self, real: str) -> bool:
        """Return whether the XML files of a folder, one of them named, are taken."""
        return self._is_new(real, self._submissions)

    def has_submission(self, real: str) -> bool:
        """Return whether the XML files of a folder were taken by naming one."""
        return real in self._submissions

    def take_file(self, path: str, *, is_read: bool) -> bool:
        """Return whether a file that was named, or that a link leads to, is taken.

        It is not if it is read because the walk comes by it, or came by it.
        """
        real = os.path.realpath(path)
        folder, name = os.path.split(real)
        is_read = is_read and suffix_of(name) == suffix_of(path)
        if is_read and not is_hidden(name):
            if folder in self._walked or self._is_walked(folder):
                # What is not there any more is refused by the link's own name.
                return not os.path.exists(path)  # noqa: PTH110
            if folder in self._submissions and suffix_of(name) == XML:
                return False
        return self._is_new(real, self._files)

    def has_file(self, folder: str, name: str) -> bool:
        """Return whether a file in a real folder was taken by name or by a link."""
        return bool(self._files) and place_in(folder, name) in self._files

    def _is_below(self, real: str) -> bool:
        """Return whether the walk comes by a folder from another that was named."""
        parent, name = os.path.split(real)
        while parent != real and not is_hidden(name):
            if parent in self._named:
                return True
            real = parent
            parent, name = os.path.split(real)
        return False

    def _is_walked(self, real: str) -> bool:
        return real in self._named or self._is_below(real)

    @staticmethod
    def _is_new(real: str, seen: set[str]) -> bool:
        is_new = real not in seen
        seen.add(real)
        return is_new
