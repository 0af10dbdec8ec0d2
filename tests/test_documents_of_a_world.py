"""An invented world written as documents, and read again through the real door."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from zipfile import ZipFile

import polars as pl
import pytest
from lxml import etree

from prioritizer import pipeline
from prioritizer.errors import SettingsError
from prioritizer.formats import problems_of_order
from prioritizer.synthetic import read_truth
from prioritizer.tables import TableFolder, open_tables
from prioritizer.vocabulary import DOCUMENT_TABLES, Reading, Table
from prioritizer.vocabulary.enums import Role
from tests import builders_documents
from tests.builders_documents import XSD

REPORTS = 600
FORMATS = ("json", "xml")
every_format = pytest.mark.parametrize("format", FORMATS)
every_profile = pytest.mark.parametrize("profile", ["icac", "national"])


@cache
def documents(profile: str, format: str) -> Path:
    folder = Path(mkdtemp(prefix="documents-"))
    return pipeline.make_documents(
        folder,
        format=format,
        world=profile,
        reports=REPORTS,
        seed=7,
        overwrite=True,
    )


@cache
def written(profile: str) -> TableFolder:
    folder = Path(mkdtemp(prefix="tables-"))
    return pipeline.make_world(
        folder, world=profile, reports=REPORTS, seed=7, overwrite=True
    )


@cache
def ingested(profile: str, format: str) -> dict[str, pl.DataFrame]:
    folder = Path(mkdtemp(prefix="ingested-"))
    tables, told = builders_documents.ingested(documents(profile, format), out=folder)
    assert told.rejected == []
    assert told.accepted == REPORTS
    assert not told.account.unknown
    assert not told.account.unlisted
    assert not told.account.unreadable
    return {table.name: tables.read(table.name) for table in DOCUMENT_TABLES}


def carried(table: Table, format: str) -> list[str]:
    """Return the columns that a format carries, and the keys that rows share."""
    keys = [
        name
        for name in ("report_id", "person_no", "file_no", "role")
        if name in table.columns
    ]
    sets = {name for source in table.sources for name, _ in source.sets}
    own = [
        field.name
        for field in table.fields
        if (getattr(field, format) and field.reading is not Reading.GIVEN)
        or field.name in sets
    ]
    return list(dict.fromkeys([*keys, *own]))


def rows_carried(table: Table, frame: pl.DataFrame, format: str) -> pl.DataFrame:
    """Return the rows whose place a format has."""
    places = [dict(source.sets) for source in table.sources if getattr(source, format)]
    named = [set(place.items()) for place in places]
    if not any(named):
        return frame
    if any(place == set() for place in named):
        return frame
    wanted = pl.any_horizontal(
        pl.all_horizontal(
            pl.col(name).cast(pl.String) == str(value) for name, value in place
        )
        for place in named
    )
    return frame.filter(wanted.fill_null(value=False))


def of_people_carried(frame: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Leave out what belongs to accounts that only the XML has a place for."""
    key = ["report_id", "person_no"]
    if not set(key) <= set(frame.columns):
        return frame
    only_xml = people.filter(pl.col("role") == Role.ASSOCIATED_ACCOUNT)
    return frame.join(only_xml.select(key), on=key, how="anti", maintain_order="left")


def comparable(
    tables: Callable[[str], pl.DataFrame], table: Table, format: str
) -> pl.DataFrame:
    columns = carried(table, format)
    frame = tables(table.name)
    if format == "json":
        frame = of_people_carried(frame, tables("people"))
    rows = rows_carried(table, frame, format).select(columns)
    return rows.sort(columns, nulls_last=True, maintain_order=True)


@every_profile
@every_format
@pytest.mark.parametrize("table", DOCUMENT_TABLES, ids=lambda each: each.name)
def test_documents_ingested_equal_the_tables_written(
    table: Table, format: str, profile: str
) -> None:
    direct = comparable(written(profile).read, table, format)
    read = comparable(ingested(profile, format).__getitem__, table, format)
    assert direct.height == read.height > 0
    for name in direct.columns:
        assert direct[name].equals(read[name]), name


@every_format
def test_what_a_format_carries_is_most_of_it(format: str) -> None:
    counted = sum(len(carried(table, format)) for table in DOCUMENT_TABLES)
    assert counted > 120


def xml_of(profile: str) -> Iterator[bytes]:
    for path in sorted(documents(profile, "xml").glob("*.zip")):
        with ZipFile(path) as archive:
            names = [each for each in archive.namelist() if each.endswith(".xml")]
            assert len(names) > REPORTS
            yield from map(archive.read, names)


@every_profile
def test_xml_follows_the_order_of_elements(profile: str) -> None:
    for content in xml_of(profile):
        assert problems_of_order(content) == []


@every_profile
@pytest.mark.skipif(
    not XSD.is_file(), reason="NCMEC's schema is not beside the project"
)
def test_xml_is_valid_by_ncmec_s_own_schema(profile: str) -> None:
    schema = etree.XMLSchema(etree.parse(str(XSD)))
    for content in xml_of(profile):
        schema.assertValid(etree.fromstring(content))


def test_the_truth_is_the_same_beside_documents() -> None:
    of_documents = read_truth(documents("icac", "json").parent)
    assert of_documents.equals(read_truth(written("icac").path))


def test_what_was_fed_back_lies_beside_documents() -> None:
    path = documents("icac", "json").parent / "outcomes.csv"
    told = pl.read_csv(path)
    columns = ["report_id", "case_status", "closed_reason", "decided_at", "known_at"]
    assert told.columns == columns
    _, frames = open_tables(written("icac").path)
    assert sorted(told["report_id"]) == sorted(frames["outcomes"]["report_id"])
    assert told["known_at"].str.ends_with("Z").all()


def test_documents_that_are_not_ours_are_left_alone(tmp_path: Path) -> None:
    theirs = tmp_path / "documents" / "case.json"
    theirs.parent.mkdir()
    theirs.write_text("{}", encoding="utf-8")
    with pytest.raises(SettingsError, match="did not write"):
        pipeline.make_documents(
            tmp_path, format="json", world="icac", reports=5, seed=7, overwrite=True
        )
    assert theirs.is_file()


def test_outcomes_that_are_not_ours_are_left_alone(tmp_path: Path) -> None:
    theirs = tmp_path / "outcomes.csv"
    theirs.write_text("mine", encoding="utf-8")
    with pytest.raises(SettingsError, match="did not write"):
        pipeline.make_documents(
            tmp_path, format="json", world="icac", reports=5, seed=7, overwrite=True
        )
    assert theirs.read_text(encoding="utf-8") == "mine"


def test_a_file_put_among_our_documents_survives(tmp_path: Path) -> None:
    for _ in range(2):
        place = pipeline.make_documents(
            tmp_path, format="xml", world="icac", reports=5, seed=7, overwrite=True
        )
        (place / "thesis.txt").write_text("mine", encoding="utf-8")
    assert (place / "thesis.txt").is_file()


def test_a_run_that_was_stopped_can_be_repeated(tmp_path: Path) -> None:
    """What a killed run leaves: some archives, no outcomes, no manifest."""
    place = pipeline.make_documents(
        tmp_path, format="json", world="icac", reports=5, seed=7, overwrite=True
    )
    (tmp_path / "outcomes.csv").unlink()
    (tmp_path / "truth" / "manifest.json").unlink()
    again = pipeline.make_documents(
        tmp_path, format="json", world="icac", reports=5, seed=7, overwrite=True
    )
    assert again == place
    assert (tmp_path / "outcomes.csv").is_file()


def test_tables_replace_documents_of_an_earlier_run(tmp_path: Path) -> None:
    place = pipeline.make_documents(
        tmp_path, format="json", world="icac", reports=5, seed=7, overwrite=True
    )
    pipeline.make_world(tmp_path, world="icac", reports=6, seed=7, overwrite=True)
    assert not place.exists()
    assert not (tmp_path / "outcomes.csv").exists()


def test_a_smaller_world_leaves_nothing_of_a_larger_one(tmp_path: Path) -> None:
    for reports in (20_010, 10):
        place = pipeline.make_documents(
            tmp_path,
            format="json",
            world="icac",
            reports=reports,
            seed=7,
            overwrite=True,
        )
    (only,) = place.glob("*.zip")
    with ZipFile(only) as archive:
        assert len(archive.namelist()) == 10


def test_the_same_world_gives_the_same_bytes(tmp_path: Path) -> None:
    again = pipeline.make_documents(
        tmp_path, format="json", world="icac", reports=REPORTS, seed=7, overwrite=True
    )
    first = documents("icac", "json")
    names = [path.name for path in sorted(first.glob("*.zip"))]
    assert names == ["part-00000.zip"]
    assert (again / names[0]).read_bytes() == (first / names[0]).read_bytes()


def test_a_format_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such format"):
        pipeline.make_documents(
            tmp_path, format="pdf", world="icac", reports=5, seed=7, overwrite=True
        )
