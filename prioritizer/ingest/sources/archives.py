"""List the documents in a ZIP archive.

Names in an archive say only what belongs together and how a document is called;
nothing is unpacked to a disk, so it does not matter where they point to.
"""

from __future__ import annotations

import io
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from struct import error as StructError
from zipfile import BadZipFile, ZipFile, ZipInfo

from prioritizer.errors import DocumentError
from prioritizer.ingest.sources.archive_parts import (
    ListedEntries,
    PackedFolder,
    PackedText,
)
from prioritizer.ingest.sources.document import SIDECAR, shown
from prioritizer.ingest.sources.entries import (
    OUTSIDE,
    Entry,
    head_of,
    read_entry,
    stream_entry,
)
from prioritizer.ingest.sources.files import (
    HeldPart,
    State,
    inputs_in_state,
    open_in_state,
    state_of,
)
from prioritizer.ingest.sources.json_lists import held_parts, is_list, listed_elements
from prioritizer.ingest.sources.kinds import (
    ARCHIVE,
    HIDDEN,
    IN_AN_ARCHIVE,
    KINDS,
    TEXTS,
    XML,
    has_lines,
    is_hidden,
    label_of,
    suffix_of,
)
from prioritizer.ingest.sources.limits import (
    MOST_BYTES_OF_DIRECTORY,
    MOST_BYTES_TOGETHER,
    MOST_ENTRIES,
    Cut,
)
from prioritizer.ingest.sources.lines import listed_lines
from prioritizer.ingest.sources.parts import Listed, refusal, runs
from prioritizer.ingest.sources.refusals import (
    EMPTY,
    LONG_LIST,
    NESTED,
    NOT_A_ZIP,
    TOO_MANY_ENTRIES,
    why_of,
)

_ENCRYPTED = 0x1
_ENTRY_OF_DIRECTORY = b"PK\x01\x02"
# All that Python's reader raises over a directory; what it does not implement, such as
# archives in several volumes, among it.
_BROKEN = (
    *(BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError),
    *(ValueError, IndexError, OverflowError, StructError),
)


def listed_archive(
    path: str, name: str, most: Cut, ignored: Counter[str]
) -> Iterator[Listed]:
    """Yield the documents of an archive, by folder, in the order of their names.

    Parameters
    ----------
    path : str
        The archive.
    name : str
        The archive, as it may be shown.
    most : Cut
        How large a batch may be.
    ignored : collections.Counter
        Counts files of other kinds, by suffix.
    """
    state = state_of(path)
    apart: list[Entry] = []
    try:
        directory = _Directory(path, name, state)
    except DocumentError as problem:
        yield refusal(name, why_of(problem), *inputs_in_state(path, state))
        return
    for run in runs(directory.things(most, ignored, apart), most):
        yield ListedEntries(path, state, tuple(run))
    if directory.is_empty:
        yield refusal(name, EMPTY, *inputs_in_state(path, state))
    del directory
    for entry in apart:
        if entry.suffix == ARCHIVE:
            yield refusal(entry.name, NESTED, *inputs_in_state(path, state))
        else:
            yield from _large_text(path, state, entry, most)


class _Directory:
    """What is in an archive, by folder."""

    def __init__(self, path: str, name: str, state: State) -> None:
        infos, self._end = _infos(path, state)
        self._name = name
        self._starts = sorted(info.header_offset for info in infos)
        self._folders: dict[str, list[ZipInfo]] = defaultdict(list)
        for info in sorted(infos, key=lambda each: each.filename):
            inside = _inside(info)
            if inside[-1:] != "/":
                self._folders[inside.rpartition("/")[0]].append(info)

    @property
    def is_empty(self) -> bool:
        """Whether it holds no file at all."""
        return not self._folders

    def things(
        self, most: Cut, ignored: Counter[str], apart: list[Entry]
    ) -> Iterator[PackedText | PackedFolder]:
        """Yield what is read; count what is not, and put apart what is large."""
        for folder, infos in self._folders.items():
            by_suffix: dict[str, list[Entry]] = defaultdict(list)
            for entry in self._entries(infos, ignored):
                by_suffix[entry.suffix].append(entry)
            apart.extend(by_suffix[ARCHIVE])
            texts = [entry for suffix in TEXTS for entry in by_suffix[suffix]]
            if xml := by_suffix[XML]:
                sidecar = _sidecar(texts)
                yield PackedFolder(tuple(xml), sidecar, folder.rpartition("/")[2])
                texts = [entry for entry in texts if entry is not sidecar]
            for entry in texts:
                if entry.unpacked > most.large:
                    apart.append(entry)
                else:
                    yield PackedText(entry)

    def _entries(self, infos: list[ZipInfo], ignored: Counter[str]) -> Iterator[Entry]:
        """Yield the files of a folder that are read, or refused by name."""
        before, which = None, 1
        for info in infos:
            inside = _inside(info)
            suffix = suffix_of(inside)
            if any(map(is_hidden, inside.split("/"))):
                ignored[HIDDEN + IN_AN_ARCHIVE] += 1
            elif suffix not in KINDS:
                ignored[label_of(suffix) + IN_AN_ARCHIVE] += 1
            else:
                which = which + 1 if info.filename == before else 1
                before = info.filename
                yield self._entry(info, suffix, which)

    def _entry(self, info: ZipInfo, suffix: str, which: int) -> Entry:
        again = f" ({which})" if which > 1 else ""
        # Of two that begin at one place, each ends where it begins, and is refused.
        place = bisect_left(self._starts, info.header_offset)
        following = [*self._starts[place + 1 : place + 2], self._end]
        is_inside = 0 <= info.header_offset < self._end
        return Entry(
            f"{self._name}/{shown(info.filename)}{again}",
            suffix,
            info.header_offset,
            min(following) if is_inside else OUTSIDE,
            info.compress_size,
            info.file_size,
            info.CRC,
            info.compress_type,
            bool(info.flag_bits & _ENCRYPTED),
        )


class _Guarded(io.FileIO):
    """An archive's file that does not let its directory fill the memory."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return some bytes, unless they are a directory with too many entries."""
        if size is not None and size > MOST_BYTES_OF_DIRECTORY:
            raise DocumentError(*TOO_MANY_ENTRIES)
        content = super().read(-1 if size is None else size) or b""
        if content.count(_ENTRY_OF_DIRECTORY) > MOST_ENTRIES:
            raise DocumentError(*TOO_MANY_ENTRIES)
        return content


def _infos(path: str, state: State) -> tuple[list[ZipInfo], int]:
    """Return an archive's directory, and where it begins."""
    open_in_state(path, state).close()
    try:
        with _Guarded(path) as file, ZipFile(file) as archive:
            return archive.infolist(), archive.start_dir
    except DocumentError:
        raise
    except _BROKEN:
        raise DocumentError(*NOT_A_ZIP) from None


def _inside(info: ZipInfo) -> str:
    """Return an entry's name; some programs write it as Windows writes names."""
    return info.filename.replace("\\", "/")


def _sidecar(texts: list[Entry]) -> Entry | None:
    """Return the first entry called as a sidecar is."""
    for entry in texts:
        if entry.name.replace("\\", "/").endswith("/" + SIDECAR):
            return entry
    return None


def _large_text(path: str, state: State, entry: Entry, most: Cut) -> Iterator[Listed]:
    """Yield the documents of a text that is too large for one batch.

    A worker could not begin in the middle of what is packed, so batches hold the
    bytes themselves.
    """
    try:
        with open_in_state(path, state) as file:
            if has_lines(entry.suffix):
                yield from listed_lines(
                    entry.name,
                    stream_entry(file, entry),
                    most,
                    part=lambda start, end, content: HeldPart(content),
                    holds=True,
                    origin=(state, entry.start),
                )
            elif is_list(head_of(file, entry)):
                content = read_entry(file, entry, MOST_BYTES_TOGETHER, LONG_LIST)
                parts = held_parts(content)
                yield from listed_elements(entry.name, content, most, parts)
            else:
                yield ListedEntries(path, state, (PackedText(entry),))
    except DocumentError as problem:
        yield refusal(entry.name, why_of(problem), *inputs_in_state(path, state))
