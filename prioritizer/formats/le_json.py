"""Read and write the JSON that law enforcement receives."""

from __future__ import annotations

import codecs
import json
import re

import orjson

from prioritizer.errors import DocumentError
from prioritizer.formats.media import refuse_media
from prioritizer.formats.moments import UnreadableError
from prioritizer.formats.paths import select, text_of
from prioritizer.formats.provider_rules import apply_rules
from prioritizer.formats.raw import RawReport
from prioritizer.formats.reading import read_tree
from prioritizer.formats.values import REPORT_IDS, whole_number
from prioritizer.formats.writing import TreeWriter
from prioritizer.vocabulary.enums import SourceFormat

_ID = "reportId"
_MOST_LEVELS = 1_000  # more than a parser follows; a report has ten or so
_QUOTED_ID = b'"reportId"'
# Nobody needs to write a letter of ASCII so, but a key can be hidden by it.
_ESCAPED_LETTER = re.compile(rb"\\u00[4-7]")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_TWO_IDS = "the report names its id more than once"


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
        If it is not JSON, not an object, carries media, or has no report id.
    """
    refuse_media(content)
    tree = _parsed(content)
    if not isinstance(tree, dict):
        raise DocumentError(
            "the file does not hold one report",
            "the outermost value, which is not an object",
            "give one report a file",
        )
    raw = read_tree(tree, "json")
    stated = tree.get(_ID)
    is_usual = type(stated) is int and 0 < stated < REPORT_IDS[1]
    raw.report["report_id"] = stated if is_usual else report_id_at(tree, _ID)
    raw.report["source_format"] = SourceFormat.LE_JSON
    apply_rules(raw, tree, "json")
    return raw


def _parsed(content: bytes) -> object:
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        tree = orjson.loads(content)
    except orjson.JSONDecodeError:
        tree = _without_half_pairs(content)
        if tree is None:
            raise DocumentError(*_why_not_parsed(content)) from None
    # Of a key that stands twice the last would hold, and which report it is must
    # not depend on that; elsewhere in a document the key is rare.
    may_name_two = content.count(_QUOTED_ID) > 1 or _ESCAPED_LETTER.search(content)
    if may_name_two and _names_two(content):
        raise DocumentError(_TWO_IDS, _ID, "ask which one it is")
    return tree


def _without_half_pairs(content: bytes) -> object:
    """Return the tree of JSON in which a letter was cut in two, or None.

    Texts that were cut to a length end with half of an emoji, which must not cost
    the report; the half becomes a question mark.
    """
    if not _SURROGATE.search(content):
        return None
    try:
        text = json.dumps(json.loads(content), ensure_ascii=False, allow_nan=False)
        return orjson.loads(text.encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _why_not_parsed(content: bytes) -> tuple[str, str, str]:
    if content.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        why = "the file is not valid JSON in UTF-8"
        return why, "its encoding", "save it as UTF-8"
    if max(content.count(b"["), content.count(b"{")) > _MOST_LEVELS:
        why = "the file is not valid JSON, or things stand in it too deeply"
        return why, "the whole file", "ask the sender for a valid document"
    return "the file is not valid JSON in UTF-8", "the whole file", "ask for it again"


def _names_two(content: bytes) -> bool:
    """Return whether the outermost object has the key of the report's id twice."""
    outermost: list[tuple[str, object]] = []

    def keep(pairs: list[tuple[str, object]]) -> None:
        outermost[:] = pairs  # the outermost object is the last to be complete

    try:
        json.loads(content, object_pairs_hook=keep)
    except (ValueError, RecursionError):
        return True
    return [name for name, _ in outermost].count(_ID) > 1


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
    if len(set(texts)) > 1:
        raise DocumentError(_TWO_IDS, path, "ask which one it is")
    try:
        return whole_number(texts[0], REPORT_IDS)
    except (IndexError, UnreadableError):
        raise DocumentError(
            "the report has no id that is a whole number",
            path,
            "add NCMEC's report number",
        ) from None
