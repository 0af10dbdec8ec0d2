"""Documents, built by hand or taken from the fixtures, and what they become."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import polars as pl

from prioritizer.formats import (
    RawReport,
    Submission,
    read_le_json,
    read_submission,
)
from prioritizer.ingest import IngestResult, find_documents, ingest
from prioritizer.privacy import PUBLIC_KEY, protect
from prioritizer.tables import TableFolder, empty, frame_of_rows, raw_schema_of
from prioritizer.vocabulary import DOCUMENT_TABLES, TABLES
from prioritizer.vocabulary.enums import SourceFormat

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
    return read_le_json(path.read_bytes())


def read_tree(tree: object) -> RawReport:
    return read_le_json(json.dumps(tree).encode())


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
    return read_submission(submission(DATA / "submission_xml" / name))


def read_xml(inside: str, *files: str, sidecar: object = None) -> RawReport:
    """A submission made of what stands inside `<report>` and `<fileDetails>`."""
    return read_submission(
        Submission(
            f"<report>{inside}</report>".encode(),
            tuple(f"<fileDetails>{text}</fileDetails>".encode() for text in files),
            None if sidecar is None else json.dumps(sidecar).encode(),
            folder="1",
        )
    )


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
    for rows in raw.rows.values():
        for row in rows:
            row.update({"report_id": raw.report["report_id"], "version": 1})
    frames = {
        table.name: frame_of_rows(raw.rows[table.name], raw_schema_of(table))
        for table in DOCUMENT_TABLES
    }
    return protect(frames, key, invented=invented)


def ingested(
    *sources: Path, out: Path, key: bytes = PUBLIC_KEY
) -> tuple[TableFolder, IngestResult]:
    return ingest(find_documents(sources), out, key=key)


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
