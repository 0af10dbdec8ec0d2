"""The checked tables on disk: Parquet shards and their manifest."""

from prioritizer.tables.change import TableChange, changing
from prioritizer.tables.check import check_frames, problems_of
from prioritizer.tables.folder import (
    TableFolder,
    find_tables,
    open_tables,
    streamed_tables,
)
from prioritizer.tables.frames import (
    as_table,
    empty,
    latest_versions,
    raw_schema_of,
    schema_of,
)
from prioritizer.tables.layout import HISTORY, Parts, sha256_of
from prioritizer.tables.lock import sole_writer
from prioritizer.tables.outputs import (
    forget_tables,
    is_begun,
    is_own,
    is_tables,
    refuse_full,
    refuse_tables,
)
from prioritizer.tables.places import REPORT, places_of
from prioritizer.tables.writing import close_tables, write_shard, write_tables

__all__ = [
    "HISTORY",
    "REPORT",
    "Parts",
    "TableChange",
    "TableFolder",
    "as_table",
    "changing",
    "check_frames",
    "close_tables",
    "empty",
    "find_tables",
    "forget_tables",
    "is_begun",
    "is_own",
    "is_tables",
    "latest_versions",
    "open_tables",
    "places_of",
    "problems_of",
    "raw_schema_of",
    "refuse_full",
    "refuse_tables",
    "schema_of",
    "sha256_of",
    "sole_writer",
    "streamed_tables",
    "write_shard",
    "write_tables",
]
