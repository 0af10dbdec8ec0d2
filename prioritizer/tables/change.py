"""Change a folder of tables as a whole: a kill leaves the old ones or the new.

A change is made ready in `.change/` among the tables. `commit.json` then says what
is still to be put in place, and whoever finds it there puts it in place.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from pathlib import Path

import polars as pl

from prioritizer.errors import TableError
from prioritizer.tables.commit import (
    NEW,
    Plan,
    carry_out,
    is_inside,
    plan_in,
    put_in_place,
)
from prioritizer.tables.folder import TableFolder, find_tables
from prioritizer.tables.layout import (
    COMMIT,
    MANIFEST,
    SCRATCH,
    STORED,
    Parts,
    manifest_of,
    number_of,
    part_name,
    parts_in,
)
from prioritizer.tables.lock import sole_writer
from prioritizer.tables.outputs import lying_beside
from prioritizer.tables.writing import write_shard


@contextmanager
def changing(folder: Path, *, afresh: bool = False) -> Iterator[TableChange]:
    """Hold a folder of tables as its only writer, and give what changes it.

    What a killed writer had begun to put in place is put in place first. Without
    `commit` nothing changes; where the system has no locks, nothing is held.

    Parameters
    ----------
    folder : pathlib.Path
        The folder; made if it is not there.
    afresh : bool
        Whether what is there is replaced as a whole, and nothing of it looked at.

    Yields
    ------
    TableChange
        Takes new shards and files, and puts them in place.

    Raises
    ------
    SettingsError
        If another run writes to the folder.
    TableError
        If a manifest is there, and the tables are not what it says.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with sole_writer(folder):
        scratch = folder / SCRATCH
        plan = plan_in(scratch)
        if plan is not None:
            carry_out(folder, plan)
        _forget_new(scratch)
        try:
            beside = lying_beside(folder) if afresh else frozenset()
            tables = None if afresh else find_tables(folder)
            yield TableChange(folder, tables, beside)
        finally:
            if plan_in(scratch) is None:
                _forget_new(scratch)


class TableChange:
    """A change of tables that is being made ready; only `commit` shows it.

    Attributes
    ----------
    folder : pathlib.Path
        Where the tables lie.
    scratch : pathlib.Path
        For files that a writer needs until then; they outlive a kill, and `commit`
        removes them.
    tables : TableFolder or None
        What is there now; its parts are not hashed again.
    """

    def __init__(
        self,
        folder: Path,
        tables: TableFolder | None,
        forgotten: Set[str] = frozenset(),
    ) -> None:
        self.folder = folder
        self.scratch = folder / SCRATCH
        self.tables = tables
        self._forgotten = forgotten
        self._kept = tables.shards if tables else 0
        self._put: Parts = {}

    def refuse_invented(self) -> None:
        """Raise `TableError` if the tables are of an invented world."""
        if self.tables is not None and self.tables.is_synthetic:
            raise TableError(
                "the folder holds tables of an invented world",
                str(self.folder),
                "choose another folder for the tables of real reports",
            )

    def keep_shards(self, count: int) -> None:
        """Leave the first `count` shards that are there untouched; later ones go."""
        self._kept = min(count, self.tables.shards if self.tables else 0)

    def put_shard(
        self,
        number: int,
        shard: Mapping[str, pl.DataFrame],
        *,
        tables: Sequence[str] | None = None,
        is_ordered: bool = False,
    ) -> None:
        """Check a shard and write it, to be put in place by `commit`.

        Parameters
        ----------
        number : int
            Which shard, counted from 0 in order of arrival.
        shard : mapping of str to polars.DataFrame
            Tables by name. A table left out is empty.
        tables : sequence of str or None
            Only these tables of a shard that is there are replaced.
        is_ordered : bool
            Whether the rows of every table stand in order already.

        Raises
        ------
        TableError
            If the shard does not obey the vocabulary.
        """
        if tables is not None and "reports" not in shard:
            if self.tables is None:
                raise ValueError("there is no shard of which tables could be replaced")
            shard = {**self.tables.read_shard(number, ["reports"]), **shard}
        self._put |= write_shard(
            self.scratch / NEW, number, shard, tables=tables, is_ordered=is_ordered
        )

    def file(self, name: str) -> Path:
        """Return where to write a file that `commit` puts beside the tables.

        Parameters
        ----------
        name : str
            Its place in the folder, such as ``"ingest.json"``.
        """
        if not is_inside(name) or name == MANIFEST:
            raise ValueError("it is no place beside the tables")
        path = self.scratch / NEW / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def beside(self, pattern: str) -> list[Path]:
        """Return files beside the tables that stay, by the pattern of their names."""
        found = sorted(self.folder.glob(pattern))
        return [
            path
            for path in found
            if path.relative_to(self.folder).as_posix() not in self._forgotten
        ]

    def commit(self, *, origin: str, key_check: str | None = None) -> TableFolder:
        """Put shards and files in place, and return the tables as they are then.

        Parameters
        ----------
        origin : str
            ``"synthetic"`` or ``"ingest"``.
        key_check : str or None
            A short digest under the key that hashes identifiers; the one that is
            there stays if left out.
        """
        parts = self._parts()
        if not parts:  # a folder of tables has each of them, if only without rows
            self.put_shard(0, {})
            parts = self._parts()
        held = self.tables.key_check if self.tables else None
        manifest = manifest_of(parts, origin=origin, key_check=key_check or held)
        new = self.scratch / NEW
        new.mkdir(parents=True, exist_ok=True)
        files = sorted(path for path in new.rglob("*") if path.is_file())
        move = [path.relative_to(new).as_posix() for path in files]
        go = (parts_in(self.folder) - parts.keys()) | (self._forgotten - set(move))
        plan = Plan(sorted(go), move, manifest)
        put_in_place(self.folder, plan)
        self.tables = TableFolder(self.folder, manifest)
        self._kept, self._put = self.tables.shards, {}
        return self.tables

    def _parts(self) -> Parts:
        there = self.tables.manifest["parts"] if self.tables else {}
        kept = {name: there[name] for name in there if number_of(name) < self._kept}
        parts = kept | self._put
        numbers = range(len({number_of(name) for name in parts}))
        whole = {
            part_name(table.name, number) for table in STORED for number in numbers
        }
        if parts.keys() != whole:
            raise ValueError("a shard is missing, or a table of one")
        return parts


def _forget_new(scratch: Path) -> None:
    """Remove what was made ready and never committed; a writer's own files stay."""
    for name in (COMMIT, f"{COMMIT}.draft"):  # one that is not whole
        (scratch / name).unlink(missing_ok=True)
    shutil.rmtree(scratch / NEW, ignore_errors=True)
    with suppress(OSError):  # the folder is not there, or not empty
        scratch.rmdir()
