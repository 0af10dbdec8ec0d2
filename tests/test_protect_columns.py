from __future__ import annotations

import hashlib
import ipaddress
import re
from dataclasses import astuple
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prioritizer.privacy import protect
from prioritizer.privacy.addresses import AddressReader
from prioritizer.privacy.domains import kind_of_domain
from prioritizer.privacy.hashing import Hasher
from prioritizer.privacy.network import ip_facts
from prioritizer.privacy.normal_forms import (
    NORMAL_FORMS,
    device,
    email,
    file_hash,
    user_name,
)
from prioritizer.privacy.ranges import ranges_of_version_4
from prioritizer.privacy.telephones import telephone
from prioritizer.privacy.texts import plain, plain_column
from prioritizer.tables import raw_schema_of
from prioritizer.vocabulary import CAPTURES, IDENTIFIERS, LOCATIONS, REPORTS
from prioritizer.vocabulary.area_codes import calling_code, state_of_area
from prioritizer.vocabulary.enums import CaptureType, DeviceIdType, IdentifierKind
from tests.builders_frames import frame_of_rows
from tests.builders_texts import TEXTS

KEY = bytes(range(32))
FORMS = {
    IdentifierKind.EMAIL: email,
    IdentifierKind.PHONE: telephone,
    IdentifierKind.SCREEN_NAME: user_name,
    IdentifierKind.FILE_HASH: file_hash,
}
CAPTURED = {CaptureType.PHONE: telephone, CaptureType.EMAIL: email}
# A machine may be busy, and a first call compiles.
unhurried = settings(deadline=None)
invented_or_not = pytest.mark.parametrize("invented", [True, False])

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
    has_extension=st.booleans(),
)
ABROAD_TWICE = {
    "report_id": 1,
    "version": 1,
    "identifier_kind": IdentifierKind.PHONE,
    "identifier_key": "+442071234567",
    "calling_code": 44,
    "has_extension": False,
}
CAPTURE_ROWS = rows_of(
    capture_type=st.sampled_from([None, CaptureType.IP_ADDRESS, *CaptureType]),
    capture_key=TEXTS,
    device_id_type=st.none() | st.sampled_from(DeviceIdType),
    port=st.none() | st.just(443),
)
LOCATION_ROWS = rows_of(lookup_key=TEXTS)


def keyed(kind, text):
    return hashlib.blake2b(
        text.encode(), digest_size=16, key=KEY, person=kind.encode()
    ).digest()


def known_of_name(kind, text):
    return None if text is None else keyed(kind, plain(text))


def signed(text):
    return bool(re.match(r"[^0-9]*[+\uff0b]", text))


def dialled(text, code):
    """A telephone number with the code beside it, where that is not part of it."""
    short = len(re.findall("[0-9]", before_extension(text))) == 10
    is_national = (code or 0) > 1 or (code == 1 and short)
    return f"+{code}{text}" if is_national and not signed(text) else text


def before_extension(text):
    found = re.match("((?:[^0-9]*[0-9]){7}[^;,#xX]*)[;,#xX]", text)
    return found[1] if found else text


def says_country(text, digits):
    from_abroad = re.match("[^0-9]*0[^0-9]*0", text) and not digits.startswith("0")
    return signed(text) or len(digits) > 10 or bool(from_abroad)


def known_of_phone(text, code, extension):
    text = dialled(text, code)
    digits = telephone(text)
    whole = digits if says_country(text, digits) else ""
    behind = text.removeprefix(before_extension(text))
    return (
        calling_code(whole) if code is None else code,
        state_of_area(whole),
        None,
        extension or bool(re.match("[;,#xX][^0-9]*[0-9]", behind)),
    )


def known_of_identifier(row, providers):
    kind, text = row["identifier_kind"], row["identifier_key"]
    code, extension = row["calling_code"], row["has_extension"]
    provider = providers.get(row["report_id"])
    scope = row["report_id"] if provider is None else provider
    if kind != IdentifierKind.ESP_USER_ID:
        scope = ""
    if None in (kind, text):
        return None, code, None, None, extension
    is_phone = kind == IdentifierKind.PHONE
    normal = FORMS.get(kind, plain)(dialled(text, code) if is_phone else text)
    nothing = not normal or scope is None
    key = None if nothing else keyed(kind, f"{plain(str(scope))}\n{normal}")
    if is_phone:
        return key, *known_of_phone(text, code, extension)
    domain = (
        kind_of_domain(email(text).rpartition("@")[2])
        if kind == IdentifierKind.EMAIL
        else None
    )
    return key, code, None, domain, extension


def known_of_capture(row, invented):
    kind, text, port = row["capture_type"] or "", row["capture_key"], row["port"]
    if text is None:
        return None, None, None, None, port
    may_be_address = kind in ("", CaptureType.IP_ADDRESS)
    ip = ip_facts(text, invented=invented) if may_be_address else None
    if ip is None:
        normal = (
            device(text, row["device_id_type"])
            if kind == CaptureType.DEVICE_ID
            else CAPTURED.get(kind, plain)(text)
        )
        return keyed(kind, normal) if normal else None, None, None, None, port
    keys = keyed("ip", ip.address), keyed("ip group", ip.group)
    return *keys, ip.version, ip.range, port or ip.port


def known_of_location(text):
    if text is None:
        return None
    ip = ip_facts(text)
    normal = ip.address if ip else plain(text)
    return keyed("ip", normal) if normal else None


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
    kept += ["has_extension"]
    known = [known_of_identifier(row, providers) for row in identifiers]
    assert frame.select(kept).rows() == known


@invented_or_not
@unhurried
@given(captures=CAPTURE_ROWS)
def test_each_capture_is_protected_as_if_alone(captures, invented):
    frame = protected(captures=captures, invented=invented)["captures"]
    kept = ["capture_key", "ip_group_key", "ip_version", "ip_range", "port"]
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
    for read in (plain_column, *NORMAL_FORMS.values(), AddressReader(invented=True)):
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


def edges():
    """Addresses on both sides of each end of a stretch, and in the middle."""
    ends = [*ranges_of_version_4(invented=False), 1 << 32]
    middles = [(low + high) // 2 for low, high in pairwise(ends)]
    numbers = {each + step for each in (*ends, *middles) for step in (-1, 0, 1)}
    return [str(ipaddress.IPv4Address(n)) for n in sorted(numbers) if 0 <= n < 2**32]


@invented_or_not
def test_a_range_ends_in_a_column_where_it_ends_alone(invented):
    texts = edges()
    known = [astuple(ip_facts(text, invented=invented)) for text in texts]
    assert facts_of(texts, invented) == known


def test_a_long_column_is_hashed_in_its_order():
    texts = [None, *map(str, range(19_999)), None]
    hashes = Hasher(KEY)("email", pl.Series(texts)).to_list()
    assert hashes == [text and keyed("email", text) for text in texts]
