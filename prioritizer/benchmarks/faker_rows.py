"""The rival of the generator: the same files, their columns drawn with Faker."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import polars as pl
from faker import Faker

from prioritizer.tables import schema_of
from prioritizer.vocabulary import DOCUMENT_TABLES, OUTCOMES

_BEGINS = datetime(2019, 1, 1, tzinfo=UTC)
_ENDS = datetime(2025, 12, 31, tzinfo=UTC)
_KEY, _HASH_BYTES = b"a public key", 16
Draw = Callable[[], object]


def write_rows(
    folder: Path, rows_a_report: Mapping[str, float], truth: pl.Schema, reports: int
) -> None:
    """Write reports with their child rows as one would with Faker alone.

    Row by row, each column by the provider that fits it; identifiers are hashed
    under a key, and each table ends as a Parquet file, as ours do.

    Parameters
    ----------
    folder : pathlib.Path
        Where to write a Parquet file for each table.
    rows_a_report : mapping of str to float
        Mean rows of each table for one report.
    truth : polars.Schema
        The columns of the answer key, one row a report.
    reports : int
        How many reports.
    """
    faker = Faker("en_US")
    faker.seed_instance(0)
    schemas = {table.name: schema_of(table) for table in (*DOCUMENT_TABLES, OUTCOMES)}
    for name, schema in {**schemas, "truth": truth}.items():
        draws = {
            column: _draw(column, dtype, faker) for column, dtype in schema.items()
        }
        count = round(reports * rows_a_report.get(name, 1.0))
        rows = [
            {column: draw() for column, draw in draws.items()} for _ in range(count)
        ]
        pl.DataFrame(rows, schema=schema).write_parquet(folder / f"{name}.parquet")


def _draw(column: str, dtype: pl.DataType, faker: Faker) -> Draw:
    match dtype:
        case pl.Boolean():
            return faker.pybool
        case pl.Datetime():
            return lambda: faker.date_time_between(_BEGINS, _ENDS, tzinfo=UTC)
        case pl.Enum():
            members = dtype.categories.to_list()
            return lambda: faker.random_element(members)
        case pl.Binary():
            return _hashed(_identifier(column, faker))
        case pl.List():
            return lambda: [faker.random_int(1, 10**9)]
        case pl.String():
            return faker.word
        case pl.Float64():
            return faker.pyfloat
        case _:
            return lambda: faker.random_int(0, 1000)


def _identifier(column: str, faker: Faker) -> Draw:
    """Return what makes an identifier; those of people and files are mixed."""
    if column != "identifier_key":
        return faker.ipv4
    kinds = cycle(
        [
            faker.md5,
            faker.safe_email,
            faker.md5,
            faker.user_name,
            faker.md5,
            faker.uuid4,
        ]
    )
    return lambda: next(kinds)()


def _hashed(draw: Draw) -> Draw:
    def digest() -> bytes:
        text = str(draw()).encode()
        return hashlib.blake2b(text, key=_KEY, digest_size=_HASH_BYTES).digest()

    return digest
