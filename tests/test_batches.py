"""How what is found is cut into batches, and how they are told apart."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given as every
from hypothesis import settings
from hypothesis import strategies as st

from prioritizer.ingest.sources.limits import Cut
from tests.builders_sources import (
    DETAILS,
    JSON,
    REPORT,
    archive,
    given_by,
    put,
    put_submission,
    report_counts,
    search,
)

LIST = b"[" + b",\n".join([JSON] * 7) + b"]"
LINES = (JSON + b"\r\n") * 5 + b"\n" + JSON


def identities(*sources: Path, most: Cut | None = None) -> list[str]:
    return [batch.identity for batch in search(*sources, most=most).batches()]


def test_a_batch_holds_no_more_than_it_may(tmp_path):
    for number in range(25):
        put(tmp_path / f"{number:02}.json")
    assert report_counts(tmp_path, most=Cut(10)) == [10, 10, 5]
    assert report_counts(tmp_path, most=Cut(size=5 * len(JSON))) == [5] * 5


def test_a_submission_is_never_cut(tmp_path):
    put_submission(tmp_path / "1", files=9)
    archive(tmp_path / "2.zip", {"report.xml": REPORT, "a.xml": DETAILS})
    assert report_counts(tmp_path, most=Cut(1, 1)) == [1, 1]


def test_small_folders_and_archives_share_a_batch(tmp_path):
    for number in range(6):
        put_submission(tmp_path / str(number))
        archive(tmp_path / f"{number}.zip", {"a.json": JSON})
    assert report_counts(tmp_path) == [12]


def test_folders_are_looked_at_only_when_their_batch_is_asked_for(tmp_path):
    for folder in "abc":
        put(tmp_path / folder / "1.json")
    batches = search(tmp_path, most=Cut(1)).batches()
    next(batches)
    put(tmp_path / "c" / "2.json")
    assert sum(len(list(batch.documents())) for batch in batches) == 3


@pytest.mark.parametrize("most", [Cut(), Cut(2, 60)], ids=["large", "small"])
def test_a_batch_is_the_same_as_long_as_its_files_are(most, tmp_path):
    for path, content in {"a.json": JSON, "b.ndjson": LINES, "c.json": LIST}.items():
        put(tmp_path / path, content)
    put_submission(tmp_path / "1")
    archive(tmp_path / "d.zip", {"a.json": JSON, "b.ndjson": LINES, "c.json": LIST})
    first = identities(tmp_path, most=most)
    assert first == identities(tmp_path, tmp_path / "a.json", most=most)
    assert len(set(first)) == len(first)


@pytest.mark.parametrize(
    "name",
    ["a.json", "b.ndjson", "c.json", "1/report.xml", "1/submission.json", "d.zip"],
)
def test_a_batch_is_another_once_a_file_of_it_was_touched(name, tmp_path):
    put(tmp_path / "a.json")
    put(tmp_path / "b.ndjson", LINES)
    put(tmp_path / "c.json", LIST)
    put_submission(tmp_path / "1")
    archive(tmp_path / "d.zip", {"a.json": JSON})
    before = identities(tmp_path)
    os.utime(tmp_path / name, ns=(1, 1))
    assert len({*before, *identities(tmp_path)}) == 2


@pytest.mark.parametrize("name", ["a.ndjson", "b.json", "c.zip"])
def test_a_file_that_changed_since_it_was_listed_is_refused(name, tmp_path):
    put(tmp_path / "a.ndjson", LINES)
    put(tmp_path / "b.json", LIST)
    archive(tmp_path / "c.zip", {"a.json": JSON})
    batches = list(search(tmp_path / name, most=Cut(3, 99)).batches())
    with (tmp_path / name).open("ab") as file:
        file.write(b" ")
    found = [each for batch in batches for each in batch.documents()]
    whys = {each.refusal[0] for each in found}
    assert whys == {"the file changed while it was read"}
    assert len({each.name for each in found}) == len(found)


FILES = {
    "a.json": JSON,
    "b.json": LIST,
    "c.ndjson": LINES,
    "d.jsonl": b"\n \n",
    "e.xml": b"<other/>",
    "f.pdf": b"",
    ".g.json": JSON,
    "h.json": b"[{}, 1, [",
    "report.xml": REPORT,
    "file-1.xml": DETAILS,
    "submission.json": JSON,
}
FOLDERS = ("", "x", "x/y", "x/y/z", "w")
trees = st.dictionaries(
    st.sampled_from(FOLDERS), st.sets(st.sampled_from(sorted(FILES))), min_size=1
)


def planted(root: Path, tree: dict[str, set[str]], packed: dict[str, set[str]]) -> None:
    for folder, files in tree.items():
        for name in files:
            put(root / folder / name, FILES[name])
    inside = {
        f"{folder}/{name}".lstrip("/"): FILES[name]
        for folder, files in packed.items()
        for name in sorted(files)
    }
    archive(root / "x" / "p.zip", inside)


def counted(*sources: Path, most: Cut | None = None) -> tuple[Counter, Counter]:
    found = search(*sources, most=most)
    return Counter(map(repr, given_by(found))), found.ignored


@settings(max_examples=40, deadline=None)
@every(tree=trees, packed=trees, data=st.data())
def test_the_same_is_found_in_any_order_and_however_it_is_cut(tree, packed, data):
    most = Cut(data.draw(st.integers(1, 9)), data.draw(st.integers(1, 500)))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        planted(root, tree, packed)
        below = [path for path in sorted(root.rglob("*")) if path.suffix != ".pdf"]
        seen = [path for path in below if not path.name.startswith(".")]
        some = data.draw(st.lists(st.sampled_from([root, *seen]), max_size=9))
        whole = counted(root)
        assert counted(*some, root, root, most=most) == whole
        assert counted(*some, most=most) == counted(*reversed(some))
    assert set(whole[0].values()) <= {1}


@settings(max_examples=40, deadline=None)
@every(tree=trees, packed=trees)
def test_every_file_is_in_a_document_or_counted(tree, packed):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        planted(root, tree, packed)
        found = search(root)
        inputs = {each.name for one in given_by(found) for each in one.inputs}
        in_files = {name.partition(".ndjson:")[0] for name in inputs}
        in_files.discard(str(root / "x" / "p.zip"))  # if it is refused as a whole
        put_there = sum(map(len, [*tree.values(), *packed.values()]))
    assert len(in_files) + found.ignored.total() == put_there
