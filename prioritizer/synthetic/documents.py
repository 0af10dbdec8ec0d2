"""Generate a world as documents, as they would arrive, and beside them the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import polars as pl

from prioritizer.errors import SettingsError
from prioritizer.execution import Executor, LocalExecutor
from prioritizer.formats import (
    RawReport,
    raw_reports,
    write_le_json,
    write_submission,
)
from prioritizer.synthetic.answer_key import freeze_truth, write_truth
from prioritizer.synthetic.settling import Levels
from prioritizer.synthetic.shards import Shard, check_size, draw_shard, plan_shards
from prioritizer.synthetic.world import World
from prioritizer.tables import forget_tables

_DOCUMENTS = "documents"
_OUTCOMES = "outcomes.csv"
_MARK = "made-by-prioritizer.txt"
# Documents stand in memory one at a time, their rows a shard at a time. A shard is
# one archive, for a file system takes longer over small files than we over reports.
_REPORTS_OF_A_SHARD = 10_000


def generate_documents(
    world: World,
    folder: Path,
    *,
    format: str,
    reports: int,
    seed: int,
    executor: Executor | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Path:
    """Write the world that `generate` writes as tables, as documents.

    Parameters
    ----------
    world : World
        Rates and shares.
    folder : pathlib.Path
        Where to write `documents/`, what was fed back as `outcomes.csv`, and the
        answer key in `truth/`.
    format : str
        ``"json"`` as law enforcement receives it, or ``"xml"`` as providers send
        it, which is a folder for each report; either way in ZIP archives.
    reports : int
        How many reports, 1 or more.
    seed : int
        The seed, 0 or more.
    executor : Executor or None
        Who writes the shards; processes of this machine if left out.
    progress : callable
        Called after each shard with the number of reports it has.

    Returns
    -------
    pathlib.Path
        The folder of the documents.

    Raises
    ------
    SettingsError
        If there is no such format, or a number cannot be used.
    """
    if format not in _FILES:
        raise SettingsError(
            "there is no such format", "--format", f"choose one of: {', '.join(_FILES)}"
        )
    check_size(reports=reports, seed=seed, reports_of_a_shard=_REPORTS_OF_A_SHARD)
    forget_documents(folder)
    forget_tables(folder)
    _mark(folder)
    shards = plan_shards(
        world, reports=reports, seed=seed, reports_of_a_shard=_REPORTS_OF_A_SHARD
    )
    if executor is None:
        executor = LocalExecutor(1 if reports <= _REPORTS_OF_A_SHARD else None)
    told: list[pl.DataFrame] = []
    truth_parts: dict[str, str] = {}
    tasks = (_Task(folder, shard, format) for shard in shards)
    for written in executor.map(_write, tasks):
        told.append(written.outcomes)
        truth_parts |= written.truth_parts
        progress(written.reports)
    pl.concat(told).write_csv(folder / _OUTCOMES, datetime_format="%Y-%m-%dT%H:%M:%SZ")
    freeze_truth(folder, world, seed, written.levels, truth_parts)
    return folder / _DOCUMENTS


@dataclass(frozen=True, slots=True)
class _Task:
    """One shard, and the folder and format in which it is written."""

    folder: Path
    shard: Shard
    format: str


@dataclass(frozen=True, slots=True)
class _Written:
    """What became of a shard."""

    outcomes: pl.DataFrame
    truth_parts: dict[str, str]
    reports: int
    levels: Levels


def _write(task: _Task) -> _Written:
    shard = task.shard
    raw, beside = draw_shard(shard)
    key = write_truth(task.folder, shard.number, beside["truth"])
    place = task.folder / _DOCUMENTS / f"part-{shard.number:05d}.zip"
    # Not compressed: documents are read once, and most of the time would go into it.
    with ZipFile(place, "w", ZIP_STORED) as archive:
        for report in raw_reports(raw):
            for name, content in _FILES[task.format](report):
                archive.writestr(ZipInfo(name), content)
    return _Written(beside["outcomes"], key, len(shard.timeline), shard.levels)


def _json_files(report: RawReport) -> Iterator[tuple[str, bytes]]:
    yield f"{report.report['report_id']}.json", write_le_json(report)


def _xml_files(report: RawReport) -> Iterator[tuple[str, bytes]]:
    submission = write_submission(report)
    yield f"{submission.folder}/report.xml", submission.report
    for number, content in enumerate(submission.files, 1):
        # Readers take files in the order of their names.
        yield f"{submission.folder}/file-{number:04d}.xml", content
    if submission.sidecar is not None:
        yield f"{submission.folder}/submission.json", submission.sidecar


_FILES = {"json": _json_files, "xml": _xml_files}


def forget_documents(folder: Path) -> None:
    """Remove the documents of an earlier run, and nothing else.

    Raises
    ------
    SettingsError
        If documents or outcomes are there that no run has marked as its own.
    """
    documents, outcomes = folder / _DOCUMENTS, folder / _OUTCOMES
    if not (documents / _MARK).is_file():
        found = [each for each in (documents, outcomes) if each.exists()]
        if found:
            raise SettingsError(
                "something is there that this command did not write",
                ", ".join(map(str, found)),
                "choose another folder",
            )
        return
    for path in [*documents.glob("part-*.zip"), outcomes, documents / _MARK]:
        path.unlink(missing_ok=True)
    if not any(documents.iterdir()):
        documents.rmdir()


def _mark(folder: Path) -> None:
    """Say whose the documents are before the first one, for a run may be stopped."""
    place = folder / _DOCUMENTS / _MARK
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("These reports are invented.\n", encoding="utf-8")
