"""Write a queue with what it was made from, and read it again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from prioritizer.errors import MissingInputError, SettingsError

_PREFIX = "prioritizer."


def write_queue(path: Path, queue: pd.DataFrame, made_from: Mapping[str, str]) -> None:
    """Write a queue as Parquet.

    Parameters
    ----------
    path : pathlib.Path
        Where to write.
    queue : pandas.DataFrame
        The queue.
    made_from : mapping of str to str
        Hashes of model and data and the moment of the queue, kept in the file.
    """
    table = pa.Table.from_pandas(queue, preserve_index=False)
    facts = {_PREFIX + name: value for name, value in made_from.items()}
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), **facts})
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd")


def read_queue(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return a queue and what it was made from.

    Raises
    ------
    MissingInputError
        If there is no such file.
    SettingsError
        If the file is not a queue.
    """
    if not path.is_file():
        raise MissingInputError(
            "there is no queue", str(path), "make one with `prioritizer rank --out`"
        )
    try:
        table = pq.read_table(path)
        facts = {
            name.decode().removeprefix(_PREFIX): value.decode()
            for name, value in (table.schema.metadata or {}).items()
            if name.decode().startswith(_PREFIX)
        }
        queue = table.to_pandas()
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        facts, queue = {}, pd.DataFrame()
    if "position" not in queue.columns or not facts:
        raise SettingsError(
            "the file is not a queue", str(path), "name one made by `prioritizer rank`"
        )
    return queue, facts
