"""Killed at any moment and run again, the result equals an uninterrupted run."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest

from prioritizer import pipeline
from prioritizer.execution import LocalExecutor
from prioritizer.ingest import find_sources, ingest
from prioritizer.ingest.sources.limits import Cut
from prioritizer.privacy import PUBLIC_KEY
from prioritizer.tables import open_tables
from tests.builders_documents import DATA, thin_tree, write_json
from tests.builders_kills import survives

FEW = Cut(reports=9)
SHARES_OF_A_RUN = (0.05, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def ingest_all(documents: Path, out: Path) -> None:
    search = find_sources([DATA, documents], most=FEW)
    ingest(search, out, key=PUBLIC_KEY, executor=LocalExecutor(workers=1))


def what_lies_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def documents(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    for number in range(1, 8):
        write_json(folder / f"{number}.json", thin_tree(reportId=number))
    later = thin_tree(reportId=3, dateMadeAvailable="2026-03-09T08:00:00Z")
    write_json(folder / "later.json", later)
    write_json(folder / "same.json", thin_tree(reportId=4))
    (folder / "broken.json").write_text("{", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def expected(documents, tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("uninterrupted")
    ingest_all(documents, folder)
    return what_lies_in(folder)


def test_killed_before_any_change_of_the_disk(documents, expected, tmp_path):
    for kill_at in count(1, 4):  # every one was tried; a few are enough each time
        out = tmp_path / str(kill_at)
        if survives(ingest_all, documents, out, kill_at=kill_at):
            break
        ingest_all(documents, out)
        assert what_lies_in(out) == expected
    assert kill_at > 30


def test_killed_again_and_again(documents, expected, tmp_path):
    # Each run does at least one thing that the next need not do again.
    for kill_at in count(8):
        if survives(ingest_all, documents, tmp_path, kill_at=kill_at):
            break
    assert what_lies_in(tmp_path) == expected


def test_killed_while_other_documents_are_added(documents, tmp_path):
    whole, out = tmp_path / "whole", tmp_path / "out"
    for folder in (whole, out):
        search = find_sources([DATA / "le_json"], most=FEW)
        ingest(search, folder, key=PUBLIC_KEY, executor=LocalExecutor(workers=1))
    before = what_lies_in(out)
    ingest_all(documents, whole)
    for kill_at in range(5, 60, 6):
        if survives(ingest_all, documents, out, kill_at=kill_at):
            break
        tables = {
            path: file for path, file in what_lies_in(out).items() if path[0] != "."
        }
        if not (out / ".change" / "commit.json").exists():
            assert tables in (before, what_lies_in(whole))
    ingest_all(documents, out)
    assert what_lies_in(out) == what_lies_in(whole)


def test_the_command_is_killed_with_its_workers_at_work(tmp_path):
    documents = pipeline.make_documents(
        tmp_path / "W",
        format="json",
        world="icac",
        reports=5_000,
        seed=7,
        overwrite=False,
    )

    def command(out: str) -> list[str]:
        where = [str(documents), "--out", str(tmp_path / out), "--workers", "2"]
        key = ["--key-file", str(tmp_path / "key")]
        return [sys.executable, "-m", "prioritizer", "ingest", *where, *key]

    began = time.monotonic()
    subprocess.run(command("whole"), check=True, capture_output=True)
    seconds, codes = time.monotonic() - began, []
    for share in SHARES_OF_A_RUN:
        process = subprocess.Popen(command("out"), stdout=subprocess.DEVNULL)
        time.sleep(share * seconds)
        process.send_signal(signal.SIGKILL)
        codes.append(process.wait())
    # A run that goes on where others were may well be done before its time.
    assert codes[0] == -signal.SIGKILL
    assert codes.count(-signal.SIGKILL) > 3
    assert set(codes) <= {0, -signal.SIGKILL}
    subprocess.run(command("out"), check=True, capture_output=True)
    assert what_lies_in(tmp_path / "out") == what_lies_in(tmp_path / "whole")
    _, frames = open_tables(tmp_path / "out")
    assert frames["reports"].height == 5_000
