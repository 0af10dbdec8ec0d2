from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prioritizer.formats import RawReport
from prioritizer.formats.moments import UnreadableError
from prioritizer.formats.raw_frames import silence_of
from prioritizer.formats.takes import Notes, take_nodes, takes_of
from prioritizer.formats.values import report_ids, whole_number
from prioritizer.vocabulary import Field, Kind, Reading
from prioritizer.vocabulary.enums import UNLISTED, EventName

EVENTS = tuple(map(str, EventName))
moments = st.datetimes(
    datetime(1960, 1, 1),  # noqa: DTZ001  # the strategy adds the zone
    datetime(2099, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-840, 840).map(
        lambda east: timezone(timedelta(minutes=east))
    ),
)


def a_field(kind=Kind.BOOL, reading=Reading.VALUE, **more):
    return Field("column", kind, "x", "x", "Help.", reading, **more)


PORT = a_field(Kind.SMALL_INT, between=(1, 65535))
TIME = a_field(Kind.TIME)
OFFSET = Field("zone", Kind.SMALL_INT, "x", "x", "Help.", Reading.OFFSET)
IDS = a_field(Kind.REPORT_IDS)
EVENT = a_field(Kind.CATEGORY, allowed=EVENTS)
TAG = a_field(reading=Reading.TAG, allowed=("potentialMeme",))


def read(field, *nodes, format="json"):
    fields = [TIME, OFFSET] if field is OFFSET else [field]
    notes = Notes(RawReport())
    row = take_nodes(takes_of(fields, "table", format), nodes, notes)
    if notes.raw.unreadable:
        assert notes.raw.unreadable == {f"table.{fields[0].name}": 1}
        raise UnreadableError
    return row.get(field.name, silence_of(field, format))


@pytest.mark.parametrize(
    ("reading", "nodes", "expected"),
    [
        pytest.param(Reading.STATED, ["x"], True, id="stated"),
        pytest.param(Reading.STATED, ["", {}], False, id="empty is not stated"),
        pytest.param(Reading.STATED, [], False, id="absent is not stated"),
        pytest.param(Reading.COUNT, ["a", "", {"b": "c"}], 2, id="count what says"),
        pytest.param(Reading.COUNT, [], 0, id="count nothing"),
        pytest.param(Reading.LENGTH, ["abc", " d "], 4, id="length in all"),
        pytest.param(Reading.LENGTH, [], 0, id="length of nothing"),
        pytest.param(Reading.FLAG, [""], True, id="an empty flag is set"),
        pytest.param(Reading.FLAG, ["true"], True, id="a true flag is set"),
        pytest.param(Reading.FLAG, [{"@reason": "x"}], True, id="only attributes"),
        pytest.param(Reading.FLAG, ["false"], None, id="a false flag says nothing"),
        pytest.param(Reading.FLAG, ["0"], None, id="a zero flag says nothing"),
        pytest.param(Reading.FLAG, [], None, id="an absent flag says nothing"),
    ],
)
def test_a_reading_of_what_stands_there(reading, nodes, expected):
    kind = Kind.BOOL if reading in ("stated", "flag") else Kind.SMALL_INT
    value = read(a_field(kind, reading), *nodes)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("format", "nodes", "expected"),
    [
        pytest.param("xml", [""], True, id="an empty element"),
        pytest.param("xml", ["false"], None, id="an element that takes it back"),
        pytest.param("json", ["Potential Meme"], True, id="NCMEC's own spelling"),
        pytest.param("json", ["Other", "POTENTIAL-MEME"], True, id="one of the tags"),
        pytest.param("json", ["Other", ""], None, id="other tags"),
        pytest.param("json", [], None, id="no tags"),
    ],
)
def test_a_tag_is_an_element_in_xml_and_a_text_in_json(format, nodes, expected):
    assert read(TAG, *nodes, format=format) is expected


@pytest.mark.parametrize(
    ("field", "node", "expected"),
    [
        pytest.param(a_field(), True, True, id="json true"),
        pytest.param(a_field(), False, False, id="json false is kept"),
        pytest.param(a_field(), "1", True, id="xml one"),
        pytest.param(a_field(), "0", False, id="xml zero"),
        pytest.param(a_field(), "", None, id="empty is not stated"),
        pytest.param(PORT, 443, 443, id="a number"),
        pytest.param(PORT, " 443 ", 443, id="a number with blanks"),
        pytest.param(PORT, "65535", 65535, id="the greatest"),
        pytest.param(PORT, "", None, id="no number"),
        pytest.param(a_field(Kind.SMALL_INT, between=(1, 999)), "+1", 1, id="+1"),
        pytest.param(EVENT, "UPLOAD", EventName.UPLOAD, id="upper case"),
        pytest.param(EVENT, "Upload", EventName.UPLOAD, id="title case"),
        pytest.param(EVENT, "teleport", UNLISTED, id="not on the list"),
        pytest.param(EVENT, "", None, id="no event"),
        pytest.param(IDS, "890000001", [890000001], id="one report id"),
        pytest.param(a_field(Kind.HASH), " a ", "a", id="to be hashed later"),
    ],
)
def test_a_value_of_its_kind(field, node, expected):
    value = read(field, node)
    assert value == expected
    assert (value is None) == (expected is None)


@pytest.mark.parametrize(
    ("field", "node"),
    [
        pytest.param(a_field(), "perhaps", id="neither true nor false"),
        pytest.param(PORT, "0", id="below the least"),
        pytest.param(PORT, "65536", id="above the greatest"),
        pytest.param(PORT, "-1", id="negative"),
        pytest.param(PORT, "44.3", id="a fraction"),
        pytest.param(PORT, "٤٤٣", id="digits of another script"),
        pytest.param(PORT, "9" * 5000, id="longer than any number"),
        pytest.param(IDS, "R-1", id="not a report id"),
        pytest.param(TIME, "2026-03-01T08:00:00", id="a time without zone"),
        pytest.param(TIME, "2026-03-01", id="a day"),
        pytest.param(TIME, "yesterday", id="not a time"),
        pytest.param(TIME, "0001-01-01T00:00:00Z", id="year 0001"),
        pytest.param(TIME, "9999-12-31T23:59:59Z", id="year 9999"),
    ],
)
def test_what_is_not_of_its_kind_is_refused(field, node):
    with pytest.raises(UnreadableError, match=r"^$"):
        read(field, node)


@given(moments)
def test_a_time_is_kept_in_utc_and_its_zone_in_minutes(moment):
    micros = read(TIME, moment.isoformat())
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros) == moment
    assert timedelta(minutes=read(OFFSET, moment.isoformat())) == moment.utcoffset()


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T08:00:00Z",
        "2026-03-01T08:00:00.000+0000",
        "2026-03-01 08:00:00 UTC",
        "2026-03-01T03:00:00-05:00",
        "03/01/2026 08:00:00 UTC",
        "03/01/2026 08:00:00 AM UTC",
        "03/01/2026 08:00 UTC",
        "3/1/2026 8:00 UTC",
        "3/1/2026 8:00 AM UTC",
        "3/1/2026 8:00:00 AM UTC",
        "Mar 1, 2026 8:00:00 AM GMT",
        "Mar 1, 2026, 8:00:00 AM (UTC)",
        "Sun, 01 Mar 2026 08:00:00 GMT",
        "Sun, 1 Mar 2026 03:00:00 -0500",
    ],
)
def test_a_time_is_read_in_each_form_that_exports_use(text):
    assert read(TIME, text) == 1_772_352_000_000_000


@pytest.mark.parametrize(
    "text",
    [
        "03/01/2026 08:00:00 EST",  # which of several zones?
        "Mar 1, 2026 8:00:00 AM",
        "3/1/2026 8:00 AM",
        "3/1/2026 13:00 PM UTC",
        "Sun, 01 Mar 2026 08:00:00 -0000",
        "1772352000",
        "0" * 100_000 + "UTC",
        "Z" * 70,
    ],
)
def test_a_time_that_could_be_another_is_not_guessed(text):
    with pytest.raises(UnreadableError):
        read(TIME, text)


def test_a_time_without_a_value_has_no_offset():
    assert read(OFFSET) is None
    assert read(OFFSET, "") is None


@given(st.integers(1, 65535))
def test_a_number_survives_being_written(number):
    assert whole_number(str(number), (1, 65535)) == number


def test_the_first_text_that_says_something_is_the_value():
    assert read(PORT, "", "80", "443") == 80


def test_a_time_without_zone_is_counted_once_and_not_for_its_offset():
    notes = Notes(RawReport())
    takes = takes_of([TIME, OFFSET], "table", "json")
    assert take_nodes(takes, ["2026-03-01T08:00:00"], notes) == {"column": None}
    assert notes.raw.unreadable == {"table.column": 1}


def test_the_ids_that_can_be_read_are_kept():
    assert report_ids(["R-1", "17"]) == ([17], 1)


def test_a_text_stated_twice_counts_once():
    count = a_field(reading=Reading.COUNT)
    assert read(count, "a", "a", "b", {"x": "1"}, {"x": "1"}) == 4
