"""Providers have habits, and some of them mean no good."""

import numpy as np
import polars as pl

from prioritizer.settings import load_world
from prioritizer.synthetic.recorded import UPLOAD
from prioritizer.vocabulary.enums import Role
from tests.builders import prepared_world
from tests.builders_world import drawn


def test_viewed_has_three_states_and_one_provider_never_says() -> None:
    tables = prepared_world().tables
    viewed = tables["files"]["viewed_by_esp"]
    assert set(viewed) == {True, False, None}
    silent = list(load_world("icac").providers).index("private_chat") + 1
    of = tables["reports"].filter(pl.col("esp_name") == f"Provider {silent:03d}")
    files = tables["files"].join(of, on="report_id", how="semi")
    assert files.height > 20
    assert files["viewed_by_esp"].null_count() == files.height


def test_one_provider_sends_log_in_addresses_only() -> None:
    posts = list(load_world("icac").providers).index("posts")
    seen, origins = drawn().addresses, drawn().circumstances.origins
    of = origins.provider[seen.row] == posts
    assert of.sum() > 200
    assert not (seen.event[of] == UPLOAD).any()


def test_one_provider_means_the_account_s_creation_by_incident_time() -> None:
    posts = list(load_world("icac").providers).index("posts")
    case = drawn().circumstances
    days = (case.timeline.received_us - case.incident_us) / 8.64e10
    of = case.origins.provider == posts
    assert np.median(days[of]) > 200 > 5 > np.median(days[~of])


def test_what_floods_in_leads_nowhere_and_links_to_nothing() -> None:
    world = load_world("national")
    flood = list(world.providers).index("ai_findings")
    some = drawn("national")
    of = some.circumstances.origins.provider == flood
    assert of.sum() > 100
    p = some.worth.score
    assert p[of].mean() + 2 < p[~of].mean()
    assert not some.worth.case.has_upload[of].any()


def test_who_pads_its_fields_is_complete_and_worth_less() -> None:
    padder = list(load_world("icac").providers).index("padder")
    some = drawn()
    of = some.circumstances.origins.provider == padder
    complete, worth = some.circumstances.completeness, some.worth.score
    assert complete[of].mean() > complete[~of].mean() + 0.1
    assert worth[of].mean() < worth[~of].mean()


def test_who_escalates_everything_does() -> None:
    alarmist = list(load_world("icac").providers).index("alarmist")
    origins = drawn().circumstances.origins
    of = origins.provider == alarmist
    assert origins.is_escalated[of].mean() > 0.9
    assert origins.is_escalated[~of].mean() < 0.03


def test_what_is_said_of_others_goes_by_the_provider_and_not_by_their_place() -> None:
    people = (
        prepared_world()
        .tables["people"]
        .filter(pl.col("role").is_in([Role.VICTIM, Role.INTENDED_RECIPIENT]))
    )
    for number in (2, 3):
        named = people.filter(pl.col("person_no") == number)["screen_name_count"]
        assert len(named) > 15
        assert 0.1 < (named > 0).mean() < 0.95
