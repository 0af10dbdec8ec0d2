"""Find the submission among the XML files of one folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from prioritizer.errors import DocumentError
from prioritizer.formats import Submission, root_name
from prioritizer.ingest.sources.document import Given, Input, Why, input_of, refused
from prioritizer.ingest.sources.limits import MOST_BYTES_TOGETHER
from prioritizer.ingest.sources.refusals import (
    NO_REPORT,
    OTHER_XML,
    SEVERAL_REPORTS,
    TOO_MUCH,
    why_of,
)
from prioritizer.ingest.sources.texts import Text, documents_of_text

_ROOT = re.compile(
    rb"""(?:\xef\xbb\xbf)?
    (?:<\?xml \s+version=["']1\.0["'] (?:\s+encoding=["'](?i:utf-8)["'])? \s*+\?>)?
    \s*+ <(report|fileDetails)(?=[\s/>])(?![^<>]*\bxmlns\s*=)[^<>]*+>""",
    re.VERBOSE,
)
_REFERENCE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|\#[0-9]{1,6});)")
# What XML 1.0 cannot hold, not even escaped.
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))


@dataclass(frozen=True, slots=True)
class _Read:
    """An XML file of a folder."""

    input: Input
    root: str
    content: bytes


def documents_of_folder(
    xml: Iterable[Text], sidecar: Text | None, folder: str
) -> Iterator[Given]:
    """Yield the submission of a folder, and what else its XML files are.

    Parameters
    ----------
    xml : iterable of Text
        The XML files, in the order of their names.
    sidecar : Text or None
        The file called `submission.json`. If no report is beside it, it is a
        document like any other.
    folder : str
        The folder's own name.

    Yields
    ------
    Given
        The submission; each file that is refused; perhaps the sidecar.
    """
    reports: list[_Read] = []
    files: list[_Read] = []
    size = 0
    for text in xml:
        read = _read(text)
        if isinstance(read, Given):
            yield read
            continue
        size += len(read.content)
        if size > MOST_BYTES_TOGETHER:
            read = _Read(read.input, read.root, b"")
        (reports if read.root == "report" else files).append(read)
    if len(reports) == 1 and size <= MOST_BYTES_TOGETHER:
        yield _submission(reports[0], files, sidecar, folder)
    else:
        yield from _refused(reports, files, sidecar, size)
    if sidecar and not reports:
        yield from documents_of_text(sidecar, ".json")


def root_of(content: bytes) -> str:
    """Return the name of a document's root element.

    To parse every document twice would take longer than anything else here. So
    what begins as a document of a submission does, and looks sound, is taken at its
    word; anything else is parsed.

    Raises
    ------
    DocumentError
        If the document is not well-formed or declares a document type.

    Examples
    --------
    >>> root_of(b"<report><incidentSummary/></report>")
    'report'
    """
    found = _ROOT.match(content)
    if found and _looks_sound(content, found[1]):
        return found[1].decode()
    return root_name(content)


def _looks_sound(content: bytes, root: bytes) -> bool:
    """Return whether a document would most likely be well-formed.

    It costs a third of parsing it. What is missed, such as tags that cross, makes
    the submission rejected by name later, and not only this file of it.
    """
    begin, end = content.count(b"<"), content.count(b"</")
    alone = content.count(b"/>") + content.count(b"<?")
    return (
        begin == 2 * end + alone
        and (content.rstrip().endswith(b"</" + root + b">") or not end)
        and (b"&" not in content or not _REFERENCE.search(content))
        and len(content.translate(None, _CONTROLS)) == len(content)
        and (content.isascii() or _is_utf_8(content))
    )


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _read(text: Text) -> _Read | Given:
    """Return an XML file of a submission, or it refused."""
    try:
        content = text.read()
    except DocumentError as problem:
        return refused(text.name, why_of(problem))
    own = input_of(text.name, content)
    try:
        root = root_of(content)
    except DocumentError as problem:
        return refused(text.name, why_of(problem), own)
    if root not in ("report", "fileDetails"):
        return refused(text.name, OTHER_XML, own)
    return _Read(own, root, content)


def _submission(
    report: _Read, files: list[_Read], sidecar: Text | None, folder: str
) -> Given:
    inputs = (report.input, *(each.input for each in files))
    name = report.input.name
    beside = None
    if sidecar:
        try:
            beside = sidecar.read()
        except DocumentError as problem:
            return refused(name, why_of(problem), *inputs)
        inputs = (*inputs, input_of(sidecar.name, beside))
    contents = tuple(each.content for each in files)
    return Given(name, inputs, Submission(report.content, contents, beside, folder))


def _refused(
    reports: list[_Read], files: list[_Read], sidecar: Text | None, size: int
) -> Iterator[Given]:
    """Refuse each file of a folder that does not hold one submission."""
    why: Why = TOO_MUCH
    if len(reports) != 1:
        why = SEVERAL_REPORTS if reports else NO_REPORT
    beside: tuple[Input, ...] = ()
    if sidecar and reports:
        with suppress(DocumentError):
            beside = (input_of(sidecar.name, sidecar.read()),)
    for each in reports:
        yield refused(each.input.name, why, each.input, *beside)
    for each in files:
        yield refused(each.input.name, why, each.input)
