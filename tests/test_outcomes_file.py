"""Files of outcomes as programs write them, and as nobody should."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.errors import MissingInputError, PrioritizerError, SettingsError
from prioritizer.ingest.outcomes import file as outcomes_file
from prioritizer.ingest.outcomes.file import OutcomesFile
from prioritizer.ingest.outcomes.mapping import OutcomesMapping
from tests.builders_outcomes import ARREST, HEADER, fed, problems_in, tables_of

GOOD = f"1,{ARREST}"
TEXT = f"{HEADER}\n{GOOD}\n"


def lines(*rows: str | bytes) -> bytes:
    texts = [row.encode() if isinstance(row, str) else row for row in rows]
    return b"\n".join([HEADER.encode(), *texts])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TEXT.encode(), id="as it should be"),
        pytest.param(TEXT.encode("utf-8-sig"), id="with a byte order mark"),
        pytest.param(TEXT.replace(",", ";").encode(), id="semicolons"),
        pytest.param(TEXT.replace(",", "\t").encode(), id="tabs"),
        pytest.param(TEXT.replace("\n", "\r\n").encode(), id="of Windows"),
        pytest.param(TEXT.rstrip().encode(), id="no last line end"),
        pytest.param(f"\n\n{TEXT}\n\n,,,,\n".encode(), id="empty rows"),
        pytest.param(TEXT.replace("Arrest", '"Arrest"').encode(), id="quotes"),
        pytest.param(TEXT.replace("report_id", "Report ID").encode(), id="header"),
        pytest.param(TEXT.replace("\n", ",note\n").encode(), id="a column more"),
        pytest.param(
            TEXT.replace("\n", ',"a\nb, ""c"""\n').encode(),
            id="lines and quotes quoted",
        ),
        pytest.param(TEXT.replace("\n", ",M\xfcller\n").encode("cp1252"), id="bytes"),
        pytest.param(f"{TEXT.rstrip()},,\n".encode(), id="empty cells at the end"),
    ],
)
def test_a_row_is_read_from(tmp_path, content):
    result = fed(tables_of(tmp_path / "tables", (1,)), content)
    assert (result.accepted, result.given) == (1, 1)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(f"{GOOD},more", "more or fewer cells", id="a cell more"),
        pytest.param("1,Arrest", "more or fewer cells", id="a cell fewer"),
        pytest.param(f'"{GOOD}', "told apart", id="a quote is not closed"),
        pytest.param(f'"1"0,{ARREST}', "told apart", id="text behind a quote"),
        pytest.param(f"1,{ARREST}".replace("A", "\r"), "told apart", id="a stray CR"),
        pytest.param(f"{'1' * 200_000},{ARREST}", "told apart", id="a long line"),
        pytest.param(f"1\0,{ARREST}", "report's number", id="a NUL"),
        pytest.param(b"1,Arr\xff\xfest,,,", "none of NCMEC's words", id="junk bytes"),
        pytest.param(bytes(range(14, 34)), "more or fewer cells", id="no text at all"),
    ],
)
def test_a_row_that_cannot_be_taken_apart_costs_no_other(tmp_path, row, reason):
    folder = tables_of(tmp_path / "tables", (1, 2, 3))
    result = fed(folder, lines(GOOD, row, f"2,{ARREST}", f"3,{ARREST}"))
    assert result.accepted == 3
    assert {line for line, _, _ in problems_in(result)} == {3}
    assert reason in problems_in(result)[0][2]


def test_lines_are_counted_through_quoted_ones(tmp_path):
    folder = tables_of(tmp_path / "tables", (1,))
    header = f"{HEADER},note".encode()
    rows = [f'1,{ARREST},"a\nb\nc"', f"x,{ARREST},", f"y,{ARREST},"]
    result = fed(folder, b"\n".join([header, *(row.encode() for row in rows)]))
    assert [line for line, _, _ in problems_in(result)] == [5, 6]


def test_a_quote_that_is_never_closed_takes_one_row_only(tmp_path):
    folder = tables_of(tmp_path / "tables", tuple(range(1, 121)))
    rows = [f"{number},{ARREST}" for number in range(1, 121)]
    result = fed(folder, lines(f'9,"{ARREST}', *rows))
    assert (result.accepted, result.rejected) == (120, 1)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        pytest.param(b"", "4 problems", id="empty"),
        pytest.param(b"\xef\xbb\xbf", "4 problems", id="a mark alone"),
        pytest.param(b"\n\n\n", "4 problems", id="empty lines"),
        pytest.param(GOOD.encode(), "4 problems", id="no header"),
        pytest.param(b"\0" * 5000, "4 problems", id="zeros"),
        pytest.param(b"x" * 200_000, "4 problems", id="one long line"),
        pytest.param(
            b"report_id,report id,case_status,decided_at,known_at",
            "column 'report_id' stands there twice",
            id="a column twice",
        ),
        pytest.param(
            b"report_id,known_at,known_at",
            "column 'case_status' is missing; column 'decided_at' is missing; "
            "column 'known_at' stands there twice",
            id="all at once",
        ),
        pytest.param(TEXT.encode("utf-16"), "not UTF-8", id="UTF-16"),
    ],
)
def test_a_file_that_is_none_of_outcomes_is_refused(tmp_path, content, match):
    with pytest.raises(SettingsError, match=match):
        fed(tables_of(tmp_path / "tables", (1,)), content)


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path, monkeypatch):
    folder = tables_of(tmp_path / "tables", (1,))
    with pytest.raises(MissingInputError, match="not there"):
        fed(folder, tmp_path / "absent.csv")
    monkeypatch.setattr(outcomes_file, "MOST_BYTES", 10)
    with pytest.raises(SettingsError, match="larger than"):
        fed(folder, TEXT.encode())


_words = st.sampled_from([*HEADER.split(","), "1", "Arrest", "2025-03-01T08:00Z"])
_marks = st.sampled_from([",", ";", "\n", "\r", '"', "\0", "\ufeff", "\u2028", ""])
_texts = st.lists(st.one_of(_words, _marks), max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(
    head=st.sampled_from([b"", HEADER.encode(), b"\xef\xbb\xbf" + HEADER.encode()]),
    body=st.one_of(st.binary(max_size=200), _texts.map(str.encode)),
)
def test_no_bytes_end_in_anything_but_rows_or_our_own_error(
    tmp_path_factory, head, body
):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(head + b"\n" + body)
    headers = OutcomesMapping().headers()
    try:
        rows = list(OutcomesFile(path, headers, list(headers)).rows())
    except PrioritizerError:
        return
    found = [row.line for row in rows]
    assert found == sorted(set(found))
    assert found == [] or found[-1] <= 2 + body.count(b"\n")
