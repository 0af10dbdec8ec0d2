"""Read documents out of a ZIP archive that was listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from prioritizer.errors import DocumentError
from prioritizer.ingest.sources.document import Given, refused
from prioritizer.ingest.sources.entries import Entry, EntryText, OpenArchive
from prioritizer.ingest.sources.files import State, inputs_in_state, open_in_state
from prioritizer.ingest.sources.parts import stamp_of
from prioritizer.ingest.sources.refusals import why_of
from prioritizer.ingest.sources.submissions import documents_of_folder
from prioritizer.ingest.sources.texts import documents_of_text, estimated_reports


class PackedText(NamedTuple):
    """An entry that holds a text."""

    entry: Entry

    @property
    def reports(self) -> int:
        """About how many reports it holds."""
        return estimated_reports(self.entry.suffix, self.entry.unpacked)

    @property
    def size(self) -> int:
        """Its bytes, as it says."""
        return self.entry.unpacked

    @property
    def name(self) -> str:
        """What is refused if the archive cannot be read any more."""
        return self.entry.name

    @property
    def start(self) -> int:
        """What tells it from others of its archive."""
        return self.entry.start

    def documents(self, archive: OpenArchive) -> Iterator[Given]:
        """Yield its documents."""
        return documents_of_text(EntryText(archive, self.entry), self.entry.suffix)


class PackedFolder(NamedTuple):
    """The XML files in one folder of an archive."""

    xml: tuple[Entry, ...]
    sidecar: Entry | None
    folder: str

    @property
    def reports(self) -> int:
        """How many reports it is, if it is sound."""
        return 1

    @property
    def size(self) -> int:
        """The bytes of its files, as they say."""
        return sum(entry.unpacked for entry in self.xml)

    @property
    def name(self) -> str:
        """What is refused if the archive cannot be read any more."""
        return self.xml[0].name

    @property
    def start(self) -> int:
        """What tells it from others of its archive."""
        return self.xml[0].start

    def documents(self, archive: OpenArchive) -> Iterator[Given]:
        """Yield its submission, and what else its files are."""
        xml = (EntryText(archive, entry) for entry in self.xml)
        sidecar = EntryText(archive, self.sidecar) if self.sidecar else None
        return documents_of_folder(xml, sidecar, self.folder)


@dataclass(frozen=True, slots=True)
class ListedEntries:
    """Documents of one archive that follow each other.

    Parameters
    ----------
    path : str
        The archive.
    state : State
        The state in which it was listed.
    things : tuple of PackedText or PackedFolder
        What is read. It says where everything lies, so that no worker needs the
        archive's directory.
    """

    path: str
    state: State
    things: tuple[PackedText | PackedFolder, ...]

    @property
    def reports(self) -> int:
        """About how many reports it holds."""
        return sum(thing.reports for thing in self.things)

    @property
    def size(self) -> int:
        """About how many bytes are read for them."""
        return sum(thing.size for thing in self.things)

    @property
    def stamp(self) -> bytes:
        """A digest of the archive, its state, and which entries these are."""
        which = [(thing.name, thing.start) for thing in self.things]
        return stamp_of(self.path, self.state, which)

    def documents(self) -> Iterator[Given]:
        """Yield the documents."""
        try:
            file = open_in_state(self.path, self.state)
        except DocumentError as problem:
            inputs = inputs_in_state(self.path, self.state)
            for thing in self.things:
                yield refused(thing.name, why_of(problem), *inputs)
            return
        with file:
            archive = OpenArchive(self.path, self.state, file)
            for thing in self.things:
                yield from thing.documents(archive)
