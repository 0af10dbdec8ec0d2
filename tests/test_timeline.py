"""When reports come, from whom, and that a report stays what it is."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import numpy as np
import pytest

from prioritizer.settings import load_world
from prioritizer.synthetic.origins import KINDS
from prioritizer.synthetic.parameters import Period
from prioritizer.synthetic.senders import Senders, moment_us
from prioritizer.synthetic.shards import draws_of, plan_shards
from prioritizer.synthetic.timeline import Timeline, draw_timeline
from prioritizer.vocabulary.enums import IncidentType
from tests.builders_world import MANY, drawn, drawn_of, of_year, timeline, with_event

both = pytest.mark.parametrize("profile", ["icac", "national"])


def columns(when: Timeline) -> dict[str, np.ndarray]:
    return {each.name: getattr(when, each.name) for each in fields(when)}


@both
def test_a_report_stays_what_it_is_when_the_world_grows(profile: str) -> None:
    small, large = timeline(profile, 3_000), timeline(profile, MANY)
    place = {number: at for at, number in enumerate(large.number.tolist())}
    at = np.array([place[number] for number in small.number.tolist()])
    for name, values in columns(small).items():
        np.testing.assert_array_equal(getattr(large, name)[at], values, err_msg=name)


def test_reports_come_in_order_of_arrival() -> None:
    when = timeline()
    assert (np.diff(when.arrival_us) >= 0).all()
    assert (when.arrival_us > when.received_us).all()


def test_no_two_reports_have_one_number() -> None:
    when = timeline()
    assert len(np.unique(when.report_id)) == len(np.unique(when.number)) == MANY


def test_numbers_do_not_tell_whose_report_it_is() -> None:
    """Of one day, neighbours by number are no more of one actor than any others."""
    when = timeline(reports=20_000)
    order = np.argsort(when.report_id % (1 << 28))
    actor = when.cluster[order]
    together = np.mean(actor[1:] == actor[:-1])
    sizes = np.unique(actor, return_counts=True)[1]
    by_chance = np.sum((sizes / len(actor)) ** 2)
    assert together < 3 * by_chance + 0.002


def test_what_floods_in_has_no_actor() -> None:
    origins, when = drawn("national").circumstances.origins, timeline("national")
    flood = list(load_world("national").providers).index("ai_findings")
    of = origins.provider == flood
    assert of.sum() > 100
    assert (when.size[of] == 1).all()
    assert not when.earlier_id[of].any()
    assert not np.isin(when.cluster[of], when.cluster[~of]).any()
    ids = set(when.report_id[of].tolist())
    assert not ids & set(when.earlier_id.ravel().tolist())


def test_numbers_rise_with_the_day_of_receipt() -> None:
    when = timeline()
    order = np.argsort(when.report_id)
    assert (np.diff(when.received_us[order] // 86_400_000_000) >= 0).all()


@both
def test_each_year_has_its_share(profile: str) -> None:
    volume = np.array(load_world(profile).volume.reports)
    got = [of_year(timeline(profile), year).mean() for year in range(2019, 2026)]
    assert got == pytest.approx(volume / volume.sum(), abs=0.02)


def test_all_years_survive_in_a_small_world() -> None:
    when = timeline(reports=400)
    assert all(of_year(when, year).any() for year in range(2019, 2026))


def test_a_narrowed_period_holds_every_report() -> None:
    period = Period(datetime(2023, 5, 1, tzinfo=UTC), datetime(2023, 9, 1, tzinfo=UTC))
    world = replace(load_world("icac"), period=period)
    when = draw_timeline(world, Senders(world), draws_of(7), 2_000)
    assert when.received_us.min() >= moment_us(period.begins_at)
    assert when.received_us.max() < moment_us(period.ends_at)


def test_actors_come_whole_but_for_the_last() -> None:
    when = timeline()
    actors, place, counted = np.unique(
        when.cluster, return_index=True, return_counts=True
    )
    last = when.cluster[np.argmax(when.number)]
    assert (counted == when.size[place])[actors != last].all()


def test_few_actors_have_many_reports() -> None:
    sizes = np.unique(timeline().cluster, return_counts=True)[1]
    assert np.mean(sizes == 1) == pytest.approx(1 - 2**-1.8, abs=0.02)
    assert sizes.max() > 50


def test_an_actor_s_earlier_reports_are_earlier() -> None:
    when = timeline()
    received = dict(
        zip(when.report_id.tolist(), when.received_us.tolist(), strict=True)
    )
    has = when.earlier_id[:, 0] > 0
    assert (has == (when.ordinal > 0)).all()
    before = [received[each] for each in when.earlier_id[has, 0].tolist()]
    assert (np.array(before) <= when.received_us[has]).all()


def test_urgent_marks_shorten_the_way() -> None:
    origins, when = drawn().circumstances.origins, timeline()
    marked = origins.is_priority_one | origins.is_escalated
    hours = (when.arrival_us - when.received_us) / 3.6e9
    assert np.median(hours[marked]) < np.median(hours[~marked]) / 4


@both
@pytest.mark.parametrize("year", [2021, 2023, 2025])
def test_kinds_have_their_share_of_the_year(profile: str, year: int) -> None:
    kinds = load_world(profile).kinds
    of = drawn(profile).circumstances.origins.kind[of_year(timeline(profile), year)]
    share = np.mean(of == KINDS.index(IncidentType.ENTICEMENT))
    published = kinds.enticement[year - 2019]
    assert share == pytest.approx(published, abs=0.35 * published + 0.002)


def test_providers_drift_as_published() -> None:
    world, origins = load_world("national"), drawn("national").circumstances.origins
    for year in (2019, 2023, 2025):
        of = origins.provider[of_year(timeline("national"), year)]
        assert np.mean(of == 0) == pytest.approx(
            world.providers["feed"].share[year - 2019], abs=0.06
        )


def test_without_drift_the_mix_stays() -> None:
    world = with_event(load_world("national"), "provider_drift", on=False)
    origins = drawn_of(world, timeline("national")).circumstances.origins
    for year in (2019, 2025):
        of = origins.provider[of_year(timeline("national"), year)]
        assert np.mean(of == 0) == pytest.approx(0.496, abs=0.06)


def test_drift_can_begin_later() -> None:
    starts = datetime(2022, 1, 1, tzinfo=UTC)
    world = with_event(load_world("national"), "provider_drift", starts_at=starts)
    provider = drawn_of(world, timeline("national")).circumstances.origins.provider
    shares = [
        np.mean(provider[of_year(timeline("national"), year)] == 0)
        for year in (2020, 2022)
    ]
    assert shares == pytest.approx([0.496, 0.666], abs=0.06)


@pytest.mark.parametrize(("strength", "share"), [(0, 0.0), (1, 0.052), (5, 0.215)])
def test_the_flood_can_be_amplified(strength: float, share: float) -> None:
    world = with_event(load_world("national"), "ai_flood", strength=float(strength))
    flood = list(world.providers).index("ai_findings")
    provider = drawn_of(world, timeline("national")).circumstances.origins.provider
    newest, before = (of_year(timeline("national"), year) for year in (2025, 2024))
    assert np.mean(provider[newest] == flood) == pytest.approx(share, abs=0.03)
    assert not (provider[before] == flood).any()


def test_the_flood_can_be_moved() -> None:
    starts = datetime(2023, 1, 1, tzinfo=UTC)
    world = with_event(load_world("national"), "ai_flood", starts_at=starts)
    flood = list(world.providers).index("ai_findings")
    provider = drawn_of(world, timeline("national")).circumstances.origins.provider
    assert np.mean(provider[of_year(timeline("national"), 2024)] == flood) > 0.03
    assert not (provider[of_year(timeline("national"), 2022)] == flood).any()


def test_the_act_multiplies_trafficking_from_its_day() -> None:
    world = load_world("national")
    quiet = with_event(world, "report_act", on=False)
    place, when = KINDS.index(IncidentType.TRAFFICKING), timeline("national")
    newest = of_year(when, 2025)
    with_act, without = (
        np.sum(drawn_of(each, when).circumstances.origins.kind[newest] == place)
        for each in (world, quiet)
    )
    assert with_act > 2 * without


@pytest.mark.parametrize("size", [1, 777, 5_000])
def test_shards_cut_the_world_and_change_nothing(size: int) -> None:
    shards = plan_shards(
        load_world("icac"), reports=5_000, seed=7, reports_of_a_shard=size * 5
    )
    ids = np.concatenate([shard.timeline.report_id for shard in shards])
    np.testing.assert_array_equal(ids, timeline(reports=5_000).report_id)
