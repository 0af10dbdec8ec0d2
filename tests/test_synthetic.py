import ipaddress
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.seeds import stream
from prioritizer.synthetic import PROFILES, generate, read_truth
from prioritizer.synthetic.latent import draw_latent
from prioritizer.synthetic.strings import (
    Strings,
    ipv4_addresses,
    ipv6_addresses,
    shared_addresses,
)
from prioritizer.tables import check_frames, open_tables
from prioritizer.vocabulary.enums import IdentifierKind, IncidentType, IpRange
from tests.builders import prepared_world, small_world

_MANY = np.arange(0, 1_000_000, 997)


def test_a_world_obeys_the_vocabulary() -> None:
    _, frames = open_tables(small_world())
    check_frames(frames)


def test_one_seed_gives_one_world(tmp_path: Path) -> None:
    again = generate(PROFILES["icac"], tmp_path, reports=3000, seed=7)
    assert again.manifest == open_tables(small_world())[0].manifest


def test_another_seed_gives_another_world(tmp_path: Path) -> None:
    other = generate(PROFILES["icac"], tmp_path, reports=3000, seed=8)
    assert other.content_hash != open_tables(small_world())[0].content_hash


def test_every_row_of_every_table_belongs_to_a_report() -> None:
    tables = prepared_world().tables
    ids = set(tables["reports"]["report_id"].to_list())
    for frame in tables.values():
        assert set(frame["report_id"].to_list()) <= ids


def test_the_truth_is_beside_the_tables_and_not_in_them() -> None:
    truth = read_truth(small_world())
    hidden = {"p_actionable", "is_actionable", "is_urgent", "propensity", "account"}
    assert hidden <= set(truth.columns)
    assert truth["propensity"].min() >= 0.02
    for frame in open_tables(small_world())[1].values():
        assert not hidden & set(frame.columns)


def test_real_tables_have_no_answer_key(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="no answer key"):
        read_truth(tmp_path)


def test_outcomes_are_some_late_and_selective() -> None:
    tables, truth = prepared_world().tables, read_truth(small_world())
    outcomes = tables["outcomes"]
    seen = truth.join(outcomes, on="report_id", how="semi")
    assert 0.05 < len(seen) / len(truth) < 0.34
    assert seen["is_actionable"].mean() > truth["is_actionable"].mean()
    arrivals = tables["reports"].select("report_id", "arrival_at")
    late = outcomes.join(arrivals, on="report_id")
    assert (late["known_at"] > late["arrival_at"]).all()
    assert (late["known_at"] >= late["decided_at"]).all()


def test_completeness_and_actionability_are_two_things() -> None:
    latent = draw_latent(PROFILES["icac"], 20_000, seed=3)
    viral = latent.is_viral & (latent.completeness > 0.7)
    live = latent.is_contact & (latent.completeness < 0.5)
    assert latent.p_actionable[viral].mean() + 0.1 < latent.p_actionable[live].mean()


def test_some_urgent_reports_carry_no_signal() -> None:
    truth = read_truth(small_world()).filter("is_urgent")
    reports = prepared_world().tables["reports"].join(truth, on="report_id", how="semi")
    silent = ~reports["esp_escalated"] & (reports["ncmec_priority_code"] != "1")
    assert 0.1 < silent.mean() < 0.6


def test_the_profiles_differ_as_they_say() -> None:
    kinds = {
        name: draw_latent(world, 20_000, seed=1).incident_type
        for name, world in PROFILES.items()
    }
    share = {name: np.mean(kind == IncidentType.CSAM) for name, kind in kinds.items()}
    assert share["national"] == pytest.approx(0.9921, abs=0.004)
    assert share["icac"] == pytest.approx(0.915, abs=0.01)


def test_the_delay_between_reports_of_an_account_is_kept_in_order() -> None:
    latent = draw_latent(PROFILES["icac"], 5000, seed=2)
    assert (np.diff(latent.arrival_us) >= 0).all()
    assert (latent.received_us <= latent.arrival_us).all()
    assert (latent.incident_us <= latent.received_us).all()


def test_invented_addresses_can_belong_to_no_one() -> None:
    for text in ipv4_addresses(_MANY):
        assert ipaddress.ip_address(text) in ipaddress.ip_network("240.0.0.0/4")
    for text in ipv6_addresses(_MANY):
        assert ipaddress.ip_address(text) in ipaddress.ip_network("2001:db8::/32")
    for text in shared_addresses(_MANY):
        assert ipaddress.ip_address(text) in ipaddress.ip_network("100.64.0.0/10")


def test_invented_contacts_can_belong_to_no_one() -> None:
    strings = Strings(1)
    reserved = ("example.com", "example.org", "example.net", ".test", ".invalid")
    assert all(text.endswith(reserved) for text in strings.emails(_MANY))
    states = np.full(len(_MANY), "WY")
    assert all(text[5] in "01" for text in strings.telephones(_MANY, states))


def test_different_accounts_have_different_identifiers() -> None:
    accounts = np.arange(50_000)
    assert len(set(Strings(1).emails(accounts))) == len(accounts)
    assert len(set(ipv4_addresses(accounts))) == len(accounts)
    assert len(set(ipv6_addresses(accounts))) == len(accounts)


def test_invented_addresses_count_as_public_or_shared() -> None:
    ranges = prepared_world().tables["captures"]["ip_range"].unique().to_list()
    assert set(ranges) == {IpRange.PUBLIC, IpRange.CGNAT}


def test_identifiers_of_one_account_link_its_reports() -> None:
    truth = read_truth(small_world()).select("report_id", "account")
    identifiers = prepared_world().tables["identifiers"].join(truth, on="report_id")
    own = identifiers.filter(pl.col("identifier_kind") == IdentifierKind.ESP_USER_ID)
    keys = own.group_by("identifier_key").agg(pl.col("account").n_unique())
    assert keys["account"].max() == 1
    assert keys.height == own["account"].n_unique()


@pytest.mark.parametrize("numbers", [(0, 7), (10, -1)], ids=["no reports", "seed"])
def test_numbers_that_cannot_be_used_are_refused(numbers, tmp_path: Path) -> None:
    reports, seed = numbers
    with pytest.raises(SettingsError, match="reports must be 1 or more and seed 0"):
        generate(PROFILES["icac"], tmp_path, reports=reports, seed=seed)


def test_all_problems_of_a_world_are_listed() -> None:
    world = replace(
        PROFILES["icac"],
        us_share=1.5,
        feedback_share=-1,
        ends_at=PROFILES["icac"].begins_at,
    )
    with pytest.raises(SettingsError, match="3 problems: us_share is not between 0"):
        world.check()


def test_a_stream_is_its_own() -> None:
    one, same, other = (
        stream(7, *names).random(4).tolist()
        for names in (("a", "b"), ("a", "b"), ("a",))
    )
    assert one == same != other
