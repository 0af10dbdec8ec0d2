"""Refuse what is more than metadata, before any of it is looked at.

A report says what a provider knows; it does not carry what was shared. Bytes of
pictures and videos written as text are told by long runs without a break, in which
many different characters stand. Nothing of what is found is named.
"""

from __future__ import annotations

import re

from prioritizer.errors import DocumentError

_RUN = 1_024
_LEAST_DIFFERENT = 12  # fillers and rules, such as dashes, are no media
_LONGEST_TEXT = 2**20  # a conversation may be long, and is not to be lost
# What stands in base64 and in hexadecimal digits, with line ends within it, and what
# JSON writes for these and for slashes.
_UNBROKEN = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-\\\r\n"
)
_MARKS = bytes(0 if byte in _UNBROKEN else 32 for byte in range(256))
_MARKED_RUN = bytes(_RUN)
_BLANKS = b" \t\r\n"
# Begins only where a run begins, so that no run is gone through twice.
_NUMBERS = re.compile(rb"(?<![0-9,])[0-9,]{%d,}" % (2 * _RUN))
_IN_URL = b";base64,"
_SIGNATURES = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n",
    b"GIF8",
    b"RIFF",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
    b"\x1aE\xdf\xa3",
    b"OggS",
    b"ID3",
    b"%PDF",
)
_FIX = "ask for the report without files; only metadata is read"


def refuse_media(content: bytes) -> None:
    """Raise if a document carries media, a long blob, or a text without end.

    Parameters
    ----------
    content : bytes
        A document as it was given.

    Raises
    ------
    DocumentError
        Saying which of these, and nothing of what was found.

    Examples
    --------
    >>> refuse_media(b'{"reportId": 1}')
    """
    if content.startswith(_SIGNATURES) or content[4:8] == b"ftyp":
        raise DocumentError("the file holds media", "its first bytes", _FIX)
    if _IN_URL in content or (len(content) > _RUN and _has_run(content)):
        raise DocumentError("the document carries a blob", "one of its texts", _FIX)
    if len(content) > _LONGEST_TEXT and _has_long_text(content):
        raise DocumentError(
            "the document carries a text longer than any report needs",
            f"one of its texts, of more than {_LONGEST_TEXT} bytes",
            _FIX,
        )


def _has_run(content: bytes) -> bool:
    # To mark each byte and to look for a run of marks is as quick as reading.
    marks = content.translate(_MARKS)
    place = marks.find(_MARKED_RUN)
    while place >= 0:
        end = marks.find(b" ", place)
        end = len(content) if end < 0 else end
        if len(set(content[place:end])) >= _LEAST_DIFFERENT:
            return True
        place = marks.find(_MARKED_RUN, end)
    return content.count(b",") >= _RUN and _lists_bytes(content)


def _lists_bytes(content: bytes) -> bool:
    """Return whether bytes are listed as numbers; report numbers are longer ones."""
    for run in _NUMBERS.findall(content.translate(None, _BLANKS)):
        small = sum(len(number) <= 3 for number in run.split(b","))
        if small >= _RUN:
            return True
    return False


def _has_long_text(content: bytes) -> bool:
    """Return whether two quotes, or two tags, stand too far from one another."""
    parts = re.split(
        rb'(?<!\\)"' if content.lstrip()[:1] in b"{[" else rb"[<>]", content
    )
    return max(map(len, parts)) > _LONGEST_TEXT
