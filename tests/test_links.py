"""What is named twice, or reached by links, is taken once."""

from __future__ import annotations

from pathlib import Path

from tests.builders_sources import (
    JSON,
    REPORT,
    accepted,
    archive,
    given,
    ignored,
    names,
    put,
    put_submission,
)


def link(path: Path, target: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)
    return path


def test_links_in_a_circle_are_walked_once(tmp_path):
    put(tmp_path / "a.json")
    for name in ("one", "other"):
        link(tmp_path / name, tmp_path)
    assert names(given(tmp_path), tmp_path) == ["a.json"]


def test_folders_named_in_one_another_are_walked_once(tmp_path):
    put(tmp_path / "a" / "b" / "c.json")
    sources = [tmp_path / "a" / "b", tmp_path / "a", tmp_path, tmp_path / "a"]
    assert names(given(*sources), tmp_path) == ["a/b/c.json"]


def test_a_file_named_by_its_name_and_by_a_link_keeps_its_name(tmp_path):
    path = put(tmp_path / "in" / "z.json")
    other = link(tmp_path / "a.json", path)
    for sources in ([other, path], [path, other], [other, tmp_path / "in"]):
        assert names(given(*sources), tmp_path) == ["in/z.json"]
    assert names(given(other), tmp_path) == ["a.json"]


def test_a_submission_named_by_a_link_too_is_one(tmp_path):
    folder = put_submission(tmp_path / "in" / "1")
    by_link = link(tmp_path / "a.xml", folder / "report.xml")
    for sources in ([by_link, folder / "report.xml"], [by_link, folder]):
        assert names(given(*sources), tmp_path) == ["in/1/report.xml"]


def test_a_folder_outside_is_taken_by_whichever_link_comes_first(tmp_path):
    store = tmp_path / "store"
    put_submission(store / "deep" / "1")
    put(store / "deep" / "a.json")
    put(store / "b.json")
    inbox = tmp_path / "in"
    link(inbox / "1", store / "deep" / "a.json").rename(inbox / "1.json")
    link(inbox / "2", store / "deep")
    link(inbox / "3", store)
    link(inbox / "4.json", store / "b.json")
    found = sorted(names(given(inbox), inbox))
    assert found == ["1.json", "2/1/report.xml", "4.json"]


def test_a_named_folder_keeps_its_names_though_a_link_leads_there(tmp_path):
    put(tmp_path / "z" / "a.json")
    link(tmp_path / "a" / "link", tmp_path)
    assert names(given(tmp_path / "a", tmp_path / "z"), tmp_path) == ["z/a.json"]


def test_a_file_behind_a_link_of_a_folder_and_named_is_one(tmp_path):
    path = put(tmp_path / "store" / "a.json")
    link(tmp_path / "in" / "link", tmp_path / "store")
    assert names(given(tmp_path / "in", path), tmp_path) == ["store/a.json"]


def test_a_submission_behind_a_link_of_a_folder_and_named_is_one(tmp_path):
    folder = put_submission(tmp_path / "store" / "1")
    put(folder / "other.json")
    link(tmp_path / "in" / "link", tmp_path / "store")
    found = names(given(tmp_path / "in", folder / "report.xml"), tmp_path)
    assert found == ["store/1/report.xml", "in/link/1/other.json"]


def test_a_link_to_what_is_hidden_or_of_another_kind_is_followed(tmp_path):
    put(tmp_path / ".store" / "a.json")
    link(tmp_path / "a.json", tmp_path / ".store" / "a.json")
    link(tmp_path / "b.json", put(tmp_path / "b.bin"))
    link(tmp_path / "c", tmp_path / ".store")
    assert names(given(tmp_path), tmp_path) == ["a.json", "b.json"]
    assert ignored(tmp_path) == {"hidden": 1, ".bin": 1}


def test_a_submission_of_links_lies_where_the_links_do(tmp_path):
    for number in (1, 2):
        store = tmp_path / "store"
        folder = tmp_path / str(number)
        link(folder / "report.xml", put(store / f"{number}.xml", REPORT))
        link(folder / "submission.json", put(store / f"{number}.json"))
    found = accepted(given(tmp_path))
    whole = [each for each in found if not isinstance(each.content, bytes)]
    assert names(whole, tmp_path) == ["1/report.xml", "2/report.xml"]
    assert [each.content.sidecar for each in whole] == [JSON, JSON]


def test_an_archive_and_its_link_are_one(tmp_path):
    path = archive(tmp_path / "b.zip", {"a.json": JSON})
    link(tmp_path / "a.zip", path)
    assert names(given(tmp_path), tmp_path) == ["b.zip/a.json"]
