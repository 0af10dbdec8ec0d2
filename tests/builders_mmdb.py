"""Small databases of networks, written as MaxMind's public format 2.0 says."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

BUILT = datetime(2026, 3, 1, 12, tzinfo=UTC)
_MARKER = b"\xab\xcd\xefMaxMind.com"
_SEPARATOR = bytes(16)
_POINTER, _TEXT, _DOUBLE, _BYTES, _UINT16, _UINT32, _MAP = range(1, 8)
_INT32, _UINT64, _UINT128, _ARRAY, _BOOLEAN = 8, 9, 10, 11, 14


@dataclass(frozen=True)
class Encoded:
    """Bytes that go into the database as they are, however damaged."""

    content: bytes


def encode(value: object) -> bytes:
    """Return a value as the data section holds it."""
    if isinstance(value, Encoded):
        return value.content
    for kind, encoder in _ENCODERS.items():
        if isinstance(value, kind):
            return encoder(value)
    raise TypeError(type(value))


def _map(value: Mapping[object, object]) -> bytes:
    parts = [encode(each) for item in value.items() for each in item]
    return _head(_MAP, len(value)) + b"".join(parts)


def _array(value: list[object]) -> bytes:
    return _head(_ARRAY, len(value)) + b"".join(map(encode, value))


def _integer(value: int) -> bytes:
    if value < 0:
        return _head(_INT32, 4) + struct.pack("!i", value)
    size = (value.bit_length() + 7) // 8
    kinds = {4: _UINT32, 8: _UINT64, 16: _UINT128}
    kind = next(kind for most, kind in kinds.items() if size <= most)
    return _unsigned(kind, value).content


def _unsigned(kind: int, value: int) -> Encoded:
    content = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return Encoded(_with_size(kind, content))


def _with_size(kind: int, content: bytes) -> bytes:
    return _head(kind, len(content)) + content


def _head(kind: int, size: int) -> bytes:
    steps = ((29, 0, 0), (285, 1, 29), (65_821, 2, 285), (1 << 24, 3, 65_821))
    place = next(place for place, (most, _, _) in enumerate(steps) if size < most)
    _, width, base = steps[place]
    low = size if not width else 28 + place
    more = (size - base).to_bytes(width, "big") if width else b""
    if kind > _MAP:
        return bytes([low, kind - 7]) + more
    return bytes([kind << 5 | low]) + more


_ENCODERS = {
    bool: lambda value: _head(_BOOLEAN, int(value)),
    str: lambda value: _with_size(_TEXT, value.encode()),
    bytes: lambda value: _with_size(_BYTES, value),
    float: lambda value: _head(_DOUBLE, 8) + struct.pack("!d", value),
    int: _integer,
    Mapping: _map,
    list: _array,
}


class _Tree:
    """A binary tree; a record is None, a place in the data, or a number of a node."""

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.nodes: list[list[object]] = [[None, None]]

    def put(self, network: str, data: int) -> None:
        block = ipaddress.ip_network(network)
        depth = block.prefixlen + self.bits - block.max_prefixlen
        number = int(block.network_address)
        path = [number >> (self.bits - 1 - step) & 1 for step in range(depth)]
        node = 0
        for side in path[:-1]:
            node = self._below(node, side)
        self.nodes[node][path[-1]] = ("data", data)

    def _below(self, node: int, side: int) -> int:
        there = self.nodes[node][side]
        if not isinstance(there, int):
            # A wider network's record holds for whatever is not put within it.
            self.nodes.append([there, there])
            there = self.nodes[node][side] = len(self.nodes) - 1
        return there

    def encode(self, record_bits: int) -> bytes:
        return b"".join(self._node(node, record_bits) for node in self.nodes)

    def _node(self, node: list[object], bits: int) -> bytes:
        left, right = (self._record(each) for each in node)
        if bits != 28:
            return left.to_bytes(bits // 8, "big") + right.to_bytes(bits // 8, "big")
        middle = left >> 24 << 4 | right >> 24
        low = (1 << 24) - 1
        return b"".join(
            (
                (left & low).to_bytes(3, "big"),
                bytes([middle]),
                (right & low).to_bytes(3, "big"),
            )
        )

    def _record(self, record: object) -> int:
        count = len(self.nodes)
        if record is None:
            return count
        if isinstance(record, tuple):
            return count + len(_SEPARATOR) + int(record[1])
        assert isinstance(record, int)
        return record


def write_database(
    path: Path,
    networks: Mapping[str, object],
    *,
    type: object = "GeoLite2-City",
    built: object = BUILT,
    ip_version: int = 6,
    record_bits: int = 28,
) -> Path:
    """Write a database of records by network; the narrower of two networks holds."""
    tree = _Tree(128 if ip_version == 6 else 32)
    data = b""
    for network in sorted(networks, key=_width):
        tree.put(network, len(data))
        data += encode(networks[network])
    epoch = int(built.timestamp()) if isinstance(built, datetime) else built
    metadata = {
        "binary_format_major_version": _unsigned(_UINT16, 2),
        "binary_format_minor_version": _unsigned(_UINT16, 0),
        "build_epoch": _unsigned(_UINT64, epoch) if isinstance(epoch, int) else epoch,
        "database_type": type,
        "description": {"en": "Invented networks"},
        "ip_version": _unsigned(_UINT16, ip_version),
        "languages": ["en"],
        "node_count": len(tree.nodes),
        "record_size": _unsigned(_UINT16, record_bits),
    }
    parts = (tree.encode(record_bits), _SEPARATOR, data, _MARKER, encode(metadata))
    path.write_bytes(b"".join(parts))
    return path


def _width(network: str) -> int:
    block = ipaddress.ip_network(network)
    return block.prefixlen + 128 - block.max_prefixlen
