"""The two real formats, read into raw records that live in memory only."""

from prioritizer.formats.le_json import read_le_json
from prioritizer.formats.raw import RawReport, Row
from prioritizer.formats.submission_xml import Submission, read_submission, root_name

__all__ = [
    "RawReport",
    "Row",
    "Submission",
    "read_le_json",
    "read_submission",
    "root_name",
]
