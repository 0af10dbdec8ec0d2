from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import astuple

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prioritizer.privacy import protect
from prioritizer.privacy.addresses import AddressReader
from prioritizer.privacy.hashing import Hasher
from prioritizer.privacy.network import ip_facts
from prioritizer.privacy.normal_forms import (
    email_domain,
    hexadecimal,
    hexadecimal_column,
    plain,
    plain_column,
    telephone,
)
from prioritizer.tables import frame_of_rows, raw_schema_of
from prioritizer.vocabulary import CAPTURES, IDENTIFIERS, LOCATIONS, REPORTS
from prioritizer.vocabulary.area_codes import calling_code, state_of_area
from prioritizer.vocabulary.enums import CaptureType, IdentifierKind

KEY = bytes(range(32))
FORMS = {IdentifierKind.PHONE: telephone, IdentifierKind.FILE_HASH: hexadecimal}
# A machine may be busy, and a first call compiles.
unhurried = settings(deadline=None)
invented_or_not = pytest.mark.parametrize("invented", [True, False])

# What identifiers are made of; letters that one normal form or other changes
# (sharp s, dotted I, ligature, two sigmas, ...), wide digits, blanks of every kind.
ODD = (
    "aZ09@+-.:% \u00df\u0130\u0131\u017f\ufb01\u03a3\u03c2\u01c5\u00c5A\u030a\uff11"
    "\uff12\u0663\uff1a\uff05\t\n\x0b\x1c\x1f\x00\x85\xa0\u2003\u200b\u3000"
)
OCTETS = st.integers(0, 255).map(str) | st.sampled_from(
    "0 00 01 10 010 100 127 169 172 192 198 203 224 240 255 256 -1 \uff11".split()
)
HEXTETS = st.integers(0, 65535).map("{:x}".format) | st.sampled_from(
    "0 0 00AB FFFF db8 2001 fe80 fc00 12345 g".split()
)
DOTTED = st.lists(OCTETS, min_size=4, max_size=4).map(".".join)
COLONS = st.tuples(
    st.lists(HEXTETS, max_size=8).map(":".join),
    st.sampled_from(["", "", "::", "::ffff:", ":"]),
    DOTTED | st.lists(HEXTETS, max_size=4).map(":".join),
    st.sampled_from(["", "", "%eth0", "%ETH0", "%", "%a%b", "/64"]),
).map("".join)
DOMAINS = (
    "Gmail.com gmail.com. x.edu edu x.edu.au a.gov b.test example.org \uff47mail.com"
)
EMAILS = st.tuples(st.text(ODD, max_size=5), st.sampled_from(DOMAINS.split())).map(
    "@".join
)
PHONES = st.tuples(
    st.sampled_from(["", "", "+", "+1 ", "1-", " +44", "00"]),
    st.sampled_from(
        ["3070550199", "(307) 055-0199", "2071234567", "\u0663\u0660\u06670550199"]
    ),
).map("".join)
BLANKS = st.sampled_from(["", "", " ", "\x1f\t", "\xa0", "\u3000", "\r\n"])
WORDS = st.one_of(DOTTED, COLONS, EMAILS, PHONES, st.text(ODD, max_size=9), st.text())
TEXTS = st.none() | st.tuples(BLANKS, WORDS, BLANKS).map("".join)
NUMBERS = st.none() | st.integers(1, 3)


def rows_of(**columns):
    """Rows of a few reports, some of which are not there."""
    return st.lists(
        st.fixed_dictionaries({"report_id": NUMBERS, "version": st.just(1), **columns}),
        max_size=25,
    )


def numbered(rows):
    return [{"report_id": n, "version": 1, **row} for n, row in enumerate(rows, 1)]


NAMES = st.fixed_dictionaries({"esp_key": TEXTS, "analyst_urgent_by_key": TEXTS})
REPORT_ROWS = st.lists(NAMES, max_size=2).map(numbered)
IDENTIFIER_ROWS = rows_of(
    identifier_kind=st.none() | st.sampled_from(IdentifierKind),
    identifier_key=TEXTS,
    calling_code=st.sampled_from([None, None, 0, 1, 44, 999]),
)
ABROAD_TWICE = {
    "report_id": 1,
    "version": 1,
    "identifier_kind": IdentifierKind.PHONE,
    "identifier_key": "+442071234567",
    "calling_code": 44,
}
CAPTURE_ROWS = rows_of(
    capture_type=st.sampled_from([None, CaptureType.IP_ADDRESS, *CaptureType]),
    capture_key=TEXTS,
)
LOCATION_ROWS = rows_of(lookup_key=TEXTS)


def keyed(kind, text):
    return hashlib.blake2b(
        text.encode(), digest_size=16, key=KEY, person=kind.encode()
    ).digest()


def known_of_name(kind, text):
    return None if text is None else keyed(kind, plain(text))


def known_of_identifier(row, providers):
    kind, text = row["identifier_kind"], row["identifier_key"]
    code = row["calling_code"]
    provider = providers.get(row["report_id"])
    scope = row["report_id"] if provider is None else provider
    if kind != IdentifierKind.ESP_USER_ID:
        scope = ""
    if None in (kind, text, scope):
        return None, code, None, None
    if kind == IdentifierKind.PHONE and (code or 0) > 1 and not text.startswith("+"):
        text = f"+{code}{text}"
    normal = FORMS.get(kind, plain)(text)
    digits = normal if kind == IdentifierKind.PHONE else ""
    return (
        keyed(kind, f"{plain(str(scope))}\n{normal}"),
        calling_code(digits) if code is None else code,
        state_of_area(digits),
        email_domain(text) if kind == IdentifierKind.EMAIL else None,
    )


def known_of_capture(row, invented):
    kind, text = row["capture_type"] or "", row["capture_key"]
    if text is None:
        return None, None, None, None
    may_be_address = kind in ("", CaptureType.IP_ADDRESS)
    ip = ip_facts(text, invented=invented) if may_be_address else None
    if ip is None:
        return keyed(kind, plain(text)), None, None, None
    return keyed("ip", ip.address), keyed("ip group", ip.group), ip.version, ip.range


def known_of_location(text):
    if text is None:
        return None
    ip = ip_facts(text)
    return keyed("ip", ip.address if ip else plain(text))


def protected(*, invented=False, **rows):
    tables = (REPORTS, IDENTIFIERS, CAPTURES, LOCATIONS)
    raw = {
        table.name: frame_of_rows(rows.get(table.name, []), raw_schema_of(table))
        for table in tables
    }
    return protect(raw, KEY, invented=invented)


@unhurried
@given(REPORT_ROWS)
def test_each_name_is_protected_as_if_alone(reports):
    columns = {"esp_key": "provider", "analyst_urgent_by_key": "analyst"}
    frame = protected(reports=reports)["reports"]
    for column, kind in columns.items():
        known = [known_of_name(kind, row[column]) for row in reports]
        assert frame[column].to_list() == known


@unhurried
@given(REPORT_ROWS, IDENTIFIER_ROWS)
@example([], [ABROAD_TWICE])
def test_each_identifier_is_protected_as_if_alone(reports, identifiers):
    providers = {row["report_id"]: row["esp_key"] for row in reports}
    frame = protected(reports=reports, identifiers=identifiers)["identifiers"]
    kept = ["identifier_key", "calling_code", "phone_state", "email_domain"]
    known = [known_of_identifier(row, providers) for row in identifiers]
    assert frame.select(kept).rows() == known


@invented_or_not
@unhurried
@given(captures=CAPTURE_ROWS)
def test_each_capture_is_protected_as_if_alone(captures, invented):
    frame = protected(captures=captures, invented=invented)["captures"]
    kept = ["capture_key", "ip_group_key", "ip_version", "ip_range"]
    known = [known_of_capture(row, invented) for row in captures]
    assert frame.select(kept).rows() == known


@unhurried
@given(LOCATION_ROWS)
def test_each_location_is_protected_as_if_alone(locations):
    frame = protected(locations=locations)["locations"]
    known = [known_of_location(row["lookup_key"]) for row in locations]
    assert frame["lookup_key"].to_list() == known


@unhurried
@given(st.lists(TEXTS, max_size=9))
def test_the_texts_given_are_left_alone(texts):
    given_texts = pl.Series(texts, dtype=pl.String)
    for read in (plain_column, hexadecimal_column, AddressReader(invented=True)):
        read(given_texts)
    assert given_texts.to_list() == texts


def facts_of(texts, invented):
    return AddressReader(invented=invented)(pl.Series(texts, dtype=pl.String)).rows()


@invented_or_not
@unhurried
@given(addresses=st.lists(st.ip_addresses(), max_size=25))
def test_a_column_of_addresses_is_read_as_each_alone(addresses, invented):
    texts = [str(address) for address in addresses]
    known = [astuple(ip_facts(text, invented=invented)) for text in texts]
    assert facts_of(texts, invented) == known


def edges_that_python_knows():
    """Addresses on both sides of each end of a range that Python sets apart."""
    constants = ipaddress.IPv4Address._constants
    names = ["_private_networks", "_private_networks_exceptions"]
    networks = [each for name in names for each in getattr(constants, name, [])]
    networks += [constants._public_network, constants._multicast_network]
    ends = {int(end) for each in networks for end in (each[0], each[-1])}
    numbers = {end + step for end in ends for step in (-1, 0, 1)}
    return [str(ipaddress.IPv4Address(n)) for n in sorted(numbers) if 0 <= n < 2**32]


@invented_or_not
def test_a_range_ends_where_python_ends_it(invented):
    texts = edges_that_python_knows()
    known = [astuple(ip_facts(text, invented=invented)) for text in texts]
    assert facts_of(texts, invented) == known


@unhurried
@given(WORDS)
@example("fc00::%eth0")
@example("fc00::1%eth0")
@example("::ffff:8.8.8.8%eth0")
def test_an_address_is_what_python_takes_for_one(text):
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        assert ip_facts(text) is None
        return
    address = getattr(address, "ipv4_mapped", None) or address
    block = f"{address}/{24 if address.version == 4 else 64}"
    group = str(ipaddress.ip_network(block, strict=False))
    facts = ip_facts(text)
    assert (facts.address, facts.group) == (str(address), group)


def test_a_long_column_is_hashed_in_its_order():
    texts = [None, *map(str, range(19_999)), None]
    hashes = Hasher(KEY)("email", pl.Series(texts)).to_list()
    assert hashes == [text and keyed("email", text) for text in texts]
