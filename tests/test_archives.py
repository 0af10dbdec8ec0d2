"""Documents in ZIP archives: the same reports, and nothing hostile let in."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from prioritizer.ingest import find_documents, ingest
from prioritizer.privacy import PUBLIC_KEY
from prioritizer.vocabulary import DOCUMENT_TABLES
from tests.builders_documents import DATA, LE_JSON, SUBMISSIONS


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as writer:
        for name, content in files.items():
            writer.writestr(name, content)
    return path


def read(source: Path, folder: Path):
    return ingest(find_documents([source]), folder, key=PUBLIC_KEY)


def rejected(source: Path, folder: Path) -> list[tuple[str, str, str]]:
    return read(source, folder)[1].rejected


def fixtures(kind: str) -> dict[str, bytes]:
    root = DATA / kind
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize(
    ("kind", "count"), [("le_json", len(LE_JSON)), ("submission_xml", len(SUBMISSIONS))]
)
def test_an_archive_says_what_its_folder_says(
    kind: str, count: int, tmp_path: Path
) -> None:
    packed = archive(tmp_path / "inbox.zip", fixtures(kind))
    by_archive, result = read(packed, tmp_path / "a")
    by_folder, _ = read(DATA / kind, tmp_path / "f")
    assert (result.accepted, result.rejected) == (count, [])
    for table in DOCUMENT_TABLES:
        assert by_archive.read(table.name).equals(by_folder.read(table.name))


def test_archives_in_a_folder_are_found(tmp_path: Path) -> None:
    archive(tmp_path / "one.zip", {"a.json": LE_JSON[0].read_bytes()})
    archive(tmp_path / "two.zip", {"b.json": LE_JSON[1].read_bytes()})
    assert read(tmp_path, tmp_path / "out")[1].accepted == 2


def test_what_is_no_archive_is_rejected_by_name(tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 and then nothing")
    ((name, why, _),) = rejected(broken, tmp_path / "out")
    assert name.endswith("broken.zip")
    assert why == "the file is not a ZIP archive that can be read"


def test_an_archive_that_was_cut_short_is_rejected(tmp_path: Path) -> None:
    whole = archive(tmp_path / "whole.zip", fixtures("le_json")).read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[: len(whole) // 2])
    assert len(rejected(cut, tmp_path / "out")) == 1


def test_a_damaged_document_does_not_stop_the_others(tmp_path: Path) -> None:
    content = LE_JSON[2].read_bytes()
    both = {"a.json": content, "b.json": LE_JSON[3].read_bytes()}
    packed = archive(tmp_path / "damaged.zip", both)
    whole = bytearray(packed.read_bytes())
    place = whole.index(b"a.json") + 40
    whole[place : place + 20] = bytes(20)
    packed.write_bytes(bytes(whole))
    _, result = read(packed, tmp_path / "out")
    assert (result.accepted, len(result.rejected)) == (1, 1)
    assert "damaged" in result.rejected[0][1]


@pytest.mark.parametrize("name", ["bomb.json", "910000001/report.xml"])
def test_what_grows_beyond_any_report_is_rejected(name: str, tmp_path: Path) -> None:
    packed = archive(tmp_path / "bomb.zip", {name: bytes(40 * 2**20)})
    assert packed.stat().st_size < 100_000
    ((_, why, fix),) = rejected(packed, tmp_path / "out")
    assert why == "the file is larger than any report"
    assert "media" in fix


def test_an_encrypted_document_is_rejected(tmp_path: Path) -> None:
    packed = archive(tmp_path / "locked.zip", {"a.json": LE_JSON[0].read_bytes()})
    whole = bytearray(packed.read_bytes())
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    packed.write_bytes(bytes(whole))
    ((_, why, _),) = rejected(packed, tmp_path / "out")
    assert why == "the file is encrypted"


def test_a_name_that_climbs_leads_nowhere(tmp_path: Path) -> None:
    inside = tmp_path / "deep" / "deeper"
    inside.mkdir(parents=True)
    climbing = {"../../climbed.json": LE_JSON[0].read_bytes()}
    packed = archive(inside / "climb.zip", climbing)
    assert read(packed, tmp_path / "out")[1].accepted == 1
    assert not list(tmp_path.rglob("climbed.json"))


def test_other_files_and_archives_in_archives_are_counted(tmp_path: Path) -> None:
    files = {"a.json": LE_JSON[0].read_bytes(), "b.pdf": b"%PDF", "c.zip": b"PK"}
    _, result = read(archive(tmp_path / "mixed.zip", files), tmp_path / "out")
    assert result.accepted == 1
    assert result.ignored == {".pdf in an archive": 1, ".zip in an archive": 1}


def test_several_reports_in_one_folder_are_all_named(tmp_path: Path) -> None:
    report = (SUBMISSIONS[0] / "report.xml").read_bytes()
    packed = archive(tmp_path / "s.zip", {"x/one.xml": report, "x/two.xml": report})
    found = rejected(packed, tmp_path / "out")
    assert len(found) == 2
    assert {why for _, why, _ in found} == {"several reports lie in one folder"}


def test_xml_of_another_kind_is_named(tmp_path: Path) -> None:
    packed = archive(tmp_path / "s.zip", {"x/one.xml": b"<other/>"})
    ((_, why, _),) = rejected(packed, tmp_path / "out")
    assert why == "the file is not XML of a submission"
