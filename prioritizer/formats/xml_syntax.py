"""Parse XML of strangers safely, and bring it to the tree that paths follow."""

from __future__ import annotations

from lxml import etree

from prioritizer.errors import DocumentError
from prioritizer.formats.paths import Node

_MOST_LEVELS = 32  # the deepest path of the schema has nine


def parse_xml(content: bytes) -> etree._Element:
    """Return the root element of a document.

    Raises
    ------
    DocumentError
        If the document is not well-formed or declares a document type.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise DocumentError(
            "the file is not well-formed XML", "the whole file", "ask for it again"
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise DocumentError(
            "the file declares a document type, which can hide other files",
            "its first lines",
            "remove the declaration",
        )
    return root


def tree_of(element: etree._Element, level: int = 0) -> Node:
    """Return an element as a text, or as a dict of children and attributes.

    Raises
    ------
    DocumentError
        If elements stand in one another deeper than any report needs.
    """
    if level > _MOST_LEVELS:
        raise DocumentError(
            "elements stand in one another too deeply",
            f"below level {_MOST_LEVELS}",
            "ask the sender for a valid document",
        )
    tree: dict[str, Node] = {
        f"@{name}": value
        for name, value in map(_texts, element.attrib.items())
        if "}" not in name  # attributes of XML itself, such as the schema's place
    }
    for child in element.iterchildren(tag=etree.Element):
        below = tree.setdefault(etree.QName(child).localname, [])
        assert isinstance(below, list)  # noqa: S101  # attributes have names of their own
        below.append(tree_of(child, level + 1))
    text = (element.text or "") if not len(element) else ""
    return {**tree, "#text": text} if tree else text


def _texts(attribute: tuple[str | bytes, str | bytes]) -> tuple[str, str]:
    """Return an attribute's name and value; lxml's own types allow for bytes."""
    name, value = (
        part.decode() if isinstance(part, bytes) else part for part in attribute
    )
    return name, value
