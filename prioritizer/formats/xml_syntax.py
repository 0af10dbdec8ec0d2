"""Parse XML of strangers safely, and bring it to the tree that paths follow."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from prioritizer.errors import DocumentError
from prioritizer.formats.media import refuse_media
from prioritizer.formats.paths import Node

_MOST_LEVELS = 32  # the deepest path of the schema has nine
_MOST_ATTRIBUTES = 64  # and the most attributes of one of its elements are five
_MOST_TAGS = 400_000  # a document with ten thousand captures has a hundred thousand


@dataclass(frozen=True, slots=True)
class XmlDocument:
    """A document that was parsed.

    Attributes
    ----------
    root : str
        The name of its outermost element.
    tree : dict or str
        What stands in that.
    """

    root: str
    tree: Node


def parse_document(content: bytes) -> XmlDocument:
    """Return a document's root and tree.

    Raises
    ------
    DocumentError
        For any reason of `parse_xml` and `tree_of`.

    Examples
    --------
    >>> parse_document(b"<report><a>1</a></report>")
    XmlDocument(root='report', tree={'a': '1'})
    """
    root = parse_xml(content)
    return XmlDocument(str(root.tag), tree_of(root))


def parse_xml(content: bytes) -> etree._Element:
    """Return the root element of a document.

    Raises
    ------
    DocumentError
        If the document is not well-formed, declares a document type, or carries
        media.
    """
    refuse_media(content)
    if content.count(b"<") > _MOST_TAGS:
        raise DocumentError(
            "the document has more elements than any report needs",
            f"more than {_MOST_TAGS} tags",
            "ask the sender for a valid document",
        )
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
    tree = _attributes(element) if len(element.attrib) else {}
    text = element.text or ""
    is_mixed = False
    for child in element:
        _put(tree, child.tag.rpartition("}")[2], tree_of(child, level + 1))
        is_mixed = is_mixed or not (child.tail or " ").isspace()
    if not tree:
        return text
    if len(element) == 0:
        tree["#text"] = text
    elif is_mixed or text.strip():
        # A text that is marked up, or broken into lines, is a text all the same.
        tree["#text"] = "".join(map(str, element.itertext()))
    return tree


def _attributes(element: etree._Element) -> dict[str, Node]:
    # The parser takes longer over each attribute the more there are.
    if len(element.attrib) > _MOST_ATTRIBUTES:
        raise DocumentError(
            "an element has more attributes than any report needs",
            f"more than {_MOST_ATTRIBUTES}",
            "ask the sender for a valid document",
        )
    return {
        f"@{name!s}": value
        for name, value in element.items()
        if str(name)[0] != "{"  # attributes of XML itself, such as the schema's place
    }


def _put(tree: dict[str, Node], name: str, below: Node) -> None:
    there = tree.get(name)
    if there is None:
        tree[name] = below
    elif isinstance(there, list):
        there.append(below)
    else:
        tree[name] = [there, below]
