import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from prioritizer.errors import FeatureError, SettingsError
from prioritizer.evaluation import BASELINES, baseline_orders
from prioritizer.evaluation.baselines import best_feature, learn_scorecard
from prioritizer.evaluation.baselines.logistic import logistic_scores
from prioritizer.evaluation.baselines.rules import (
    arrival_order,
    by_value,
    completeness_only,
    ncmec_priority,
    newest_first,
    shares_by_value,
)
from prioritizer.features.completeness import completeness_of
from prioritizer.model import labels_as_of, newest_begins_at
from prioritizer.vocabulary.enums import IncidentType, PriorityCode
from tests.builders import MARCH, prepared_world, reports, tables

RANDOM = np.random.default_rng(1)


def of_the_world(test_size: int = 300, **changes):
    """Return the arguments of `baseline_orders` for the small world."""
    world = prepared_world()
    begins = newest_begins_at(world.arrivals, 0.2)
    y = labels_as_of(world.tables["outcomes"], begins, world.tables["reports"])
    test = world.arrivals[world.arrivals >= begins].index[:test_size]
    given = {"frames": world.tables, "X": world.X, "arrivals": world.arrivals}
    return given | {"y_train": y, "test": test} | changes


def invented(rows: int = 400) -> tuple[pd.DataFrame, pd.Series]:
    """Return features of which some matter, and labels."""
    index = pd.RangeIndex(100, 100 + rows, name="report_id")
    X = pd.DataFrame(
        {
            "noise": RANDOM.normal(size=rows),
            "files": RANDOM.poisson(1.5, rows).astype(float),
            "hours": RANDOM.lognormal(3, 2, rows),
            "kind": pd.Categorical(RANDOM.choice(["a", "b", "c"], rows)),
            "nothing": np.nan,
        },
        index=index,
    )
    X.loc[index[::7], "hours"] = np.nan
    odds = X["files"] - np.log(X["hours"].fillna(20)) + 2 * (X["kind"] == "b") + 1
    chance = 1 / (1 + np.exp(-odds))
    return X, (RANDOM.random(rows) < chance).astype(int)


def test_every_rival_orders_every_test_report_the_same_each_time() -> None:
    given = of_the_world()
    orders, again = baseline_orders(**given), baseline_orders(**given)
    assert tuple(orders) == BASELINES
    for name, scores in orders.items():
        assert scores.index.equals(given["test"])
        assert np.isfinite(scores).all()
        pd.testing.assert_series_equal(scores, again[name])


def test_a_report_is_scored_by_itself_and_by_what_trained() -> None:
    few = of_the_world(test_size=40)
    whole = baseline_orders(**of_the_world())
    world = prepared_world()
    own = few["y_train"].index.union(few["test"])
    X, arrivals = world.X.loc[own], world.arrivals.loc[own]
    for name, scores in baseline_orders(**few | {"X": X, "arrivals": arrivals}).items():
        expected = whole[name].loc[few["test"]]
        pd.testing.assert_series_equal(scores, expected)


def test_the_order_of_training_rows_does_not_matter() -> None:
    given = of_the_world(test_size=40)
    shuffled = given["y_train"].sample(frac=1, random_state=2)
    one, other = (
        baseline_orders(**given),
        baseline_orders(**given | {"y_train": shuffled}),
    )
    for name in BASELINES:
        np.testing.assert_allclose(one[name], other[name], atol=2e-6)


def test_first_come_and_newest_are_each_others_opposite() -> None:
    arrivals = pd.Series([MARCH, MARCH + pd.Timedelta(microseconds=1)], index=[5, 6])
    assert arrival_order(arrivals).idxmax() == 5
    assert newest_first(arrivals).idxmax() == 6
    seconds = arrivals.dt.as_unit("ns")
    pd.testing.assert_series_equal(arrival_order(seconds), arrival_order(arrivals))


def test_the_channel_has_no_rank_among_priorities() -> None:
    codes = pd.Series(pd.Categorical([*PriorityCode, None]), index=[*PriorityCode, ""])
    scores = ncmec_priority(codes)
    ranked = [PriorityCode.ONE, PriorityCode.UNLISTED, PriorityCode.TWO, "3"]
    assert scores[ranked].is_monotonic_decreasing
    assert scores[ranked].is_unique
    assert scores[PriorityCode.ESP_CHANNEL] == scores[""] < scores["3"]


def test_completeness_is_that_of_the_version_that_had_arrived() -> None:
    more = {"version": [1, 2], "conversation_length": [0, 900]}
    frames = tables(reports=reports(2, report_id=[1, 1], **more))
    arrivals = frames["reports"]["arrival_at"].to_list()
    first, second = (
        completeness_only(frames, pd.Series([at], index=[1])) for at in arrivals
    )
    assert first[1] < second[1] == completeness_of(frames)["completeness"][0]


def test_a_report_that_is_not_there_is_not_said_to_be_empty() -> None:
    scores = completeness_only(
        tables(reports=reports(1)), pd.Series([MARCH], index=[9])
    )
    assert scores.isna().all()


def test_a_rare_type_is_not_first_by_one_case() -> None:
    kinds = pd.Series(["common"] * 100 + ["rare"])
    y = pd.Series([1] * 60 + [0] * 40 + [1])
    shares = shares_by_value(kinds, y)
    overall = 61 / 101
    assert shares["rare"] == pytest.approx((1 + 20 * overall) / 21)
    assert shares["common"] == pytest.approx((60 + 20 * overall) / 120)
    assert by_value(pd.Series(["unseen", None]), shares).tolist() == [overall, overall]


def test_types_stand_in_the_order_of_their_training_shares() -> None:
    given = of_the_world()
    scores = baseline_orders(**given)["incident_type"]
    taught = given["X"]["incident_type"].loc[given["y_train"].index]
    share = given["y_train"].groupby(taught, observed=True).mean()
    tested = given["X"]["incident_type"].loc[given["test"]]
    contact, files = IncidentType.ENTICEMENT, IncidentType.CSAM
    is_higher = scores[tested == contact].mean() > scores[tested == files].mean()
    assert is_higher == (share[contact] > share[files])


def test_points_are_few_whole_and_add_up_by_hand() -> None:
    X, y = invented()
    card = learn_scorecard(X, y)
    table = card.table()
    assert {"files", "hours", "kind"} <= set(table["feature"]) <= set(X.columns)
    assert table["points"].dtype == np.int64
    assert table["points"].abs().max() <= 12
    points = table.set_index(["feature", "value"])["points"]
    row = X[X["hours"].isna() & (X["kind"] == "b")].iloc[:1]
    words = {each.name: each.words[each.of(row[each.name])[0]] for each in card.bins}
    assert words["hours"] == "not stated"
    assert words["kind"] == "b"
    assert card.score(row).iloc[0] == sum(points[pair] for pair in words.items())


def test_a_card_has_at_most_eight_features_and_none_that_is_constant() -> None:
    given = of_the_world()
    y = given["y_train"]
    assert 1 <= len(learn_scorecard(given["X"].loc[y.index], y).bins) <= 8
    X, y = invented()
    assert len(learn_scorecard(X, y, most=2).bins) == 2
    constant = pd.DataFrame({"same": 1.0, "nothing": np.nan}, index=X.index)
    card = learn_scorecard(constant, y)
    assert card.bins == ()
    assert (card.score(constant) == 0).all()
    assert list(card.table().columns) == ["feature", "value", "points"]


def test_noise_does_not_fill_a_card() -> None:
    random = np.random.default_rng(4)
    names = [f"noise_{number}" for number in range(15)]
    X = pd.DataFrame(random.normal(size=(2000, 15)), columns=names)
    y = pd.Series(random.integers(0, 2, 2000))
    assert len(learn_scorecard(X, y).bins) <= 4


def test_two_points_double_the_odds() -> None:
    X = pd.DataFrame({"flag": np.repeat([0.0, 1.0], 3000)})
    y = pd.Series(np.r_[np.arange(3000) % 5 == 0, np.arange(3000) % 5 > 0].astype(int))
    # Odds of 1 to 4 and of 4 to 1 are four doublings apart.
    table = learn_scorecard(X, y).table().set_index("value")["points"]
    assert table["above 0"] - table["at most 0"] == 8


def test_logistic_without_gaps_is_that_of_scikit_learn() -> None:
    X, y = invented()
    X = X[["noise", "files"]]
    short = np.sign(X) * np.log1p(X.abs())
    standard = (short - short.mean()) / short.std(ddof=0)
    plain = LogisticRegression(C=0.1, tol=1e-10).fit(standard.to_numpy(), y)
    expected = plain.decision_function(standard.to_numpy())
    found = logistic_scores(X, y, X)
    assert found.to_numpy() == pytest.approx(expected, abs=1e-5)


def test_logistic_does_not_hang_on_the_number_of_threads() -> None:
    X, y = invented(3000)
    with threadpool_limits(1):
        one = logistic_scores(X, y, X)
    with threadpool_limits(2):
        pd.testing.assert_series_equal(logistic_scores(X, y, X), one)


def test_logistic_learns_from_what_is_not_stated_and_new_values_do_not_stop_it() -> (
    None
):
    X, _ = invented()
    y = X["hours"].isna().astype(int)
    scores = logistic_scores(X, y, X)
    assert scores[y == 1].min() > scores[y == 0].max()
    tested = X.assign(noise=np.nan, kind=pd.Categorical([None] * len(X)))
    assert np.isfinite(logistic_scores(X, y, tested)).all()


@pytest.mark.parametrize("sign", [1, -1])
def test_the_one_feature_is_found_in_either_direction(sign: int) -> None:
    X, y = invented()
    X = X.assign(planted=sign * (y + RANDOM.normal(size=len(y)) * 0.3))
    found = best_feature(X, y)
    assert (found.name, found.is_lowest_first) == ("planted", sign == -1)
    scores = found.score(X)
    assert scores[y == 1].mean() > scores[y == 0].mean()


@pytest.mark.parametrize("sign", [1, -1])
def test_what_is_not_stated_comes_last_in_either_direction(sign: int) -> None:
    X = pd.DataFrame({"hours": sign * np.array([3.0, 2.0, 1.0, np.nan])})
    found = best_feature(X, pd.Series([1, 1, 0, 0]))
    assert found.score(X).rank().tolist() == [4.0, 3.0, 2.0, 1.0]


def test_the_one_feature_may_be_a_category() -> None:
    X, _ = invented()
    found = best_feature(X, (X["kind"] == "b").astype(int))
    assert found.name == "kind"
    assert found.average_precision == pytest.approx(1.0)


def test_all_problems_of_a_split_are_listed() -> None:
    given = of_the_world()
    test = given["test"].append(given["y_train"].index[:2])
    odd = given | {"test": test.append(pd.Index([-5])), "y_train": given["y_train"] * 0}
    pattern = r"4 problems: 1 test.*features; 1 test.*arrival; 2 .*train and test; .*bo"
    with pytest.raises(SettingsError, match=pattern):
        baseline_orders(**odd)
    with pytest.raises(SettingsError, match="1 problem: there is no report to test on"):
        baseline_orders(**given | {"test": given["test"][:0]})


def test_features_that_cannot_be_used_are_named() -> None:
    given = of_the_world()
    X = given["X"].drop(columns="incident_type").assign(files=np.inf)
    with pytest.raises(FeatureError, match="incident_type is missing; files is inf"):
        baseline_orders(**given | {"X": X})


def test_a_test_report_without_a_version_is_counted() -> None:
    given = of_the_world()
    frames = given["frames"]
    short = {**frames, "reports": frames["reports"].head(2000)}
    with pytest.raises(SettingsError, match="test reports are not in the tables"):
        baseline_orders(**given | {"frames": short})
