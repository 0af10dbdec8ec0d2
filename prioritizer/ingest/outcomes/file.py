"""The rows of a file of outcomes as text, whatever a program made of it.

A row is either taken apart exactly or refused: of a table that is read leniently,
a row with a cell too many would say something that nobody wrote.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from prioritizer.errors import MissingInputError, SettingsError, numbered
from prioritizer.vocabulary.enums import fold

MOST_BYTES = 1 << 28
"""The largest file that is read, 256 MiB: some three million outcomes."""
_DELIMITERS = (",", ";", "\t")
_MOST_BYTES_OF_A_LINE = 1 << 16
# A quote that is never closed would otherwise make one row of all that follows.
_MOST_LINES_OF_A_ROW = 50
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row as it was given.

    Parameters
    ----------
    line : int
        The line on which it begins, the header's being 1.
    cells : dict of str to str or None
        Its texts by our names of the columns; None if it cannot be taken apart.
    is_ragged : bool
        Whether that is because it has more or fewer cells than the header.
    """

    line: int
    cells: dict[str, str] | None
    is_ragged: bool = False


class OutcomesFile:
    """A file of outcomes whose header is understood.

    Parameters
    ----------
    path : pathlib.Path
        CSV in UTF-8, its cells parted by commas, semicolons or tabs.
    headers : mapping of str to str
        The folded header of each of our columns.
    needed : sequence of str
        The columns without which the file is refused.

    Attributes
    ----------
    columns : tuple of str
        Those of our columns that it has.

    Raises
    ------
    MissingInputError
        If the file is not there.
    SettingsError
        If it is a folder, too large or not UTF-8, or listing the columns that are
        missing or stand there twice.
    """

    def __init__(
        self, path: Path, headers: Mapping[str, str], needed: Sequence[str]
    ) -> None:
        _check_file(path)
        self._path = path
        found = {each: self._header(each) for each in _DELIMITERS}
        wanted = set(headers.values())
        self._delimiter = max(found, key=lambda each: len(wanted & set(found[each])))
        header = found[self._delimiter]
        self._width = len(header)
        self._places = {
            name: header.index(folded)
            for name, folded in headers.items()
            if folded in header
        }
        twice = [name for name, folded in headers.items() if header.count(folded) > 1]
        missing = [name for name in needed if name not in self._places]
        problems = [f"column '{name}' is missing" for name in missing]
        problems += [f"column '{name}' stands there twice" for name in twice]
        if problems:
            raise SettingsError(numbered(problems), str(path), _fix(missing))
        self.columns = tuple(self._places)

    def rows(self) -> Iterator[TextRow]:
        """Yield the rows below the header; rows without any text are none."""
        with self._path.open("rb") as file:
            records = _records(file, self._delimiter)
            next(records)
            for line, cells in records:
                if cells is None:
                    yield TextRow(line, None)
                elif any(map(str.strip, cells)):
                    yield self._row(line, cells)

    def _row(self, line: int, cells: list[str]) -> TextRow:
        surplus = cells[self._width :]
        if len(cells) < self._width or any(map(str.strip, surplus)):
            return TextRow(line, None, is_ragged=True)
        texts = {name: cells[place].strip() for name, place in self._places.items()}
        return TextRow(line, texts)

    def _header(self, delimiter: str) -> list[str]:
        with self._path.open("rb") as file:
            _, cells = next(_records(file, delimiter), (1, None))
        return [fold(cell) for cell in cells or []]


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise SettingsError(
            "it is a folder, and no file of outcomes", str(path), "name a CSV file"
        )
    if not path.is_file():
        raise MissingInputError(
            "the file of outcomes is not there", str(path), "name a readable file"
        )
    if path.stat().st_size > MOST_BYTES:
        raise SettingsError(
            f"the file is larger than {MOST_BYTES >> 20} MiB",
            str(path),
            "split it into several, each with the header",
        )
    with path.open("rb") as file:
        if file.read(2) in _UTF16_MARKS:
            raise SettingsError(
                "the file is not UTF-8", str(path), "save it as CSV in UTF-8"
            )


def _fix(missing: Sequence[str]) -> str:
    moment = " or give --known-at," if "known_at" in missing else ""
    return (
        f"name each column once,{moment} or say what they are called there: in a TOML "
        'file for --columns, under [columns], such as report_id = "their header"'
    )


def _records(file: BinaryIO, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yield the line of each row and its cells; None if they cannot be told apart."""
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = 1
    while True:
        cells: list[str] | None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = None
        if cells != []:
            yield line, cells
        line += lines.close_row(is_whole=cells is not None)


class _Lines:
    """The lines of a file, of which those of a row that fails are given back."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._ahead: deque[str | None] = deque()
        self._row: list[str | None] = []
        if file.read(len(_UTF8_MARK)) != _UTF8_MARK:
            file.seek(0)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self._row) == _MOST_LINES_OF_A_ROW:
            raise csv.Error
        line = self._ahead.popleft() if self._ahead else self._read()
        self._row.append(line)
        if line is None:
            raise csv.Error
        return line

    def close_row(self, *, is_whole: bool) -> int:
        """Return how many lines the row has; one that failed has only its first."""
        if not is_whole:
            self._ahead.extendleft(reversed(self._row[1:]))
            del self._row[1:]
        count = len(self._row)
        self._row.clear()
        return count

    def _read(self) -> str | None:
        """Return the next line, or None for one that is too long."""
        line = self._file.readline(_MOST_BYTES_OF_A_LINE)
        if not line:
            raise StopIteration
        if len(line) < _MOST_BYTES_OF_A_LINE or line.endswith(b"\n"):
            return line.decode("utf-8", "replace")
        while line and not line.endswith(b"\n"):
            line = self._file.readline(_MOST_BYTES_OF_A_LINE)
        return None
