"""What is told of one report's features, and where they come from."""

import json
import math
from functools import cache
from math import isnan
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from prioritizer import pipeline
from prioritizer.errors import MissingInputError
from prioritizer.explain.reasons import words_for
from prioritizer.features import CATALOGUE, Band, Feature, by_name, columns_read
from prioritizer.features.completeness import completeness_of
from prioritizer.pipeline.feature_origins import (
    LOOKED_BACK,
    SET_ON_READING,
    DescribedReport,
    origins_of,
)
from prioritizer.tables import open_tables
from prioritizer.vocabulary import LINKS
from tests.test_cli import run

_SAMPLE = Path(__file__).parents[1] / "data" / "synthetic" / "sample"


@cache
def prepared() -> pipeline.Prepared:
    return pipeline.prepare(_SAMPLE)


def some_id() -> int:
    return int(prepared().X.index[1234])


@cache
def described() -> DescribedReport:
    return pipeline.describe_features(_SAMPLE, some_id())


def feature_of(table: str, expression: pl.Expr) -> Feature:
    bands = (Band(math.inf, "{value} rows"),)
    return Feature("one", "group", table, expression, "rows", bands)


def told(table: str, expression: pl.Expr) -> list[str]:
    return [each.words for each in origins_of(feature_of(table, expression))]


WORDS = [
    pytest.param(
        "captures",
        pl.col("port"),
        "captures.port (JSON sourceInformation/sourceCaptures/port and 1 more; "
        "XML ipCaptureEvent/port and 1 more)",
        id="of persons, files and incidents",
    ),
    pytest.param(
        "files",
        pl.col("viewed_by_esp"),
        "files.viewed_by_esp (JSON reportedInformation/uploadedFiles/uploadedFiles/"
        "viewedByEsp; XML fileDetails/fileViewedByEsp)",
        id="one place",
    ),
    pytest.param(
        "reports",
        pl.col("is_informational"),
        "reports.is_informational (JSON informational)",
        id="one format",
    ),
    pytest.param(
        "people",
        pl.col("role"),
        "people.role (JSON reportedInformation/reportedPeople/reportedPersons and 2 "
        "more; XML report/personOrUserReported and 3 more; set on reading)",
        id="set on reading",
    ),
    pytest.param(
        "captures",
        pl.col("arrival_at"),
        "reports.arrival_at (set on reading)",
        id="joined from another table",
    ),
    pytest.param(
        "links",
        pl.col(LINKS.columns[-1]),
        f"links.{LINKS.columns[-1]} (looked back on earlier reports)",
        id="earlier reports",
    ),
    pytest.param(
        "files",
        pl.len(),
        "files: all rows (JSON reportedInformation/uploadedFiles/uploadedFiles; "
        "XML fileDetails)",
        id="rows",
    ),
]


@pytest.mark.parametrize(("table", "expression", "words"), WORDS)
def test_a_column_is_told_with_where_it_stands(table, expression, words) -> None:
    assert told(table, expression) == [words]


def test_a_program_gets_every_path() -> None:
    (origin,) = origins_of(feature_of("captures", pl.col("port")))
    assert "file:sourceInformation/sourceCaptures/port" in origin.json
    assert "report/internetDetails/peer2peerIncident/ipCaptureEvent/port" in origin.xml


@pytest.mark.parametrize("feature", CATALOGUE, ids=lambda each: each.name)
def test_every_feature_comes_from_somewhere(feature: Feature) -> None:
    origins = origins_of(feature)
    assert len(origins) == len(columns_read(feature)) > 0
    for each in origins:
        assert each.json or each.xml or each.made in (SET_ON_READING, LOOKED_BACK)


def test_features_of_earlier_reports_say_so() -> None:
    for feature in CATALOGUE:
        if feature.table in ("links", "provider_history"):
            assert LOOKED_BACK in {each.made for each in origins_of(feature)}


def test_a_report_s_features_are_those_of_x() -> None:
    row = prepared().X.loc[some_id()]
    assert [each.feature for each in described().features] == list(row.index)
    for each in described().features:
        value, feature = row[each.feature], by_name()[each.feature]
        if each.value is None:
            assert value is None or isnan(value)
        else:
            assert each.value == value
        assert (each.group, each.unit) == (feature.group, feature.unit)
        assert each.words == words_for(feature, each.value)


def test_completeness_stands_beside_them() -> None:
    frames = open_tables(_SAMPLE)[1]
    whole = completeness_of(frames).filter(pl.col("report_id") == some_id())
    (row,) = whole.drop("report_id", "version").to_dicts()
    assert described().completeness == row
    assert described().version == 1


def test_a_report_that_is_not_there_is_named_as_such() -> None:
    with pytest.raises(MissingInputError, match="the report is not in the tables"):
        pipeline.describe_features(_SAMPLE, 4)


def test_a_report_that_has_not_arrived_is_not_there_yet() -> None:
    arrival = prepared().arrivals[some_id()]
    before = arrival - pd.Timedelta(seconds=1)
    with pytest.raises(MissingInputError, match="a later moment"):
        pipeline.describe_features(_SAMPLE, some_id(), as_of=before)
    there = pipeline.describe_features(_SAMPLE, some_id(), as_of=arrival)
    assert there == described()


def test_the_command_prints_every_feature_once() -> None:
    said = run("features", _SAMPLE, "--explain", some_id())
    assert said.returncode == 0, said.stderr
    lines = said.stdout.splitlines()
    for each in described().features:
        assert (
            len([line for line in lines if line.startswith(f"  {each.feature}: ")]) == 1
        )
        assert f"      {each.words}" in lines
    groups = {each.group for each in CATALOGUE}
    assert all(lines.count(group) == 1 for group in groups)
    assert "Completeness of what the provider sent: " in said.stdout


def test_the_command_tells_a_program_the_same() -> None:
    said = run("features", _SAMPLE, "--explain", some_id(), "--json")
    facts = json.loads(said.stdout)
    assert facts["report_id"] == some_id()
    assert facts["completeness"]["score"] == described().completeness["completeness"]
    found = {each["feature"]: each for each in facts["features"]}
    assert [each["value"] for each in found.values()] == [
        each.value for each in described().features
    ]
    viewed = found["viewed_files"]["origins"][0]
    assert viewed["column"] == "files.viewed_by_esp"
    assert viewed["xml"] == ["fileDetails/fileViewedByEsp"]


def test_a_mistake_gets_a_message_and_no_traceback() -> None:
    for words, code, message in (
        ((_SAMPLE, "--explain", 4), 1, "the report is not in the tables"),
        ((_SAMPLE / "none", "--explain", 4), 1, "holds no tables"),
        ((_SAMPLE, "--explain", "x"), 2, "x"),
        ((_SAMPLE, "--explain", 4, "--as-of", "2025"), 2, "with its zone"),
    ):
        said = run("features", *words)
        assert said.returncode == code
        assert message in said.stderr
        assert "Traceback" not in said.stderr
