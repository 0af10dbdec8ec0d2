"""The invented world as it is written down: related, uneven, and about nobody."""

import ipaddress
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from prioritizer.errors import SettingsError
from prioritizer.execution import LocalExecutor
from prioritizer.settings import load_world
from prioritizer.synthetic import generate, read_truth
from prioritizer.synthetic.circumstances import UNKNOWN, US
from prioritizer.synthetic.jurisdictions import forces_by_state
from prioritizer.synthetic.place_rows import address_texts
from prioritizer.synthetic.recorded import FRESH, REPEAT, VIRAL
from prioritizer.synthetic.shards import draw_shard, draws_of, plan_shards
from prioritizer.synthetic.strings import (
    SLOTS,
    Names,
    device_ids,
    home_addresses,
    telephones,
    version_6_addresses,
)
from prioritizer.tables import TableFolder, check_frames, open_tables
from prioritizer.vocabulary import TABLES
from prioritizer.vocabulary.enums import (
    CaptureType,
    FileHashType,
    IdentifierKind,
    IpRange,
    LocationSource,
    PriorityCode,
    Role,
)
from tests.builders import prepared_world, small_world
from tests.builders_world import drawn, drawn_of, of_year, timeline, with_event

MADE = ("reports", "people", "files", "captures", "identifiers", "locations")


def world_in(folder: Path, **how: object) -> TableFolder:
    return generate(load_world("icac"), folder, **{"reports": 3000, "seed": 7, **how})


def in_key_order(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(sorted((folder / name).glob("part-*.parquet")))


def test_a_world_obeys_the_vocabulary() -> None:
    check_frames(open_tables(small_world())[1])


def test_one_seed_gives_one_world(tmp_path: Path) -> None:
    assert world_in(tmp_path).manifest == open_tables(small_world())[0].manifest


def test_another_seed_gives_another_world(tmp_path: Path) -> None:
    other = world_in(tmp_path, seed=8)
    assert other.content_hash != open_tables(small_world())[0].content_hash


@pytest.mark.parametrize("name", [*MADE, "outcomes", "truth"])
def test_neither_shards_nor_workers_change_a_row(tmp_path: Path, name: str) -> None:
    world_in(tmp_path, reports_of_a_shard=900, executor=LocalExecutor(workers=2))
    assert len(list((tmp_path / name).glob("part-*"))) == 4
    assert in_key_order(tmp_path, name).equals(in_key_order(small_world(), name))


@pytest.mark.parametrize("name", [*MADE, "outcomes", "truth"])
def test_a_report_keeps_its_content_when_the_world_grows(
    tmp_path: Path, name: str
) -> None:
    """But for the last actor, who may have further reports by then."""
    world_in(tmp_path, reports=4000)
    small, large = (in_key_order(each, name) for each in (small_world(), tmp_path))
    ids = in_key_order(small_world(), "reports").select("report_id")
    kept = large.join(ids, on="report_id", how="semi", maintain_order="left")
    assert kept.equals(small)


def test_every_row_belongs_to_a_report() -> None:
    tables = prepared_world().tables
    ids = tables["reports"].select("report_id")
    for name, frame in tables.items():
        if name == "cluster_merges":  # it tells of clusters
            frame = frame.rename({"absorbed": "report_id"})
        assert frame.join(ids, on="report_id", how="anti").is_empty()


def test_all_roles_and_all_tables_have_rows() -> None:
    tables = prepared_world().tables
    assert set(tables["people"]["role"]) == set(Role)
    assert all(tables[table.name].height for table in TABLES)


def test_most_columns_say_something() -> None:
    """A feature that never varies cannot be learned from."""
    frames = open_tables(small_world())[1]
    silent = [
        f"{name}.{column}"
        for name, frame in frames.items()
        for column in frame.columns
        if frame[column].n_unique() < 2
    ]
    told = sum(len(frame.columns) for frame in frames.values())
    assert len(silent) < 0.45 * told


def test_counts_are_those_of_the_child_rows() -> None:
    tables = prepared_world().tables
    found = tables["identifiers"].filter(pl.col("person_no").is_not_null())
    for kind, column in (
        (IdentifierKind.EMAIL, "email_count"),
        (IdentifierKind.PHONE, "phone_count"),
        (IdentifierKind.SCREEN_NAME, "screen_name_count"),
        (IdentifierKind.PROFILE_URL, "profile_url_count"),
    ):
        rows = found.filter(pl.col("identifier_kind") == kind).height
        assert rows == tables["people"][column].sum() > 0
    hashes = tables["identifiers"].filter(pl.col("file_no").is_not_null())
    assert hashes.height == tables["files"]["file_hash_count"].sum()


def test_identifiers_link_the_reports_of_one_actor() -> None:
    key = read_truth(small_world()).select("report_id", "cluster", "account")
    found = prepared_world().tables["identifiers"].join(key, on="report_id")
    of_people = found.filter(pl.col("person_no") == 1)
    actors = of_people.group_by("identifier_key").agg(pl.col("cluster").n_unique())
    assert actors["cluster"].max() == 1
    emails = of_people.filter(pl.col("identifier_kind") == IdentifierKind.EMAIL)
    reused = emails.group_by("identifier_key").agg(pl.col("account").n_unique())
    assert reused["account"].max() == 2


def test_no_address_of_one_home_is_another_s() -> None:
    some = drawn("national")
    seen, world = some.addresses, load_world("national")
    own = ~seen.is_proxy & ~seen.is_shared
    texts = address_texts(world, draws_of(7), some).filter(pl.Series(own))
    actors = some.circumstances.timeline.cluster[seen.row[own]]
    pairs = pl.DataFrame({"text": texts, "actor": actors}).unique()
    assert pairs["text"].n_unique() == pairs.height > 10_000


def test_identifiers_of_ten_million_actors_differ() -> None:
    """What identifiers are made from runs over all of it without a repeat."""
    numbers = np.arange(0, 10_000_000, 61)
    for make in (
        lambda of: Names().emails(of),
        lambda of: home_addresses(of, of % SLOTS),
        lambda of: version_6_addresses(of, of.astype(np.uint64)),
        lambda of: telephones(of, ["WY"], np.ones(len(of), dtype=np.int64)),
        device_ids,
    ):
        assert make(numbers).n_unique() == len(numbers)


def test_a_state_has_numbers_for_two_million_actors() -> None:
    numbers = np.arange(0, 2_000_000, 7)
    texts = telephones(numbers, ["CA", "WY"], numbers % 2)
    assert texts.n_unique() == len(numbers)
    assert set(texts.str.slice(5, 1)) == {"0", "1"}


def test_some_actors_are_reported_by_several_providers() -> None:
    reports = prepared_world().tables["reports"].select("report_id", "esp_key")
    key = read_truth(small_world()).join(reports, on="report_id")
    several = key.group_by("cluster").agg(pl.col("esp_key").n_unique())
    assert 0.01 < (several["esp_key"] > 1).mean() < 0.3


def test_earlier_reports_that_are_listed_are_of_the_same_actor() -> None:
    key = read_truth(small_world()).select("report_id", "cluster")
    listed = prepared_world().tables["people"].select("report_id", "prior_report_ids")
    pairs = listed.explode("prior_report_ids").drop_nulls()
    own = pairs.join(key, on="report_id")
    other = key.rename({"report_id": "prior_report_ids", "cluster": "prior_cluster"})
    both = own.join(other, on="prior_report_ids")
    assert both.height == pairs.height > 50
    assert (both["cluster"] == both["prior_cluster"]).all()


def test_viral_items_are_shared_and_fresh_ones_are_not() -> None:
    files = drawn().files
    shared = np.unique(files.item[files.origin == VIRAL], return_counts=True)[1]
    assert shared.max() > 200
    fresh = files.item[files.origin == FRESH]
    assert len(np.unique(fresh)) == len(fresh)
    repeats = files.item[files.origin == REPEAT]
    assert len(np.unique(repeats)) < 0.8 * len(repeats)


def test_near_copies_look_alike_and_are_other_files() -> None:
    files = drawn().files
    looks, items = (len(np.unique(each)) for each in (files.look, files.item))
    assert looks < 0.9 * items < 0.9 * len(files.item)


def test_some_files_have_a_second_hash_that_near_copies_share() -> None:
    found = prepared_world().tables["identifiers"]
    near = found.filter(pl.col("file_hash_type") == FileHashType.PDQ)["identifier_key"]
    exact = found.filter(pl.col("file_hash_type") == FileHashType.MD5)["identifier_key"]
    assert 0.05 < len(near) / len(exact) < 0.4
    assert near.n_unique() < 0.95 * len(near)
    assert not set(near) & set(exact)


def test_places_agree_conflict_or_are_not_known() -> None:
    tables = prepared_world().tables
    sources = set(tables["locations"]["location_source"])
    assert sources >= {
        LocationSource.ADDRESS,
        LocationSource.ESP_ESTIMATE,
        LocationSource.GEO_LOOKUP,
        LocationSource.NCMEC,
    }
    states = (
        tables["locations"]
        .group_by("report_id")
        .agg(pl.col("us_state").drop_nulls().n_unique().alias("states"))
    )
    assert 0.01 < (states["states"] > 1).mean() < 0.3
    assert (states["states"] == 0).any()


def test_priority_codes_are_the_known_four() -> None:
    codes = set(prepared_world().tables["reports"]["ncmec_priority_code"])
    assert codes == set(PriorityCode) - {PriorityCode.UNLISTED}


def test_bundles_stand_for_several_incidents_and_list_their_users() -> None:
    some = drawn("national").circumstances
    newest = of_year(timeline("national"), 2024)
    assert some.incidents[newest].mean() == pytest.approx(1.42, abs=0.12)
    before = of_year(timeline("national"), 2023)
    assert not some.is_bundle[before].any()
    people = prepared_world().tables["people"]
    users = people.filter(pl.col("role") == Role.REPORTED_USER)
    assert users.group_by("report_id").len()["len"].max() > 5


def test_encryption_takes_communication_away() -> None:
    world = load_world("national")
    longer = with_event(world, "encryption", strength=3.0)
    newest = of_year(timeline("national"), 2025)
    told = [
        np.mean(drawn_of(each, timeline("national")).circumstances.narrative[newest])
        for each in (world, longer)
    ]
    assert told[1] < 0.85 * told[0]


def test_whose_place_is_unknown_often_comes_through_a_proxy() -> None:
    case = drawn("national").circumstances
    unknown = case.nation == UNKNOWN
    proxied = case.is_proxied
    assert proxied[unknown].mean() > 3 * proxied[~unknown].mean()
    assert 0.02 < (case.nation == US).mean() < 0.08


def test_invented_identifiers_can_belong_to_no_one() -> None:
    (shard,) = plan_shards(
        load_world("national"), reports=2000, seed=7, reports_of_a_shard=2000
    )
    raw, _ = draw_shard(shard)
    found = raw["identifiers"].with_columns(pl.col("identifier_kind").cast(pl.String))

    def texts(kind: IdentifierKind) -> list[str]:
        return found.filter(pl.col("identifier_kind") == str(kind))[
            "identifier_key"
        ].to_list()

    ours = (".example.com", "@example.com", "@example.org", "@example.net")
    ours = (*ours, "@mail.test", "@post.invalid")
    assert all(each.endswith(ours) for each in texts(IdentifierKind.EMAIL))
    pages = texts(IdentifierKind.PROFILE_URL)
    assert all(each.startswith("https://profile.example/") for each in pages)
    for number in texts(IdentifierKind.PHONE):
        assert number.startswith("+999") or (
            number.startswith("+1") and len(number) == 12 and number[5] in "01"
        )
    addresses = raw["captures"].filter(pl.col("capture_type") == CaptureType.IP_ADDRESS)
    reserved = [
        ipaddress.ip_network(each)
        for each in ("240.0.0.0/4", "100.64.0.0/10", "2001:db8::/32")
    ]
    for text in addresses["capture_key"].to_list():
        address = ipaddress.ip_address(text)
        assert any(
            address in each for each in reserved if each.version == address.version
        )


def test_invented_addresses_count_as_public_or_shared() -> None:
    ranges = set(prepared_world().tables["captures"]["ip_range"].drop_nulls())
    assert ranges == {IpRange.PUBLIC, IpRange.CGNAT}


def test_every_state_has_a_task_force_and_there_are_61() -> None:
    world = load_world("icac")
    forces = forces_by_state(world.places.state_weights, world.volume.task_forces)
    assert sum(forces.values()) == 61
    assert min(forces.values()) == 1
    assert forces["CA"] > 1


@pytest.mark.parametrize(
    "how", [{"reports": 0}, {"seed": -1}, {"reports_of_a_shard": 0}], ids=str
)
def test_numbers_that_cannot_be_used_are_refused(how: dict, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"reports must be 1 to .* seed 0 or more"):
        world_in(tmp_path, **how)
