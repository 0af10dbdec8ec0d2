from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.tables import problems_of
from prioritizer.tables.check import problems_of_frames
from prioritizer.vocabulary import PEOPLE
from prioritizer.vocabulary.enums import Role
from tests.builders_documents import frame, of_report, report_rows

# A machine may be busy, and a first call compiles.
unhurried = settings(deadline=None)
PAIRS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), max_size=12)


def people_of(pairs):
    rows = [of_report(id, person_no=no, role=Role.VICTIM) for id, no in pairs]
    return frame("people", rows)


@unhurried
@given(PAIRS)
def test_rows_that_share_their_key_are_counted_in_any_order(pairs):
    copies = sum(count for count in Counter(pairs).values() if count > 1)
    said = f"{copies} rows share their key (report_id, version, person_no)"
    assert list(problems_of(PEOPLE, people_of(pairs))) == [said] * bool(copies)


@unhurried
@given(PAIRS.map(set), st.sets(st.integers(1, 4)))
def test_rows_of_no_report_are_counted_in_any_order(pairs, reports):
    frames = {"reports": frame("reports", report_rows(*reports))}
    lost = sum(id not in reports for id, _ in pairs)
    said = f"people: {lost} rows belong to no report"
    found = problems_of_frames(frames | {"people": people_of(pairs)})
    assert found == [said] * bool(lost)
