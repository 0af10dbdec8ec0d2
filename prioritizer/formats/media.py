"""Refuse what is more than metadata, before any of it is looked at.

A report says what a provider knows; it does not carry what was shared. Bytes of
pictures and videos written as text are told by rows of characters that no report has.
The limits are wide, since an honest report must not be lost: hashes, numbers, tokens
of addresses and conversations pass. Nothing of what is found is named. Whoever wants to
hide media from this can (base85, references to characters, comments every few hundred
bytes, digits in columns or in groups of four); none of it would be kept, for texts
become their length.
"""

from __future__ import annotations

import codecs
import re
from urllib.parse import unquote_to_bytes

from prioritizer.errors import DocumentError

_RUN = 3_000  # characters: a small picture; tokens of addresses are half as long
_LEAST_DIFFERENT = 12  # fillers and rules, such as dashes, are no media
_LONGEST_TEXT = 2**20  # a conversation may be long, and is not to be lost
_BASE64 = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-"
)
_MARKS = bytes(0 if byte in _BASE64 else 32 for byte in range(256))
_MARKED_RUN = bytes(_RUN)
# Base64 is also written in lines of 64 or 76 characters. Hashes in hexadecimal digits
# are as long, but have only 16 to 22 different ones.
_LINE, _LEAST_LINES, _LEAST_DIFFERENT_IN_LINES = 60, 40, 30
_MARKED_LINE = bytes(_LINE)
_SPACES = bytes(byte if byte in _BASE64 else 32 for byte in range(256))
# Bytes as pairs of hexadecimal digits, as parts of an address, and as numbers.
_PAIRS = 512
_PARTED = re.compile(
    rb"(?<![0-9A-Za-z])(?<![0-9A-Fa-f][ :,;])[0-9A-Fa-f]{2}([ :,;])"
    rb"(?:[0-9A-Fa-f]{2}\1){%d,}+" % _PAIRS
)
_PERCENT = re.compile(rb"(?<!%%..)(?:%%[0-9A-Fa-f]{2}){%d,}+" % _PAIRS)
_NUMBERS = re.compile(rb"(?<![0-9,])[0-9,]{%d,}+" % (2 * _PAIRS))
_IN_ADDRESS = re.compile(rb";base64,[A-Za-z0-9+/\\]{64}", re.IGNORECASE)
_BLANKS = b" \t\r\n"
# The marks by which encodings of wide characters are told, and `<` where none stands.
_WIDE = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
_MARKS_OF_WIDE = tuple(_WIDE)
_SIGNATURES = (
    *(b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"RIFF", b"BM", b"II*\x00"),
    *(b"MM\x00*", b"\x1aE\xdf\xa3", b"OggS", b"ID3", b"%PDF"),
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
    is_film = content[4:8] == b"ftyp" and not content.startswith((b"{", b"[", b"<"))
    if is_film or content.startswith(_SIGNATURES):
        raise DocumentError("the file holds media", "its first bytes", _FIX)
    if content.startswith(_MARKS_OF_WIDE):
        content = _narrow(content)
    content = content.removeprefix(codecs.BOM_UTF8)
    if b";" in content and _IN_ADDRESS.search(content):
        raise DocumentError("the document carries a blob", "one of its texts", _FIX)
    if len(content) > 2 * _PAIRS and _has_blob(content):
        raise DocumentError("the document carries a blob", "one of its texts", _FIX)
    if len(content) > _LONGEST_TEXT and _has_long_text(content):
        raise DocumentError(
            "the document carries a text longer than any report needs",
            f"one of its texts, of more than {_LONGEST_TEXT} bytes",
            _FIX,
        )


def _narrow(content: bytes) -> bytes:
    """Return a document of wide characters as UTF-8."""
    encoding = next(_WIDE[mark] for mark in _MARKS_OF_WIDE if content.startswith(mark))
    return content.decode(encoding, "replace").encode("utf-8", "replace")


def _has_blob(content: bytes) -> bool:
    if b"\\" in content:
        content = content.replace(b"\\/", b"/")  # as JSON may write it
    # To mark each byte and to look for a row of marks is as quick as reading.
    marks = content.translate(_MARKS)
    is_long = len(content) > _LINE * _LEAST_LINES
    may_be_base64 = is_long and marks.count(_MARKED_LINE) >= _LEAST_LINES
    return (
        (may_be_base64 and (_has_run(content, marks) or _has_lines(content)))
        or (_may_be_pairs(marks) and _PARTED.search(content) is not None)
        or (content.count(b",") >= 2 * _PAIRS and _lists_bytes(content))
        or (content.count(b"%") >= _PAIRS and _has_parts_of_bytes(content))
    )


def _has_run(content: bytes, marks: bytes) -> bool:
    place = marks.find(_MARKED_RUN)
    while place >= 0:
        end = marks.find(b" ", place)
        end = len(content) if end < 0 else end
        if len(set(content[place:end])) >= _LEAST_DIFFERENT:
            return True
        place = marks.find(_MARKED_RUN, end)
    return False


def _has_lines(content: bytes) -> bool:
    """Return whether lines of base64 follow one another, whatever parts them."""
    rows, different = 0, set[int]()
    for token in content.translate(_SPACES).split():
        if len(token) >= _LINE:
            rows, different = rows + 1, different | set(token)
        elif len(token) > 2:  # more than an `n` that JSON writes for a line's end
            rows, different = 0, set()
        if rows >= _LEAST_LINES and len(different) >= _LEAST_DIFFERENT_IN_LINES:
            return True
    return False


def _may_be_pairs(marks: bytes) -> bool:
    # So many pairs go over one of these places, wherever they begin.
    return any(
        marks.count(b"\0\0 ", start, start + 24) > 6
        for start in range(0, len(marks), 2 * _PAIRS)
    )


def _lists_bytes(content: bytes) -> bool:
    """Return whether bytes are listed as numbers; those of reports are longer."""
    return any(
        sum(len(number) <= 3 for number in run.split(b",")) >= 2 * _PAIRS
        for run in _NUMBERS.findall(content.translate(None, _BLANKS))
    )


def _has_parts_of_bytes(content: bytes) -> bool:
    """Return whether bytes are written for an address that are not those of a text."""
    return any(not _is_text(unquote_to_bytes(row)) for row in _PERCENT.findall(content))


def _is_text(content: bytes) -> bool:
    try:
        # An address may be cut within a letter, which is no fault here.
        codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        return False
    return True


def _has_long_text(content: bytes) -> bool:
    """Return whether two quotes, or two tags, stand too far from one another."""
    is_json = content.lstrip()[:1] in (b"{", b"[")
    parts = re.split(rb'(?<!\\)"' if is_json else rb"[<>]", content)
    return max(map(len, parts)) > _LONGEST_TEXT
