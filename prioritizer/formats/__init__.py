"""The two real formats, read into raw records and written from them again."""

from prioritizer.formats.element_order import problems_of_order
from prioritizer.formats.le_json import read_le_json, write_le_json
from prioritizer.formats.raw import RawReport, Row
from prioritizer.formats.raw_frames import RawColumns, raw_reports
from prioritizer.formats.submission_writing import write_submission
from prioritizer.formats.submission_xml import (
    ParsedSubmission,
    Submission,
    read_submission,
)
from prioritizer.formats.xml_syntax import XmlDocument, parse_document

__all__ = [
    "ParsedSubmission",
    "RawColumns",
    "RawReport",
    "Row",
    "Submission",
    "XmlDocument",
    "parse_document",
    "problems_of_order",
    "raw_reports",
    "read_le_json",
    "read_submission",
    "write_le_json",
    "write_submission",
]
