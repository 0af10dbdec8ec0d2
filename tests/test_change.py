"""Tables change as a whole, whatever happens to who changes them."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree, rmtree

import polars as pl
import pytest

from prioritizer.errors import SettingsError, TableError
from prioritizer.tables import changing, forget_tables, open_tables, write_tables
from prioritizer.vocabulary.enums import CaseStatus
from tests.builders_documents import frame
from tests.builders_kills import change, finish, shard_of, survives


def bytes_of(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def three_shards(folder: Path) -> Path:
    shards = [shard_of(2 * n + 1, 2 * n + 2, first_hour=5 * n) for n in range(3)]
    write_tables(folder, shards, origin="ingest")
    (folder / "ingest.json").write_text("{ }", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def old_and_new(tmp_path_factory) -> tuple[Path, Path]:
    old = three_shards(tmp_path_factory.mktemp("old"))
    new = tmp_path_factory.mktemp("changed") / "tables"
    copytree(old, new)
    change(new)
    return old, new


def reports_in(folder: Path) -> list[int]:
    return open_tables(folder)[1]["reports"]["report_id"].to_list()


def outcome(report_id: int, known_at: int = 0) -> dict[str, object]:
    return {
        "report_id": report_id,
        "case_status": CaseStatus.ARREST,
        "decided_at": known_at,
        "known_at": known_at,
    }


def test_a_change_keeps_replaces_and_lets_go(old_and_new):
    old, new = old_and_new
    assert reports_in(old) == [1, 2, 3, 4, 5, 6]
    assert reports_in(new) == [1, 2, 3, 4, 5]
    kept = "reports/part-00000.parquet"
    assert bytes_of(old)[kept] == bytes_of(new)[kept]
    assert (new / "ledger/part-00000.parquet").read_text(encoding="utf-8") == "1"
    assert not (new / ".change").exists()


def test_a_change_is_the_tables_written_at_once(old_and_new, tmp_path):
    shards = [shard_of(1, 2), shard_of(3, 4, 5, first_hour=10)]
    write_tables(tmp_path, shards, origin="ingest")
    changed = bytes_of(old_and_new[1])
    said = json.loads(changed.pop("manifest.json"))
    assert said.pop("key_check") == "abcd"
    once = bytes_of(tmp_path)
    assert said == json.loads(once.pop("manifest.json"))
    assert {name: changed[name] for name in once} == once


def test_a_kill_at_any_moment_leaves_the_old_tables_or_the_new(old_and_new, tmp_path):
    old, new = map(bytes_of, old_and_new)
    seen, is_whole = [], False
    for moment in range(1, 200):
        folder = copytree(old_and_new[0], tmp_path / "tables")
        is_whole = survives(change, folder, kill_at=moment)
        assert said_of(folder) in ("old", "new", "cut short")
        finish(folder)
        # A writer's own files outlive a kill; nothing else does.
        rmtree(folder / ".change" / "staged", ignore_errors=True)
        finish(folder)
        found = bytes_of(folder)
        assert found in (old, new)
        open_tables(folder)
        seen.append(found == new)
        rmtree(folder)
        if is_whole:
            break
    assert is_whole
    assert seen == sorted(seen)
    assert seen.count(False) > 5
    assert seen.count(True) > 20


def said_of(folder: Path) -> str:
    """What a reader that comes before the next writer is told."""
    try:
        return {6: "old", 5: "new"}[len(reports_in(folder))]
    except TableError as told:
        is_told = "was cut short" in told.what and "same command again" in told.fix
        return "cut short" if is_told else told.what


def test_who_finishes_a_change_may_be_killed_too(old_and_new, tmp_path):
    new = bytes_of(old_and_new[1])
    cut = copytree(old_and_new[0], tmp_path / "cut")
    first = next(
        moment
        for moment in range(1, 200)
        if not survives(change, cut, kill_at=moment) and said_of(cut) == "cut short"
    )
    for moment in range(1, 200):
        folder = copytree(cut, tmp_path / "tables")
        is_whole = survives(finish, folder, kill_at=moment)
        finish(folder)
        assert bytes_of(folder) == new
        rmtree(folder)
        if is_whole:
            break
    assert is_whole
    assert first > 1
    assert moment > 5


def test_a_second_writer_is_told_to_wait(tmp_path):
    with (
        changing(tmp_path),
        pytest.raises(SettingsError, match="another run writes to these tables"),
        changing(tmp_path),
    ):
        pass
    with changing(tmp_path) as begun:  # the first has let go
        assert begun.tables is None


def test_tables_are_not_forgotten_while_somebody_writes(tmp_path):
    three_shards(tmp_path)
    with (
        changing(tmp_path),
        pytest.raises(SettingsError, match="another run writes to these tables"),
    ):
        forget_tables(tmp_path)
    assert len(reports_in(tmp_path)) == 6


def test_what_was_never_committed_is_gone_but_a_writer_s_own_files(tmp_path):
    before = bytes_of(three_shards(tmp_path))
    with changing(tmp_path) as begun:
        begun.put_shard(0, shard_of(9))
        own = begun.scratch / "staged.txt"
        own.write_text("mine", encoding="utf-8")
    assert bytes_of(tmp_path) == {**before, ".change/staged.txt": b"mine"}
    assert len(reports_in(tmp_path)) == 6


def test_one_table_of_a_shard_is_replaced_and_the_others_stay(tmp_path):
    before = bytes_of(three_shards(tmp_path))
    rows = frame("outcomes", [outcome(4), outcome(3, 7), outcome(3, 2)])
    with changing(tmp_path) as begun:
        begun.put_shard(1, {"outcomes": rows}, tables=["outcomes"])
        tables = begun.commit(origin="ingest")
    assert tables.read("outcomes")["report_id"].to_list() == [3, 3, 4]
    after = bytes_of(tmp_path)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"outcomes/part-00001.parquet", "manifest.json"}
    open_tables(tmp_path)


def test_an_outcome_of_another_shard_s_report_is_refused(tmp_path):
    three_shards(tmp_path)
    rows = {"outcomes": frame("outcomes", [outcome(1)])}
    with changing(tmp_path) as begun, pytest.raises(TableError, match="no report"):
        begun.put_shard(1, rows, tables=["outcomes"])


def test_a_shard_is_read_alone_and_an_altered_one_is_not(tmp_path):
    three_shards(tmp_path)
    tables = open_tables(tmp_path)[0]
    assert tables.shards == 3
    assert tables.read_shard(2)["reports"]["report_id"].to_list() == [5, 6]
    part = tmp_path / "reports" / "part-00002.parquet"
    part.write_bytes((tmp_path / "reports" / "part-00001.parquet").read_bytes())
    with pytest.raises(TableError, match="missing or was altered"):
        tables.read_shard(2)
    assert tables.read_shard(1)["reports"].height == 2


def test_only_the_parts_that_the_manifest_names_are_read(tmp_path):
    three_shards(tmp_path)
    tables = open_tables(tmp_path)[0]
    part = tmp_path / "reports" / "part-00002.parquet"
    part.with_name("part-00003.parquet").write_bytes(part.read_bytes())
    assert tables.read("reports").height == 6
    with (
        pytest.raises(TableError, match=r"part-00003\.parquet is not in the manifest"),
        changing(tmp_path),
    ):
        pass


def test_a_key_check_stays_until_another_is_given(tmp_path):
    for given, kept in ((None, None), ("ab", "ab"), (None, "ab"), ("cd", "cd")):
        with changing(tmp_path) as begun:
            begun.commit(origin="ingest", key_check=given)
        assert open_tables(tmp_path)[0].key_check == kept


def test_a_change_that_puts_nothing_makes_empty_tables(tmp_path):
    with changing(tmp_path / "new") as begun:
        begun.commit(origin="ingest")
    assert all(frame.is_empty() for frame in open_tables(tmp_path / "new")[1].values())


def test_parts_that_no_manifest_names_go_with_the_first_change(tmp_path):
    three_shards(tmp_path)
    (tmp_path / "manifest.json").unlink()
    with changing(tmp_path) as begun:
        assert begun.tables is None
        begun.put_shard(0, shard_of(1))
        begun.commit(origin="ingest")
    assert reports_in(tmp_path) == [1]


def test_a_hole_among_the_shards_is_never_committed(tmp_path):
    with changing(tmp_path) as begun:
        begun.put_shard(1, shard_of(1))
        with pytest.raises(ValueError, match="a shard is missing"):
            begun.commit(origin="ingest")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param('{"remove": [', id="cut off"),
        pytest.param("[]", id="a list"),
        pytest.param('{"remove": ["../x"], "move": [], "manifest": {}}', id="climbs"),
        pytest.param('{"remove": ["/x"], "move": [], "manifest": {}}', id="elsewhere"),
        pytest.param('{"remove": [1], "move": [], "manifest": {}}', id="a number"),
    ],
)
def test_a_plan_that_is_not_whole_is_no_plan(tmp_path, plan):
    tables = three_shards(tmp_path / "tables")
    (tmp_path / "x").write_text("mine", encoding="utf-8")
    (tables / ".change").mkdir()
    (tables / ".change" / "commit.json").write_text(plan, encoding="utf-8")
    assert len(reports_in(tables)) == 6
    finish(tables)
    assert not (tables / ".change").exists()
    assert (tmp_path / "x").is_file()


def test_a_change_that_was_begun_is_forgotten_with_the_tables(tmp_path):
    folder = three_shards(tmp_path / "tables")
    (folder / ".change" / "staged").mkdir(parents=True)
    (folder / ".change" / "commit.json").write_text("{}", encoding="utf-8")
    (folder / "ledger").mkdir()
    (folder / "ledger" / "part-00000.parquet").write_text("", encoding="utf-8")
    forget_tables(folder)
    assert bytes_of(folder) == {}
    assert not (folder / ".change").exists()


def test_a_file_beside_the_tables_lies_inside(tmp_path):
    with changing(tmp_path) as begun:
        for name in ("../a", "/a", ".change/a", "manifest.json", ""):
            with pytest.raises(ValueError, match="no place beside"):
                begun.file(name)


def test_a_change_of_shards_that_are_not_there_is_refused(tmp_path):
    rows = {"outcomes": pl.DataFrame()}
    with changing(tmp_path) as begun, pytest.raises(ValueError, match="no shard"):
        begun.put_shard(0, rows, tables=["outcomes"])
