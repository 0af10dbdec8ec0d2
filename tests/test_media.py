"""What is more than metadata is refused, and nothing of it is told."""

from __future__ import annotations

import base64
import codecs
import json
from contextlib import suppress
from hashlib import sha256, sha512
from urllib.parse import quote
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prioritizer.errors import DocumentError
from prioritizer.formats.media import refuse_media
from tests.builders_documents import LE_JSON, SUBMISSIONS, ingested, thin_tree


def rows(text: str, length: int) -> list[str]:
    return [text[start : start + length] for start in range(0, len(text), length)]


NOISE = b"".join(sha256(bytes([place])).digest() for place in range(150))
BASE64 = base64.b64encode(NOISE).decode()
LINES = base64.encodebytes(NOISE).decode()
INDENTED = LINES.replace("\n", "\n  ")
IN_JSON = {
    "base64": json.dumps({"a": BASE64}),
    "in lines": json.dumps({"a": LINES}),
    "slashes escaped": json.dumps({"a": BASE64}).replace("/", "\\/"),
    "for addresses": json.dumps({"a": base64.urlsafe_b64encode(NOISE).decode()}),
    "hexadecimal": json.dumps({"a": NOISE.hex()}),
    "as a key": json.dumps({BASE64: 1}),
    "a blank after each line": json.dumps({"a": " ".join(rows(BASE64, 76))}),
    "indented": json.dumps({"a": "\n    ".join(rows(BASE64, 64))}),
    "a list of lines": json.dumps({"a": rows(BASE64, 76)}),
    "a list of lines, spread": json.dumps({"a": {"b": rows(BASE64, 76)}}, indent=8),
    "a list, slashes escaped": json.dumps(rows(BASE64, 76)).replace("/", "\\/"),
    "numbered lines": json.dumps(dict(enumerate(rows(BASE64, 76)))),
    "as pairs": json.dumps({"a": NOISE.hex(" ")}),
    "as pairs in capitals": json.dumps({"a": NOISE.hex(" ").upper()}),
    "with colons": json.dumps({"a": NOISE.hex(":")}),
    "with dashes": json.dumps({"a": NOISE.hex("-")}),
    "in percent": json.dumps({"a": "".join(f"%{byte:02X}" for byte in NOISE)}),
    "a data URL in capitals": json.dumps({"a": "data:image/png;BASE64," + "AAAA" * 20}),
    "as numbers": json.dumps({"a": list(NOISE)}),
    "a data URL": json.dumps({"a": "data:image/png;base64," + "AAAA" * 20}),
    "without end": json.dumps({"a": "word " * 300_000}),
}
IN_XML = {
    "an element": f"<report><a>{LINES}</a></report>",
    "an indented element": f"<report><a>{INDENTED}</a></report>",
    "an element a line": "".join(f"<a>{row}</a>" for row in rows(BASE64, 76)),
    "an attribute": f"<report a='{BASE64}'/>",
    "pairs": f"<report><a>{NOISE.hex(' ')}</a></report>",
    "a comment": f"<report><!--{BASE64}--></report>",
    "CDATA": f"<report><![CDATA[{BASE64}]]></report>",
    "an instruction": f"<report><?a {BASE64}?></report>",
}
FILES = {
    "JPEG": b"\xff\xd8\xff\xe0" + NOISE,
    "PNG": b"\x89PNG\r\n\x1a\n" + NOISE,
    "GIF": b"GIF89a" + NOISE,
    "MP4": b"\x00\x00\x00\x18ftypmp42" + NOISE,
    "WebM": b"\x1aE\xdf\xa3" + NOISE,
    "PDF": b"%PDF-1.7" + NOISE,
}


@pytest.mark.parametrize(
    "text", [*IN_JSON.values(), *IN_XML.values()], ids=[*IN_JSON, *IN_XML]
)
def test_a_blob_is_refused_and_not_repeated(text):
    with pytest.raises(DocumentError) as problem:
        refuse_media(text.encode())
    said = repr(problem.value.args)
    assert not any(
        text[start : start + 24] in said for start in range(min(400, len(text) - 24))
    )


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_media_file_with_a_report_s_name_is_refused_as_media(tmp_path, content):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.json").write_bytes(content)
    (tmp_path / "in" / "b").mkdir()
    (tmp_path / "in" / "b" / "report.xml").write_bytes(content)
    _, told = ingested(tmp_path / "in", out=tmp_path / "out")
    assert [why for _, why, _ in told.rejected] == ["the file holds media"] * 2


def test_every_fixture_is_metadata():
    for path in (*LE_JSON, *(file for each in SUBMISSIONS for file in each.iterdir())):
        refuse_media(path.read_bytes())


METADATA = {
    "report numbers": list(range(100_000_000, 100_002_000)),
    "a PhotoDNA hash": base64.b64encode(NOISE[:144]).decode(),
    "a hash in numbers": ",".join(map(str, NOISE[:144])),
    "a signed address": "https://example.com/?sig=" + BASE64[:900],
    "a rule": "-" * 5_000,
    "a filler": "x" * 5_000,
    "a long conversation": "one word after another, " * 30_000,
    "many words of another script": "слово за словом, " * 20_000,
    "many words without blanks": "言葉の後にまた言葉、" * 5_000,
    "SHA-256 hashes": [sha256(bytes([n])).hexdigest() for n in range(250)],
    "SHA-256 in rows": "\n".join(sha256(bytes([n])).hexdigest() for n in range(250)),
    "MD5 in rows": "\r\n".join(NOISE[n : n + 16].hex() for n in range(250)),
    "SHA-512 hashes": [sha512(bytes([n])).hexdigest() for n in range(250)],
    "MD5 in capitals": [NOISE[n : n + 16].hex().upper() for n in range(4_000)],
    "names of hashes": [
        {"name": "PhotoDNA", "value": base64.b64encode(NOISE[n : n + 144]).decode()}
        for n in range(0, 4_000, 100)
    ],
    "signed addresses": [
        f"https://cdn.example.com/a.png?policy={BASE64[n : n + 90]}"
        f"&signature={BASE64[n : n + 180]}"
        for n in range(300)
    ],
    "addresses of devices": [NOISE[n : n + 6].hex(":") for n in range(1_000)],
    "the same in rows": "\n".join(NOISE[n : n + 6].hex(":") for n in range(1_000)),
    "the same with dashes": [NOISE[n : n + 6].hex("-") for n in range(1_000)],
    "IPv6 addresses": [
        "2001:db8:" + NOISE[n : n + 12].hex(":", 2) for n in range(1_000)
    ],
    "IPv4 addresses": [f"192.0.2.{n % 256}" for n in range(1_000)],
    "UUIDs": [str(UUID(bytes=NOISE[n : n + 16])) for n in range(1_000)],
    "times": [f"2026-03-01T08:{n % 60:02d}:00-05:00" for n in range(1_000)],
    "ages": [n % 100 for n in range(1_000)],
    "states": ["CO", "DE", "CA", "AK"] * 500,
    "a written address of words": "https://example.com/"
    + quote("слово за словом " * 90),
    "the same, cut": ("https://example.com/" + quote("слово" * 300))[:-4],
    "rules and words": ("-" * 72 + "\nword\n" + "=" * 72 + "\n") * 50,
    "fillers": ["x" * 76] * 200,
    "the words of a blob": "they wrote ;base64, there",
    "Japanese, escaped": "\\u3053\\u308c\\u306f" * 1_000,
    "telephones in rows": "\n".join(f"307555{n:04}" for n in range(900)),
    "account numbers in rows": "\n".join(str(10**14 + n) for n in range(900)),
    "user names in rows": "\n".join(f"user_name_{n}" for n in range(900)),
    "a long token": "https://example.com/?t=" + BASE64[:1_400],
    "many hashes": [NOISE[place : place + 16].hex() for place in range(0, 4_000, 16)],
}


@pytest.mark.parametrize("value", METADATA.values(), ids=METADATA)
def test_what_a_long_report_says_is_not_taken_for_media(value):
    refuse_media(json.dumps(thin_tree(a=value), ensure_ascii=False).encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-le", "utf-16-be"])
def test_a_blob_is_seen_in_an_encoding_of_wide_characters(encoding):
    head = f"<?xml version='1.0' encoding='{encoding}'?>"
    refuse_media(f"{head}<report>word</report>".encode(encoding))
    with pytest.raises(DocumentError, match="blob"):
        refuse_media(f"{head}<report>{LINES}</report>".encode(encoding))


@given(st.binary(max_size=4_000))
def test_any_bytes_are_judged(content):
    with suppress(DocumentError):
        assert refuse_media(content) is None


def test_a_large_report_with_a_mark_at_its_start_is_metadata():
    files = [{"filename": f"file {number}"} for number in range(60_000)]
    content = json.dumps(thin_tree(a=files)).encode()
    assert len(content) > 2**20
    refuse_media(content)
    refuse_media(codecs.BOM_UTF8 + content)


def test_a_key_that_looks_like_a_film_is_none():
    refuse_media(b'{"giftype":1,"reportId":1}')
    refuse_media(b'{"aftyp":1}')
