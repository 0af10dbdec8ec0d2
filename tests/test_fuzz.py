"""Whatever a document holds, it ends accepted or rejected, and the run goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from zipfile import ZipFile

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prioritizer.errors import DocumentError
from prioritizer.formats import Submission, read_le_json, read_submission
from prioritizer.tables import open_tables
from tests.builders_documents import LE_JSON, SUBMISSIONS, ingested, thin_tree
from tests.builders_trees import as_xml, paths_of, planted

DOCUMENTS = {"json": 14_000, "xml": 6_000}
ODD: tuple[object, ...] = (
    None,
    "",
    "  ",
    "x" * 5_000,
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2026-02-30T25:61:00Z",
    "NaN",
    "-1",
    "1e999",
    str(2**70),
    "\u0000\u202e\ufeff",
    "\U0001f600" * 40,
    True,
    False,
    0,
    -1,
    2**62,
    1e308,
    [],
    {},
    [[["deep"]]],
    [None, "a", {"value": "b"}],
    {"value": {"value": {"value": "c"}}},
    {"": "", "#text": "d", "@type": "e"},
    ["f"] * 50,
    "203.0.113.7, 198.51.100.9",
    "::ffff:192.0.2.1%eth0",
    "\uff11\uff12\uff13",
)
TOKENS = (
    b"null",
    b"NaN",
    b"1e999",
    b'"',
    b"\\",
    b"{",
    b"]",
    b"\x00",
    b"\xff\xfe",
    b"<",
    b"</report>",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"&b;",
    b"]]>",
    b'xmlns:x="y"',
)
PATHS = {format: paths_of(format) for format in DOCUMENTS}
JSON_TREES = [json.loads(path.read_text("utf-8-sig")) for path in LE_JSON]


def mutated(content: bytes, random: Random) -> bytes:
    """Bytes with a few places changed, most of them in one way."""
    for _ in range(random.choice((1, 1, 2, 5))):
        start = random.randrange(len(content) + 1)
        end = min(len(content), start + random.choice((1, 1, 8, 100)))
        before, piece, after = content[:start], content[start:end], content[end:]
        content = random.choice(
            (
                before + after,
                before + piece + piece + after,
                before + random.choice(TOKENS) + after,
                before + random.randbytes(len(piece)) + after,
                before,
                content[::-1][: end - start] + content,
            )
        )
    return content


def odd_json(random: Random) -> bytes:
    tree: object = random.choice((*JSON_TREES, thin_tree(reportId=random.randrange(9))))
    for _ in range(random.choice((0, 1, 3))):
        tree = planted(tree, random.choice(PATHS["json"]), random.choice(ODD))
    content = json.dumps(tree, ensure_ascii=random.random() < 0.5).encode()
    return mutated(content, random) if random.random() < 0.6 else content


def odd_submission(random: Random) -> dict[str, bytes]:
    folder = random.choice(SUBMISSIONS)
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    if random.random() < 0.5:
        tree: object = {}
        for _ in range(random.choice((1, 3, 9))):
            text = str(random.choice(ODD)).replace("\x00", "")
            tree = planted(tree, random.choice(PATHS["xml"]), text)
        assert isinstance(tree, dict)
        files |= {
            f"odd-{name}.xml": as_xml(name, inside).encode("utf-8", "replace")
            for name, inside in tree.items()
        }
        files.pop("report.xml" if "report" in tree else "", None)
    if random.random() < 0.6:
        name = random.choice(sorted(files))
        files[name] = mutated(files[name], random)
    return files


def write_corpus(folder: Path, random: Random) -> Iterator[str]:
    """Write archives of odd documents; yield the name of each file in them."""
    for format, count in DOCUMENTS.items():
        for part in range(4):
            path = folder / f"{format}-{part}.zip"
            with ZipFile(path, "w") as archive:
                for number in range(count // 4):
                    files = (
                        {f"{number}.json": odd_json(random)}
                        if format == "json"
                        else {
                            f"{number}/{name}": content
                            for name, content in odd_submission(random).items()
                        }
                    )
                    for name, content in files.items():
                        archive.writestr(name, content)
                        yield str(path / name)


def test_20_000_odd_documents_are_all_accounted_for(tmp_path):
    (tmp_path / "in").mkdir()
    names = set(write_corpus(tmp_path / "in", Random(7)))  # noqa: S311  # no secret
    tables, told = ingested(tmp_path / "in", out=tmp_path / "out")
    ledger = pl.read_parquet(tmp_path / "out" / "ledger" / "*.parquet")
    inputs = ledger["inputs"].explode().struct.field("name")
    told_of = {name.partition("[")[0] for name in inputs}
    assert names - told_of == set()
    assert told.given == ledger.height >= sum(DOCUMENTS.values())
    assert told.account.accepted > 4_000
    assert len(told.rejected) > 4_000
    # The reader itself has a reason for each that it rejects.
    assert {why for _, why, _ in told.rejected if "this version" in why} == set()
    opened, frames = open_tables(tmp_path / "out")
    assert frames["reports"].height == told.account.versions
    assert opened.content_hash == tables.content_hash


odd_values = st.recursive(
    st.sampled_from(ODD) | st.text(max_size=20) | st.integers() | st.floats(),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside)
    ),
    max_leaves=6,
)
places = {
    format: st.lists(st.tuples(st.sampled_from(PATHS[format]), odd_values), max_size=8)
    for format in PATHS
}
thorough = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@thorough
@given(places["json"])
def test_any_json_is_read_or_refused(changes):
    tree: object = thin_tree()
    for path, value in changes:
        tree = planted(tree, path, value)
    try:
        raw = read_le_json(json.dumps(tree).encode())
    except DocumentError:
        return
    assert len(raw.rows["reports"]) == 1


@thorough
@given(places["xml"])
def test_any_submission_is_read_or_refused(changes):
    tree: object = {"report": {"incidentSummary": {}}}
    for path, value in changes:
        tree = planted(tree, path, str(value))
    assert isinstance(tree, dict)
    files = {
        name: as_xml(name, each).encode("utf-8", "replace")
        for name, each in tree.items()
    }
    more = (files["fileDetails"],) if "fileDetails" in files else ()
    try:
        raw = read_submission(Submission(files["report"], more, None, "7"))
    except DocumentError:
        return
    assert len(raw.rows["reports"]) == 1
    assert raw.report["report_id"]


@pytest.mark.parametrize("seed", range(20))
def test_any_bytes_are_read_or_refused(seed):
    random = Random(seed)  # noqa: S311  # no secret
    for _ in range(50):
        content = random.randbytes(random.choice((0, 1, 7, 300)))
        for read in (read_le_json, lambda each: read_submission(Submission(each))):
            with pytest.raises(DocumentError):
                read(content)
