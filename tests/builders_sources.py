"""What the user may name: files, folders and archives, and what is found in them."""

from __future__ import annotations

import os
import shutil
import struct
import tempfile
import tracemalloc
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from prioritizer.formats import ParsedSubmission, parse_document
from prioritizer.ingest.sources.document import Given
from prioritizer.ingest.sources.limits import Cut
from prioritizer.ingest.sources.search import Search, find_sources

MB = 2**20
JSON = b'{"reportId":1}'
REPORT = b"<report><incidentSummary/></report>"
DETAILS = b"<fileDetails><fileId>f</fileId></fileDetails>"
_NOBODY = 65534


class Packed(NamedTuple):
    """An entry of an archive made by hand, so that it can lie."""

    name: bytes
    data: bytes
    unpacked: int
    crc: int = 0
    method: int = 8


def put(path: Path, content: bytes = JSON) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def put_submission(folder: Path, *, files: int = 1, sidecar: bool = True) -> Path:
    put(folder / "report.xml", REPORT)
    for number in range(files):
        put(folder / f"file-{number + 1}.xml", DETAILS)
    if sidecar:
        put(folder / "submission.json", b'{"report_id":1}')
    return folder


def parsed(
    report: bytes, files: tuple[bytes, ...], sidecar: bytes | None, folder: str
) -> ParsedSubmission:
    """What a submission is given as."""
    documents = tuple(map(parse_document, files))
    return ParsedSubmission(parse_document(report), documents, sidecar, folder)


def archive(path: Path, files: dict[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(path, "w") as writer:
        for name, content in files.items():  # without the time, each has the same bytes
            writer.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return path


def raw_archive(path: Path, entries: list[Packed]) -> Path:
    """An archive in which everything is as its entries say, true or not."""
    body, directory = b"", b""
    for name, data, unpacked, crc, method in entries:
        facts = struct.pack("<3H3I", method, 0, 0, crc, len(data), unpacked)
        start, length = len(body), struct.pack("<H", len(name))
        body += b"PK\3\4\x14\0\0\0" + facts + length + bytes(2) + name + data
        directory += b"PK\1\2\x14\0\x14\0\0\0" + facts + length + bytes(12)
        directory += struct.pack("<I", start) + name
    end = struct.pack("<4H2IH", 0, 0, 0, 0, len(directory), len(body), 0)
    path.write_bytes(body + directory + b"PK\5\6" + end)
    return path


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def zeros(megabytes: int) -> bytes:
    """So many megabytes of zeros, packed, and never there unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packer.compress(bytes(MB))
    packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(bytes(MB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return piece * megabytes + packer.flush()


def search(
    *sources: Path, most: Cut | None = None, stdin: BinaryIO | None = None
) -> Search:
    return find_sources(sources, most=most, stdin=stdin)


def given(*sources: Path, most: Cut | None = None) -> list[Given]:
    return given_by(search(*sources, most=most))


def given_by(found: Search) -> list[Given]:
    return [each for batch in found.batches() for each in batch.documents()]


def report_counts(*sources: Path, most: Cut | None = None) -> list[int]:
    """How many documents each batch holds."""
    found = search(*sources, most=most)
    return [len(list(batch.documents())) for batch in found.batches()]


def ignored(*sources: Path) -> Counter[str]:
    found = search(*sources)
    given_by(found)
    return found.ignored


def names(givens: list[Given], root: Path) -> list[str]:
    """Their names, as far as they lie below a folder."""
    return [each.name.removeprefix(f"{root}/") for each in givens]


def accepted(givens: list[Given]) -> list[Given]:
    return [each for each in givens if each.refusal is None]


def reasons(givens: list[Given]) -> dict[str, str]:
    """The last part of the name, and the reason, of what is refused."""
    return {
        each.name.rpartition("/")[2]: each.refusal[0]
        for each in givens
        if each.refusal is not None
    }


def peak_memory(run: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that anybody may look into, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="sources-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, for whom no file is closed."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        if user == 0:
            os.seteuid(user)
