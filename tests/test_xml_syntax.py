from __future__ import annotations

import random
from dataclasses import replace

import pytest
from lxml import etree

from prioritizer.errors import DocumentError
from prioritizer.formats import Submission, parse_document, read_submission
from tests.builders_documents import SUBMISSIONS, XSD, read_xml, submission

# As tests/data/README.md says.
INVALID = {
    "unknown_annotations_and_elements/report.xml",
    "unknown_annotations_and_elements/file-1.xml",
    "hash_type_two_places/file-2.xml",
    "elements_out_of_order/report.xml",
    "elements_out_of_order/file-1.xml",
}
every_submission = pytest.mark.parametrize(
    "folder", SUBMISSIONS, ids=lambda folder: folder.name
)


def shuffled(content: bytes, seed: int) -> bytes:
    """Return a document with different elements in another order, at every depth."""
    chance = random.Random(seed)  # noqa: S311
    root = etree.fromstring(content)
    for element in root.iter(etree.Element):
        tags = sorted({child.tag for child in element})
        chance.shuffle(tags)
        element[:] = sorted(element, key=lambda child: tags.index(child.tag))
    return etree.tostring(root)


@every_submission
@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_elements_changes_nothing(folder, seed):
    given = submission(folder)
    other = replace(
        given,
        report=shuffled(given.report, seed),
        files=tuple(shuffled(content, seed) for content in given.files),
    )
    assert read_submission(other) == read_submission(given)


def test_shuffling_really_changes_the_order():
    content = submission(SUBMISSIONS[-1]).report
    assert len({shuffled(content, seed) for seed in range(10)}) > 1


@pytest.mark.skipif(not XSD.is_file(), reason="the schema is not beside the repository")
@pytest.mark.parametrize(
    "path",
    [path for folder in SUBMISSIONS for path in sorted(folder.glob("*.xml"))],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_a_fixture_is_valid_where_the_readme_says_so(path):
    schema = etree.XMLSchema(etree.parse(XSD))
    name = f"{path.parent.name}/{path.name}"
    assert schema.validate(etree.parse(path)) == (name not in INVALID)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        pytest.param(b"<report>", "not well-formed", id="cut off"),
        pytest.param(b"", "not well-formed", id="empty"),
        pytest.param(b"<report>&lol;</report>", "not well-formed", id="no such entity"),
        pytest.param(
            b"<!DOCTYPE report><report/>", "document type", id="a bare doctype"
        ),
        pytest.param(
            b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><report/>',
            "document type",
            id="a file outside",
        ),
        pytest.param(
            b"<report>" + b"<a>" * 40 + b"</a>" * 40 + b"</report>",
            "too deeply",
            id="too deep",
        ),
        pytest.param(
            b"<report>" + b"<a>" * 9000 + b"</a>" * 9000 + b"</report>",
            "not well-formed|too deeply",
            id="much too deep",
        ),
    ],
)
def test_a_dangerous_or_broken_document_is_refused(content, match):
    with pytest.raises(DocumentError, match=match):
        read_submission(Submission(content, (), None, "1"))


def test_an_entity_is_never_expanded(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret words", encoding="utf-8")
    entity = f'<!ENTITY x SYSTEM "{secret.as_uri()}">'
    content = f"<!DOCTYPE report [{entity}]><report>&x;</report>".encode()
    with pytest.raises(DocumentError, match="document type") as caught:
        parse_document(content)
    assert "secret words" not in str(caught.value)


def test_deep_but_plausible_documents_are_read():
    content = b"<report>" + b"<a>" * 20 + b"</a>" * 20 + b"</report>"
    assert read_submission(Submission(content, (), None, "1")).unknown == {"a": 1}


def test_where_the_schema_lies_is_not_an_unknown_attribute():
    content = (
        b'<report xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        b'xsi:noNamespaceSchemaLocation="https://report.example.test/xsd"/>'
    )
    assert not read_submission(Submission(content, (), None, "1")).unknown


def test_comments_and_instructions_are_not_text():
    inside = "<additionalInfo>ab<!-- long remark --><?do it?>cd</additionalInfo>"
    raw = read_xml(inside, sidecar={})
    assert raw.report["additional_info_length"] == len("abcd")
