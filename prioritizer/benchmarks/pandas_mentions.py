"""The rival of history, first part: every key that a report names, in pandas."""

from __future__ import annotations

import pandas as pd

from prioritizer.history.keys import KeyKind
from prioritizer.vocabulary.enums import CaptureType, FileHashType, IdentifierKind

REPORT = ["report_id", "version"]
_LOOKS = [FileHashType.PHOTO_DNA, FileHashType.PDQ]
_KINDS = {
    IdentifierKind.EMAIL: KeyKind.ACCOUNT,
    IdentifierKind.PHONE: KeyKind.ACCOUNT,
    IdentifierKind.ESP_USER_ID: KeyKind.ACCOUNT,
    IdentifierKind.PROFILE_URL: KeyKind.ACCOUNT,
    IdentifierKind.SCREEN_NAME: KeyKind.SCREEN_NAME,
    IdentifierKind.DISPLAY_NAME: KeyKind.NAME,
    IdentifierKind.GROUP: KeyKind.NAME,
    IdentifierKind.FILE_HASH: KeyKind.FILE,
}
_CAPTURE_KINDS = {
    CaptureType.EMAIL: KeyKind.ACCOUNT,
    CaptureType.PHONE: KeyKind.ACCOUNT,
    CaptureType.PROFILE_URL: KeyKind.ACCOUNT,
    CaptureType.DEVICE_ID: KeyKind.DEVICE,
}
# A hash without a type is as good as an MD5.
_RANKS = {str(kind): rank for rank, kind in enumerate(FileHashType)}


def mentions_of(
    frames: dict[str, pd.DataFrame], versions: pd.DataFrame
) -> pd.DataFrame:
    """Return the keys that versions of reports name, in order of arrival.

    Parameters
    ----------
    frames : dict of str to pandas.DataFrame
        The tables people, files, captures and identifiers.
    versions : pandas.DataFrame
        Columns `report_id`, `version`, `arrival_at` and `place`.

    Returns
    -------
    pandas.DataFrame
        Those columns, `kind`, `item` (the number of the capture or file that names the
        key, or 0) and `key`, a number.
    """
    hashes = _hashes(frames["identifiers"])
    rows = pd.concat(
        [
            _of_reports(versions),
            _of_people(frames["people"]),
            _of_identifiers(frames["identifiers"]),
            _of_captures(frames["captures"]),
            _of_networks(frames["captures"]),
            _of_file_sets(hashes[~hashes["is_look"]], frames["files"], "FILE_SET"),
            _of_file_sets(hashes[hashes["is_look"]], frames["files"], "LOOK_SET"),
        ],
        ignore_index=True,
    )
    rows["key"] = rows.groupby(["kind", "key"], sort=False).ngroup()
    return rows.merge(versions, on=REPORT).sort_values(["place", "key", "item"])


def _of_reports(versions: pd.DataFrame) -> pd.DataFrame:
    """Return each report's own number."""
    return versions[REPORT].assign(
        kind=int(KeyKind.REPORT), key=versions["report_id"], item=0
    )


def _of_people(people: pd.DataFrame) -> pd.DataFrame:
    """Return the other reports that a report lists, as item 1."""
    listed = people[[*REPORT, "prior_report_ids"]].explode("prior_report_ids")
    listed = listed.rename(columns={"prior_report_ids": "key"}).dropna()
    listed = listed[listed["key"] != listed["report_id"]]
    return listed.assign(kind=int(KeyKind.REPORT), item=1)


def _of_identifiers(identifiers: pd.DataFrame) -> pd.DataFrame:
    kind = identifiers["identifier_kind"].astype(str).map(_KINDS)
    is_look = identifiers["file_hash_type"].isin(_LOOKS)
    is_file = kind == KeyKind.FILE
    rows = identifiers[REPORT].assign(
        kind=kind.mask(is_file & is_look, int(KeyKind.LOOK)),
        key=identifiers["identifier_key"],
        item=identifiers["file_no"].where(is_file).fillna(0).astype(int),
    )
    return rows.dropna()


def _of_captures(captures: pd.DataFrame) -> pd.DataFrame:
    kind = captures["capture_type"].astype(str).map(_CAPTURE_KINDS)
    rows = captures[REPORT].assign(
        kind=kind.mask(captures["ip_version"].notna(), int(KeyKind.ADDRESS)),
        key=captures["capture_key"],
        item=captures["capture_no"],
    )
    return rows.dropna()


def _of_networks(captures: pd.DataFrame) -> pd.DataFrame:
    rows = captures[REPORT].assign(
        kind=int(KeyKind.GROUP), key=captures["ip_group_key"], item=0
    )
    return rows.dropna()


def _hashes(identifiers: pd.DataFrame) -> pd.DataFrame:
    is_hash = identifiers["identifier_kind"] == IdentifierKind.FILE_HASH
    hashes = identifiers[is_hash & identifiers["identifier_key"].notna()]
    kinds = hashes["file_hash_type"].astype(str)
    return hashes.assign(
        is_look=hashes["file_hash_type"].isin(_LOOKS),
        rank=kinds.map(_RANKS).fillna(0),
    )


def _of_file_sets(hashes: pd.DataFrame, files: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return one key for each version of a report whose every file has a hash."""
    # The best hashes of each file in order, then the files of a version likewise.
    file = [*REPORT, "file_no"]
    least = hashes.groupby(file, dropna=False)["rank"].transform("min")
    best = hashes[hashes["rank"] == least].drop_duplicates([*file, "identifier_key"])
    by_file = (
        best.sort_values("identifier_key")
        .groupby(file, dropna=False)["identifier_key"]
        .sum()
        .reset_index()
    )
    sets = (
        by_file.sort_values("identifier_key")
        .groupby(REPORT)["identifier_key"]
        .agg(["sum", "size"])
    )
    is_whole = sets["size"] == files.groupby(REPORT).size().reindex(sets.index)
    sets = sets[is_whole].reset_index().rename(columns={"sum": "key"})
    return sets[[*REPORT, "key"]].assign(kind=int(KeyKind[kind]), item=0)
