"""Raw reports of every shape that a reader could read, made from the vocabulary."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from prioritizer.formats import RawReport
from prioritizer.formats.plans import place_of
from prioritizer.formats.provider_rules import apply_rules
from prioritizer.formats.reading import MAY_BE_AMERICAN
from prioritizer.formats.routes import NUMBERED, OWNERS
from prioritizer.vocabulary import (
    DOCUMENT_TABLES,
    FILES,
    LOCATIONS,
    REPORTS,
    Kind,
    Reading,
)
from prioritizer.vocabulary.enums import (
    UNLISTED,
    Role,
    SourceFormat,
    fold,
    texts_by_fold,
)
from prioritizer.vocabulary.providers import PROVIDERS

SILENCE = (Reading.STATED, Reading.COUNT, Reading.LENGTH)
DAY = 86_400_000_000
FIRST, LAST = -7_304 * DAY, 47_481 * DAY  # 1950 and 2099, whatever the zone
FORMATS = {"json": SourceFormat.LE_JSON, "xml": SourceFormat.SUBMISSION_XML}
BESIDE = ("received_at", "received_offset_minutes", "esp_key")

# No controls, which XML cannot write; no blanks around, which a reader drops; no
# number that a submission takes apart; and not what reads as not stated.
texts = (
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=1)
    .map(str.strip)
    .filter(lambda text: text and text[0] != "+" and text != "false")
)


def raw_of(report=None, **rows):
    """A raw report of a few rows in which little is said."""
    raw = RawReport()
    raw.rows |= {"reports": [{"report_id": 1, **(report or {})}], **rows}
    return raw


def person(number=1, role=Role.REPORTED_USER, **columns):
    return {"person_no": number, "role": role, **columns}


def identifier(kind, key, **columns):
    return {"identifier_kind": kind, "identifier_key": key, "person_no": 1, **columns}


def said(raw):
    """The rows of a raw report without the columns in which they say nothing."""
    return {
        table.name: [saying(table, row) for row in raw.rows[table.name]]
        for table in DOCUMENT_TABLES
    }


def saying(table, row):
    return {
        name: value
        for name, value in row.items()
        if value is not None and (value or table.field(name).reading not in SILENCE)
    }


BY_READING = {
    Reading.COUNT: st.integers(1, 4),
    Reading.LENGTH: st.integers(1, 40),
    Reading.OFFSET: st.integers(-840, 840),  # as far as the zones of XML go
    Reading.STATED: st.just(True),
    Reading.FLAG: st.just(True),
    Reading.NAMED: st.just(True),
    Reading.TAG: st.just(True),
}
BY_KIND = {
    Kind.BOOL: st.booleans(),
    Kind.TIME: st.integers(FIRST, LAST),
    Kind.HASH: texts,
    Kind.REPORT_IDS: st.lists(st.integers(1, 2**63 - 1), min_size=1, max_size=3),
}


def values(field):
    """What a column can hold when it says something."""
    if field.reading in BY_READING:
        return BY_READING[field.reading]
    if field.kind is Kind.CATEGORY:
        return st.sampled_from(field.allowed)
    return BY_KIND.get(field.kind, st.integers(*field.between))


def places_in(table, format, element):
    """Where each column can stand that an element of a format can hold."""
    paths = {
        field: next(table.places(field, format), "")
        if table is REPORTS
        else getattr(field, format)
        for field in table.fields
    }
    places = {each: place_of(path, format, element) for each, path in paths.items()}
    return {field: place for field, place in places.items() if place is not None}


@st.composite
def raws(draw, format):
    """A raw report that a reader of the format could have read."""
    raw = RawReport()
    report = draw(rows(REPORTS, format, ""))
    if format == "xml":
        drawn = {name: draw(values(REPORTS.field(name))) for name in BESIDE}
        report |= draw(st.sampled_from([{}, drawn]))
    fixed = {"report_id": 7, "source_format": FORMATS[format]}
    raw.rows["reports"].append(agreeing(report, format) | fixed)
    hang(draw, raw, REPORTS, raw.report, format)
    apply_rules(raw, {}, format)
    raw.rules.clear()
    return raw


@st.composite
def rows(draw, table, format, element):
    """A row that says a few things, or none."""
    columns = {each.name: values(each) for each in places_in(table, format, element)}
    kept = draw(st.sets(st.sampled_from(sorted(columns)), max_size=20))
    kept |= set(columns) & {"identifier_key", "capture_key"}
    return draw(st.fixed_dictionaries({name: columns[name] for name in sorted(kept)}))


def hang(draw, raw, table, row, format, owner="", element="", **numbers):
    """Add rows below a row, in the order of reading, and let the row count them."""
    sources = [
        (below, source, place)
        for below in DOCUMENT_TABLES[1:]
        for source in below.sources
        if source.of == owner
        and (place := place_of(getattr(source, format), format, element))
    ]
    kept = draw(st.sets(st.integers(0, len(sources) - 1), max_size=3))
    made = {place: [] for *_, place in sources}
    for below, source, place in (sources[each] for each in sorted(kept)):
        for _ in range(draw(st.integers(1, 2))):
            new = draw(rows(below, format, place.name)) | dict(source.sets)
            made[place] += add(draw, raw, below, new, format, place.name, numbers)
    for field, place in places_in(table, format, element).items():
        if field.reading in SILENCE and thing_of(place) in made:
            more = draw(st.integers(0, 2)) if place in made and format == "json" else 0
            count = counted(made[thing_of(place)]) + more
            row[field.name] = count if field.reading is Reading.COUNT else count > 0
    if table is REPORTS:
        settle(row, format, [place for place, there in made.items() if there])


def add(draw, raw, table, row, format, element, numbers):
    """Add a row and what is below it, unless all of that says nothing."""
    size, there = sum(map(len, raw.rows.values())), raw.rows[table.name]
    number = {NUMBERED[table.name]: len(there) + 1}
    if table.name == "people" and numbers:
        numbers = {"owner_person_no": numbers["person_no"]}
    row = agreeing(row, format) | number
    row |= {name: each for name, each in numbers.items() if name in table.columns}
    there.append(row)
    if table.name in OWNERS:
        owner = OWNERS[table.name]
        hang(draw, raw, table, row, format, owner, element, **number)
    if not read(table, row) and sum(map(len, raw.rows.values())) == size + 1:
        there.pop()
        return []
    return [row]


def read(table, row):
    """What a row says in columns that are read, and not given."""
    given = {each.name for each in table.fields if each.reading is Reading.GIVEN}
    return {name: row[name] for name in saying(table, row) if name not in given}


def counted(rows):
    """How many things a reader counts where these rows stand."""
    keys = {row["identifier_key"] for row in rows if "identifier_key" in row}
    others = [row for row in rows if "identifier_key" not in row]
    return len(keys) + sum(any(read(LOCATIONS, row).values()) for row in others)


def thing_of(place):
    if place.way and place.name == "value":
        return replace(place, way=place.way[:-1], name=place.way[-1])
    return place


def agreeing(row, format):
    """A row whose columns do not contradict one another."""
    row = dict(row)
    key = row.get("esp_key") or row.get("esp_name")
    if key:
        name = texts_by_fold(PROVIDERS).get(fold(key), UNLISTED)
        row |= {"esp_key": key, "esp_name": name}
    for name, (other, value) in IMPLIED.items():
        if row.get(other) is not None:
            row.setdefault(name, value)
    for time in {f"{name}_at" for name in ZONED} - set(row):
        row.pop(time.replace("_at", "_offset_minutes"), None)
    for name, names in NAMED.items() if format == "json" else ():
        if names & set(row):
            row[name] = max(row.get(name, 0), len(names & set(row)))
    if row.get("country") not in MAY_BE_AMERICAN:
        row.pop("us_state", None)
    return row


ZONED = ("received", "incident", "uploaded", "captured")
# What a column says too, if it says anything.
IMPLIED = {
    "has_esp_service": ("esp_service", True),
    "esp_service": ("has_esp_service", UNLISTED),
    "esp_escalated": ("esp_escalation_length", True),
    "esp_escalation_length": ("esp_escalated", 9),
    "is_bundle": ("batch_reason", True),
    "has_platform": ("is_platform_third_party", True),
    **{f"{name}_offset_minutes": (f"{name}_at", 0) for name in ZONED},
}
NAMED = {
    count: {
        each.name
        for each in table.fields
        if each.json == table.field(count).json and each.allowed
    }
    for table, count in (
        (REPORTS, "additional_incident_type_count"),
        (FILES, "ncmec_tag_count"),
    )
}


def settle(report, format, places_of_rows):
    """Let a report count the things of which it or rows below it say something."""
    places = places_in(REPORTS, format, "")
    counts = {
        place.name: field.name
        for field, place in places.items()
        if field.reading is Reading.COUNT and not place.kinds
    }
    spoken = [
        place
        for field, place in places.items()
        if place.kinds and saying(REPORTS, report).get(field.name, False) is not False
    ]
    for place in (*spoken, *places_of_rows):
        if place.kinds and not any(report.get(counts[kind]) for kind in place.kinds):
            report[counts[place.kinds[0]]] = 1
    if report.get("reporter_email_count") or report.get("reporter_phone_count"):
        report["has_reporting_person"] = True
    if format == "xml":
        # A note each, for an incident of which nothing is said is not counted.
        incidents = sum(
            report.get(name, 0)
            for name in counts.values()
            if name.endswith("incidents")
        )
        if incidents:
            notes = report.get("incident_notes_length", 0)
            report["incident_notes_length"] = max(notes, incidents)
