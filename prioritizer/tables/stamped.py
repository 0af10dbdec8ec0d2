"""Parquet files that say what they were made from: features, scores and queues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from prioritizer.errors import MissingInputError, SettingsError

_PREFIX = "prioritizer."


_ROWS_AT_ONCE = 100_000


def write_stamped(path: Path, frame: pd.DataFrame, stamp: Mapping[str, str]) -> None:
    """Write a frame as Parquet, with a stamp in the file's own metadata.

    Parameters
    ----------
    path : pathlib.Path
        Where to write; folders above are made.
    frame : pandas.DataFrame
        The rows; the index is not kept.
    stamp : mapping of str to str
        What the rows were made from, such as the hash of a model.

    Raises
    ------
    SettingsError
        If something is there that is not such a file.
    """
    table = pa.Table.from_pandas(frame, preserve_index=False)
    refuse_unstamped(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(_stamped(table, stamp), path, compression="zstd")


def write_stamped_parts(
    path: Path, frames: Iterable[pl.DataFrame], stamp: Mapping[str, str]
) -> int:
    """Write frames one after the other as `write_stamped` does; return their rows.

    The file's row groups are of one size, so that its bytes do not depend on how the
    rows came in frames. A run that is cut short leaves what was there before.

    Parameters
    ----------
    path : pathlib.Path
        Where to write; folders above are made.
    frames : iterable of polars.DataFrame
        At least one; all of the same columns.
    stamp : mapping of str to str
        What the rows were made from.

    Raises
    ------
    SettingsError
        If something is there that is not such a file.
    """
    refuse_unstamped(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    rows = 0
    try:
        with ExitStack() as stack:
            writer: pq.ParquetWriter | None = None
            for frame in _of_one_size(frames):
                table = _stamped(frame.to_arrow(), stamp)
                if writer is None:
                    writer = pq.ParquetWriter(
                        draft,
                        table.schema,
                        compression="zstd",
                        # Numbers repeat, but to look for them takes longer than to
                        # press them.
                        use_dictionary=_categories(table.schema),
                        write_statistics=False,
                    )
                    stack.enter_context(writer)
                writer.write_table(table, row_group_size=_ROWS_AT_ONCE)
                rows += frame.height
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return rows


def _categories(schema: pa.Schema) -> list[str]:
    return [each.name for each in schema if pa.types.is_dictionary(each.type)]


def _of_one_size(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    held: pl.DataFrame | None = None
    for frame in frames:
        held = frame if held is None else pl.concat([held, frame])
        while held.height > _ROWS_AT_ONCE:
            yield held[:_ROWS_AT_ONCE].rechunk()
            held = held[_ROWS_AT_ONCE:]
    if held is not None:
        yield held.rechunk()


def _stamped(table: pa.Table, stamp: Mapping[str, str]) -> pa.Table:
    facts = {_PREFIX + name: value for name, value in stamp.items()}
    return table.replace_schema_metadata({**(table.schema.metadata or {}), **facts})


def refuse_unstamped(path: Path) -> None:
    """Raise if something is there that no command of ours wrote.

    Raises
    ------
    SettingsError
        If so.
    """
    if path.exists() and not _is_stamped(path):
        raise SettingsError(
            "something else is there", str(path), "choose another place for the output"
        )


def _is_stamped(path: Path) -> bool:
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (pa.ArrowException, OSError):
        return False
    return any(name.startswith(_PREFIX.encode()) for name in metadata)


def read_stamped(
    path: Path,
    *,
    holds: str,
    command: str,
    numbers: Sequence[str],
    others: Sequence[str] = (),
    with_values: bool = False,
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the rows of a stamped file and its stamp.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    holds : str
        What it should hold, for messages: ``"a queue"``.
    command : str
        The command that makes such files.
    numbers, others : sequence of str
        Columns that it must have: those that hold numbers, and the rest. Besides, it
        must have contributions, in columns `c_<feature>` with numbers.
    with_values : bool
        Whether it must have `v_<feature>` for each of these.

    Returns
    -------
    pandas.DataFrame
        The rows.
    dict of str to str
        The stamp.

    Raises
    ------
    MissingInputError
        If there is no such file.
    SettingsError
        If the file holds something else.
    """
    if not path.is_file():
        raise MissingInputError(
            f"there is no file with {holds}", str(path), f"make one with `{command}`"
        )
    try:
        table = pq.read_table(path)
        metadata = table.schema.metadata or {}
        said = {name.decode(): value.decode() for name, value in metadata.items()}
        frame = table.to_pandas(ignore_metadata=True)
    except (pa.ArrowException, OSError, ValueError):
        said, frame = {}, pd.DataFrame()
    stamp = {
        name.removeprefix(_PREFIX): value
        for name, value in said.items()
        if name.startswith(_PREFIX)
    }
    points = [name for name in frame.columns if name.startswith("c_")]
    values = [f"v_{name.removeprefix('c_')}" for name in points if with_values]
    missing = {*numbers, *others, *values} - set(frame.columns)
    counted = [*numbers, *points]
    is_whole = bool(stamp and points) and not missing
    if not is_whole or not all(_is_number(frame[name]) for name in counted):
        raise SettingsError(
            f"the file does not hold {holds}",
            str(path),
            f"name one made by `{command}`",
        )
    return frame, stamp


def _is_number(column: pd.Series) -> bool:
    dtype = column.dtype
    return pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(
        dtype
    )
