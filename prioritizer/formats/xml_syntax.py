"""Parse XML of strangers safely, and bring it to the tree that paths follow."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from prioritizer.errors import DocumentError
from prioritizer.formats.media import refuse_media
from prioritizer.formats.paths import Node

_MOST_LEVELS = 32  # the deepest path of the schema has nine


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
    tree: dict[str, Node] = {}
    for name, value in element.items():
        assert isinstance(name, str)  # noqa: S101  # lxml's own types allow for bytes
        if name[0] != "{":  # attributes of XML itself, such as the schema's place
            tree[f"@{name}"] = value
    is_leaf = True
    for child in element:
        is_leaf = False
        _put(tree, child.tag.rpartition("}")[2], tree_of(child, level + 1))
    if not tree:
        return element.text or ""
    if is_leaf:
        tree["#text"] = element.text or ""
    return tree


def _put(tree: dict[str, Node], name: str, below: Node) -> None:
    there = tree.get(name)
    if there is None:
        tree[name] = below
    elif isinstance(there, list):
        there.append(below)
    else:
        tree[name] = [there, below]
