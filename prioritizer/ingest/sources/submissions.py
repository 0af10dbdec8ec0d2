"""Find the submission among the XML files of one folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from prioritizer.errors import DocumentError
from prioritizer.formats import ParsedSubmission, XmlDocument, parse_document
from prioritizer.ingest.sources.document import Given, Input, Why, input_of, refused
from prioritizer.ingest.sources.limits import MOST_BYTES_OF_SUBMISSION
from prioritizer.ingest.sources.refusals import (
    NO_REPORT,
    OTHER_XML,
    SEVERAL_REPORTS,
    TOO_MUCH,
    why_of,
)
from prioritizer.ingest.sources.texts import Text, documents_of_text


@dataclass(frozen=True, slots=True)
class _Read:
    """An XML file of a folder."""

    input: Input
    document: XmlDocument


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
        size += read.input.size
        if size > MOST_BYTES_OF_SUBMISSION:
            read = _Read(read.input, XmlDocument(read.document.root, ""))
        (reports if read.document.root == "report" else files).append(read)
    if len(reports) == 1 and size <= MOST_BYTES_OF_SUBMISSION:
        yield _submission(reports[0], files, sidecar, folder)
    else:
        yield from _refused(reports, files, sidecar)
    if sidecar and not reports:
        yield from documents_of_text(sidecar, ".json")


def _read(text: Text) -> _Read | Given:
    """Return an XML file of a submission, or it refused."""
    try:
        content = text.read()
    except DocumentError as problem:
        return refused(text.name, why_of(problem), *text.inputs())
    own = input_of(text.name, content)
    try:
        document = parse_document(content)
    except DocumentError as problem:
        return refused(text.name, why_of(problem), own)
    if document.root not in ("report", "fileDetails"):
        return refused(text.name, OTHER_XML, own)
    return _Read(own, document)


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
            return refused(name, why_of(problem), *inputs, *sidecar.inputs())
        inputs = (*inputs, input_of(sidecar.name, beside))
    parsed = tuple(each.document for each in files)
    content = ParsedSubmission(report.document, parsed, beside, folder)
    return Given(name, inputs, content)


def _refused(
    reports: list[_Read], files: list[_Read], sidecar: Text | None
) -> Iterator[Given]:
    """Refuse each file of a folder that does not hold one submission."""
    why: Why = TOO_MUCH
    if len(reports) != 1:
        why = SEVERAL_REPORTS if reports else NO_REPORT
    beside: tuple[Input, ...] = ()
    if sidecar and reports:
        try:
            beside = (input_of(sidecar.name, sidecar.read()),)
        except DocumentError:
            beside = sidecar.inputs()
    for each in reports:
        yield refused(each.input.name, why, each.input, *beside)
    for each in files:
        yield refused(each.input.name, why, each.input)
