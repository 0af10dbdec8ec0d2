"""The columns by which every table names its report."""

from __future__ import annotations

from prioritizer.vocabulary.field import Kind, given

REPORT_KEY = (
    given("report_id", Kind.INT, "NCMEC's number of the report.", required=True),
    given(
        "version",
        Kind.SMALL_INT,
        "1 for the report as first seen, then counting up.",
        required=True,
    ),
)

# Where further information stands in the JSON; both spellings are seen.
MORE = "additionalInformations|additonalInformations"

PERSON_NO = given("person_no", Kind.SMALL_INT, "Which person or account of the report.")
FILE_NO = given("file_no", Kind.SMALL_INT, "Which file of the report.")
