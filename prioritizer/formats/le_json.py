"""Read and write the JSON that law enforcement receives."""

from __future__ import annotations

import codecs

import orjson

from prioritizer.errors import DocumentError
from prioritizer.formats.paths import select, text_of
from prioritizer.formats.raw import RawReport
from prioritizer.formats.reading import TreeReader
from prioritizer.formats.values import UnreadableError, whole_number
from prioritizer.formats.writing import TreeWriter
from prioritizer.vocabulary.enums import SourceFormat

REPORT_IDS = (1, 2**63 - 1)


def read_le_json(content: bytes) -> RawReport:
    """Return the raw record of one report.

    Parameters
    ----------
    content : bytes
        The document: UTF-8, with or without a byte order mark.

    Returns
    -------
    RawReport
        Its rows, with identifiers still in clear text.

    Raises
    ------
    DocumentError
        If it is not JSON, not an object, or has no report id.
    """
    try:
        tree = orjson.loads(content.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError:
        raise DocumentError(
            "the file is not valid JSON in UTF-8", "the whole file", "ask for it again"
        ) from None
    if not isinstance(tree, dict):
        raise DocumentError(
            "the file does not hold one report",
            "the outermost value, which is not an object",
            "give one report a file",
        )
    raw = TreeReader("json").read(tree)
    raw.report["report_id"] = report_id_at(tree, "reportId")
    raw.report["source_format"] = SourceFormat.LE_JSON
    return raw


def write_le_json(raw: RawReport) -> bytes:
    """Return the document of one report: what `read_le_json` reads as `raw`.

    Parameters
    ----------
    raw : RawReport
        Rows with identifiers in clear text; columns may be missing.

    Returns
    -------
    bytes
        The document in UTF-8. It carries the columns that the format has, and
        placeholders for what was stated and is not kept.

    Examples
    --------
    >>> raw = RawReport()
    >>> raw.rows["reports"] = [{"report_id": 1, "is_informational": False}]
    >>> write_le_json(raw)
    b'{"reportId":1,"informational":false}'
    """
    tree = TreeWriter("json", raw).write()
    return orjson.dumps({"reportId": raw.report["report_id"], **tree})


def report_id_at(tree: object, path: str) -> int:
    """Return the report id that stands at `path`, in digits or as a number.

    Raises
    ------
    DocumentError
        If there is none, or it is not a whole number.
    """
    texts = [text_of(node) for node in select(tree, path)]
    try:
        return whole_number(texts[0], REPORT_IDS)
    except (IndexError, UnreadableError):
        raise DocumentError(
            "the report has no id that is a whole number",
            path,
            "add NCMEC's report number",
        ) from None
