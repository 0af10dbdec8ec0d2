"""Read documents that lie in a folder of a disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prioritizer.ingest.sources.document import Given, shown
from prioritizer.ingest.sources.files import FileText, place_in
from prioritizer.ingest.sources.kinds import suffix_of
from prioritizer.ingest.sources.submissions import documents_of_folder
from prioritizer.ingest.sources.texts import documents_of_text


@dataclass(frozen=True, slots=True)
class ListedTexts:
    """Texts in one folder that follow each other.

    Parameters
    ----------
    folder : str
        The folder, as the user named it or what it is in.
    names : tuple of str
        The names of the files.
    reports, size : int
        About how many reports and bytes they are.
    stamp : bytes
        A digest of their names and states.
    """

    folder: str
    names: tuple[str, ...]
    reports: int
    size: int
    stamp: bytes

    def documents(self) -> Iterator[Given]:
        """Read and yield them."""
        for name in self.names:
            yield from documents_of_text(_text(self.folder, name), suffix_of(name))


@dataclass(frozen=True, slots=True)
class ListedFolder:
    """The XML files of one folder.

    Parameters
    ----------
    folder : str
        The folder, as the user named it or what it is in.
    own_name : str
        Its own name, by whichever link it was reached.
    xml : tuple of str
        The names of the XML files.
    sidecar : str or None
        The name of the sidecar, if there is one.
    size : int
        Their bytes.
    stamp : bytes
        A digest of their names and states.
    reports : int
        One document, if the folder is sound.
    """

    folder: str
    own_name: str
    xml: tuple[str, ...]
    sidecar: str | None
    size: int
    stamp: bytes
    reports: int = 1

    def documents(self) -> Iterator[Given]:
        """Yield the submission, and what else its files are."""
        xml = (_text(self.folder, name) for name in self.xml)
        sidecar = _text(self.folder, self.sidecar) if self.sidecar else None
        yield from documents_of_folder(xml, sidecar, self.own_name)


def _text(folder: str, name: str) -> FileText:
    path = place_in(folder, name)
    return FileText(path, shown(path))
