"""The rival of the generator: the same columns, drawn row by row with Faker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import cycle

from faker import Faker

from prioritizer.vocabulary import DOCUMENT_TABLES, Field, Kind

_BEGINS = datetime(2019, 1, 1, tzinfo=UTC)
_ENDS = datetime(2025, 12, 31, tzinfo=UTC)


def draw_rows(rows_a_report: Mapping[str, float], reports: int) -> int:
    """Draw reports with their child rows as one would with Faker alone.

    Parameters
    ----------
    rows_a_report : mapping of str to float
        Mean rows of each table for one report.
    reports : int
        How many reports.

    Returns
    -------
    int
        How many rows were drawn.
    """
    faker = Faker("en_US")
    faker.seed_instance(0)
    drawn = 0
    for table in DOCUMENT_TABLES:
        makers = {field.name: _maker(field, faker) for field in table.fields}
        count = round(reports * rows_a_report[table.name])
        rows = [{name: draw() for name, draw in makers.items()} for _ in range(count)]
        drawn += len(rows)
    return drawn


def _maker(field: Field, faker: Faker) -> Callable[[], object]:
    match field.kind:
        case Kind.BOOL:
            return faker.pybool
        case Kind.TIME:
            return lambda: faker.date_time_between(_BEGINS, _ENDS, tzinfo=UTC)
        case Kind.CATEGORY:
            allowed = field.allowed
            return lambda: faker.random_element(allowed)
        case Kind.HASH:
            return _identifier(field, faker)
        case Kind.REPORT_IDS:
            return lambda: [faker.random_int(1, 10**9)]
        case _:
            return lambda: faker.random_int(0, 1000)


def _identifier(field: Field, faker: Faker) -> Callable[[], object]:
    """Return what makes an identifier; those of people and files are mixed."""
    if field.name != "identifier_key":
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
