"""What a table is: named fields, and where its rows stand in each format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prioritizer.vocabulary.field import Field


@dataclass(frozen=True, slots=True)
class RowSource:
    """One place in the formats where rows of a table stand.

    Parameters
    ----------
    xml, json : str
        Path of the rows' elements; empty where the format has none.
    of : str
        Which element the path starts from: ``""`` the document, ``"person"``
        or ``"file"`` an element that is itself a row.
    sets : tuple of (str, str)
        Columns that have one value for all rows from this place.
    """

    xml: str = ""
    json: str = ""
    of: str = ""
    sets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A named, ordered set of fields, and where its rows come from.

    Examples
    --------
    >>> from prioritizer.vocabulary import CAPTURES
    >>> CAPTURES.field("port").kind.value
    'int32'
    """

    name: str
    help: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    sources: tuple[RowSource, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """Return the field called `name`.

        Raises
        ------
        KeyError
            If the table has no such field.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def places(self, field: Field, format: str) -> Iterator[str]:
        """Yield the full paths of `field` in a format, ``"xml"`` or ``"json"``."""
        path = getattr(field, format)
        if not path:
            return
        for source in self.sources or (RowSource(xml=".", json="."),):
            root = getattr(source, format)
            if root:
                owner = f"{source.of}:" if source.of else ""
                yield owner + "/".join(
                    part for part in (root, path) if part != "." or root == path
                )
