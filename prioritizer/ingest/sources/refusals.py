"""Why a document is refused before it is read: what, where, fix."""

from __future__ import annotations

from prioritizer.errors import DocumentError
from prioritizer.ingest.sources.document import Why

_FILE, _ENTRY = "the whole file", "a file in an archive"
_FOLDER_EACH = "keep each report in a folder of its own"

NOT_READABLE = ("the file cannot be read", _FILE, "check who may read it")
NOT_REGULAR = (
    "it is not a regular file",
    _FILE,
    "copy the file itself to this place",
)
GONE = ("the file is no longer there", _FILE, "give it again")
CHANGED = ("the file changed while it was read", _FILE, "give it again")
CLOSED_FOLDER = ("the folder cannot be read", "the folder", "check who may read it")
OTHER_KIND = (
    "the file is none of .json, .xml, .zip, .ndjson and .jsonl",
    _FILE,
    "name others",
)
EMPTY = ("no document is in it", _FILE, "ask for it again if some should be")
TOO_LARGE = (
    "the file is larger than any report",
    _FILE,
    "give documents without media",
)
LONG_LINE = (
    "the line is longer than any report",
    "one line",
    "give documents without media",
)
LONG_LIST = (
    "the list is too long to be read at once",
    _FILE,
    "write one report a line, in a file called .ndjson",
)
BROKEN_LIST = (
    "the list is broken or cut short from here on",
    "an element of the list",
    "ask for the file again",
)
NO_OBJECT = (
    "the element of the list is not an object",
    "an element of the list",
    "list reports only, each in braces",
)

OTHER_XML = (
    "the file is not XML of a submission",
    "its outermost element",
    "give files whose outermost element is report or fileDetails",
)
SEVERAL_REPORTS = ("several reports lie in one folder", "the folder", _FOLDER_EACH)
NO_REPORT = ("its report is not there", "the folder", _FOLDER_EACH)
TOO_MUCH = (
    "the files of the folder are more than any report has",
    "the folder",
    _FOLDER_EACH,
)

NOT_A_ZIP = (
    "the file is not a ZIP archive that can be read",
    _FILE,
    "ask for it again",
)
TOO_MANY_ENTRIES = (
    "the archive holds more files than are read at once",
    _FILE,
    "split it",
)
NESTED = ("it is an archive in an archive", _ENTRY, "unpack it")
DAMAGED = ("the file in the archive is damaged", _ENTRY, "ask for it again")
OVERLAPPING = (
    "files of the archive overlap, as in an archive made to do harm",
    _ENTRY,
    "ask the sender what it is",
)
BOMB = (
    "the file would unpack to more than 100 times its size",
    _ENTRY,
    "ask the sender what it is; if it is sound, give it unpacked",
)
ENCRYPTED = ("the file is encrypted", _ENTRY, "send it without a password")
OTHER_METHOD = (
    "the file is packed by a method that is not read",
    _ENTRY,
    "pack the archive again as a plain ZIP (Deflate)",
)

NO_XML_HERE = (
    "XML does not say on standard input which files belong together",
    "standard input",
    "give the folder of the submission",
)
NO_ZIP_HERE = (
    "a ZIP archive cannot be read from standard input",
    "standard input",
    "give the archive as a file",
)


def why_of(problem: DocumentError) -> Why:
    """Return the three parts of a problem.

    Examples
    --------
    >>> why_of(DocumentError(*GONE)) == GONE
    True
    """
    return problem.what, problem.where, problem.fix
