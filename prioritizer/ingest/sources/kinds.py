"""What a file is, as far as its name tells: a document, or nothing that is read."""

from __future__ import annotations

import re

_LINES = (".ndjson", ".jsonl")
TEXTS = (".json", *_LINES)
"""Suffixes of texts."""

XML = ".xml"
ARCHIVE = ".zip"
KINDS = frozenset({*TEXTS, XML, ARCHIVE})
"""Suffixes of what is read."""

TABLES = "tables of an earlier run"
"""The label of folders with tables, whose files are not looked at."""

HIDDEN = "hidden"
"""The label of files and folders that a file manager does not show."""

IN_AN_ARCHIVE = " in an archive"
"""What follows a label if the file was in an archive."""

_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
# Made by macOS beside each file, with names like those of documents.
_MADE_BY_MACOS = "__MACOSX"


def suffix_of(path: str) -> str:
    """Return what tells a file's kind.

    Examples
    --------
    >>> suffix_of("A/B.JSON"), suffix_of(".json")
    ('.json', '')
    """
    stem, _, suffix = path.rpartition("/")[2].rpartition(".")
    return f".{suffix.lower()}" if stem.strip(".") else ""


def has_lines(suffix: str) -> bool:
    """Return whether each line of a text is a document."""
    return suffix in _LINES


def is_hidden(name: str) -> bool:
    """Return whether a file or folder of this name is one that nobody gave.

    Examples
    --------
    >>> is_hidden("._report.xml"), is_hidden("__MACOSX"), is_hidden("..")
    (True, True, False)
    """
    return (name[:1] == "." and name not in (".", "..")) or name == _MADE_BY_MACOS


def label_of(suffix: str) -> str:
    """Return under which label a file of another kind is counted.

    Examples
    --------
    >>> label_of(".pdf"), label_of(".of a person")
    ('.pdf', 'other')
    """
    return suffix if _SUFFIX.fullmatch(suffix) else "other"
