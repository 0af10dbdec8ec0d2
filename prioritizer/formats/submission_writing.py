"""Write a provider's XML submission: the other way of `submission_xml`."""

from __future__ import annotations

import re
import string
from dataclasses import replace
from functools import cache

import orjson

from prioritizer.formats.element_order import REQUIRED, held_by
from prioritizer.formats.paths import flat, is_stated, text_of
from prioritizer.formats.places import TEXT, Branch
from prioritizer.formats.puts import moment_text
from prioritizer.formats.raw import RawReport, Row
from prioritizer.formats.submission_xml import Submission
from prioritizer.formats.writing import TreeWriter
from prioritizer.vocabulary.area_codes import calling_code, state_of_area
from prioritizer.vocabulary.enums import IdentifierKind

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ESCAPES = {
    **{"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"},
    # A parser would take these for blanks.
    **{"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"},
}
# One class of characters, which is quick: what is escaped, and what XML 1.0 has no
# way to write, not even escaped.
_SPECIAL = re.compile('[\x00-\x1f&<>"\ud800-\udfff\ufffe\uffff]')
_UNITED_STATES = 1  # and Canada, and others of the same plan


def write_submission(raw: RawReport) -> Submission:
    """Return the documents of one submission: what `read_submission` reads as `raw`.

    A submission has no element for NCMEC's part of a report, so that part is
    left out; the time of receipt and the provider's name go into the sidecar.

    Parameters
    ----------
    raw : RawReport
        Rows with identifiers in clear text; columns may be missing.

    Returns
    -------
    Submission
        `<report>`, a `<fileDetails>` for each file, the sidecar, and the report
        id as the folder's name. They are in NCMEC's order of elements, and
        valid if the raw record has what NCMEC demands.

    Examples
    --------
    >>> raw = RawReport()
    >>> raw.rows["reports"] = [{"report_id": 1}]
    >>> write_submission(raw).sidecar
    b'{"report_id":1}'
    """
    report_id = raw.report["report_id"]
    identifiers = [_dialled(row) for row in raw.rows["identifiers"]]
    dialled = replace(raw, rows={**raw.rows, "identifiers": identifiers})
    tree = TreeWriter("xml", dialled).write()
    files = [
        _document("fileDetails", {**file, "reportId": report_id})
        for file in flat(tree.get("fileDetails"))
        if isinstance(file, dict)
    ]
    report = tree.get("report", {})
    return Submission(
        _document("report", _apart(report) if isinstance(report, dict) else {}),
        tuple(files),
        orjson.dumps({"report_id": report_id, **_beside(raw.report)}),
        str(report_id),
    )


def _beside(report: Row) -> Row:
    """Return what the sidecar says beside the report's id."""
    at, zone = report.get("received_at"), report.get("received_offset_minutes")
    name, beside = report.get("esp_key") or report.get("esp_name"), Row()
    if isinstance(at, int):
        beside["received_at"] = moment_text(at, zone if isinstance(zone, int) else 0)
    return {**beside, "esp_name": name} if name else beside


def _dialled(row: Row) -> Row:
    """Return a telephone number in two parts, as a submission has it.

    Without its country code a number must still hash alike, and privacy adds
    that of the United States only to numbers from a known area. A number that
    is not international, or contradicts the code stated, stays as it is.
    """
    if row.get("identifier_kind") != IdentifierKind.PHONE:
        return row
    text, code = str(row.get("identifier_key") or ""), row.get("calling_code")
    digits = "".join(each for each in text if each in string.digits)
    own = calling_code(digits) if text.startswith("+") else None
    if own is not None and code in (None, own):
        is_whole = own == _UNITED_STATES and state_of_area(digits) is None
        text, code = digits if is_whole else digits.removeprefix(str(own)), own
    written: Row = {
        "identifier_key": text or None,
        "calling_code": f"+{code}" if code else None,
    }
    return {**row, **written}


def _apart(report: Branch) -> Branch:
    """Return a report in which each incident has an `internetDetails` of its own.

    An incident of which nothing is known but that it was counted gets a note of
    one character, since a reader does not count an element that says nothing.
    """
    kinds = report.get("internetDetails")
    if not isinstance(kinds, dict):
        return report
    apart: list[object] = []
    for kind in held_by("internetDetails"):
        there = kinds.get(kind)
        for each in flat(there):
            # Those that were counted are in a list, even one alone.
            if isinstance(there, list) and isinstance(each, dict):
                each = each if is_stated(each) else {**each, "additionalInfo": "x"}
            apart.append({kind: each})
    return {**report, "internetDetails": apart}


def _document(name: str, tree: Branch) -> bytes:
    return f"{_DECLARATION}{_element(name, tree)}".encode()


def _element(name: str, node: object) -> str:
    """Return an element with what it holds in order, and what may not be missing.

    Text is put together here, since building lxml's elements took half of the
    time of writing a world.
    """
    if not isinstance(node, dict):
        return f"<{name}>{_escaped(node)}</{name}>"
    attributes, inside = "", _escaped(node.get(TEXT, ""))
    for child, missing in _children(name):
        below = node.get(child, missing)
        if below is None:
            continue
        if child[0] == "@":
            attributes += f' {child[1:]}="{_escaped(below)}"'
        else:
            for each in below if isinstance(below, list) else (below,):
                inside += _element(child, each)
    return f"<{name}{attributes}>{inside}</{name}>"


@cache
def _children(name: str) -> tuple[tuple[str, object], ...]:
    """Return what an element holds, each with what stands for it if it is missing."""
    required = REQUIRED.get(name, ())
    return tuple(
        (child, ("" if child[0] == "@" else {}) if child in required else None)
        for child in held_by(name)
    )


def _escaped(node: object) -> str:
    """Return the text of a node as it stands in an element or attribute."""
    text = node if isinstance(node, str) else text_of(node)
    return _SPECIAL.sub(lambda found: _ESCAPES.get(found[0], "\ufffd"), text)
