"""The words of the field: every table, column and closed list, stated once."""

from prioritizer.vocabulary.dictionary import data_dictionary
from prioritizer.vocabulary.field import Field, Kind, Reading, Sensitivity
from prioritizer.vocabulary.fields.captures import CAPTURES
from prioritizer.vocabulary.fields.files import FILES
from prioritizer.vocabulary.fields.identifiers import IDENTIFIERS
from prioritizer.vocabulary.fields.links import (
    ADDRESS_HISTORY,
    CLUSTER_MERGES,
    LINKS,
    PROVIDER_HISTORY,
)
from prioritizer.vocabulary.fields.locations import LOCATIONS
from prioritizer.vocabulary.fields.outcomes import OUTCOMES
from prioritizer.vocabulary.fields.people import PEOPLE
from prioritizer.vocabulary.fields.reports import REPORTS
from prioritizer.vocabulary.table import RowSource, Table

DOCUMENT_TABLES = (REPORTS, PEOPLE, FILES, CAPTURES, IDENTIFIERS, LOCATIONS)
HISTORY_TABLES = (LINKS, PROVIDER_HISTORY, ADDRESS_HISTORY, CLUSTER_MERGES)
TABLES = (*DOCUMENT_TABLES, OUTCOMES, *HISTORY_TABLES)
SCHEMA_VERSION = 2

__all__ = [
    "ADDRESS_HISTORY",
    "CAPTURES",
    "CLUSTER_MERGES",
    "DOCUMENT_TABLES",
    "FILES",
    "HISTORY_TABLES",
    "IDENTIFIERS",
    "LINKS",
    "LOCATIONS",
    "OUTCOMES",
    "PEOPLE",
    "PROVIDER_HISTORY",
    "REPORTS",
    "SCHEMA_VERSION",
    "TABLES",
    "Field",
    "Kind",
    "Reading",
    "RowSource",
    "Sensitivity",
    "Table",
    "data_dictionary",
]
