"""What a table is: named fields, and where its rows stand in each format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prioritizer.vocabulary.field import Field
from prioritizer.vocabulary.section import Section, section_at


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

    @property
    def section(self) -> Section:
        """Who says its rows; the envelope for those that are the document itself."""
        return self.section_of(".", ".") or Section.ENVELOPE

    def section_of(self, xml: str, json: str) -> Section | None:
        """Return who says what stands at a column's paths in its rows, if anyone.

        Where both formats can say it, the JSON's block decides. Providers write
        the submission XML, so what only that can say is theirs.
        """
        if self.json and json:
            # Persons and files stand among what the provider sent.
            return Section.A if self.of else section_at(_joined(self.json, json))
        return Section.A if self.xml and xml else None


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
                yield owner + _joined(root, path)

    def sections(self, field: Field) -> tuple[Section, ...]:
        """Return who may say a column: one section, or that of each kind of row.

        A column that this package sets goes with the rows that it is set in.

        Examples
        --------
        >>> from prioritizer.vocabulary import REPORTS
        >>> [each.value for each in REPORTS.sections(REPORTS.field("incident_type"))]
        ['A']
        """
        if field.section:
            return (field.section,)
        found = {
            source.section_of(field.xml, field.json)
            if field.xml or field.json
            else source.section
            for source in self.sources
        }
        named = tuple(each for each in Section if each in found)
        return named or (Section.ENVELOPE,)

    @property
    def told_apart(self) -> tuple[str, dict[str, Section]]:
        """The column that tells of which section a row is, and what it tells.

        The column's name is empty where all rows are of one section.

        Examples
        --------
        >>> from prioritizer.vocabulary import LOCATIONS
        >>> LOCATIONS.told_apart[0]
        'location_source'
        """
        if len({source.section for source in self.sources}) < 2:
            return "", {}
        sets = [(dict(source.sets), source.section) for source in self.sources]
        for name in dict.fromkeys(name for each, _ in sets for name in each):
            pairs = dict.fromkeys((each.get(name), section) for each, section in sets)
            found = {value: section for value, section in pairs if value is not None}
            if len(found) == len(pairs):
                return name, found
        raise LookupError(f"no column tells the sections of {self.name} apart")


def _joined(root: str, path: str) -> str:
    return "/".join(part for part in (root, path) if part != "." or root == path)
