"""Archives made to do harm are refused by name, and memory stays small."""

from __future__ import annotations

import struct
import zlib

import pytest

from prioritizer.ingest.sources.limits import MOST_ENTRIES
from tests.builders_sources import (
    JSON,
    MB,
    Packed,
    accepted,
    archive,
    deflated,
    given,
    peak_memory,
    put,
    raw_archive,
    reasons,
    zeros,
)

GROWS = "the file would unpack to more than 100 times its size"
DAMAGED = "the file in the archive is damaged"
OVERLAP = "files of the archive overlap, as in an archive made to do harm"
BOMB = zeros(3_000)  # three megabytes, of which three gigabytes would become
NAMES = ["bomb.json", "bomb.ndjson", "1/report.xml", "1/submission.json"]
every_name = pytest.mark.parametrize("name", NAMES)


@every_name
def test_a_bomb_is_refused_without_being_unpacked(name, tmp_path):
    assert len(BOMB) < 4 * MB
    bomb = Packed(name.encode(), BOMB, 3_000 * MB)
    sound = Packed(b"a.json", JSON, len(JSON), zlib.crc32(JSON), method=0)
    packed = raw_archive(tmp_path / "a.zip", [bomb, sound])
    found = []
    assert peak_memory(lambda: found.extend(given(packed))) < 2 * MB
    assert reasons(found) == {name.rpartition("/")[2]: GROWS}
    assert len(accepted(found)) == 1


@every_name
@pytest.mark.parametrize("claimed", [0, 999, MB - 1, 20 * MB])
def test_a_bomb_that_lies_about_its_size_is_unpacked_no_further(
    name, claimed, tmp_path
):
    packed = raw_archive(tmp_path / "a.zip", [Packed(name.encode(), BOMB, claimed)])
    found = []
    peak = peak_memory(lambda: found.extend(given(packed)))
    assert set(reasons(found).values()) == {DAMAGED}
    assert peak < 2 * claimed + 24 * MB


def test_a_large_bomb_of_lines_that_lies_is_unpacked_in_pieces(tmp_path):
    packed = raw_archive(tmp_path / "a.zip", [Packed(b"a.ndjson", BOMB, 250 * MB)])
    found = []
    peak = peak_memory(lambda: found.extend(given(packed)))
    assert reasons(found) == {"a.ndjson": DAMAGED}
    assert peak < 64 * MB


@pytest.mark.parametrize("name", ["a.json", "1/report.xml"])
def test_what_is_larger_than_any_report_is_refused(name, tmp_path):
    content = bytes(range(256)) * 128 * 1024 + b"x"
    packed = raw_archive(
        tmp_path / "a.zip", [Packed(name.encode(), content, len(content), method=0)]
    )
    why = "the file is larger than any report"
    assert list(reasons(given(packed)).values()) == [why]


def test_a_small_file_may_grow_as_it_likes(tmp_path):
    content = JSON + b" " * (MB - len(JSON))
    packed = archive(tmp_path / "a.zip", {"a.json": content})
    assert packed.stat().st_size * 100 < MB
    assert len(accepted(given(packed))) == 1


def test_entries_that_share_their_bytes_are_refused(tmp_path):
    """Many names for one place: each is small, and together they are not."""
    data = deflated(JSON)
    packed = raw_archive(
        tmp_path / "a.zip", [Packed(b"0.json", data, len(JSON), zlib.crc32(JSON))]
    )
    whole = packed.read_bytes()
    start = whole.index(b"PK\1\2")
    entry = whole[start : whole.index(b"PK\5\6")]
    entries = b"".join(entry.replace(b"0.json", b"%d.json" % n) for n in range(9))
    end = struct.pack("<4H2IH", 0, 0, 0, 0, len(entries), start, 0)
    put(packed, whole[:start] + entries + b"PK\5\6" + end)
    assert reasons(given(packed)) == {f"{n}.json": OVERLAP for n in range(9)}


@pytest.mark.parametrize("name", [b"a.json", b"a.ndjson", b"a.xml"])
def test_an_entry_that_reaches_into_the_next_is_refused(name, tmp_path):
    inner = Packed(b"b.json", JSON, len(JSON), zlib.crc32(JSON), method=0)
    packed = raw_archive(tmp_path / "a.zip", [Packed(name, JSON, 90, method=0), inner])
    whole = bytearray(packed.read_bytes())
    place = whole.index(b"PK\1\2") + 20
    whole[place : place + 4] = struct.pack("<I", 90)
    put(packed, bytes(whole))
    found = given(packed)
    assert reasons(found) == {name.decode(): OVERLAP}
    assert len(accepted(found)) == 1


def test_an_entry_that_begins_outside_the_archive_is_damaged(tmp_path):
    packed = raw_archive(tmp_path / "a.zip", [Packed(b"a.json", JSON, 14, method=0)])
    whole = bytearray(packed.read_bytes())
    place = whole.index(b"PK\1\2") + 42
    whole[place : place + 4] = b"\xff\xff\xff\x7f"
    put(packed, bytes(whole))
    assert len(reasons(given(packed))) == len(given(packed)) == 1


def test_an_archive_with_too_many_entries_is_refused_before_they_are_listed(tmp_path):
    entry = b"PK\1\2" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"a"
    size = len(entry) * (MOST_ENTRIES + 1)
    end = struct.pack("<4H2IH", 0, 0, 0xFFFF, 0xFFFF, size, 0, 0)
    put(tmp_path / "a.zip", entry * (MOST_ENTRIES + 1) + b"PK\5\6" + end)
    found = []
    assert peak_memory(lambda: found.extend(given(tmp_path))) < 2 * size
    (only,) = found
    why = "the archive holds more files than are read at once"
    assert only.refusal == (why, "the whole file", "split it")


def test_a_directory_that_would_fill_the_memory_is_refused(tmp_path):
    size = 300 * MB
    with (tmp_path / "a.zip").open("wb") as file:
        file.truncate(size)
        file.seek(size)
        file.write(b"PK\5\6" + struct.pack("<4H2IH", 0, 0, 1, 1, size, 0, 0))
    found = []
    assert peak_memory(lambda: found.extend(given(tmp_path))) < 2 * MB
    assert found[0].refusal[2] == "split it"
