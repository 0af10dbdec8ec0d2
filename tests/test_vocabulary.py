from __future__ import annotations

import ast
import re
from enum import StrEnum
from pathlib import Path

import pytest
from lxml import etree

import prioritizer
from prioritizer.formats.unknown import _STRUCTURE, known_pairs
from prioritizer.vocabulary import DOCUMENT_TABLES, TABLES, Kind, Reading, enums
from prioritizer.vocabulary.enums import UNLISTED, fold, texts_by_fold
from tests.builders_documents import XSD

PACKAGE = Path(prioritizer.__file__).parent
FIELDS = [field for table in TABLES for field in table.fields]
ENUMS = [
    member
    for member in vars(enums).values()
    if isinstance(member, type) and issubclass(member, StrEnum) and member != StrEnum
]
DISTINCTIVE = [
    enums.IncidentType,
    enums.ReportAnnotation,
    enums.FileAnnotation,
    enums.FileRelevance,
    enums.BatchReason,
    enums.EventName,
    enums.CaptureType,
    enums.ReferralType,
    enums.CaseStatus,
    enums.ClosedReason,
    enums.AccountRelation,
]
# What the server answers to a provider; no report holds it.
RESPONSES = {
    "files",
    "hash",
    "reportDoneResponse",
    "reportResponse",
    "responseCode",
    "responseDescription",
}
every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
every_document_table = pytest.mark.parametrize(
    "table", DOCUMENT_TABLES, ids=lambda table: table.name
)
every_enum = pytest.mark.parametrize("closed", ENUMS, ids=lambda each: each.__name__)
needs_schema = pytest.mark.skipif(
    not XSD.is_file(), reason="NCMEC's schema is not beside the repository"
)


@every_table
def test_a_table_names_each_column_once(table):
    assert len(set(table.columns)) == len(table.columns)


@every_table
def test_columns_are_in_snake_case(table):
    snake = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
    assert [name for name in table.columns if not snake.fullmatch(name)] == []


@every_table
def test_each_column_is_explained_in_a_sentence(table):
    helps = {field.name: field.help for field in table.fields}
    assert [name for name, text in helps.items() if not text.endswith(".")] == []


@every_table
def test_a_category_has_a_closed_list_without_repeats(table):
    categories = [each for each in table.fields if each.kind is Kind.CATEGORY]
    sizes = {
        each.name: (len(each.allowed), len(set(each.allowed))) for each in categories
    }
    assert [
        name for name, (size, unique) in sizes.items() if not 0 < size == unique
    ] == []


@every_table
def test_identifiers_are_hashes_and_hashes_are_identifiers(table):
    secret = [each.name for each in table.fields if each.sensitivity == "identifier"]
    assert [each.name for each in table.fields if each.kind is Kind.HASH] == secret


@every_table
def test_a_key_is_made_of_required_columns(table):
    assert all(table.field(name).required for name in table.key)


@every_document_table
def test_each_column_is_filled_by_a_reader_or_by_us(table):
    given = [each.name for each in table.fields if each.reading is Reading.GIVEN]
    unread = [
        each.name
        for each in table.fields
        if not [*table.places(each, "xml"), *table.places(each, "json")]
    ]
    assert unread == given


@every_document_table
def test_what_a_source_sets_is_a_column_and_on_its_list(table):
    for name, value in (each for source in table.sources for each in source.sets):
        assert value in table.field(name).allowed


@every_enum
def test_each_member_is_reached_by_its_folded_text(closed):
    by_fold = texts_by_fold(tuple(closed))
    assert {by_fold[fold(f" {member.upper()} ")] for member in closed} == set(closed)


@every_enum
def test_a_list_that_travels_can_say_unlisted(closed):
    categories = [field for field in FIELDS if field.kind is Kind.CATEGORY]
    read = [field for field in categories if field.reading is Reading.VALUE]
    if any(field.allowed == tuple(map(str, closed)) for field in read):
        assert UNLISTED in set(closed)


def test_wire_text_stands_in_one_module_only():
    # A place to read from may be called like a flag; it is a path, not a value.
    paths = {path for field in FIELDS for path in (field.xml, field.json)}
    wire = {str(member) for each in DISTINCTIVE for member in each}
    wire -= {UNLISTED, *paths}
    modules = [path for path in PACKAGE.rglob("*.py") if path.name != "enums.py"]
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}: {node.value}"
        for path in modules
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in wire
    ]
    assert found == []


_SCHEMA = "{http://www.w3.org/2001/XMLSchema}"


def schema_pairs() -> set[tuple[str, str]]:  # noqa: C901
    """Return every (element, child or attribute) of a report in NCMEC's schema."""
    root = etree.parse(XSD).getroot()
    types = {each.get("name"): each for each in root if "Type" in each.tag}
    top = {each.get("name"): each for each in root.findall(_SCHEMA + "element")}
    pairs: set[tuple[str, str]] = set()

    def look(owner: str, node: etree._Element) -> None:
        for child in node:
            if child.tag == _SCHEMA + "attribute":
                pairs.add((owner, "@" + child.get("name")))
            elif child.tag == _SCHEMA + "element":
                element = top[child.get("ref")] if child.get("ref") else child
                if (owner, element.get("name")) not in pairs:
                    pairs.add((owner, element.get("name")))
                    inside(element)
            else:
                if child.get("base") in types:
                    look(owner, types[child.get("base")])
                look(owner, child)

    def inside(element: etree._Element) -> None:
        if element.get("type") in types:
            look(element.get("name"), types[element.get("type")])
        look(element.get("name"), element)

    for name in ("report", "fileDetails"):
        inside(top[name])
    return pairs


@needs_schema
def test_every_element_of_the_schema_is_read_where_it_stands():
    known = known_pairs("xml")
    # Inside an element that is only counted or noted as stated nothing is read.
    parents = {parent for parent, _ in known}
    found = schema_pairs()
    assert len(found) > 250
    lost = {pair for pair in found - known if pair[0] in parents}
    assert {pair for pair in lost if pair[1] not in _STRUCTURE} == set()


def test_a_name_that_nobody_sends_is_not_known():
    names = {name for format in ("xml", "json") for _, name in known_pairs(format)}
    assert "someFutureElement" not in names
