"""The benchmark of quality: its metrics, rivals, worlds and lines."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from prioritizer.benchmarks import AREAS
from prioritizer.benchmarks.gains import METRICS, Comparison, Order
from prioritizer.benchmarks.known_worlds import (
    OTHER_WORLD,
    KnownWorld,
    flooded,
    invent,
    largest_sender,
    truth_of,
    without_sender,
)
from prioritizer.benchmarks.quality import Trial, measure_world
from prioritizer.benchmarks.rivals import RIVALS, Effort, Lesson, check_rivals
from prioritizer.benchmarks.training_speed import invented_numbers, measure_rows
from prioritizer.errors import MissingInputError
from prioritizer.model import TrainSettings
from prioritizer.settings import load_world
from prioritizer.synthetic import World

SMALL = Effort(rounds=30, bags=1, pairs=2, threads=1)
EVERY_RIVAL = pytest.mark.parametrize("learn", RIVALS.values(), ids=RIVALS)


@cache
def world() -> World:
    return load_world("icac")


@cache
def known() -> KnownWorld:
    return invent(world(), reports=3000, seed=7)


def lesson(rows: int = 600) -> Lesson:
    """Return reports whose label follows one number, with gaps, and one category."""
    random = np.random.Generator(np.random.PCG64(3))
    number, kind = random.normal(size=rows), random.integers(0, 3, rows)
    y = (number + (kind == 2) + 0.3 * random.normal(size=rows) > 0.3).astype(np.int64)
    number[random.random(rows) < 0.1] = np.nan
    closed = pd.Categorical.from_codes(kind, pd.Index(["a", "b", "c"]))
    noise = random.normal(size=rows)
    return Lesson(pd.DataFrame({"number": number, "kind": closed, "noise": noise}), y)


def measured(scores: list[float], truth: list[float], copies: object = None) -> list:
    order = Order.by(np.array(scores), np.array(truth, dtype=float))
    return order.measured(None if copies is None else np.array(copies, float)).tolist()


def test_metrics_of_ten_reports_by_hand() -> None:
    # Found at places 1 and 3 of 10: precisions 1 and 2/3; one of two in a tenth.
    scores = [float(each) for each in range(10, 0, -1)]
    expected = [(1 + 2 / 3) / 2, 0.5, 0.5]
    assert measured(scores, [1, 0, 1, 0, 0, 0, 0, 0, 0, 0]) == pytest.approx(expected)


def test_a_tie_at_the_edge_counts_by_its_mean() -> None:
    # A tenth is one report, and four with one actionable share the first place.
    scores = [2.0] * 4 + [1.0] * 6
    assert measured(scores, [1, 0, 0, 0, 1, 0, 0, 0, 0, 0])[1] == pytest.approx(0.125)


def test_the_best_order_has_full_precision_and_arrival_that_of_chance() -> None:
    truth = np.tile([1.0, 0.0, 0.0, 0.0], 500)
    assert measured(list(truth), list(truth))[0] == 1.0
    assert measured([0.0] * 2000, list(truth)) == pytest.approx([0.25, 0.1, 0.2])


rows_with_copies = st.lists(
    st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=2
).filter(lambda rows: any(is_true and copies for _, is_true, copies in rows))


@settings(max_examples=50, deadline=None)
@given(rows_with_copies)
def test_copies_count_as_rows_that_are_repeated(rows) -> None:
    scores, truth, copies = (list(each) for each in zip(*rows, strict=True))
    again = [np.repeat(np.array(each, float), copies) for each in (scores, truth)]
    once = measured([float(each) for each in scores], truth, copies)
    assert once == pytest.approx(measured(*map(list, again)))
    assert once[0] == pytest.approx(average_precision_score(again[1], again[0]))


def test_equal_orders_never_differ_in_a_resample() -> None:
    compared = Comparison(np.tile([1.0, 0.0, 0.0], 100), np.arange(300), resamples=20)
    for name in ("a", "b"):
        compared.add(name, np.arange(300.0))
    assert compared.share("a", "b", 0) == (100.0, (100.0, 100.0))
    assert np.ptp(compared.drawn["a"][:, 0]) > 0.01


def test_reports_of_one_cluster_are_drawn_together() -> None:
    # Two clusters: of a times 50 and b times 50 reports, a / (a + b) are actionable.
    truth = np.repeat([1.0, 0.0], 50)
    compared = Comparison(truth, np.repeat([7, 3], 50), resamples=40)
    compared.add("flat", np.zeros(100))
    shares = {each for each in compared.drawn["flat"][:, 0].round(9) if each == each}
    assert shares <= {round(a / (a + b), 9) for a in range(1, 12) for b in range(12)}


@EVERY_RIVAL
def test_a_rival_learns_from_gaps_and_categories(learn) -> None:
    taught = lesson()
    scores = learn(taught, SMALL)(taught.X)
    assert average_precision_score(taught.y, scores) > 0.9
    assert np.array_equal(scores, learn(taught, SMALL)(taught.X))


def test_growth_stops_on_the_newest_reports() -> None:
    older, newer = lesson(100).parted()
    assert (len(older.y), len(newer.y)) == (80, 20)
    assert older.X.index.max() < newer.X.index.min()
    assert older.categories == [1]


def test_a_library_that_is_missing_is_named_with_its_remedy() -> None:
    with pytest.raises(MissingInputError, match="no_such_rival is not installed") as e:
        check_rivals(("no_such_rival", "json"))
    assert "extra `dev`" in e.value.fix


def test_the_newest_year_tests_and_nothing_known_later_trains() -> None:
    split = known().split
    assert split.test_begins_at == pd.Timestamp("2025-01-01", tz="UTC")
    assert split.train.append(split.calibration).isin(known().past).all()
    assert not split.test.isin(known().past).any()
    assert set(split.test) | set(known().past) == set(known().X.index)


def test_a_flood_begins_with_the_newest_year() -> None:
    flood = invent(flooded(world(), 5), reports=3000, seed=7)
    before, after = (
        [each.truth.loc[ids, "is_generated"].mean() for each in (known(), flood)]
        for ids in (known().past, known().split.test)
    )
    assert before[1] == pytest.approx(before[0], abs=0.003)
    assert after[1] > 3 * after[0]


def test_an_unseen_sender_trains_nothing() -> None:
    sender = largest_sender(known())
    split = without_sender(known(), sender)
    left = known().senders.loc[split.train.append(split.calibration)]
    assert sender not in set(left)
    assert len(split.train) == (known().senders[known().split.train] != sender).sum()


def test_the_other_world_differs_where_it_says() -> None:
    other = load_world("icac", OTHER_WORLD)
    assert other.work.feedback_share < world().work.feedback_share
    assert other.providers["feed"].share != world().providers["feed"].share


@cache
def lines() -> dict:
    trial = Trial(2000, TrainSettings(rounds=20, pairs=4), SMALL, resamples=20)
    return {line.name: line for line in measure_world(world(), 7, trial)}


def test_every_metric_has_its_ceilings_and_every_rival_a_limit() -> None:
    for metric in METRICS:
        assert lines()[f"{metric}, ours of the achievable"].limit == 97.0
        for rival in RIVALS:
            line = lines()[f"{metric}, ours ahead of {rival}"]
            assert (line.limit, line.is_least) == (-0.5, True)
            assert line.interval[0] <= line.interval[1]


@pytest.mark.parametrize("metric", METRICS)
def test_shares_follow_from_the_figures_beside_them(metric: str) -> None:
    def at(name: str) -> float:
        return lines()[f"{metric}, {name}"].value

    best = max(at(f"clean {rival}") for rival in RIVALS)
    assert at("ours of the achievable") == pytest.approx(100 * at("ours") / best)
    gain = (at("ours") - at("order of arrival")) / (
        at("oracle") - at("order of arrival")
    )
    assert at("ours of the oracle's gain") == pytest.approx(100 * gain)
    ahead = 100 * (at("ours") / at("EBM") - 1)
    assert at("ours ahead of EBM") == pytest.approx(ahead)


def test_losses_are_stated_without_a_limit() -> None:
    lost = [line for name, line in lines().items() if name.endswith(" lost")]
    assert len(lost) == 3 * (2 * 2 + 1)
    assert all(line.limit is None for line in lost)


def test_a_flood_takes_places_and_gives_none() -> None:
    generated = [lines()[f"flood x{times}, share generated"].value for times in (2, 5)]
    assert 0 < generated[0] < generated[1] < 60
    for metric in METRICS:
        assert lines()[f"flood x5, oracle: {metric} lost"].value >= 0


def test_capacity_can_be_a_share_of_another_volume() -> None:
    order = Order.by(np.arange(20.0, 0.0, -1.0), np.tile([1.0, 0.0], 10))
    assert order.measured(volume=10)[1] == pytest.approx(1 / 10)
    assert order.measured()[1] == pytest.approx(1 / 10)
    assert order.measured(volume=40)[1] == pytest.approx(2 / 10)


def test_training_is_measured_against_lightgbm_in_one_run() -> None:
    ours, plain, ratio = measure_rows(1, 2000, threads=1)
    assert ratio.value == pytest.approx(ours.value / plain.value)
    assert (ratio.limit, ratio.is_least) == (1.5, False)


def test_invented_numbers_are_the_same_again_and_have_gaps() -> None:
    X, y = invented_numbers(500)
    pd.testing.assert_frame_equal(X, invented_numbers(500)[0])
    assert 0.15 < X.iloc[:, :76].isna().to_numpy().mean() < 0.25
    assert set(y) == {0.0, 1.0}


def test_both_areas_can_be_named() -> None:
    assert {"train", "quality"} <= set(AREAS)


def test_truth_is_read_by_report() -> None:
    ids = known().split.test[:5]
    expected = known().truth.loc[ids, "is_actionable"].astype(float).tolist()
    assert truth_of(known(), ids).tolist() == expected
