"""What is more than metadata is refused, and nothing of it is told."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prioritizer.errors import DocumentError
from prioritizer.formats.media import refuse_media
from tests.builders_documents import LE_JSON, SUBMISSIONS, ingested, thin_tree

NOISE = b"".join(sha256(bytes([place])).digest() for place in range(150))
BASE64 = base64.b64encode(NOISE).decode()
LINES = base64.encodebytes(NOISE).decode()
IN_JSON = {
    "base64": json.dumps({"a": BASE64}),
    "in lines": json.dumps({"a": LINES}),
    "slashes escaped": json.dumps({"a": BASE64}).replace("/", "\\/"),
    "for addresses": json.dumps({"a": base64.urlsafe_b64encode(NOISE).decode()}),
    "hexadecimal": json.dumps({"a": NOISE.hex()}),
    "as a key": json.dumps({BASE64: 1}),
    "as numbers": json.dumps({"a": list(NOISE)}),
    "a data URL": json.dumps({"a": "data:image/png;base64,AAAA"}),
    "without end": json.dumps({"a": "word " * 300_000}),
}
IN_XML = {
    "an element": f"<report><a>{LINES}</a></report>",
    "an attribute": f"<report a='{BASE64}'/>",
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
    "many hashes": [NOISE[place : place + 16].hex() for place in range(0, 4_000, 16)],
}


@pytest.mark.parametrize("value", METADATA.values(), ids=METADATA)
def test_what_a_long_report_says_is_not_taken_for_media(value):
    refuse_media(json.dumps(thin_tree(a=value), ensure_ascii=False).encode())


@given(st.binary(max_size=4_000))
def test_any_bytes_are_judged(content):
    with suppress(DocumentError):
        assert refuse_media(content) is None
