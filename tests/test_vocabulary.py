from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest
from lxml import etree

import prioritizer
from prioritizer.formats.paths import steps_of
from prioritizer.formats.routes import OWNERS
from prioritizer.formats.unknown import STRUCTURE
from prioritizer.vocabulary import (
    DOCUMENT_TABLES,
    REPORTS,
    TABLES,
    Kind,
    Reading,
    RowSource,
    data_dictionary,
    enums,
)
from prioritizer.vocabulary.enums import UNLISTED, fold, texts_by_fold
from prioritizer.vocabulary.section import Section
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
# By the blocks of the JSON, and by who says it for what stands beside them.
BLOCKS = {
    "reportedInformation": Section.A,
    "automatedInformation": Section.B,
    "additionalNcmecInformation": Section.C,
    "lawEnforcementContactInformation": Section.D,
    "informational": Section.C,
    "dateReceived": Section.ENVELOPE,
    "dateMadeAvailable": Section.ENVELOPE,
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


def section_of(place: str) -> Section:
    """The section of a full path of the JSON, by the block that it is in."""
    owner, _, path = place.rpartition(":")
    return Section.A if owner else BLOCKS[path.split("/")[0]]


@every_document_table
def test_each_column_is_of_the_sections_of_its_blocks(table):
    for field in table.fields:
        if field.reading is not Reading.GIVEN:
            places = {section_of(place) for place in table.places(field, "json")}
            assert set(table.sections(field)) == (places or {Section.A}), field.name


@every_document_table
def test_each_source_of_rows_is_of_the_section_of_its_block(table):
    for source in table.sources if table is not REPORTS else ():
        place = f"{source.of}:{source.json}" if source.of else source.json
        assert source.section == (section_of(place) if source.json else Section.A)


@every_document_table
def test_what_the_submission_can_say_is_of_section_a(table):
    columns = [each for each in table.fields if each.xml]
    sources = [each for each in table.sources if each.xml]
    said = {
        source.section_of(field.xml, field.json)
        for source in sources
        for field in columns
    }
    assert said == {Section.A}


@every_document_table
def test_what_is_set_here_goes_with_the_rows_that_it_is_set_in(table):
    own = {each.section for each in table.sources}
    given = [each for each in table.fields if each.reading is Reading.GIVEN]
    others = [each for each in given if each.section is None]
    assert {frozenset(table.sections(each)) for each in others} == {frozenset(own)}


def test_what_other_rows_stand_below_is_of_section_a():
    owners = [table for table in TABLES if table.name in OWNERS]
    sections = {source.section for table in owners for source in table.sources}
    assert (len(owners), sections) == (2, {Section.A})


@every_table
def test_rows_of_several_sections_are_told_apart_by_a_required_column(table):
    name, told = table.told_apart
    if len({source.section for source in table.sources}) > 1:
        assert table.field(name).required
        assert set(told) == set(table.field(name).allowed)
    else:
        assert (name, told) == ("", {})


def test_the_dictionary_says_the_section_of_columns_and_of_rows():
    said = data_dictionary(TABLES)
    assert "| `incident_type` | A |" in said
    assert "| `is_informational` | C |" in said
    assert "| `received_at` (required) | envelope |" in said
    assert "C `ncmec`." in said


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


def known_pairs(format: str) -> set[tuple[str, str]]:
    """Return every (parent, child) pair of names on the paths of a format."""
    pairs: set[tuple[str, str]] = set()

    def walk(path: str, parents: set[str]) -> set[str]:
        for names, repeats in steps_of(path):
            children = set(names) - {"."}
            pairs.update((parent, child) for parent in parents for child in children)
            stays = parents if repeats or "." in names else set()
            parents = children | stays
        return parents

    for table in DOCUMENT_TABLES:
        for source in table.sources:
            for path in chains(source, format):
                tails = walk(path, {""})
                for field in table.fields:
                    if getattr(field, format):
                        walk(getattr(field, format), tails)
    return pairs


def chains(source: RowSource, format: str) -> Iterator[str]:
    """Yield the paths of a source from the document down, through its owners."""
    path = getattr(source, format)
    above = [table for table in TABLES if OWNERS.get(table.name) == source.of]
    if path and not source.of:
        yield path
    elif path:
        for owner in above[0].sources:
            if owner is not source:
                yield from (f"{each}/{path}" for each in chains(owner, format))


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
    assert {pair for pair in lost if pair[1] not in STRUCTURE} == set()


def test_a_name_that_nobody_sends_is_not_known():
    names = {name for format in ("xml", "json") for _, name in known_pairs(format)}
    assert "someFutureElement" not in names
