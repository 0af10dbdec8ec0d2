"""What a catalogue may say, and what is said of each value."""

import math
from dataclasses import replace

import polars as pl
import pytest

from prioritizer.errors import FeatureError
from prioritizer.explain.reasons import words_for
from prioritizer.features import CATALOGUE, Band, by_name, check_catalogue
from prioritizer.features.feature import VALUE, YES_OR_NO
from prioritizer.features.wording import LONGEST_HOURS

FILES = by_name()["files"]
every_feature = pytest.mark.parametrize(
    "feature", CATALOGUE, ids=lambda each: each.name
)


@every_feature
def test_words_fit_into_a_plot(feature) -> None:
    # The longest incident type is itself 61 characters.
    most = 76 if feature.is_category else 75
    assert len(feature.unsaid) <= most
    for band in feature.bands:
        number = f"{min(band.at_most, LONGEST_HOURS):,.0f}"
        longest = max([*feature.allowed, number], key=len)
        assert len(band.words.replace(VALUE, longest)) <= most


@every_feature
def test_a_number_can_be_read_back_from_its_words(feature) -> None:
    if feature.unit == YES_OR_NO or feature.is_category:
        return
    for value in (0.5, 2.0, 3.0, 40.0, 5000.0):
        words = words_for(feature, value)
        assert (f"{value:,.0f}" if value != 0.5 else "0.5") in words or (
            words in [band.words for band in feature.bands if VALUE not in band.words]
        )


BANDS = [
    pytest.param("upload_captures", 0.0, "no address recorded at upload", id="none"),
    pytest.param("upload_captures", 1.0, "one address recorded at upload", id="one"),
    pytest.param("upload_captures", 3.0, "3 addresses recorded at upload", id="more"),
    pytest.param(
        "newest_upload_hours",
        24.0,
        "newest upload address within a day of arrival (24 hours)",
        id="to a day",
    ),
    pytest.param(
        "newest_upload_hours",
        25.0,
        "newest upload address within two weeks of arrival (25 hours)",
        id="past a day",
    ),
    pytest.param(
        "newest_upload_hours",
        20_000.0,
        "newest upload address more than a year old (20,000 hours)",
        id="old",
    ),
    pytest.param(
        "newest_upload_hours", 87_600.0, "no upload address with a time", id="never"
    ),
    pytest.param("is_spam", 1.0, "flagged as spam", id="yes"),
    pytest.param("is_spam", 0.0, "not flagged as spam", id="no"),
    pytest.param("incident_type", None, "no incident type", id="not stated"),
    pytest.param(
        "incident_type",
        "Child Sex Tourism",
        "incident type: Child Sex Tourism",
        id="category",
    ),
    pytest.param(
        "receipt_delay_hours",
        math.nan,
        "the time from incident to receipt is not known",
        id="not known",
    ),
    pytest.param(
        "conversation_length",
        1_500.0,
        "communication of a page at most (1,500 characters)",
        id="length",
    ),
    pytest.param(
        "provider_record",
        -0.1,
        "this provider's reports led to action less often (-0.1)",
        id="share",
    ),
]


@pytest.mark.parametrize(("name", "value", "words"), BANDS)
def test_each_value_has_its_words(name: str, value: object, words: str) -> None:
    assert words_for(by_name()[name], value) == words


ODD = [
    pytest.param(
        replace(FILES, bands=(Band(math.inf, "many files"),)),
        "files does not say how much its greatest values are",
        id="no value",
    ),
    pytest.param(
        replace(FILES, table="outcomes"),
        "files reads 'outcomes', which is no table that features may read",
        id="outcomes",
    ),
    pytest.param(
        replace(FILES, expression=pl.col("colour").sum()),
        "files reads colour, which files does not have",
        id="no such column",
    ),
    pytest.param(
        replace(
            by_name()["is_spam"], expression=pl.col("analyst_urgent"), exemption="why"
        ),
        "is_spam reads what an analyst says after the report arrived",
        id="analyst",
    ),
]


@pytest.mark.parametrize(("feature", "problem"), ODD)
def test_a_feature_that_reads_or_says_too_little_or_too_much_is_refused(
    feature, problem: str
) -> None:
    with pytest.raises(FeatureError) as caught:
        check_catalogue((feature,))
    assert caught.value.what == f"1 problem: {problem}"
