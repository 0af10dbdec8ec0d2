"""Find the documents below the files and folders that the user names."""

from __future__ import annotations

import re
import stat
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from prioritizer.errors import DocumentError, MissingInputError
from prioritizer.formats import (
    RawReport,
    Submission,
    read_le_json,
    read_submission,
    root_name,
)
from prioritizer.ingest.archives import documents_of_archive
from prioritizer.ingest.document import SIDECAR, Document, refused, shown
from prioritizer.tables import is_tables

_READ = (".json", ".xml", ".zip")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_OTHER_XML = (
    "the file is not XML of a submission",
    "give files whose outermost element is report or fileDetails",
)
_NOT_READABLE = ("the file cannot be read", "check who may read it")
_NOT_REGULAR = ("it is not a regular file", "copy the file itself to this place")


@dataclass(slots=True)
class DocumentSearch:
    """A search through files and folders.

    Attributes
    ----------
    documents : list of Document
        What was found, in the order of names: each law-enforcement JSON, each
        submission, and each XML or JSON file that is neither, which will be
        rejected by name.
    ignored : collections.Counter
        How many files of other kinds lie in the folders, by suffix.
    """

    documents: list[Document] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    _seen: set[Path] = field(default_factory=set)
    _submissions: dict[Path, bool] = field(default_factory=dict)

    def add(self, source: Path) -> None:
        """Search a file or folder that the user named.

        Raises
        ------
        MissingInputError
            If it is not there.
        """
        if _kind(source) == "absent":
            raise MissingInputError(
                "a source is not there", shown(source), "name a file or folder that is"
            )
        waiting = deque([source])
        while waiting:
            place = waiting.popleft()
            if _kind(place) != "folder":
                self._file(place, named=place is source)
            elif self._is_new(place):
                waiting.extend(self._folder(place))

    def _is_new(self, place: Path) -> bool:
        """Return whether a place was not searched yet, by whichever link."""
        real = place.resolve()
        if real in self._seen:
            return False
        self._seen.add(real)
        return True

    def _folder(self, folder: Path) -> list[Path]:
        """Take a folder's submission, and return what else is in it."""
        try:
            inside = sorted(folder.iterdir())
        except OSError:
            self._refuse(folder, _NOT_READABLE)
            return []
        if is_tables(folder):
            self.ignored["tables of an earlier run"] += 1
            return []
        xml = [path for path in inside if _is_xml(path)]
        has_report = self._submission(folder, xml) if xml else False
        rest = [path for path in inside if path not in xml]
        if has_report:
            return [path for path in rest if path.name != SIDECAR]
        return rest

    def _file(self, path: Path, *, named: bool) -> None:
        suffix = path.suffix.lower()
        kind = _kind(path)
        if kind == "unreadable":
            self._refuse(path, _NOT_READABLE)
        elif suffix in _READ and kind != "file":
            self._refuse(path, _NOT_REGULAR)
        elif suffix == ".xml":
            self._submission(path.parent, _xml_files(path))
        elif suffix in _READ:
            self._take(path, suffix)
        elif named:
            self._refuse(
                path, ("the file is none of .json, .xml and .zip", "name others")
            )
        else:
            self.ignored[suffix if _SUFFIX.fullmatch(suffix) else "other"] += 1

    def _take(self, path: Path, suffix: str) -> None:
        if not self._is_new(path):
            return
        if suffix == ".zip":
            self.documents.extend(documents_of_archive(path, self.ignored))
        else:
            self.documents.append(_le_json(path))

    def _submission(self, folder: Path, paths: list[Path]) -> bool:
        """Take the XML files of one folder; return whether a report is there."""
        real = folder.resolve()
        if real in self._submissions:
            return self._submissions[real]
        roots: dict[str, list[Path]] = {"report": [], "fileDetails": []}
        for path in paths:
            root = self._root_name(path)
            if root in roots:
                roots[root].append(path)
            elif root is not None:
                self._refuse(path, _OTHER_XML)
        reports, files = roots["report"], roots["fileDetails"]
        if len(reports) == 1:
            self.documents.append(_submission(folder, reports[0], files))
        else:
            several = "several reports lie in one folder"
            why = several if reports else "its report is not there"
            for path in [*reports, *files]:
                self._refuse(path, (why, "keep each report in a folder of its own"))
        self._submissions[real] = bool(reports)
        return bool(reports)

    def _root_name(self, path: Path) -> str | None:
        kind = _kind(path)
        if kind != "file":
            self._refuse(path, _NOT_READABLE if kind == "unreadable" else _NOT_REGULAR)
            return None
        try:
            return root_name(path.read_bytes())
        except DocumentError as problem:
            self._refuse(path, (problem.what, problem.fix))
        except OSError:
            self._refuse(path, _NOT_READABLE)
        return None

    def _refuse(self, path: Path, why: tuple[str, str]) -> None:
        self.documents.append(refused(shown(path), why))


def find_documents(sources: Iterable[Path]) -> DocumentSearch:
    """Return the documents of files and folders.

    Parameters
    ----------
    sources : iterable of pathlib.Path
        Files and folders. A folder is searched through; a folder that holds a
        `<report>` is one submission, together with its other XML files.

    Returns
    -------
    DocumentSearch
        The documents, each once however often it was named or linked.

    Raises
    ------
    MissingInputError
        If a source is not there.
    """
    search = DocumentSearch()
    for source in sources:
        search.add(source)
    return search


def _kind(path: Path) -> str:
    """Return what a place is; a closed folder does not even tell that."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return "absent"
    except OSError:
        return "unreadable"
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) else "other"


def _is_xml(path: Path) -> bool:
    return path.suffix.lower() == ".xml" and _kind(path) != "folder"


def _xml_files(path: Path) -> list[Path]:
    """Return the XML files beside one, or it alone if its folder is closed."""
    try:
        return sorted(filter(_is_xml, path.parent.iterdir()))
    except OSError:
        return [path]


def _le_json(path: Path) -> Document:
    return Document(shown(path), lambda: read_le_json(path.read_bytes()))


def _submission(folder: Path, report: Path, files: list[Path]) -> Document:
    def read() -> RawReport:
        sidecar = folder / SIDECAR
        return read_submission(
            Submission(
                report.read_bytes(),
                tuple(path.read_bytes() for path in files),
                sidecar.read_bytes() if sidecar.is_file() else None,
                folder.resolve().name,
            )
        )

    return Document(shown(report), read)
