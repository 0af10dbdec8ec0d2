"""The data dictionary, written from the fields."""

from __future__ import annotations

from collections.abc import Iterable

from prioritizer.vocabulary.field import Field, Kind
from prioritizer.vocabulary.section import Section
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
        What the sections of a report are, then a part for each table with a
        row for each column.

    Examples
    --------
    >>> from prioritizer.vocabulary import OUTCOMES
    >>> print(data_dictionary([OUTCOMES]).splitlines()[0])
    # Data dictionary
    """
    return "\n".join([*_LEAD, *(_part(table) for table in tables)])


_LEAD = (
    "# Data dictionary",
    "",
    "*Section* is who says it, by the blocks of the JSON: "
    + "; ".join(f"**{section}** {section.words}" for section in Section)
    + ". The submission XML is all of section A. "
    "`prioritizer train --sections` chooses which of them a model sees.",
    "",
)
_COLUMNS = (
    *("column", "section", "holds", "read as"),
    *("in the submission XML", "in the JSON", "meaning"),
)


def _part(table: Table) -> str:
    head = [
        f"## {table.name}",
        "",
        f"{table.help} Key: {', '.join(f'`{name}`' for name in table.key)}."
        + _told_apart(table),
        "",
        "| " + " | ".join(_COLUMNS) + " |",
        "|---" * len(_COLUMNS) + "|",
    ]
    return "\n".join([*head, *(_row(table, field) for field in table.fields), ""])


def _told_apart(table: Table) -> str:
    """Return which rows are of which section, where they are of several."""
    name, told = table.told_apart
    if not name:
        return ""
    values = {
        section: [f"`{value}`" for value in told if told[value] is section]
        for section in Section
    }
    kinds = [f"{each} {', '.join(named)}" for each, named in values.items() if named]
    return f" Section of a row by `{name}`: {'; '.join(kinds)}."


def _row(table: Table, field: Field) -> str:
    cells = (
        f"`{field.name}`" + (" (required)" if field.required else ""),
        ", ".join(table.sections(field)),
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
