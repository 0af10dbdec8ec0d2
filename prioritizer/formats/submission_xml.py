"""Read a provider's XML submission: `<report>` and its `<fileDetails>`.

A submission carries neither NCMEC's number nor the time of receipt, so both
come from beside it: see `Submission`.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import cache

import orjson

from prioritizer.errors import DocumentError
from prioritizer.formats.le_json import report_id_at
from prioritizer.formats.media import refuse_media
from prioritizer.formats.paths import Node, select, text_of
from prioritizer.formats.provider_rules import apply_rules
from prioritizer.formats.raw import RawReport
from prioritizer.formats.reading import read_tree
from prioritizer.formats.takes import Need, Notes, Take, take_nodes, takes_of
from prioritizer.formats.xml_syntax import XmlDocument, parse_document
from prioritizer.vocabulary import REPORTS
from prioritizer.vocabulary.enums import SourceFormat

# What the sidecar gives, and the columns that it goes to.
_BESIDE = {
    "received_at": ("received_at", "received_offset_minutes"),
    "esp_name": ("esp_name", "esp_key"),
}


@dataclass(frozen=True, slots=True)
class Submission:
    """The documents of one submission, as they lie in one folder.

    Parameters
    ----------
    report : bytes
        The document whose root is `<report>`.
    files : tuple of bytes
        Documents whose root is `<fileDetails>`, in the order of their names.
    sidecar : bytes or None
        `submission.json`: ``{"report_id", "received_at", "esp_name"}``.
    folder : str
        The folder's name, which is the report id when it is digits.
    """

    report: bytes
    files: tuple[bytes, ...] = ()
    sidecar: bytes | None = None
    folder: str = ""


@dataclass(frozen=True, slots=True)
class ParsedSubmission:
    """The same, each document parsed: whoever sorts them by root has done so."""

    report: XmlDocument
    files: tuple[XmlDocument, ...] = ()
    sidecar: bytes | None = None
    folder: str = ""


def read_submission(submission: Submission | ParsedSubmission) -> RawReport:
    """Return the raw record of one submission.

    Parameters
    ----------
    submission : Submission or ParsedSubmission
        Its documents.

    Returns
    -------
    RawReport
        Its rows, with identifiers still in clear text.

    Raises
    ------
    DocumentError
        If a document is not well-formed, has a doctype or is too deep, or if
        the report has no id.
    """
    if isinstance(submission, Submission):
        submission = ParsedSubmission(
            parse_document(submission.report),
            tuple(map(parse_document, submission.files)),
            submission.sidecar,
            submission.folder,
        )
    tree = {
        "report": submission.report.tree,
        "fileDetails": [each.tree for each in submission.files],
    }
    beside = _sidecar(submission)
    raw = read_tree(tree, "xml")
    raw.report["report_id"] = _report_id(tree, beside, submission.folder)
    raw.report["source_format"] = SourceFormat.SUBMISSION_XML
    for key, takes in _takes_beside():
        raw.report.update(take_nodes(takes, select(beside, key), Notes(raw)))
    apply_rules(raw, tree, "xml")
    return raw


@cache
def _takes_beside() -> tuple[tuple[str, tuple[tuple[Need, Take], ...]], ...]:
    return tuple(
        (key, takes_of([REPORTS.field(name) for name in columns], "reports", "json"))
        for key, columns in _BESIDE.items()
    )


def _sidecar(submission: ParsedSubmission) -> dict[str, object]:
    if submission.sidecar is None:
        return {}
    refuse_media(submission.sidecar)
    try:
        beside = orjson.loads(submission.sidecar.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError:
        beside = None
    if not isinstance(beside, dict):
        raise DocumentError(
            "the sidecar is not a JSON object", "submission.json", "write it again"
        )
    return beside


def _report_id(tree: Node, beside: dict[str, object], folder: str) -> int:
    named = {text_of(node) for node in select(tree, "fileDetails/reportId")} - {""}
    if len(named) > 1:
        raise DocumentError(
            "the files of one submission name different reports",
            "fileDetails/reportId",
            "keep each report in a folder of its own",
        )
    if beside.get("report_id") is not None:
        stated = report_id_at(beside, "report_id")
        if named and report_id_at({"reportId": named.pop()}, "reportId") != stated:
            raise DocumentError(
                "the sidecar and the files name different reports",
                "submission.json and fileDetails/reportId",
                "ask which one it is",
            )
        return stated
    if named:
        return report_id_at({"reportId": named.pop()}, "reportId")
    return report_id_at({"folder name": folder}, "folder name")
