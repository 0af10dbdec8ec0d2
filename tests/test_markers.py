"""A marker in every element of both formats, and none in anything that comes out."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest
from typer.testing import CliRunner

from prioritizer.cli.app import app
from prioritizer.formats import read_le_json
from tests.builders_documents import RECEIVED, THIN_XML, thin_tree
from tests.builders_trees import as_xml, every_element, paths_of, planted

MARKER = "Marker7f3aZq"
KEY = "5eed" * 16
FORMS = (MARKER, f"{MARKER}@example.com", f"https://example.com/{MARKER}?a={MARKER}")
SIDECAR = {"received_at": RECEIVED, "esp_name": MARKER}
REFUSED = {
    "broken.json": f'{{"reportId": "{MARKER}"',
    "no-id.json": f'{{"reportId": "{MARKER}", "dateReceived": "{RECEIVED}"}}',
    "no-time.json": f'{{"reportId": 1, "dateReceived": "{MARKER}"}}',
    "two-ids.json": f'{{"reportId": 1, "reportId": 2, "a": "{MARKER}"}}',
    "text.json": f'"{MARKER}"',
    "blob.json": json.dumps({"reportId": 1, "a": f"data:image/png;base64,{MARKER}"}),
    "long.json": json.dumps({"reportId": 1, "a": f"{MARKER} " * 100_000}),
    "doctype/a.xml": f"<!DOCTYPE a [<!ENTITY b '{MARKER}'>]><report>&b;</report>",
    "broken/a.xml": f"<report><{MARKER}></report>",
    "other/a.xml": f"<{MARKER}>{MARKER}</{MARKER}>",
    "alone/a.xml": f"<fileDetails><fileName>{MARKER}</fileName></fileDetails>",
    "deep/a.xml": "<report>" + f"<{MARKER}>" * 60 + f"</{MARKER}>" * 60 + "</report>",
    "lines.ndjson": f'{{"a": "{MARKER}"}}\n{MARKER}\n["{MARKER}"]\n',
    "several.json": f'[{{"reportId": "{MARKER}"}}, "{MARKER}", [["{MARKER}"]]]',
}


def report_number(format: str, place: int) -> int:
    return 1_000_000 * (1 + (format == "xml")) + place


def json_documents() -> Iterator[tuple[str, object]]:
    everything = every_element("json", lambda _: MARKER)
    yield "all.json", {**everything, **thin_tree(reportId=900_001)}
    odd = {f"{MARKER} {MARKER}": MARKER, "additionalInfo": {MARKER: [MARKER]}}
    names = {"screenNames": {MARKER.lower(): MARKER}, "emails": {f"a{MARKER}": 1}}
    people = {"reportedPersons": [{"espUserId": "user-1", **names}]}
    odd["reportedInformation"] = {"reportedPeople": people}
    yield "odd.json", {**thin_tree(reportId=900_002), **odd}
    for place, path in enumerate(paths_of("json")):
        tree = thin_tree(
            reportId=report_number("json", place),
            dateReceived=moment(place),
        )
        yield f"{place}.json", planted(tree, path, FORMS[place % len(FORMS)])


def xml_documents() -> Iterator[tuple[str, dict[str, str]]]:
    yield "900003", files_of(every_element("xml", lambda _: MARKER))
    for place, path in enumerate(paths_of("xml")):
        if path != ("fileDetails", "reportId"):
            tree = planted({}, path, FORMS[place % len(FORMS)])
            yield str(report_number("xml", place)), files_of(tree, place)


def files_of(tree: object, place: int = 0) -> dict[str, str]:
    assert isinstance(tree, dict)
    tree.get("fileDetails", {}).pop("reportId", None)
    files = {f"{name}.xml": as_xml(name, inside) for name, inside in tree.items()}
    sidecar = {**SIDECAR, "received_at": moment(place)}
    return {
        "report.xml": THIN_XML.decode(),
        "submission.json": json.dumps(sidecar),
    } | files


def moment(place: int) -> str:
    return (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=place)).isoformat()


@pytest.fixture(scope="module")
def documents(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    with ZipFile(folder / "json.zip", "w") as archive:
        for name, tree in json_documents():
            archive.writestr(name, json.dumps(tree))
    with ZipFile(folder / "xml.zip", "w") as archive:
        for name, files in xml_documents():
            for file, text in files.items():
                archive.writestr(f"{name}/{file}", text)
    for name, text in REFUSED.items():
        path = folder / "refused" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def write_outcomes(path: Path, reports: pl.DataFrame) -> Path:
    """Outcomes as an agency may send them, some with markers where words belong."""
    lines = ["report_id,case_status,closed_reason,decided_at,known_at"]
    arrivals = reports.select("report_id", "arrival_at").rows()
    for place, (report, arrival) in enumerate(arrivals):
        said = "Closed,Unfounded" if place % 2 else "Arrest,"
        said = f"{MARKER},{MARKER}" if place % 50 == 0 else said
        times = ((arrival + timedelta(minutes=each)).isoformat() for each in (1, 2))
        lines.append(f"{report},{said},{','.join(times)}")
    path.write_text("\n".join([*lines, f"{MARKER},,,,", ""]), encoding="utf-8")
    return path


def everything_in(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name of each file below a folder, and all that it says."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.name, path.name
            if path.suffix == ".parquet":
                yield path.name, repr(pl.read_parquet(path, glob=False).rows())
            yield path.name, path.read_bytes().decode("latin-1")


def test_no_marker_comes_out(documents, tmp_path, caplog, monkeypatch):
    monkeypatch.setenv("PRIORITIZER_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    said: list[str] = []

    def run(*arguments: object) -> None:
        result = CliRunner().invoke(app, [str(each) for each in arguments])
        said.extend((result.output, repr(result.exception)))
        assert result.exit_code == 0, (arguments, result.output, result.exception)

    def run_apart(*arguments: object) -> None:
        command = [sys.executable, "-m", "prioritizer", *map(str, arguments)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        said.extend((ended.stdout, ended.stderr))
        assert ended.returncode == 0, (arguments, ended.stderr)

    tables, model = tmp_path / "T", tmp_path / "M"
    run("ingest", documents, "--out", tables, "--workers", 1)
    run("ingest", documents, "--out", tables, "--workers", 1, "--json")
    reports = pl.read_parquet(tables / "reports" / "*.parquet")
    assert reports.height > 2_900
    fed_back = write_outcomes(tmp_path / "fed-back.csv", reports)
    run("outcomes", fed_back, "--tables", tables)
    fed_back.unlink()
    run("check", tables)
    database = tmp_path / "mlflow.db"
    run_apart("train", tables, "--out", model, "--database", database)
    run_apart("score", tables, "--model", model, "--out", tmp_path / "S.parquet")
    queue, as_of = tmp_path / "Q.parquet", "2026-12-01T08:00Z"
    run_apart("rank", tables, "--model", model, "--as-of", as_of, "--out", queue)
    run_apart("rank", tables, "--model", model, "--as-of", as_of, "--json")
    for report in (900_001, 900_002, 900_003):
        run_apart("explain", report, "--queue", queue)

    found = [*everything_in(tmp_path), *(("screen", text) for text in said)]
    found.append(("log", caplog.text))
    assert len(found) > 40
    for where, text in found:
        for secret in (MARKER, KEY, bytes.fromhex(KEY).decode("latin-1")):
            assert secret.casefold() not in text.casefold(), where


def test_the_search_would_find_a_marker(tmp_path):
    pl.DataFrame({"a": [MARKER]}).write_parquet(tmp_path / "a.parquet")
    assert any(MARKER in text for _, text in everything_in(tmp_path))


def test_what_is_planted_is_read(documents):
    with ZipFile(documents / "json.zip") as archive:
        raw = read_le_json(archive.read("all.json"))
    assert MARKER in repr(raw.rows)  # in memory, before it is hashed
    assert raw.stated > 300
