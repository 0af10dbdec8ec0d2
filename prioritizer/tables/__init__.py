"""The checked tables on disk: Parquet shards and their manifest."""

from prioritizer.tables.check import check_frames, problems_of
from prioritizer.tables.folder import (
    Parts,
    TableFolder,
    close_tables,
    forget_tables,
    open_tables,
    write_shard,
    write_tables,
)
from prioritizer.tables.frames import (
    as_table,
    empty,
    frame_of_rows,
    latest_versions,
    raw_schema_of,
    schema_of,
)
from prioritizer.tables.outputs import is_tables, refuse_full, refuse_tables

__all__ = [
    "Parts",
    "TableFolder",
    "as_table",
    "check_frames",
    "close_tables",
    "empty",
    "forget_tables",
    "frame_of_rows",
    "is_tables",
    "latest_versions",
    "open_tables",
    "problems_of",
    "raw_schema_of",
    "refuse_full",
    "refuse_tables",
    "schema_of",
    "write_shard",
    "write_tables",
]
