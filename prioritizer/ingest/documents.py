"""Find the documents below the files and folders that the user names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from prioritizer.errors import DocumentError, MissingInputError
from prioritizer.formats import (
    RawReport,
    Submission,
    read_le_json,
    read_submission,
    root_name,
)

_SIDECAR = "submission.json"
_OTHER_XML = (
    "the file is not XML of a submission",
    "give files whose outermost element is report or fileDetails",
)


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that should become one report.

    Parameters
    ----------
    name : str
        The file or folder, as the user may name it.
    read : callable
        Reads it and returns its raw record; raises `DocumentError`.
    """

    name: str
    read: Callable[[], RawReport]


def find_documents(sources: Iterable[Path]) -> Iterator[Document]:
    """Yield the documents of files and folders, in the order of their names.

    Parameters
    ----------
    sources : iterable of pathlib.Path
        Files and folders. A folder is searched through; a folder that holds a
        `<report>` is one submission, together with its other XML files.

    Yields
    ------
    Document
        Each law-enforcement JSON and each submission, and each XML or JSON
        file that is neither, so that it is counted as rejected.

    Raises
    ------
    MissingInputError
        If a source is not there or may not be read.
    """
    for source in sources:
        try:
            found = list(_of_folder(source) if source.is_dir() else _of_file(source))
        except OSError as problem:
            raise MissingInputError(
                f"a source cannot be read: {problem.strerror or 'no reason given'}",
                str(source),
                "name a file or folder that is there and that you may read",
            ) from None
        yield from found


def _of_folder(folder: Path) -> Iterator[Document]:
    inside = sorted(folder.iterdir())
    yield from _of_xml_files(folder, [path for path in inside if _is(path, ".xml")])
    for path in inside:
        if path.is_dir():
            yield from _of_folder(path)
        elif _is(path, ".json") and path.name != _SIDECAR:
            yield _le_json(path)


def _of_file(path: Path) -> Iterator[Document]:
    path.open("rb").close()  # Not there, or not readable: say so now.
    if _is(path, ".json"):
        yield _le_json(path)
    elif _is(path, ".xml"):
        beside = [each for each in sorted(path.parent.iterdir()) if _is(each, ".xml")]
        yield from _of_xml_files(path.parent, beside)
    else:
        yield _refused(path, "the file is neither .json nor .xml", "name other files")


def _is(path: Path, suffix: str) -> bool:
    return path.suffix.lower() == suffix and path.is_file()


def _le_json(path: Path) -> Document:
    return Document(str(path), lambda: read_le_json(path.read_bytes()))


def _of_xml_files(folder: Path, paths: list[Path]) -> Iterator[Document]:
    reports, files = [], []
    for path in paths:
        try:
            root = root_name(path.read_bytes())
        except DocumentError as problem:
            yield _refused(path, problem.what, problem.fix)
            continue
        if root == "report":
            reports.append(path)
        elif root == "fileDetails":
            files.append(path)
        else:
            yield _refused(path, *_OTHER_XML)
    if len(reports) == 1:
        yield _submission(folder, reports[0], files)
        return
    why = "several reports lie in one folder" if reports else "its report is not there"
    for path in reports or files:
        yield _refused(path, why, "keep each report in a folder of its own")


def _submission(folder: Path, report: Path, files: list[Path]) -> Document:
    def read() -> RawReport:
        sidecar = folder / _SIDECAR
        return read_submission(
            Submission(
                report.read_bytes(),
                tuple(path.read_bytes() for path in files),
                sidecar.read_bytes() if sidecar.is_file() else None,
                folder.resolve().name,
            )
        )

    return Document(str(report), read)


def _refused(path: Path, what: str, fix: str) -> Document:
    def read() -> RawReport:
        raise DocumentError(what, "the whole file", fix)

    return Document(str(path), read)
