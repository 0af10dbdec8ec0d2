"""Walk through the files and folders that the user named, each once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from prioritizer.ingest.sources.document import SIDECAR, shown
from prioritizer.ingest.sources.files import inputs_of_file, place_in
from prioritizer.ingest.sources.folders import listed_files, listed_folder
from prioritizer.ingest.sources.kinds import (
    HIDDEN,
    KINDS,
    TABLES,
    XML,
    is_hidden,
    label_of,
    suffix_of,
)
from prioritizer.ingest.sources.limits import Cut
from prioritizer.ingest.sources.parts import Listed, refusal
from prioritizer.ingest.sources.refusals import CLOSED_FOLDER, NOT_READABLE, OTHER_KIND
from prioritizer.ingest.sources.visits import Visits
from prioritizer.tables import is_tables


class _Place(NamedTuple):
    """A folder to be walked: as it is called, and where it really is."""

    path: str
    real: str
    is_behind_link: bool


@dataclass(slots=True)
class _Contents:
    """The names in one folder, in their order, and which of them are links."""

    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    links: set[str] = field(default_factory=set)


class Walk:
    """A walk through files and folders.

    Parameters
    ----------
    sources : iterable of str
        What the user named, in whichever order.
    most : Cut
        How large a batch may be.
    ignored : collections.Counter
        Counts what is no document.
    """

    def __init__(
        self, sources: Iterable[str], most: Cut, ignored: Counter[str]
    ) -> None:
        # Files before links to them, so that they keep their own names. (The methods
        # of a Path raise where a folder is closed.)
        named = sorted(set(sources), key=lambda path: (os.path.islink(path), path))  # noqa: PTH114
        is_folder = {path: os.path.isdir(path) for path in named}  # noqa: PTH112
        self._folders = [path for path in named if is_folder[path]]
        self._files = [path for path in named if not is_folder[path]]
        self._visits = Visits(self._folders)
        self._most = most
        self._ignored = ignored

    def listed(self) -> Iterator[Listed]:
        """Yield what is found: files that were named first, then the folders."""
        for path in self._files:
            yield from self._named_file(path)
        for path in self._folders:
            real = os.path.realpath(path)
            if self._visits.take_named_folder(real):
                yield from self._folder(_Place(path, real, is_behind_link=False))

    def _named_file(self, path: str) -> Iterator[Listed]:
        suffix = suffix_of(path)
        if not self._visits.take_file(path, is_read=suffix in KINDS):
            return
        folder, name = os.path.split(path)
        if suffix not in KINDS:
            why = OTHER_KIND if os.path.exists(path) else NOT_READABLE  # noqa: PTH110
            yield refusal(shown(path), why, *inputs_of_file(path))
        elif suffix == XML or name == SIDECAR:
            yield from self._named_submission(folder or ".", name)
        else:
            yield from self._files_of(folder or ".", "", [name])

    def _named_submission(self, folder: str, name: str) -> Iterator[Listed]:
        """Take the XML files beside a file that stands for all of them."""
        real = os.path.realpath(folder)
        try:
            beside = _contents(folder).files
        except OSError:
            beside = [name]
        xml = [each for each in beside if each == name or not is_hidden(each)]
        xml = [each for each in xml if suffix_of(each) == XML]
        if not xml:
            yield from self._files_of(folder, "", [name])
        elif self._visits.take_submission(real):
            sidecar = SIDECAR if SIDECAR in beside else None
            yield listed_folder(folder, os.path.split(real)[1], xml, sidecar)

    def _folder(self, start: _Place) -> Iterator[Listed]:
        for place, contents in self._places(start):
            if contents is None:
                yield refusal(shown(place.path), CLOSED_FOLDER)
                continue
            has_xml = any(suffix_of(name) == XML for name in contents.files)
            together = {SIDECAR} if has_xml else set()
            links = contents.links - together
            names = [name for name in contents.files if self._takes(place, name, links)]
            if self._visits.has_submission(place.real):
                names = [each for each in names if suffix_of(each) != XML]
                names = [each for each in names if each not in together]
            own_name = os.path.split(place.real)[1]
            yield from self._files_of(place.path, own_name, names)

    def _places(self, start: _Place) -> Iterator[tuple[_Place, _Contents | None]]:
        """Yield each folder, before those in it; and nothing for a closed one."""
        levels = [iter([start])]
        while levels:
            place = next(levels[-1], None)
            if place is None:
                levels.pop()
                continue
            try:
                contents = _contents(place.path)
            except OSError:
                yield place, None
                continue
            if "manifest.json" in contents.files and is_tables(Path(place.path)):
                self._ignored[TABLES] += 1
                continue
            levels.append(self._places_in(place, contents.folders, contents.links))
            yield place, contents

    def _places_in(
        self, place: _Place, folders: list[str], links: set[str]
    ) -> Iterator[_Place]:
        for name in folders:
            path = place_in(place.path, name)
            is_link = name in links
            real = os.path.realpath(path) if is_link else place_in(place.real, name)
            is_behind_link = is_link or place.is_behind_link
            if not is_link and self._visits.is_named_folder(real):
                continue
            if is_hidden(name):
                self._ignored[HIDDEN] += 1
            elif not is_behind_link or self._visits.take_linked_folder(real):
                yield _Place(path, real, is_behind_link)

    def _takes(self, place: _Place, name: str, links: set[str]) -> bool:
        """Return whether a file is read; count it if it is no document."""
        suffix = suffix_of(name)
        if self._visits.has_file(place.real, name):
            return False
        if is_hidden(name):
            self._ignored[HIDDEN] += 1
            return False
        if suffix not in KINDS:
            self._ignored[label_of(suffix)] += 1
            return False
        # The files of a submission are those that lie together.
        is_alone = name in links and suffix != XML
        return not is_alone or self._visits.take_file(
            place_in(place.path, name), is_read=True
        )

    def _files_of(
        self, folder: str, own_name: str, names: list[str]
    ) -> Iterator[Listed]:
        return listed_files(folder, own_name, names, self._most, self._ignored)


def _contents(folder: str) -> _Contents:
    """Return what is in a folder; raise `OSError` if it is closed."""
    contents = _Contents()
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink():
                contents.links.add(entry.name)
            (contents.folders if _is_folder(entry) else contents.files).append(
                entry.name
            )
    contents.files.sort()
    contents.folders.sort()
    return contents


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # links in a circle
        return False
