"""Which files are the first of their kind in a year: exactly, and to the eye."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from prioritizer.errors import SettingsError
from prioritizer.evaluation.fidelity.published import COPIES_YEAR
from prioritizer.seeds import Ints, Words
from prioritizer.synthetic import World
from prioritizer.synthetic.circumstances import draw_circumstances
from prioritizer.synthetic.recorded import draw_files
from prioritizer.synthetic.senders import Senders
from prioritizer.synthetic.shards import REPORTS_OF_A_SHARD, draws_of, plan_shards
from prioritizer.vocabulary.enums import FileHashType, IdentifierKind


def count_fresh(
    folder: Path, names: list[str], world: World, *, seed: int, reports: pl.DataFrame
) -> pl.DataFrame:
    """Return how many files of each report are the first of their kind in the year.

    Exact copies are told by the MD5 hashes in the tables. What a file looks like
    stands in no table, so those files are drawn anew.

    Parameters
    ----------
    folder : pathlib.Path
        The tables.
    names : list of str
        Their parts, in order of arrival.
    world : World
        What they were made from.
    seed : int
        With which seed.
    reports : polars.DataFrame
        `report_id`, `year` and `files` of all reports, in order of arrival.

    Returns
    -------
    polars.DataFrame of shape (n_reports, 2)
        `fresh_files` and `fresh_looks`, in the same order; 0 in other years.

    Raises
    ------
    SettingsError
        If the files drawn anew are not those of the tables.
    """
    places = (
        reports.select("report_id", "year")
        .with_row_index("place")
        .filter(pl.col("year") == COPIES_YEAR)
        .select("report_id", "place")
    )
    exact = [_hashes(folder / "identifiers" / name, places) for name in names]
    files = pl.concat(exact)
    fresh_files = _firsts(
        files["place"].to_numpy(), files["file"].to_numpy(), len(reports)
    )
    row, look = _looks(world, seed, reports)
    return pl.DataFrame(
        {"fresh_files": fresh_files, "fresh_looks": _firsts(row, look, len(reports))}
    ).cast(pl.UInt16)


def _hashes(path: Path, places: pl.DataFrame) -> pl.DataFrame:
    """Return the files of a part, in order of arrival, by 64 bits of their hash."""
    is_exact = (pl.col("identifier_kind") == IdentifierKind.FILE_HASH) & (
        pl.col("file_hash_type") == FileHashType.MD5
    )
    return (
        pl.scan_parquet(path)
        .filter(is_exact)
        .select("report_id", "identifier_key")
        .join(places.lazy(), on="report_id", maintain_order="left")
        .select("place", file=pl.col("identifier_key").hash())
        .collect()
    )


def _looks(world: World, seed: int, reports: pl.DataFrame) -> tuple[Ints, Words]:
    """Return the year's files: place of the report, and what the file looks like."""
    senders, draws = Senders(world), draws_of(seed)
    shards = plan_shards(
        world,
        reports=len(reports),
        seed=seed,
        reports_of_a_shard=REPORTS_OF_A_SHARD,
    )
    in_year = reports["year"].to_numpy() == COPIES_YEAR
    rows, looks, begin = [], [], 0
    for shard in shards:
        here = np.flatnonzero(in_year[begin : begin + len(shard.timeline)])
        timeline = shard.timeline.take(here)
        case = draw_circumstances(world, senders, draws, timeline)
        files = draw_files(world, senders, draws, case)
        rows.append(begin + here[files.row])
        looks.append(files.look)
        begin += len(shard.timeline)
    row = np.concatenate(rows)
    drawn = np.bincount(row, minlength=len(reports))
    if not np.array_equal(drawn[in_year], reports["files"].to_numpy()[in_year]):
        raise SettingsError(
            "the files drawn anew are not those of the tables",
            "the tables' truth",
            "generate the world again with this version",
        )
    return row, np.concatenate(looks)


def _firsts(row: Ints, item: Words, reports: int) -> Ints:
    """Count for each report the items that no earlier file is.

    Examples
    --------
    >>> _firsts(np.array([0, 1, 1]), np.array([5, 5, 6], dtype=np.uint64), 2).tolist()
    [1, 1]
    """
    _, first = np.unique(item, return_index=True)
    return np.bincount(row[first], minlength=reports)
