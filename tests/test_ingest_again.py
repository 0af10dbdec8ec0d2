"""What a run must not take over from an earlier one, and what it must not destroy."""

from __future__ import annotations

from pathlib import Path

import pytest

from prioritizer import pipeline
from prioritizer.errors import PrioritizerError, SettingsError, TableError
from prioritizer.execution import LocalExecutor
from prioritizer.ingest import find_sources, findings, ingest, staging
from prioritizer.ingest.sources.limits import Cut
from prioritizer.tables import is_tables, open_tables
from tests.builders_documents import DATA, ingested, thin_tree, write_json
from tests.builders_kills import survives

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
FEW = Cut(reports=5)


def ingest_under(key: bytes, out: Path) -> None:
    search = find_sources([DATA / "le_json"], most=FEW)
    ingest(search, out, key=key, executor=LocalExecutor(workers=1))


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_killed_run_under_another_key_leaves_nothing(tmp_path):
    ingest_under(OTHER_KEY, tmp_path / "expected")
    for kill_at in (4, 8, 12):
        out = tmp_path / str(kill_at)
        assert not survives(ingest_under, KEY, out, kill_at=kill_at)
        ingest_under(OTHER_KEY, out)
        assert files_in(out) == files_in(tmp_path / "expected")


def test_what_an_older_reader_laid_down_is_read_again(tmp_path, monkeypatch):
    assert not survives(ingest_under, KEY, tmp_path, kill_at=12)
    staged = tmp_path / ".change" / "staged" / "batch-000000"
    assert staged.is_dir()
    before = (staged / "identity").read_text()
    monkeypatch.setattr(staging, "READER_VERSION", 99)
    stage, laid_down = staging.stage, []

    def noted(task: staging.Task) -> int:
        size = stage(task)
        laid_down.append((task.place / "identity").read_text())
        return size

    monkeypatch.setattr("prioritizer.ingest.door.stage", noted)
    ingest_under(KEY, tmp_path)
    assert laid_down[0] != before


def test_finished_tables_under_another_key_are_refused_and_untouched(tmp_path):
    ingest_under(KEY, tmp_path)
    before = files_in(tmp_path)
    with pytest.raises(TableError, match="another key"):
        ingest_under(OTHER_KEY, tmp_path)
    assert files_in(tmp_path) == before


def read(*sources: Path, out: Path, **more: object) -> None:
    pipeline.read_documents(find_sources(sources), out, key=KEY, workers=1, **more)


def test_overwriting_destroys_nothing_before_the_new_tables_are_made(tmp_path):
    read(DATA / "le_json", out=tmp_path / "T")
    before = files_in(tmp_path / "T")
    bad = tmp_path / "bad.mmdb"
    bad.write_bytes(b"no database")
    with pytest.raises(PrioritizerError):
        read(DATA, out=tmp_path / "T", overwrite=True, databases=[bad])
    assert files_in(tmp_path / "T") == before


def overwrite(out: Path) -> None:
    read(DATA / "submission_xml", out=out, overwrite=True)


def test_overwriting_that_is_killed_leaves_the_old_tables_or_the_new(tmp_path):
    overwrite(tmp_path / "new")
    read(DATA / "le_json", out=tmp_path / "old")
    old, new = files_in(tmp_path / "old"), files_in(tmp_path / "new")
    for kill_at in range(6, 80, 9):
        out = tmp_path / str(kill_at)
        read(DATA / "le_json", out=out)
        ended = survives(overwrite, out, kill_at=kill_at)
        if not (out / ".change" / "commit.json").exists():
            lies_there = files_in(out)
            tables = {name: lies_there[name] for name in lies_there if name[0] != "."}
            assert tables in ((new,) if ended else (old, new))
        overwrite(out)
        assert files_in(out) == new


def test_tables_of_an_invented_world_are_added_to_by_nobody(tmp_path):
    pipeline.make_world(
        tmp_path / "W", world="icac", reports=200, seed=7, overwrite=False
    )
    with pytest.raises(TableError, match="invented world"):
        read(DATA / "le_json", out=tmp_path / "W")
    read(DATA / "le_json", out=tmp_path / "W", overwrite=True)
    opened, frames = open_tables(tmp_path / "W")
    assert not opened.is_synthetic
    assert frames["reports"].height == 12
    assert not (tmp_path / "W" / "truth").exists() or not any(
        (tmp_path / "W" / "truth").iterdir()
    )


@pytest.mark.parametrize("out", ["in", "."], ids=["the inbox", "around the inbox"])
def test_tables_in_or_around_the_inbox_are_refused(tmp_path, out):
    write_json(tmp_path / "in" / "a.json", thin_tree())
    with pytest.raises(SettingsError, match="around the documents"):
        read(tmp_path / "in", out=tmp_path / out)
    assert not is_tables(tmp_path / out)


def test_tables_named_as_a_source_are_refused(tmp_path):
    ingested(DATA / "le_json", out=tmp_path / "T")
    with pytest.raises(SettingsError, match="a source is a folder of tables"):
        read(tmp_path / "T", out=tmp_path / "new")


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_with_something_else_is_refused(tmp_path, overwrite):
    (tmp_path / "T").mkdir()
    (tmp_path / "T" / "letter.txt").write_text("keep me")
    with pytest.raises(SettingsError, match="something else than tables"):
        read(DATA / "le_json", out=tmp_path / "T", overwrite=overwrite)
    assert (tmp_path / "T" / "letter.txt").read_text() == "keep me"


def test_one_report_that_cannot_be_laid_out_costs_no_other(tmp_path, monkeypatch):
    protect = staging.protect

    def picky(raw, *given, **named):
        if 2 in raw["reports"]["report_id"].to_list():
            raise ValueError
        return protect(raw, *given, **named)

    monkeypatch.setattr(staging, "protect", picky)
    for number in (1, 2, 3):
        write_json(tmp_path / "in" / f"{number}.json", thin_tree(reportId=number))
    tables, told = ingested(tmp_path / "in", out=tmp_path / "out")
    assert tables.read("reports")["report_id"].to_list() == [1, 3]
    ((name, why, _),) = told.rejected
    assert name.endswith("2.json")
    assert why == "this version cannot read the document"


def test_a_reader_that_fails_costs_one_document(tmp_path, monkeypatch):
    read_le_json = findings.read_le_json

    def failing(content):
        if b'"reportId": 2' in content:
            raise ZeroDivisionError
        return read_le_json(content)

    monkeypatch.setattr(findings, "read_le_json", failing)
    for number in (1, 2, 3):
        write_json(tmp_path / "in" / f"{number}.json", thin_tree(reportId=number))
    tables, told = ingested(tmp_path / "in", out=tmp_path / "out")
    assert tables.read("reports")["report_id"].to_list() == [1, 3]
    assert [why for _, why, _ in told.rejected] == [
        "this version cannot read the document"
    ]
