from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.explain import as_shap, reasons_of_row
from prioritizer.explain.reasons import words_for
from prioritizer.features import CATALOGUE, by_name
from prioritizer.queues import Lane, build_queue
from prioritizer.queues.order import adds_up
from prioritizer.tables.stamped import read_stamped, write_stamped
from prioritizer.vocabulary.enums import PriorityCode
from tests.builders import prepared_world, trained

# NCMEC takes a while, so some reports of the last days arrive in the new year.
_AS_OF = pd.Timestamp("2026-03-01T00:00:00Z")


def scored() -> pd.DataFrame:
    return trained().model.score(prepared_world().X)


def queue_of(scores: pd.DataFrame, tables=None, X=None) -> pd.DataFrame:
    world = prepared_world()
    X = world.X if X is None else X
    tables = world.tables if tables is None else tables
    return build_queue(tables, X, scores, CATALOGUE, as_of=_AS_OF)


def shifted(scores: pd.DataFrame, raw: np.ndarray) -> pd.DataFrame:
    """Return scores with another raw score, so that they still add up."""
    gap = raw - scores["raw"].to_numpy()
    return scores.assign(raw=raw, p=1 / (1 + np.exp(-raw)), base=scores["base"] + gap)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), spread=st.sampled_from([0.0, 1.0, 30.0]))
def test_no_score_moves_a_report_out_of_the_urgent_lane(seed, spread) -> None:
    scores = scored()
    raw = np.random.default_rng(seed).normal(size=len(scores)) * spread
    queue = queue_of(shifted(scores, raw))
    urgent = queue["urgent_because"] != ""
    assert (queue["lane"] == Lane.URGENT).tolist() == urgent.tolist()
    assert urgent.is_monotonic_decreasing, "the urgent stand before all others"
    expected = queue_of(scores)
    first = set(expected.loc[expected["urgent_because"] != "", "report_id"])
    assert set(queue.loc[urgent, "report_id"]) == first


def test_each_report_stands_in_the_queue_once() -> None:
    queue = queue_of(scored())
    assert sorted(queue["report_id"]) == sorted(prepared_world().X.index)
    assert queue["position"].tolist() == list(range(1, len(queue) + 1))


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_the_input_does_not_matter(seed: int) -> None:
    world, scores = prepared_world(), scored()
    order = np.random.default_rng(seed).permutation(len(scores))
    again = queue_of(scores.iloc[order], X=world.X.iloc[order])
    pd.testing.assert_frame_equal(again, queue_of(scores))


def test_ties_go_by_arrival_and_then_by_number() -> None:
    scores = scored()
    queue = queue_of(shifted(scores, np.zeros(len(scores))))
    for _, lane in queue.groupby(["lane", "has_outcome"]):
        pairs = list(zip(lane["arrival_at"], lane["report_id"], strict=True))
        assert pairs == sorted(pairs)


SIGNALS = [
    pytest.param({"esp_escalated": True}, "escalated by the provider", id="provider"),
    pytest.param(
        {"ncmec_priority_code": PriorityCode.ONE}, "NCMEC priority 1", id="NCMEC"
    ),
    pytest.param({"analyst_urgent": True}, "flagged by an analyst", id="analyst"),
]


@pytest.mark.parametrize(("signal", "words"), SIGNALS)
def test_any_one_signal_opens_the_urgent_lane(signal, words) -> None:
    world, scores = prepared_world(), scored()
    worst = int(scores["raw"].idxmin())
    marked = world.tables["reports"].with_columns(
        pl.when(pl.col("report_id") == worst)
        .then(pl.lit(value, dtype=world.tables["reports"].schema[name]))
        .otherwise(name)
        .alias(name)
        for name, value in signal.items()
    )
    queue = queue_of(scores, {**world.tables, "reports": marked})
    row = queue.set_index("report_id").loc[worst]
    assert row["lane"] == Lane.URGENT
    assert words in row["urgent_because"]


def test_the_channel_code_is_not_urgent() -> None:
    queue = queue_of(scored()).set_index("report_id")
    reports = prepared_world().tables["reports"].to_pandas().set_index("report_id")
    channel = reports["ncmec_priority_code"] == PriorityCode.ESP_CHANNEL
    escalated = reports["esp_escalated"]
    lanes = queue.loc[channel[channel & ~escalated].index, "lane"]
    assert len(lanes) > 100
    assert (lanes != Lane.URGENT).all()


def test_a_row_that_does_not_add_up_keeps_a_place_and_says_so() -> None:
    scores = scored()
    broken = scores.index[:5]
    wrong = scores.assign(base=scores["base"].where(~scores.index.isin(broken), np.nan))
    queue = queue_of(wrong).set_index("report_id").loc[broken]
    calm = queue[queue["urgent_because"] == ""]
    assert set(calm["lane"]) <= {Lane.NOT_EVALUABLE, Lane.WORKED}
    assert queue["reason_1"].str.startswith("reasons withheld").all()
    assert not adds_up(wrong).loc[broken].any()


def test_a_report_without_a_score_stands_last_among_its_kind() -> None:
    scores = scored()
    urgent = queue_of(scores).query("lane == 'urgent'")["report_id"].iloc[0]
    lost = scores.assign(
        raw=scores["raw"].where(scores.index != urgent),
        p=scores["p"].where(scores.index != urgent),
    )
    queue = queue_of(lost)
    waiting = queue[(queue["lane"] == Lane.URGENT) & ~queue["has_outcome"]]
    assert waiting["report_id"].iloc[-1] == urgent


def test_what_was_worked_stands_last_and_is_still_there() -> None:
    queue = queue_of(scored())
    known = set(prepared_world().tables["outcomes"]["report_id"].to_list())
    worked = queue[queue["lane"] == Lane.WORKED]
    assert set(worked["report_id"]) == known - set(
        queue.loc[queue["lane"] == Lane.URGENT, "report_id"]
    )
    assert (
        worked["position"].min()
        > queue.loc[queue["lane"] == Lane.STANDARD, "position"].max()
    )


def test_an_urgent_report_with_an_outcome_stays_urgent_behind_those_without() -> None:
    queue = queue_of(scored())
    urgent = queue[queue["lane"] == Lane.URGENT]
    assert 0 < urgent["has_outcome"].sum() < len(urgent)
    assert urgent["has_outcome"].is_monotonic_increasing


def test_an_outcome_known_later_does_not_count() -> None:
    world = prepared_world()
    first = world.tables["outcomes"]["known_at"].min()
    queue = build_queue(
        world.tables, world.X, scored(), CATALOGUE, as_of=pd.Timestamp(first)
    )
    assert not (queue["lane"] == Lane.WORKED).any()


def test_every_row_has_reasons_and_contributions() -> None:
    queue = queue_of(scored())
    assert (queue["reason_1"] != "").all()
    assert set(queue.filter(regex="^c_")) == {f"c_{each.name}" for each in CATALOGUE}
    row = queue.iloc[10]
    reasons = reasons_of_row(row)
    total = row["base"] + sum(reason.contribution for reason in reasons)
    assert total == pytest.approx(row["raw"], abs=1e-5)
    assert [reason.sentence for reason in reasons[:3]] == [
        row["reason_1"],
        row["reason_2"],
        row["reason_3"],
    ]


WORDS = [
    pytest.param("upload_captures", 0.0, "no address recorded at upload", id="none"),
    pytest.param("upload_captures", 2.0, "2 addresses recorded at upload", id="two"),
    pytest.param(
        "newest_upload_hours", 87_600.0, "no upload address with a time", id="never"
    ),
    pytest.param(
        "newest_upload_hours",
        12.4,
        "newest upload address within a day of arrival (12 hours)",
        id="hours",
    ),
    pytest.param("is_spam", 0.0, "not flagged as spam", id="no"),
    pytest.param("is_spam", 1.0, "flagged as spam", id="yes"),
    pytest.param("ncmec_priority_code", None, "no NCMEC priority code", id="missing"),
]


@pytest.mark.parametrize(("name", "value", "words"), WORDS)
def test_a_value_in_words(name: str, value: object, words: str) -> None:
    assert words_for(by_name()[name], value) == words


def test_shap_gets_the_same_contributions() -> None:
    scores, X = scored().iloc[:20], prepared_world().X.iloc[:20]
    explanation = as_shap(X, scores)
    total = explanation.base_values + np.sum(explanation.values, axis=1)
    assert total == pytest.approx(scores["raw"].to_numpy(), abs=1e-5)


def read(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    command = "prioritizer rank --out"
    return read_stamped(
        path, holds="a queue", command=command, numbers=("position",), others=("lane",)
    )


def test_a_queue_is_read_as_it_was_written(tmp_path: Path) -> None:
    queue = queue_of(scored())
    write_stamped(tmp_path / "q.parquet", queue, {"model_hash": "m", "data_hash": "d"})
    again, stamp = read(tmp_path / "q.parquet")
    pd.testing.assert_frame_equal(again, queue)
    assert stamp == {"model_hash": "m", "data_hash": "d"}


def test_a_file_that_is_no_queue_is_refused(tmp_path: Path) -> None:
    (tmp_path / "q.parquet").write_bytes(b"nothing")
    with pytest.raises(SettingsError, match="the file does not hold a queue"):
        read(tmp_path / "q.parquet")
    with pytest.raises(MissingInputError, match="there is no file with a queue"):
        read(tmp_path / "none.parquet")


def test_a_file_without_a_stamp_is_refused(tmp_path: Path) -> None:
    pd.DataFrame({"position": [1], "lane": ["x"]}).to_parquet(tmp_path / "q.parquet")
    with pytest.raises(SettingsError, match="the file does not hold a queue"):
        read(tmp_path / "q.parquet")


def test_a_column_of_another_kind_is_refused(tmp_path: Path) -> None:
    wrong = pd.DataFrame({"position": ["first"], "lane": ["x"]})
    write_stamped(tmp_path / "q.parquet", wrong, {"model_hash": "m"})
    with pytest.raises(SettingsError, match="the file does not hold a queue"):
        read(tmp_path / "q.parquet")


def test_nothing_but_a_stamped_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("mine", encoding="utf-8")
    queue = pd.DataFrame({"position": [1], "lane": ["x"]})
    with pytest.raises(SettingsError, match="something else is there"):
        write_stamped(tmp_path / "notes.md", queue, {"model_hash": "m"})
    assert (tmp_path / "notes.md").read_text(encoding="utf-8") == "mine"
    for _ in range(2):
        write_stamped(tmp_path / "q.parquet", queue, {"model_hash": "m"})
