"""List the documents in one folder of a disk."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

from prioritizer.errors import DocumentError
from prioritizer.ingest.sources.archives import listed_archive
from prioritizer.ingest.sources.disk_parts import ListedFolder, ListedTexts
from prioritizer.ingest.sources.document import SIDECAR, shown
from prioritizer.ingest.sources.files import (
    FilePart,
    State,
    inputs_in_state,
    open_in_state,
    place_in,
    read_file,
    state_of,
)
from prioritizer.ingest.sources.json_lists import is_list, listed_elements
from prioritizer.ingest.sources.kinds import ARCHIVE, TEXTS, XML, has_lines, suffix_of
from prioritizer.ingest.sources.limits import MOST_BYTES_TOGETHER, Cut
from prioritizer.ingest.sources.lines import listed_lines
from prioritizer.ingest.sources.parts import Listed, refusal, runs, stamp_of
from prioritizer.ingest.sources.refusals import LONG_LIST, NOT_READABLE, why_of
from prioritizer.ingest.sources.texts import estimated_reports


class _File(NamedTuple):
    """A text in a folder, and its state."""

    name: str
    reports: int
    state: State

    @property
    def size(self) -> int:
        return self.state.size


def listed_files(
    folder: str,
    own_name: str,
    names: Iterable[str],
    most: Cut,
    ignored: Counter[str],
) -> Iterator[Listed]:
    """Yield the documents among files of one folder.

    Parameters
    ----------
    folder : str
        The folder, as the user named it or what it is in.
    own_name : str
        Its own name, by whichever link it was reached.
    names : iterable of str
        Names of files of `KINDS`, in their order.
    most : Cut
        How large a batch may be.
    ignored : collections.Counter
        Counts files in archives that are of other kinds.
    """
    by_suffix: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_suffix[suffix_of(name)].append(name)
    texts = [name for suffix in TEXTS for name in by_suffix.pop(suffix, ())]
    if xml := by_suffix.pop(XML, None):
        sidecar = SIDECAR if SIDECAR in texts else None
        texts = [name for name in texts if name != sidecar]
        yield listed_folder(folder, own_name, xml, sidecar)
    large: list[_File] = []
    for run in runs(_small(folder, texts, most, large), most):
        yield _listed_texts(folder, run)
    for file in large:
        yield from _large_text(folder, file, most)
    for name in by_suffix.pop(ARCHIVE, ()):
        path = place_in(folder, name)
        yield from listed_archive(path, shown(path), most, ignored)


def listed_folder(
    folder: str, own_name: str, xml: list[str], sidecar: str | None
) -> ListedFolder:
    """Return the XML files of a folder, of which one should be a report."""
    states = [(name, state_of(place_in(folder, name))) for name in xml]
    beside = sidecar and state_of(place_in(folder, sidecar))
    return ListedFolder(
        folder,
        own_name,
        tuple(xml),
        sidecar,
        sum(state.size for _, state in states),
        stamp_of(folder, states, beside),
    )


def _small(
    folder: str, names: list[str], most: Cut, large: list[_File]
) -> Iterator[_File]:
    """Yield the texts that fit into a batch with others; put the others apart."""
    for name in names:
        state = state_of(place_in(folder, name))
        file = _File(name, estimated_reports(suffix_of(name), state.size), state)
        if state.size > most.large:
            large.append(file)
        else:
            yield file


def _listed_texts(folder: str, files: list[_File]) -> ListedTexts:
    return ListedTexts(
        folder,
        tuple(file.name for file in files),
        sum(file.reports for file in files),
        sum(file.size for file in files),
        stamp_of(folder, files),
    )


def _large_text(folder: str, file: _File, most: Cut) -> Iterator[Listed]:
    """Yield the documents of a text that is too large for one batch."""
    path, state = place_in(folder, file.name), file.state
    name = shown(path)
    try:
        with open_in_state(path, state) as stream:
            if has_lines(suffix_of(file.name)):
                yield from listed_lines(
                    name,
                    stream,
                    most,
                    part=lambda start, end, _: FilePart(path, state, start, end),
                    holds=False,
                    origin=state,
                )
                return
            begins_as_list = is_list(stream.read(2**16))
        if begins_as_list:
            content = read_file(path, MOST_BYTES_TOGETHER, LONG_LIST)
            parts = partial(FilePart, path, state)
            yield from listed_elements(name, content, most, parts)
        else:
            yield _listed_texts(folder, [file])
    except DocumentError as problem:
        yield refusal(name, why_of(problem), *inputs_in_state(path, state))
    except OSError:
        yield refusal(name, NOT_READABLE, *inputs_in_state(path, state))
