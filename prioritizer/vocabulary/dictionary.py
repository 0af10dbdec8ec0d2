"""The data dictionary, written from the fields."""

from __future__ import annotations

from collections.abc import Iterable

from prioritizer.vocabulary.field import Field, Kind
from prioritizer.vocabulary.table import Table

# Longer lists (places, providers) would drown the page; their file has them.
_MOST_VALUES_SHOWN = 12


def data_dictionary(tables: Iterable[Table]) -> str:
    """Return the data dictionary of `tables` as Markdown.

    Parameters
    ----------
    tables : iterable of Table
        The tables to describe, in order.

    Returns
    -------
    str
        One section a table, one row a column.

    Examples
    --------
    >>> from prioritizer.vocabulary import OUTCOMES
    >>> print(data_dictionary([OUTCOMES]).splitlines()[0])
    ## outcomes
    """
    return "\n".join(_section(table) for table in tables)


def _section(table: Table) -> str:
    head = [
        f"## {table.name}",
        "",
        f"{table.help} Key: {', '.join(f'`{name}`' for name in table.key)}.",
        "",
        "| column | holds | read as | in the submission XML | in the JSON | meaning |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *(_row(table, field) for field in table.fields), ""])


def _row(table: Table, field: Field) -> str:
    cells = (
        f"`{field.name}`" + (" (required)" if field.required else ""),
        _holds(field),
        field.reading.value,
        _places(table, field, "xml"),
        _places(table, field, "json"),
        field.help + _values(field),
    )
    return "| " + " | ".join(cells) + " |"


def _holds(field: Field) -> str:
    return "keyed hash" if field.kind is Kind.HASH else field.kind.value


def _places(table: Table, field: Field, format: str) -> str:
    paths = [path.replace("|", "\\|") for path in table.places(field, format)]
    return "<br>".join(f"`{path}`" for path in paths)


def _values(field: Field) -> str:
    if not field.allowed or len(field.allowed) > _MOST_VALUES_SHOWN:
        return ""
    return " One of: " + ", ".join(f"`{value}`" for value in field.allowed) + "."
