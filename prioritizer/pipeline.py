"""The story in a dozen verbs: from documents or an invented world to a queue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import polars as pl

from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.evaluation import compare_orders
from prioritizer.explain import Reason, reasons_of_row
from prioritizer.features import CATALOGUE, compute_features
from prioritizer.history import look_back
from prioritizer.ingest import IngestResult, find_documents, ingest
from prioritizer.model import (
    ScoringModel,
    TrainingRun,
    TrainSettings,
    keep_largest,
    labels_as_of,
    load_model,
    newest_begins_at,
    read_scores,
    save_model,
    split_by_time,
    train,
)
from prioritizer.privacy import load_key
from prioritizer.queues import build_queue, urgent_signals
from prioritizer.synthetic import PROFILES, generate, read_truth
from prioritizer.tables import (
    TableFolder,
    latest_versions,
    open_tables,
    read_stamped,
    refuse_full,
    refuse_tables,
    write_stamped,
)
from prioritizer.vocabulary.advice import ADVICE

# The share of waiting reports that an office is taken to have the hours for.
CAPACITY_SHARE = 0.2
_QUEUE_NUMBERS = (
    *("position", "report_id", "version", "raw", "p", "base"),
    *(f"c_{feature.name}" for feature in CATALOGUE),
)
_QUEUE_OTHERS = (
    *("lane", "urgent_because", "has_outcome", "reason_1", "reason_2", "reason_3"),
    *(f"v_{feature.name}" for feature in CATALOGUE),
)
_FAR_FUTURE = pd.Timestamp("2262-01-01", tz="UTC")


@dataclass(frozen=True, slots=True)
class Prepared:
    """Tables, what was known before each report, and the features.

    Attributes
    ----------
    folder : TableFolder
        Where the tables lie.
    tables : dict of str to polars.DataFrame
        The tables, those of `history` among them.
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features, index `report_id`, in order of arrival.
    as_of : pandas.Timestamp or None
        Versions of reports that arrived later are left out of `X`.
    """

    folder: TableFolder
    tables: dict[str, pl.DataFrame]
    X: pd.DataFrame
    as_of: pd.Timestamp | None = None

    @property
    def arrivals(self) -> pd.Series:
        """Arrival of each report of `X`, index `report_id`."""
        return self._of_latest("arrival_at")

    @property
    def versions(self) -> pd.Series:
        """Version of each report of `X`, index `report_id`."""
        return self._of_latest("version")

    def _of_latest(self, column: str) -> pd.Series:
        latest = latest_versions(self.tables["reports"], self.as_of)
        columns = latest.select("report_id", column).to_pandas()
        return columns.set_index("report_id")[column]


@dataclass(frozen=True, slots=True)
class Ranking:
    """A queue, what it was made from, and what it leaves waiting.

    Attributes
    ----------
    queue : pandas.DataFrame
        As `prioritizer.queues.build_queue` returns it.
    stamp : dict of str to str
        Hashes of model and data, on what the model was trained, the moment
        of the queue, and that it advises.
    left_out : int
        Reports that arrived before `since`, or not yet.
    urgent_left_out : int
        How many of these have an urgent signal.
    """

    queue: pd.DataFrame
    stamp: dict[str, str]
    left_out: int
    urgent_left_out: int


def make_world(
    folder: Path, *, profile: str, reports: int, seed: int, overwrite: bool
) -> TableFolder:
    """Write an invented world and its truth to a folder."""
    if profile not in PROFILES:
        raise SettingsError(
            "there is no such profile",
            "--profile",
            f"choose one of: {', '.join(PROFILES)}",
        )
    refuse_full(folder, overwrite=overwrite)
    return generate(PROFILES[profile], folder, reports=reports, seed=seed)


def read_documents(
    sources: Iterable[Path],
    folder: Path,
    *,
    key_file: Path,
    overwrite: bool,
    progress: Callable[[], None] = lambda: None,
) -> tuple[TableFolder, IngestResult]:
    """Turn documents into tables, naming those that cannot be read."""
    refuse_full(folder, overwrite=overwrite)
    if folder.resolve() in key_file.expanduser().resolve().parents:
        raise SettingsError(
            "the key would lie among the tables",
            str(key_file),
            "keep it elsewhere; who has both can test guesses",
        )
    search = find_documents(sources)
    return ingest(search, folder, key=load_key(key_file), progress=progress)


def check_tables(folder: Path) -> dict[str, int]:
    """Return how many rows each table has, after checking all of them."""
    _, frames = open_tables(folder)
    return {name: frame.height for name, frame in frames.items()}


def prepare(folder: Path, *, as_of: pd.Timestamp | None = None) -> Prepared:
    """Open tables, look back from each report, and compute its features."""
    opened, frames = open_tables(folder)
    tables = {**frames, **look_back(frames)}
    X = compute_features(tables, CATALOGUE, as_of=as_of)
    return Prepared(opened, tables, X, as_of)


def train_model(
    folder: Path,
    out: Path,
    *,
    settings: TrainSettings | None = None,
    overwrite: bool = True,
) -> TrainingRun:
    """Train on the past, measure on the newest reports, and store the model."""
    settings = settings or TrainSettings()
    refuse_tables(out)
    refuse_full(out, overwrite=overwrite)
    prepared = prepare(folder)
    begins = newest_begins_at(prepared.arrivals, settings.test_share)
    labels = labels_as_of(
        prepared.tables["outcomes"], begins, prepared.tables["reports"]
    )
    split = split_by_time(prepared.arrivals, labels, settings)
    trained, booster = train(prepared.X, labels, split, CATALOGUE, settings)
    trained.facts["data_hash"] = prepared.folder.content_hash
    trained.facts["data"] = "synthetic" if prepared.folder.is_synthetic else "real"
    metrics = _metrics(prepared, trained, split.test)
    model = save_model(out, trained, booster, metrics)
    return TrainingRun(out, model, booster, settings, metrics)


def score_reports(
    folder: Path, model_folder: Path, out: Path, *, keep: int | None = None
) -> pd.DataFrame:
    """Score every report with its contributions, and write them to a file."""
    refuse_tables(out)
    model = load_model(model_folder)
    prepared = prepare(folder)
    scores = model.score(prepared.X)
    kept = scores if keep is None else keep_largest(scores, keep)
    frame = prepared.versions.to_frame().join(kept).reset_index()
    write_stamped(out, frame, _stamp(prepared, model))
    return frame


def rank_reports(
    folder: Path,
    *,
    as_of: pd.Timestamp,
    model_folder: Path | None = None,
    scores_file: Path | None = None,
    since: pd.Timestamp | None = None,
    out: Path | None = None,
) -> Ranking:
    """Put the reports that arrived up to a moment in order, and say what is left."""
    if out is not None:
        refuse_tables(out)
    if since is not None and since > as_of:
        raise SettingsError(
            "the queue would begin after its own moment",
            "--since and --as-of",
            "choose a --since that is earlier",
        )
    prepared = prepare(folder, as_of=as_of)
    everyone = prepared.arrivals
    X = prepared.X if since is None else prepared.X[everyone >= since]
    if model_folder is not None and scores_file is None:
        model = load_model(model_folder)
        features, scores = model.features, model.score(X)
        stamp = _stamp(prepared, model)
    elif scores_file is not None and model_folder is None:
        features = CATALOGUE
        wanted = prepared.versions.loc[X.index]
        scores, stamp = read_scores(scores_file, wanted, prepared.folder.content_hash)
    else:
        raise SettingsError(
            "a queue needs either a model or scores",
            "--model and --scores",
            "give one of the two",
        )
    queue = build_queue(prepared.tables, X, scores, features, as_of=as_of)
    stamp = {**stamp, "as_of": as_of.isoformat()}
    if out is not None:
        write_stamped(out, queue, stamp)
    signals = urgent_signals(prepared.tables["reports"])
    left = signals[~signals.index.isin(X.index)]
    return Ranking(queue, stamp, len(left), int((left != "").sum()))


def newest_arrival(folder: Path) -> pd.Timestamp | None:
    """Return when the newest report arrived, or None if there is none."""
    newest = open_tables(folder)[1]["reports"]["arrival_at"].max()
    return None if newest is None else pd.Timestamp(str(newest))


def explain_report(queue_file: Path, report_id: int) -> tuple[pd.Series, list[Reason]]:
    """Return a report's row of a queue and every reason of its score."""
    queue, _ = read_stamped(
        queue_file,
        holds="a queue",
        command="prioritizer rank --out",
        numbers=_QUEUE_NUMBERS,
        others=_QUEUE_OTHERS,
    )
    rows = queue[queue["report_id"] == report_id]
    if rows.empty:
        raise MissingInputError(
            "the report is not in the queue",
            str(queue_file),
            "check its number, or rank again with a later --as-of",
        )
    row = rows.iloc[0]
    return row, reasons_of_row(row)


def compare_with_arrival(folder: Path, queue: pd.DataFrame) -> pd.DataFrame:
    """Return precision at capacity of a queue and of arrival order.

    Every report that still waits counts, the urgent ones too, by the truth of
    a synthetic world. What has an outcome is left out of both orders: its
    place at the end of the queue would be compared with no place at all.
    """
    truth = read_truth(folder).to_pandas().set_index("report_id")["is_actionable"]
    if not queue["report_id"].isin(truth.index).all():
        raise SettingsError(
            "the answer key is of other reports", str(folder), "generate them again"
        )
    rows = queue[~queue["has_outcome"]].set_index("report_id")
    orders = {
        "queue": -rows["position"].astype(float),
        "arrival order": -rows["arrival_at"].astype("int64").astype(float),
    }
    labels = truth.loc[rows.index].astype(float)
    return compare_orders(orders, labels, max(1, int(len(rows) * CAPACITY_SHARE)))


def _metrics(
    prepared: Prepared, model: ScoringModel, test: pd.Index
) -> dict[str, object]:
    """Measure on reports of the test window whose outcome came back since."""
    labels = labels_as_of(prepared.tables["outcomes"], _FAR_FUTURE)
    seen = labels[labels.index.isin(test)].astype(float)
    if seen.nunique() < 2:
        return {"test_reports_with_outcome": len(seen)}
    scores = model.score(prepared.X.loc[seen.index])
    orders = {
        "model": scores["raw"],
        "arrival_order": -prepared.arrivals.loc[seen.index]
        .astype("int64")
        .astype(float),
    }
    capacity = max(1, int(len(seen) * CAPACITY_SHARE))
    compared = compare_orders(orders, seen, capacity)
    return {
        "test_reports_with_outcome": len(seen),
        "test_actionable_share": round(float(seen.mean()), 4),
        "test_reports_at_capacity": capacity,
        **{
            f"{name}_precision_at_capacity": round(float(row["precision"]), 4)
            for name, row in compared.iterrows()
        },
    }


def _stamp(prepared: Prepared, model: ScoringModel) -> dict[str, str]:
    return {
        "model_hash": model.content_hash,
        "model_trained_on": str(model.facts.get("data", "not stated")),
        "data_hash": prepared.folder.content_hash,
        "data": "synthetic" if prepared.folder.is_synthetic else "real",
        "advice": ADVICE,
    }
