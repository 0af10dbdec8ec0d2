"""Parquet files that say what they were made from: scores and queues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from prioritizer.errors import MissingInputError, SettingsError

_PREFIX = "prioritizer."


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
    """
    table = pa.Table.from_pandas(frame, preserve_index=False)
    facts = {_PREFIX + name: value for name, value in stamp.items()}
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), **facts})
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd")


def read_stamped(
    path: Path, *, holds: str, command: str, columns: Sequence[str]
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
    columns : sequence of str
        Columns that it must have.

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
        frame = table.to_pandas()
    except (pa.ArrowException, OSError, ValueError):
        said, frame = {}, pd.DataFrame()
    stamp = {
        name.removeprefix(_PREFIX): value
        for name, value in said.items()
        if name.startswith(_PREFIX)
    }
    if not set(columns) <= set(frame.columns) or not stamp:
        raise SettingsError(
            f"the file does not hold {holds}",
            str(path),
            f"name one made by `{command}`",
        )
    return frame, stamp
