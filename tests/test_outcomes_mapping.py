"""An agency's own export is read by what it calls things."""

from __future__ import annotations

from pathlib import Path

import pytest

from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.ingest.outcomes.mapping import OutcomesMapping
from prioritizer.settings.outcomes import load_outcomes_mapping
from prioritizer.vocabulary.enums import CaseStatus, ClosedReason
from tests.builders_outcomes import (
    fed,
    fed_rows,
    file_of,
    outcomes_in,
    problems_in,
    tables_of,
)

MAPPING = """
zone = "America/New_York"
time_format = "%m/%d/%Y %H:%M"
[columns]
report_id = "CyberTip No."
case_status = "Disposition"
closed_reason = "Why closed"
decided_at = "Date"
known_at = "Exported"
[case_status]
"Cleared by arrest" = "arrest"
"Inactive" = "Closed"
[closed_reason]
"Prosecutor declined" = "No prosecutorial merit"
"""


def mapping_of(folder: Path, text: str) -> OutcomesMapping:
    path = folder / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return load_outcomes_mapping(path)


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return tables_of(tmp_path / "tables", (1, 2))


def test_an_export_of_an_agency_is_read(tables):
    file = file_of(
        tables.parent / "export.csv",
        "7;1;CLEARED BY ARREST;;03/09/2025 01:30;03/10/2025 00:00",
        "8;2;inactive;Prosecutor declined;07/01/2025 20:00;07/01/2025 21:00",
        "9;1;Referred;;07/01/2025 20:00;07/01/2025 21:00",
        header="Row;CYBERTIP NO;Disposition;Why closed;Date;Exported",
    )
    result = fed(tables, file, mapping=mapping_of(tables.parent, MAPPING))
    assert (result.accepted, result.rejected) == (3, 0)
    assert outcomes_in(tables) == [
        (1, CaseStatus.ARREST, None, "2025-03-09", "2025-03-10"),
        (1, CaseStatus.REFERRED, None, "2025-07-02", "2025-07-02"),
        (2, CaseStatus.CLOSED, ClosedReason.NO_MERIT, "2025-07-02", "2025-07-02"),
    ]


def test_without_a_file_nothing_is_mapped():
    assert load_outcomes_mapping(None) == OutcomesMapping()


@pytest.mark.parametrize(
    ("decided", "known", "day"),
    [
        pytest.param("2025-03-01", "2025-03-05T00:00Z", "2025-03-02", id="its end"),
        pytest.param("2025-03-01", "2025-03-01T12:00Z", "2025-03-01", id="known then"),
        pytest.param("2025-03-01", "2025-03-01", "2025-03-02", id="both are dates"),
    ],
)
def test_a_date_alone_is_its_last_moment_that_can_be(tables, decided, known, day):
    new_york = OutcomesMapping(zone="America/New_York")
    result = fed_rows(tables, f"1,Arrest,,{decided},{known}", mapping=new_york)
    assert result.accepted == 1
    assert outcomes_in(tables)[0][3] == day


def test_a_date_after_the_moment_it_was_known_is_rejected(tables):
    rows = "1,Arrest,,2025-03-02,2025-03-02T04:59Z", "2,Arrest,,2025-03-02,2025-03-02"
    result = fed_rows(tables, *rows, mapping=OutcomesMapping(zone="America/New_York"))
    assert problems_in(result) == [
        (2, "decided_at", "it was decided after it was known")
    ]


def test_a_format_of_dates_needs_no_time_of_day(tables):
    mapping = OutcomesMapping(zone="Europe/Berlin", time_format="%d.%m.%Y")
    result = fed_rows(tables, "1,Arrest,,01.03.2025,02.03.2025", mapping=mapping)
    assert result.accepted == 1
    assert outcomes_in(tables)[0][3:] == ("2025-03-01", "2025-03-02")


def test_with_a_format_no_other_is_guessed(tables):
    mapping = OutcomesMapping(zone="UTC", time_format="%Y-%d-%m")
    result = fed_rows(tables, "1,Arrest,,2025-03-13,2025-13-03", mapping=mapping)
    assert problems_in(result) == [
        (2, "decided_at", "it is not a time that can be read")
    ]


def test_a_word_of_the_agency_goes_before_ncmec_s_own(tables):
    mapping = OutcomesMapping(case_status={"Closed": "Referred"})
    row = "1,Closed,,2025-03-01T00:00Z,2025-03-01T00:00Z"
    assert fed_rows(tables, row, mapping=mapping).accepted == 1
    assert outcomes_in(tables)[0][1] == CaseStatus.REFERRED


def test_a_mapped_column_must_be_there_even_if_it_may_be_left_out(tables):
    mapping = OutcomesMapping(columns={"closed_reason": "Why"})
    with pytest.raises(SettingsError, match="column 'closed_reason' is missing"):
        fed_rows(tables, mapping=mapping)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            '[columns]\nstatus = "x"', "columns.status: there is no", id="name"
        ),
        pytest.param('[columns]\nknown_at = "--"', "columns.known_at: the", id="blank"),
        pytest.param(
            '[columns]\nknown_at = "Case status"',
            "columns.known_at: another column has the same header",
            id="one header twice",
        ),
        pytest.param(
            '[case_status]\nWon = "Win"',
            "case_status.Won: it must be one of NCMEC's words: Conviction; Arrest",
            id="no word of NCMEC's",
        ),
        pytest.param('[case_status]\nX = "(unlisted)"', "case_status.X: it", id="none"),
        pytest.param('[case_status]\n"?" = "Closed"', "no letter", id="no letters"),
        pytest.param(
            '[case_status]\n"Won" = "Closed"\n"won" = "Arrest"', "two words", id="two"
        ),
        pytest.param('zone = "Mars/Base"', "zone: there is no such", id="zone"),
        pytest.param('zone = "America"', "zone: there is no such", id="a folder"),
        pytest.param('zone = "../../etc"', "zone: there is no such", id="climbs"),
        pytest.param('time_format = "%m/%d/%Y %H"', "zone is needed", id="no zone"),
        pytest.param('zone = "UTC"\ntime_format = "%H:%M"', "day", id="no day"),
        pytest.param('zone = "UTC"\ntime_format = "%Y%m%d %I"', "half", id="half"),
        pytest.param('zone = "UTC"\ntime_format = "%Q%"', "not understood", id="%Q"),
        pytest.param('header = "x"', "header: there is no such key", id="key"),
        pytest.param("zone = 7", "zone: ", id="type"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused(tmp_path, text, problem):
    with pytest.raises(SettingsError) as told:
        mapping_of(tmp_path, text)
    assert problem in told.value.what
    assert "[columns]" in told.value.fix


def test_all_problems_of_a_mapping_are_listed_at_once(tmp_path):
    words = '[columns]\nstatus = "x"\n[closed_reason]\na = "b"'
    with pytest.raises(SettingsError, match="4 problems"):
        mapping_of(tmp_path, f'zone = 7\ntime_format = "%Q%"\n{words}')


def test_a_mapping_must_be_a_readable_file_of_toml(tmp_path):
    with pytest.raises(MissingInputError, match="cannot be read"):
        load_outcomes_mapping(tmp_path / "absent.toml")
    with pytest.raises(SettingsError, match="not valid TOML"):
        mapping_of(tmp_path, "[columns")
