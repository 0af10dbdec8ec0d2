"""Documents, built by hand or taken from the fixtures, and what they become."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from prioritizer.execution import LocalExecutor
from prioritizer.formats import (
    RawColumns,
    RawReport,
    Submission,
    read_le_json,
    read_submission,
)
from prioritizer.formats.raw_frames import silence_of
from prioritizer.ingest import find_sources, ingest
from prioritizer.ingest.account import Account
from prioritizer.privacy import PUBLIC_KEY, protect
from prioritizer.tables import TableFolder, empty
from prioritizer.vocabulary import DOCUMENT_TABLES, TABLES
from prioritizer.vocabulary.enums import SourceFormat
from tests.builders_frames import frame_of_rows

DATA = Path(__file__).parent / "data"
LE_JSON = sorted((DATA / "le_json").glob("*.json"))
SUBMISSIONS = sorted(path for path in (DATA / "submission_xml").iterdir())
XSD = Path(__file__).parents[1].parent / "shared" / "schema" / "cyber_tipline.xsd"

RECEIVED = "2026-03-01T08:00:00Z"
THIN_XML = b"<report><incidentSummary/></report>"


def json_tree(number: str) -> dict[str, object]:
    """The tree of the fixture whose name begins with `number`."""
    (path,) = (DATA / "le_json").glob(f"{number}_*.json")
    return json.loads(path.read_text(encoding="utf-8-sig"))


def json_raw(number: str) -> RawReport:
    (path,) = (DATA / "le_json").glob(f"{number}_*.json")
    return whole(read_le_json(path.read_bytes()))


def whole(raw: RawReport) -> RawReport:
    """A raw report with its columns that say nothing written out, in place."""
    for table in DOCUMENT_TABLES:
        fields = [each for each in table.fields if getattr(each, raw_format(raw))]
        silence = {each.name: silence_of(each, raw_format(raw)) for each in fields}
        for row in raw.rows[table.name]:
            row.update({**silence, **row})
    return raw


def raw_format(raw: RawReport) -> str:
    is_xml = raw.report.get("source_format") is SourceFormat.SUBMISSION_XML
    return "xml" if is_xml else "json"


def read_tree(tree: object) -> RawReport:
    return whole(read_le_json(json.dumps(tree).encode()))


def thin_tree(**more: object) -> dict[str, object]:
    return {"reportId": 1, "dateReceived": RECEIVED, **more}


def person_tree(**person: object) -> dict[str, object]:
    """A report that says one thing only: who was reported."""
    people = {"reportedPersons": [person]}
    return thin_tree(reportedInformation={"reportedPeople": people})


def capture_tree(**capture: object) -> dict[str, object]:
    source = {"sourceCaptures": [capture]}
    return person_tree(espUserId="user-1", sourceInformation=source)


def submission(folder: Path) -> Submission:
    """A submission fixture; its files in the order of their names."""
    sidecar = folder / "submission.json"
    return Submission(
        (folder / "report.xml").read_bytes(),
        tuple(path.read_bytes() for path in sorted(folder.glob("file-*.xml"))),
        sidecar.read_bytes() if sidecar.is_file() else None,
        folder.name,
    )


def xml_raw(name: str) -> RawReport:
    return whole(read_submission(submission(DATA / "submission_xml" / name)))


def read_xml(inside: str, *files: str, sidecar: object = None) -> RawReport:
    """A submission made of what stands inside `<report>` and `<fileDetails>`."""
    submission = Submission(
        f"<report>{inside}</report>".encode(),
        tuple(f"<fileDetails>{text}</fileDetails>".encode() for text in files),
        None if sidecar is None else json.dumps(sidecar).encode(),
        folder="1",
    )
    return whole(read_submission(submission))


def sizes(raw: RawReport) -> dict[str, int]:
    return {name: len(rows) for name, rows in raw.rows.items() if rows}


def stated(rows: list[dict[str, object]], column: str) -> list[object]:
    return [row.get(column) for row in rows]


def kinds(raw: RawReport) -> dict[str, int]:
    return dict(Counter(stated(raw.rows["identifiers"], "identifier_kind")))


def protected(
    raw: RawReport, *, key: bytes = PUBLIC_KEY, invented: bool = False
) -> dict[str, pl.DataFrame]:
    """The frames of one raw record after privacy."""
    columns = RawColumns(raw_format(raw))
    columns.add(raw, version=1)
    return protect(columns.frames(), key, invented=invented)


@dataclass(frozen=True)
class Told:
    """What a run says of all the documents that its tables were ever given."""

    account: Account
    rejected: list[tuple[str, str, str]]

    @property
    def given(self) -> int:
        return self.account.given

    @property
    def accepted(self) -> int:
        return self.account.accepted


def ingested(
    *sources: Path, out: Path, key: bytes = PUBLIC_KEY, **more: object
) -> tuple[TableFolder, Told]:
    """Ingest in this process; return the tables and what was told."""
    search = find_sources(sources)
    result = ingest(search, out, key=key, executor=LocalExecutor(workers=1), **more)
    _, rows = account_of(out)
    rejected = [(row["document"], row["reason"], row["fix"]) for row in rows]
    assert result.account.given == result.account.accepted + len(rejected)
    return result.tables, Told(result.account, rejected)


def account_of(
    folder: Path,
) -> tuple[dict[str, object], list[dict[str, object]]]:
    """Return what `ingest.json` says, and the rows of `rejected.parquet`."""
    account = json.loads((folder / "ingest.json").read_text(encoding="utf-8"))
    return account, pl.read_parquet(folder / "rejected.parquet").rows(named=True)


def write_json(path: Path, tree: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(tree), encoding="utf-8")
    return path


def write_submission(folder: Path, report: bytes = THIN_XML, **sidecar: object) -> Path:
    write_json(folder / "submission.json", {"received_at": RECEIVED, **sidecar})
    (folder / "report.xml").write_bytes(report)
    return folder


def report_rows(*ids: int, first_hour: int = 0) -> list[dict[str, object]]:
    """Rows of `reports`, arriving an hour apart in the order given."""
    hour = 3_600_000_000
    return [
        {
            "report_id": report_id,
            "version": 1,
            "arrival_at": (first_hour + place) * hour,
            "received_at": (first_hour + place) * hour,
            "source_format": SourceFormat.LE_JSON,
            "unreadable_count": 0,
            "unknown_count": 0,
            "unlisted_count": 0,
        }
        for place, report_id in enumerate(ids)
    ]


def frame(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    (table,) = (table for table in TABLES if table.name == name)
    return frame_of_rows(rows, empty(table).schema)


def of_report(report_id: int, **columns: object) -> dict[str, object]:
    return {"report_id": report_id, "version": 1, **columns}
