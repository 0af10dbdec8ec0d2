import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from prioritizer.features import codes_of
from prioritizer.model import ActionabilityClassifier, Interim, labels_as_of
from prioritizer.model.labels import BY_CLOSED_REASON, BY_STATUS, LATE_DAYS
from prioritizer.vocabulary.enums import CaseStatus, ClosedReason
from tests.builders import MARCH, prepared_world, reports, rows, trained

_LATER = pd.Timestamp("2030-01-01T00:00:00Z")


# scikit-learn skips its array API check itself where SciPy's support is off.
@parametrize_with_checks([ActionabilityClassifier(rounds=40)])
def test_it_is_an_estimator_of_scikit_learn(estimator, check) -> None:
    check(estimator)


def training_rows() -> tuple[pd.DataFrame, pd.Series]:
    world = prepared_world()
    labels = labels_as_of(world.tables["outcomes"], _LATER)
    return world.X.loc[labels.index], labels


def test_the_tables_score_as_the_booster_does() -> None:
    X, y = training_rows()
    model = ActionabilityClassifier(rounds=60).fit(X, y)
    everyone = prepared_world().X
    expected = model.booster_.predict(
        codes_of(everyone).to_numpy(float), raw_score=True
    )
    assert model.decision_function(everyone) == pytest.approx(expected, abs=1e-12)


def test_the_same_rows_give_the_same_trees() -> None:
    X, y = training_rows()
    one, other = (ActionabilityClassifier(rounds=30).fit(X, y) for _ in range(2))
    assert one.booster_.model_to_string() == other.booster_.model_to_string()


def test_threads_change_nothing() -> None:
    X, y = training_rows()
    texts = [
        ActionabilityClassifier(rounds=30, threads=threads)
        .fit(X, y)
        .booster_.model_to_string()
        .split("\nparameters:")[0]  # which name the threads
        for threads in (1, 2)
    ]
    assert texts[0] == texts[1]


def paths(node: dict, above: frozenset = frozenset()):
    if "split_feature" not in node:
        yield above
        return
    here = above | {node["split_feature"]}
    for child in ("left_child", "right_child"):
        yield from paths(node[child], here)


def test_no_path_uses_three_features_or_a_pair_that_was_not_chosen() -> None:
    X, y = training_rows()
    model = ActionabilityClassifier(rounds=60, pairs=5).fit(X, y)
    assert len(model.pairs_) == 5
    assert set(model.tables_.pairs) <= set(model.pairs_)
    trees = model.booster_.dump_model()["tree_info"]
    used = {path for tree in trees for path in paths(tree["tree_structure"])}
    allowed = {frozenset(pair) for pair in model.pairs_}
    assert all(len(path) < 2 or path in allowed for path in used)
    assert any(len(path) == 2 for path in used)


def test_a_product_of_two_features_is_found() -> None:
    """Alone neither says anything, so it shows late, and gain would not show it."""
    random = np.random.default_rng(5)
    values = random.normal(size=(6000, 12))
    main = values[:, 0] + values[:, 1] - values[:, 2]
    odds = main + 1.5 * values[:, 7] * values[:, 9]
    y = (random.random(6000) < 1 / (1 + np.exp(-odds))).astype(int)
    model = ActionabilityClassifier(rounds=5, pairs=1).fit(values, y)
    assert model.pairs_ == [(7, 9)]


def test_growth_stops_where_later_reports_gain_no_more() -> None:
    X, y = training_rows()
    cut = int(len(y) * 0.7)
    later = (X[cut:], y[cut:], None)
    stopped = ActionabilityClassifier(rounds=900).fit(X[:cut], y[:cut], stop_on=later)
    best = stopped.booster_.best_iteration
    assert 0 < best < 900
    same = ActionabilityClassifier(rounds=best).fit(X[:cut], y[:cut])
    assert stopped.decision_function(X) == pytest.approx(
        same.decision_function(X), abs=1e-12
    )


def test_deep_trees_are_a_rival_that_scores_as_lightgbm_does() -> None:
    X, y = training_rows()
    model = ActionabilityClassifier(rounds=30, interactions="any").fit(X, y)
    expected = model.booster_.predict(codes_of(X).to_numpy(float), raw_score=True)
    assert (model.decision_function(X) == expected).all()
    assert not hasattr(model, "tables_")
    trees = model.booster_.dump_model()["tree_info"]
    lengths = [len(path) for tree in trees for path in paths(tree["tree_structure"])]
    assert max(lengths) > 2


def test_balanced_classes_weigh_the_same() -> None:
    X, y = training_rows()
    balanced = ActionabilityClassifier(rounds=20, class_weight="balanced").fit(X, y)
    weights = np.where(y == 1, len(y) / (2 * y.sum()), len(y) / (2 * (y == 0).sum()))
    weighted = ActionabilityClassifier(rounds=20).fit(X, y, sample_weight=weights)
    expected = weighted.decision_function(X)
    assert balanced.decision_function(X) == pytest.approx(expected, abs=1e-12)


def test_directions_that_cannot_be_are_named_before_lightgbm_would_abort() -> None:
    X, y = training_rows()
    odd = {"incident_type": 1, "newest_upload_hours": 2, "no_such": 1}
    with pytest.raises(ValueError, match="directions: ") as told:
        ActionabilityClassifier(directions=odd).fit(X, y)
    said = str(told.value)
    assert "incident_type is a category and cannot have a direction" in said
    assert "the direction of newest_upload_hours is not -1, 0 or 1" in said
    assert "no_such is no column" in said


@pytest.mark.parametrize("direction", [1, -1], ids=["never lowers", "never raises"])
def test_a_direction_holds_for_the_whole_score(direction: int) -> None:
    X, y = training_rows()
    directions = {"newest_upload_hours": direction}
    model = ActionabilityClassifier(rounds=80, directions=directions).fit(X, y)
    some = X.iloc[:50]
    hours = np.linspace(0.0, 90_000.0, 40)
    scores = np.stack(
        [
            model.decision_function(some.assign(newest_upload_hours=np.float32(hour)))
            for hour in hours
        ]
    )
    assert (np.diff(scores, axis=0) * direction >= -1e-9).all()


def test_an_unseen_category_counts_as_missing() -> None:
    X, y = training_rows()
    model = ActionabilityClassifier(rounds=30).fit(X, y)
    column = X["incident_type"]
    missing = X.assign(incident_type=column.where(column.isna()))
    codes = codes_of(missing).assign(incident_type=99.0)
    expected = model.booster_.predict(codes.to_numpy(float), raw_score=True)
    assert model.decision_function(missing) == pytest.approx(expected, abs=1e-12)


def test_weights_of_zero_leave_rows_out() -> None:
    X, y = training_rows()
    half = np.arange(len(y)) % 2
    kept = ActionabilityClassifier(rounds=20).fit(X[half == 1], y[half == 1])
    weighted = ActionabilityClassifier(rounds=20).fit(X, y, sample_weight=half)
    expected = kept.decision_function(X)
    assert weighted.decision_function(X) == pytest.approx(expected, abs=1e-12)


def test_one_class_alone_is_refused() -> None:
    X, y = training_rows()
    with pytest.raises(ValueError, match="only one class is present"):
        ActionabilityClassifier().fit(X, np.ones(len(y)))


def test_every_status_and_every_reason_has_a_label_or_a_why() -> None:
    assert set(BY_STATUS) == set(CaseStatus) - {CaseStatus.CLOSED}
    assert set(BY_CLOSED_REASON) == set(ClosedReason)
    labels = [*BY_STATUS.values(), *BY_CLOSED_REASON.values()]
    assert all(label.why and label.value in (0, 1, None) for label in labels)


def outcome(hours: list[int], statuses: list[str], reasons: list[str | None]):
    moments = [MARCH + pd.Timedelta(hours=hour) for hour in hours]
    return rows(
        "outcomes",
        len(hours),
        report_id=[1] * len(hours),
        case_status=statuses,
        closed_reason=reasons,
        decided_at=moments,
        known_at=moments,
    )


def test_a_label_counts_from_when_it_was_known() -> None:
    arrest = outcome([5], [CaseStatus.ARREST], [None])
    assert labels_as_of(arrest, MARCH + pd.Timedelta(hours=5)).empty
    assert labels_as_of(arrest, MARCH + pd.Timedelta(hours=6)).to_dict() == {1: 1}


def test_what_was_once_worth_work_stays_actionable() -> None:
    both = outcome(
        [1, 2], [CaseStatus.ONGOING, CaseStatus.CLOSED], [None, ClosedReason.UNFOUNDED]
    )
    assert labels_as_of(both, _LATER).to_dict() == {1: 1}
    left_out = labels_as_of(both, _LATER, interim=Interim.LEFT_OUT)
    assert left_out.to_dict() == {1: 0}


def test_else_a_later_outcome_replaces_an_earlier_one() -> None:
    closed = [CaseStatus.CLOSED, CaseStatus.CLOSED]
    both = outcome([1, 2], closed, [ClosedReason.UNFOUNDED, ClosedReason.OTHER])
    assert labels_as_of(both, _LATER).empty
    assert labels_as_of(both, MARCH + pd.Timedelta(hours=2)).to_dict() == {1: 0}


@pytest.mark.parametrize(
    ("reason", "days", "expected"),
    [
        (ClosedReason.NOT_LOCATED, LATE_DAYS - 1, {1: 0}),
        (ClosedReason.NOT_LOCATED, LATE_DAYS, {}),
        (ClosedReason.LEGAL_RESPONSE_EMPTY, LATE_DAYS, {}),
        (ClosedReason.NO_CRIME, LATE_DAYS, {1: 0}),
    ],
)
def test_to_have_found_nobody_late_says_nothing(reason, days, expected) -> None:
    closed = outcome([24 * days], [CaseStatus.CLOSED], [reason])
    assert labels_as_of(closed, _LATER, reports(1)).to_dict() == expected


@pytest.mark.parametrize(
    ("interim", "expected"),
    [
        (Interim.STATED, {1: 1}),
        (Interim.LEFT_OUT, {}),
        (Interim.NOT_ACTIONABLE, {1: 0}),
    ],
)
def test_a_case_that_goes_on_may_be_read_in_three_ways(interim, expected) -> None:
    ongoing = outcome([1], [CaseStatus.ONGOING], [None])
    assert labels_as_of(ongoing, _LATER, interim=interim).to_dict() == expected
    arrest = outcome([1], [CaseStatus.ARREST], [None])
    assert labels_as_of(arrest, _LATER, interim=interim).to_dict() == {1: 1}


def test_an_outcome_that_says_nothing_is_no_label() -> None:
    nothing = outcome([1], [CaseStatus.CLOSED], [ClosedReason.OTHER])
    assert labels_as_of(nothing, _LATER).empty


def test_the_booster_is_stored_without_addresses_of_machines() -> None:
    text = (trained().folder / "model.txt").read_text(encoding="utf-8")
    assert "[machines" not in text
    assert "[num_threads" not in text
    trees = lgb.Booster(model_str=text).num_trees()
    assert trees == trained().model.facts["rounds"]


def test_an_outcome_decided_before_the_newest_version_is_no_label_of_it() -> None:
    arrest = outcome([5], [CaseStatus.ARREST], [None])
    again = MARCH + pd.Timedelta(hours=8)
    versions = reports(2, report_id=[1, 1], version=[1, 2], arrival_at=[MARCH, again])
    assert labels_as_of(arrest, _LATER, versions).empty
    assert labels_as_of(arrest, _LATER, versions.head(1)).to_dict() == {1: 1}
