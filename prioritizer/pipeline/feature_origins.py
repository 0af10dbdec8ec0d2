"""Each feature of one report: its value, its words, and where these come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isnan
from pathlib import Path

import polars as pl

from prioritizer.errors import MissingInputError
from prioritizer.explain.reasons import words_for
from prioritizer.features import CATALOGUE, Feature, columns_read, compute_features
from prioritizer.features.completeness import completeness_of
from prioritizer.pipeline.history import history_of
from prioritizer.tables import latest_versions, open_tables
from prioritizer.vocabulary import HISTORY_TABLES, TABLES, Field, Reading, Table
from prioritizer.vocabulary.section import Section

SET_ON_READING = "set on reading"
LOOKED_BACK = "looked back on earlier reports"
_TABLES = {table.name: table for table in TABLES}
_KEY = ("report_id", "version")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a column that a feature reads comes from.

    Attributes
    ----------
    column : str
        Table and column, or the table alone where all its rows count.
    json, xml : tuple of str
        Its paths in the law-enforcement JSON and in the submission XML; one that
        starts in a person or a file has it in front, with a colon.
    made : str
        Who made it, where it stands at no path: this package on reading, or its
        look back on earlier reports.
    """

    column: str
    json: tuple[str, ...] = ()
    xml: tuple[str, ...] = ()
    made: str = ""

    @property
    def words(self) -> str:
        """The column with the first of its paths in each format.

        Examples
        --------
        >>> Origin("files.port", ("file:a/port", "b/a/port"), ("file:port",)).words
        'files.port (JSON a/port; XML port)'
        """
        named = (("JSON", self.json), ("XML", self.xml))
        ways = [f"{name} {_ways(paths)}" for name, paths in named if paths]
        return f"{self.column} ({'; '.join([*ways, self.made]).removesuffix('; ')})"


@dataclass(frozen=True, slots=True)
class DescribedFeature:
    """One feature of one report.

    Attributes
    ----------
    feature, group : str
        Its name, and its section of the catalogue.
    value : float, str or None
        Its value; None where it is not known.
    unit : str
        What the value counts.
    words : str
        What the value says.
    origins : tuple of Origin
        Where it comes from.
    """

    feature: str
    group: str
    value: float | str | None
    unit: str
    words: str
    origins: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class DescribedReport:
    """All features of one report, and beside them how complete it is.

    Attributes
    ----------
    report_id, version : int
        Which version of which report.
    features : tuple of DescribedFeature
        In the order of the catalogue.
    completeness : dict of str to object
        Its row of `prioritizer.features.completeness.completeness_of`: another
        scale, and no feature.
    """

    report_id: int
    version: int
    features: tuple[DescribedFeature, ...]
    completeness: dict[str, object]


def describe_features(
    folder: Path,
    report_id: int,
    *,
    as_of: datetime | None = None,
    features: Sequence[Feature] = CATALOGUE,
) -> DescribedReport:
    """Return each feature of one report, with where it comes from.

    Parameters
    ----------
    folder : pathlib.Path
        A folder of tables.
    report_id : int
        The report.
    as_of : datetime or None
        Versions that arrive later are not there yet.
    features : sequence of Feature
        Which features, in order.

    Returns
    -------
    DescribedReport
        The latest version of the report.

    Raises
    ------
    MissingInputError
        If the folder holds no tables, or the report is not in them.
    TableError
        If the tables are not what their manifest and the vocabulary say.
    """
    tables, frames = open_tables(folder)
    arrived = latest_versions(frames["reports"], as_of)
    if _only(arrived, report_id).is_empty():
        raise MissingInputError(
            "the report is not in the tables",
            str(folder),
            "check its number, or name a later moment if it came after --as-of",
        )
    # What was known of it needs all that came before; the rest needs it alone.
    with history_of(tables) as history:
        known = {**frames, **history.read()}
    own = {name: _only(frame, report_id) for name, frame in known.items()}
    values = compute_features(own, features, as_of=as_of).iloc[0]
    (beside,) = completeness_of(own, as_of=as_of).to_dicts()
    described = tuple(_described(each, values[each.name]) for each in features)
    return DescribedReport(
        report_id,
        int(str(beside["version"])),
        described,
        {name: value for name, value in beside.items() if name not in _KEY},
    )


def _only(frame: pl.DataFrame, report_id: int) -> pl.DataFrame:
    if "report_id" not in frame.columns:
        return frame
    return frame.filter(pl.col("report_id") == report_id)


def _described(feature: Feature, value: object) -> DescribedFeature:
    plain = _plain(value)
    return DescribedFeature(
        feature.name,
        feature.group,
        plain,
        feature.unit,
        words_for(feature, plain),
        origins_of(feature),
    )


def _plain(value: object) -> float | str | None:
    """Return a cell of X as JSON knows it; what is not known is None."""
    if isinstance(value, str) or value is None:
        return value
    number = float(str(value))
    return None if isnan(number) else number


def origins_of(feature: Feature) -> tuple[Origin, ...]:
    """Return where a feature comes from: the columns it reads, and their paths.

    Parameters
    ----------
    feature : Feature
        The feature.

    Returns
    -------
    tuple of Origin
        One for each column, or one for the table where all its rows count.

    Examples
    --------
    >>> from prioritizer.features import by_name
    >>> origins_of(by_name()["user_emails"])[1].words
    'people.email_count (JSON reportedInformation/reportedPeople/reportedPersons...'
    """
    return tuple(_origin(_TABLES[table], name) for table, name in columns_read(feature))


def _origin(table: Table, column: str) -> Origin:
    """Return where a column comes from, or the rows of a table."""
    if column:
        return _of_field(table, table.field(column))
    made = LOOKED_BACK if table in HISTORY_TABLES else ""
    return Origin(f"{table.name}: all rows", *_rows_of(table), made)


def _rows_of(table: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return where the rows of a table stand in both formats, not the report itself."""
    rows = [each for each in table.sources if each.section is not Section.ENVELOPE]
    return (
        tuple(each.json for each in rows if each.json),
        tuple(each.xml for each in rows if each.xml),
    )


def _of_field(table: Table, field: Field) -> Origin:
    column = f"{table.name}.{field.name}"
    if table in HISTORY_TABLES:
        return Origin(column, made=LOOKED_BACK)
    if field.reading is Reading.GIVEN:
        return Origin(column, *_rows_of(table), SET_ON_READING)
    json, xml = (tuple(table.places(field, each)) for each in ("json", "xml"))
    return Origin(column, json, xml)


def _ways(paths: Sequence[str]) -> str:
    """Return the first way to write paths, and how many others there are.

    A path that ends as another does is no other way: it is the same element, in
    other surroundings.
    """
    bare = dict.fromkeys(path.partition(":")[2] or path for path in paths)
    ways = [
        path for path in bare if not any(path.endswith(f"/{other}") for other in bare)
    ]
    more = f" and {len(ways) - 1} more" if len(ways) > 1 else ""
    return f"{ways[0]}{more}"
