"""Find the documents in a ZIP archive, without unpacking it to a disk."""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from prioritizer.errors import DocumentError
from prioritizer.formats import Submission, read_le_json, read_submission, root_name
from prioritizer.ingest.document import SIDECAR, Document, refused, shown

# A report is some kilobytes; what claims to be so much more is no report.
_MOST_BYTES = 32 * 2**20
_ENCRYPTED = 0x1
_BROKEN = (BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError)
_NOT_A_ZIP = ("the file is not a ZIP archive that can be read", "ask for it again")
_SEVERAL = "keep each report in a folder of its own"


def documents_of_archive(path: Path, ignored: Counter[str]) -> Iterator[Document]:
    """Yield the documents of an archive, in the order of their names.

    Names in an archive say only what belongs together and how a document is
    called; nothing is written where they point to.

    Parameters
    ----------
    path : pathlib.Path
        The archive.
    ignored : collections.Counter
        Counts files of other kinds, by suffix.

    Yields
    ------
    Document
        A law-enforcement JSON, a submission, or what is rejected by name.
    """
    try:
        entries = _opened(path).infolist()
    except _BROKEN:
        yield refused(shown(path), _NOT_A_ZIP)
        return
    folders: dict[PurePosixPath, list[ZipInfo]] = defaultdict(list)
    for entry in sorted(entries, key=lambda each: each.filename):
        if not entry.is_dir():
            folders[PurePosixPath(entry.filename).parent].append(entry)
    for inside in folders.values():
        yield from _Folder(path, inside).documents(ignored)


@lru_cache(maxsize=2)
def _opened(path: Path) -> ZipFile:
    """Return an archive; documents are read in order, so few are open at once."""
    return ZipFile(path)


class _Folder:
    """One folder of an archive: perhaps one submission, and other documents."""

    def __init__(self, path: Path, entries: list[ZipInfo]) -> None:
        self._path = path
        self._entries = entries

    def documents(self, ignored: Counter[str]) -> Iterator[Document]:
        xml = [each for each in self._entries if _suffix(each) == ".xml"]
        has_report = False
        if xml:
            roots: dict[str, list[ZipInfo]] = {"report": [], "fileDetails": []}
            for entry in xml:
                yield from self._sorted_by_root(entry, roots)
            has_report = bool(roots["report"])
            yield from self._submission(roots["report"], roots["fileDetails"])
        for entry in self._entries:
            if _suffix(entry) == ".json":
                if not (has_report and _name(entry) == SIDECAR):
                    yield self._le_json(entry)
            elif _suffix(entry) != ".xml":
                ignored[f"{_suffix(entry) or 'other'} in an archive"] += 1

    def _sorted_by_root(
        self, entry: ZipInfo, roots: dict[str, list[ZipInfo]]
    ) -> Iterator[Document]:
        """Put an XML file among those of its root; yield it if it has no such root."""
        try:
            root = root_name(self._read(entry))
        except DocumentError as problem:
            yield refused(self._called(entry), (problem.what, problem.fix))
            return
        if root in roots:
            roots[root].append(entry)
        else:
            why = "the file is not XML of a submission"
            yield refused(self._called(entry), (why, "give reports and fileDetails"))

    def _submission(
        self, reports: list[ZipInfo], files: list[ZipInfo]
    ) -> Iterator[Document]:
        if len(reports) != 1:
            several = "several reports lie in one folder"
            why = several if reports else "its report is not there"
            for entry in [*reports, *files]:
                yield refused(self._called(entry), (why, _SEVERAL))
            return
        beside = [each for each in self._entries if _name(each) == SIDECAR]
        (report,) = reports
        folder = PurePosixPath(report.filename).parent.name
        yield Document(
            self._called(report),
            lambda: read_submission(
                Submission(
                    self._read(report),
                    tuple(self._read(entry) for entry in files),
                    self._read(beside[0]) if beside else None,
                    folder,
                )
            ),
        )

    def _le_json(self, entry: ZipInfo) -> Document:
        return Document(self._called(entry), lambda: read_le_json(self._read(entry)))

    def _called(self, entry: ZipInfo) -> str:
        return shown(self._path / entry.filename.lstrip("/"))

    def _read(self, entry: ZipInfo) -> bytes:
        """Return an entry's bytes; its own word for its size is not believed."""
        if entry.flag_bits & _ENCRYPTED:
            raise DocumentError(
                "the file is encrypted", "an archive", "send it without a password"
            )
        try:
            with _opened(self._path).open(entry) as file:
                content = file.read(_MOST_BYTES + 1)
        except _BROKEN:
            raise DocumentError(
                "the file in the archive is damaged", "an archive", "ask for it again"
            ) from None
        if len(content) > _MOST_BYTES:
            raise DocumentError(
                "the file is larger than any report",
                "an archive",
                "give documents without media",
            )
        return content


def _suffix(entry: ZipInfo) -> str:
    return PurePosixPath(entry.filename).suffix.lower()


def _name(entry: ZipInfo) -> str:
    return PurePosixPath(entry.filename).name
