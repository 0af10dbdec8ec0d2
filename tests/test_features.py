"""The catalogue as a whole: what every feature keeps to."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.errors import FeatureError
from prioritizer.explain.reasons import words_for
from prioritizer.features import (
    BROUGHT,
    CATALOGUE,
    Band,
    Feature,
    check_catalogue,
    check_features,
    columns_read,
    compute_features,
    feature_dictionary,
    feature_frame,
)
from prioritizer.features.joins import DERIVED, JOINED
from prioritizer.features.wording import Group
from prioritizer.pipeline.feature_origins import origins_of
from prioritizer.vocabulary import TABLES
from tests.builders import prepared_world

COLUMNS = {table.name: set(table.columns) for table in TABLES}
NUMBERS = [feature for feature in CATALOGUE if not feature.is_category]
every_feature = pytest.mark.parametrize(
    "feature", CATALOGUE, ids=lambda each: each.name
)
every_number = pytest.mark.parametrize("feature", NUMBERS, ids=lambda each: each.name)


def test_there_are_many_features_in_all_groups() -> None:
    assert len(CATALOGUE) >= 80
    assert {feature.group for feature in CATALOGUE} == {
        *("kind", "identity", "account", "contact", "people", "network", "place"),
        *("time", "files", "narrative", "links", "provider"),
    }


@every_feature
def test_a_feature_reads_only_columns_of_the_vocabulary(feature: Feature) -> None:
    assert all(
        not column or column in COLUMNS[table]
        for table, column in columns_read(feature)
    )
    if feature.table not in DERIVED:
        assert set(feature.reads) <= COLUMNS[feature.table] | set(JOINED)


@every_feature
def test_a_feature_never_reads_outcomes_or_truth(feature: Feature) -> None:
    assert {"outcomes", "truth"}.isdisjoint(
        {table for table, _ in columns_read(feature)}
    )


@every_feature
def test_a_feature_has_words_for_every_band(feature: Feature) -> None:
    for words in (feature.unsaid, *(band.words for band in feature.bands)):
        assert words
        assert words[0].islower() or words.startswith(("IP", "NCMEC", "{value}"))
        assert len(words.format(value="87,600")) <= 78


@every_number
def test_words_for_several_say_how_many(feature: Feature) -> None:
    if feature.unit != "yes or no":
        assert "{value}" in feature.bands[-1].words


@every_number
def test_each_value_has_its_words(feature: Feature) -> None:
    for value in (0.0, 0.5, 1.0, 2.0, 1e9, math.nan, None, feature.absent):
        assert "{" not in words_for(feature, value)


def test_no_two_sentences_are_the_same() -> None:
    spoken = [
        words
        for feature in CATALOGUE
        for words in {feature.unsaid, *(band.words for band in feature.bands)}
    ]
    assert len(spoken) == len(set(spoken))


@every_feature
def test_absence_is_the_worst_value_of_what_is_constrained(feature: Feature) -> None:
    """Law 6: a constraint does not bind what is missing, so nothing is."""
    values = prepared_world().X[feature.name]
    if feature.direction:
        assert values.notna().all()
    if feature.direction > 0:
        assert feature.absent is not None
        assert feature.absent <= values.min()
    if feature.direction < 0 and feature.unit == "hours":
        assert feature.absent is not None
        assert feature.absent >= values.max()


def test_x_has_the_columns_of_the_catalogue() -> None:
    X = prepared_world().X
    assert list(X.columns) == [feature.name for feature in CATALOGUE]
    assert check_features(X, CATALOGUE) is X


def test_most_features_tell_reports_of_the_invented_world_apart() -> None:
    X = prepared_world().X
    silent = [name for name in X.columns if len(X[name].unique()) == 1]
    assert len(silent) < len(CATALOGUE) / 5


@settings(max_examples=8, deadline=None)
@given(cut=st.integers(1, 2999))
def test_a_report_is_computed_on_its_own(cut: int) -> None:
    """Cutting the tables anywhere changes nothing, so any partition is right."""
    whole = prepared_world()
    first = set(whole.X.index[:cut])
    parts = [
        compute_features(
            {
                name: frame.filter(pl.col("report_id").is_in(first) == inside)
                for name, frame in whole.tables.items()
                if "report_id" in frame.columns
            }
        )
        for inside in (True, False)
    ]
    pd.testing.assert_frame_equal(pd.concat(parts), whole.X, check_exact=True)


def test_the_order_of_child_rows_does_not_matter() -> None:
    whole = prepared_world()
    shuffled = {
        name: frame
        if name == "reports"
        else frame.sample(fraction=1.0, shuffle=True, seed=1)
        for name, frame in whole.tables.items()
    }
    again = compute_features(shuffled)
    pd.testing.assert_frame_equal(again, whole.X, check_exact=True)


def test_every_version_has_a_row_in_the_frame_of_features() -> None:
    whole = prepared_world()
    frame = feature_frame(whole.tables)
    assert frame.height == whole.tables["reports"].height
    assert frame["report_id"].equals(whole.tables["reports"]["report_id"])


MINE = Group("files", "files").count(
    "my_files", pl.col("has_file_name"), "file of mine", "files of mine"
)


def test_one_record_is_all_that_a_feature_needs() -> None:
    """Column, words, origins and documents follow from it."""
    catalogue = check_catalogue((*CATALOGUE, MINE))
    X = compute_features(prepared_world().tables, catalogue)
    assert X["my_files"].sum() > 0
    assert words_for(MINE, 1.0) == "one file of mine"
    assert origins_of(MINE)[0].column == "files.has_file_name"
    assert "| `my_files` | `files.has_file_name` |" in feature_dictionary(catalogue)


def test_a_column_from_elsewhere_needs_no_table() -> None:
    brought = Group("own", BROUGHT).number("mine", pl.col("mine"), "of mine", "mine")
    X = pd.DataFrame({"mine": np.zeros(2, "float32")})
    assert check_features(X, check_catalogue((brought,))) is X


def test_the_documents_name_each_feature_with_its_words() -> None:
    page = feature_dictionary()
    for feature in CATALOGUE:
        assert f"| `{feature.name}` |" in page
        assert feature.bands[-1].words.format(value="…") in page


ODD = [
    pytest.param(
        {"exemption": "", "direction": -1}, "does not say why", id="silent on lowering"
    ),
    pytest.param({"direction": 2}, "a direction other than", id="odd direction"),
    pytest.param(
        {"direction": 1, "absent": None}, "no value when absent", id="no absent value"
    ),
    pytest.param({"bands": ()}, "no words for its greatest", id="no bands"),
    pytest.param(
        {"bands": (Band(3, "three"),)}, "no words for its greatest", id="an end"
    ),
    pytest.param(
        {"bands": (Band(3, "three"), Band(1, "one"), Band(math.inf, "more"))},
        "bands that are not in order",
        id="disorder",
    ),
    pytest.param(
        {"absent": None, "unsaid": ""}, "that is not known", id="no words for nothing"
    ),
    pytest.param(
        {"allowed": ("a",), "direction": 0},
        "does not say which",
        id="a silent category",
    ),
    pytest.param(
        {"allowed": ("a",), "direction": 1}, "cannot have a direction", id="a category"
    ),
]


@pytest.mark.parametrize(("changes", "problem"), ODD)
def test_a_record_that_cannot_be_used_is_refused(changes, problem: str) -> None:
    with pytest.raises(FeatureError, match=problem):
        check_catalogue((replace(MINE, **changes),))


def test_all_problems_of_a_catalogue_are_told_at_once() -> None:
    two = (replace(MINE, direction=3), replace(MINE, bands=()))
    with pytest.raises(FeatureError, match=r"(?s)other than.*greatest.*there twice"):
        check_catalogue(two)


def test_two_features_with_the_same_words_are_refused() -> None:
    with pytest.raises(FeatureError, match="two features say"):
        check_catalogue((MINE, replace(MINE, name="other")))


def test_a_frame_of_other_columns_is_refused_with_all_that_is_wrong() -> None:
    X = prepared_world().X
    wrong = X.rename(columns={"files": "extra"}).assign(
        is_spam=X["is_spam"].astype(int)
    )
    with pytest.raises(FeatureError, match=r"3 problems: files is missing; extra is"):
        check_features(wrong, CATALOGUE)
