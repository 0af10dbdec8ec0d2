from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prioritizer.privacy.network import ip_facts
from prioritizer.privacy.ranges import range_of
from prioritizer.vocabulary.enums import IpRange
from tests.builders_documents import capture_tree, protected, read_tree, read_xml


def phone_frame(text, code=""):
    stated = f' countryCallingCode="{code}"' if code else ""
    inside = f"<phone{stated}>{text}</phone>"
    victim = f"<victim><victimPerson>{inside}</victimPerson></victim>"
    return protected(read_xml(victim))["identifiers"]


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        pytest.param("3070550199", "", (1, "WY"), id="a US number"),
        pytest.param("3070550199", "+1", (1, "WY"), id="with its code beside it"),
        pytest.param("+442071234567", "", (44, None), id="a number abroad"),
        pytest.param("2071234567", "+44", (44, None), id="its code beside it"),
        pytest.param("5550199", "", (None, None), id="too short to say"),
        pytest.param("02071234567", "", (None, None), id="national, of where"),
        pytest.param("4165550123", "", (None, None), id="ten digits, of where"),
        pytest.param("4165550123", "+1", (1, None), id="ten digits, of the plan"),
        pytest.param("+45 55501000", "", (45, None), id="ten digits, signed"),
        pytest.param("0045 55501000", "", (45, None), id="ten digits, from abroad"),
        pytest.param("(+44) 20 71234567", "", (44, None), id="sign in brackets"),
        pytest.param(" +442071234567", "+1", (1, None), id="contradicts its code"),
        pytest.param("3070550199 x1234567", "", (1, "WY"), id="with an extension"),
        pytest.param("919800000000", "", (91, None), id="whole, without a sign"),
        pytest.param("00000000", "", (None, None), id="zeros"),
        pytest.param("\u00b2" * 10, "", (None, None), id="digits that are not"),
        pytest.param("call me", "", (None, None), id="no digits"),
    ],
)
def test_country_and_state_of_a_telephone_number(text, code, expected):
    row = phone_frame(text, code).row(0, named=True)
    assert (row["calling_code"], row["phone_state"]) == expected


@pytest.mark.parametrize(
    ("beside", "code", "inside"),
    [
        pytest.param("2071234567", "+44", "+442071234567", id="abroad"),
        pytest.param("4165550123", "+1", "+14165550123", id="plan of the US"),
        pytest.param("14165550123", "+1", "+14165550123", id="and written twice"),
        pytest.param(" +442071234567", "+44", "+442071234567", id="twice, abroad"),
        pytest.param("20 71234567 ext 9", "+44", "+442071234567", id="extension"),
    ],
)
def test_a_code_beside_the_number_is_part_of_the_number(beside, code, inside):
    columns = ["identifier_key", "calling_code"]
    one, other = phone_frame(beside, code), phone_frame(inside)
    assert one.select(columns).rows() == other.select(columns).rows()


@pytest.mark.parametrize(
    ("text", "has_extension"),
    [("3070550199 x12", True), ("3070550199", False), ("307-xxx-0199", False)],
)
def test_an_extension_in_the_number_is_kept_as_a_fact(text, has_extension):
    assert phone_frame(text)["has_extension"].to_list() == [has_extension]


def test_telephones_without_a_digit_are_not_one_telephone():
    assert phone_frame("unknown")["identifier_key"].to_list() == [None]


@pytest.mark.parametrize(
    ("text", "invented", "expected"),
    [
        pytest.param("8.8.8.8", False, IpRange.PUBLIC, id="public"),
        pytest.param("2606:4700::1", False, IpRange.PUBLIC, id="public, version 6"),
        pytest.param("100.64.1.2", False, IpRange.CGNAT, id="carrier-grade"),
        pytest.param("100.64.1.2", True, IpRange.CGNAT, id="carrier-grade, invented"),
        pytest.param("10.0.0.7", False, IpRange.PRIVATE, id="private"),
        pytest.param("192.168.1.1", False, IpRange.PRIVATE, id="at home"),
        pytest.param("fd00::1", False, IpRange.PRIVATE, id="private, version 6"),
        pytest.param("240.0.0.1", False, IpRange.RESERVED, id="reserved"),
        pytest.param("240.0.0.1", True, IpRange.PUBLIC, id="stands for public"),
        pytest.param("2001:db8::1", False, IpRange.RESERVED, id="documentation 6"),
        pytest.param("2001:db8::1", True, IpRange.PUBLIC, id="6 stands for public"),
        pytest.param("192.0.2.3", False, IpRange.RESERVED, id="documentation"),
        pytest.param("203.0.113.3", True, IpRange.RESERVED, id="documentation 3"),
        pytest.param("224.0.0.1", False, IpRange.RESERVED, id="multicast"),
        pytest.param("ff02::1", False, IpRange.RESERVED, id="multicast, version 6"),
        pytest.param("127.0.0.1", False, IpRange.RESERVED, id="this machine"),
        pytest.param("169.254.0.1", False, IpRange.RESERVED, id="link-local"),
        pytest.param("192.0.0.8", False, IpRange.RESERVED, id="for protocols"),
        pytest.param("192.0.0.9", False, IpRange.PUBLIC, id="but one"),
        pytest.param("198.19.255.255", False, IpRange.RESERVED, id="benchmarks"),
        pytest.param("198.20.0.0", False, IpRange.PUBLIC, id="behind benchmarks"),
        pytest.param("255.255.255.255", False, IpRange.RESERVED, id="everybody"),
        pytest.param("100.127.255.255", False, IpRange.CGNAT, id="carrier's last"),
        pytest.param("100.128.0.0", False, IpRange.PUBLIC, id="behind the carrier's"),
        pytest.param("fe80::1", False, IpRange.RESERVED, id="link-local, version 6"),
        pytest.param("::1", False, IpRange.RESERVED, id="this machine, version 6"),
        pytest.param("2002:808:808::1", False, IpRange.RESERVED, id="6to4 tunnel"),
        pytest.param("2001::1", False, IpRange.RESERVED, id="Teredo tunnel"),
        pytest.param("2001:20::1", False, IpRange.PUBLIC, id="within a reserved one"),
        pytest.param("3fff::1", False, IpRange.RESERVED, id="documentation, new"),
        pytest.param("4000::1", False, IpRange.RESERVED, id="given to nobody yet"),
        pytest.param("64:ff9b::808:808", False, IpRange.PUBLIC, id="NAT64"),
    ],
)
def test_the_kind_of_an_address_range(text, invented, expected):
    assert ip_facts(text, invented=invented).range == expected


# What Python has by another name in some releases and not in others.
MOOT = [
    ipaddress.ip_network(text)
    for text in "192.0.0.0/24 192.88.99.0/24 2001::/23 2002::/16 3fff::/20".split()
]
GLOBAL_6 = st.ip_addresses(v=6, network="2000::/3")


@given(st.ip_addresses(v=4) | GLOBAL_6)
def test_a_range_is_public_where_python_says_so(address):
    if not any(address in network for network in MOOT):
        public = address.is_global and not address.is_multicast
        assert (range_of(address) == IpRange.PUBLIC) == public


@pytest.mark.parametrize(
    ("text", "address", "group", "version"),
    [
        pytest.param(" 8.8.8.8 ", "8.8.8.8", "8.8.8.0/24", 4, id="version 4"),
        pytest.param("::ffff:8.8.8.8", "8.8.8.8", "8.8.8.0/24", 4, id="4 in 6"),
        pytest.param(
            "2606:4700:0:0::00AB", "2606:4700::ab", "2606:4700::/64", 6, id="version 6"
        ),
        pytest.param("\u200e8.8.8.8\ufeff", "8.8.8.8", "8.8.8.0/24", 4, id="marks"),
        pytest.param("\uff18.8.8.8", "8.8.8.8", "8.8.8.0/24", 4, id="wide digit"),
        pytest.param("fe80::1%eth0", "fe80::1", "fe80::/64", 6, id="scope"),
        pytest.param("[fe80::1%eth0]", "fe80::1", "fe80::/64", 6, id="in brackets"),
        pytest.param(
            "::ffff:8.8.8.8%1", "8.8.8.8", "8.8.8.0/24", 4, id="4 in 6, scope"
        ),
    ],
)
def test_an_address_has_one_form_and_one_group(text, address, group, version):
    facts = ip_facts(text)
    assert (facts.address, facts.group, facts.version) == (address, group, version)


@pytest.mark.parametrize(
    ("text", "address", "port"),
    [
        pytest.param("8.8.8.8:443", "8.8.8.8", 443, id="version 4"),
        pytest.param("[2606:4700::1]:443", "2606:4700::1", 443, id="version 6"),
        pytest.param("[2606:4700::1]", "2606:4700::1", None, id="brackets alone"),
        pytest.param("[::ffff:8.8.8.8]:443", "8.8.8.8", 443, id="4 in 6"),
        pytest.param("2606:4700::1:443", "2606:4700::1:443", None, id="one more group"),
        pytest.param("8.8.8.8:0", "8.8.8.8", None, id="no port"),
        pytest.param("8.8.8.8:65536", "8.8.8.8", None, id="too large"),
    ],
)
def test_a_port_behind_an_address_is_no_part_of_it(text, address, port):
    facts = ip_facts(text)
    assert (facts.address, facts.port) == (address, port)


@pytest.mark.parametrize(
    "text",
    [
        *("", "8.8.8", "localhost", "fe80::1%", "8.8.8.8:", "8.8.8.8:http", "[8.8.8.8"),
        *("8.8.8.08", "8.8.8.0/24", "[]:80", "::1]:80", "8.8.8.8:123456", "[[::1]]"),
    ],
)
def test_what_is_no_address_has_no_facts(text):
    assert ip_facts(text) is None


def captured(text, kind="IP Address"):
    raw = read_tree(capture_tree(captureType=kind, value=text))
    return protected(raw)["captures"].row(0, named=True)


def test_addresses_of_one_group_share_its_hash_and_not_their_own():
    near, same, far = captured("8.8.8.8"), captured("8.8.8.9"), captured("8.8.9.8")
    assert near["ip_group_key"] == same["ip_group_key"] != far["ip_group_key"]
    assert len({each["capture_key"] for each in (near, same, far)}) == 3
    assert (near["ip_version"], near["ip_range"]) == (4, "public")


def test_an_address_hashes_alike_in_both_of_its_forms():
    assert captured("::ffff:8.8.8.8") == captured("8.8.8.8")


def test_a_port_is_read_where_no_other_is_stated():
    raw = read_tree(capture_tree(captureType="IP Address", value="8.8.8.8:443"))
    beside = read_tree(
        capture_tree(captureType="IP Address", value="8.8.8.8:443", port=80)
    )
    ports = [protected(each)["captures"]["port"].to_list() for each in (raw, beside)]
    assert ports == [[443], [80]]
    assert captured("8.8.8.8:443")["capture_key"] == captured("8.8.8.8")["capture_key"]


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        pytest.param("Phone", "(307) 055-0199", "+13070550199", id="telephone"),
        pytest.param("Email", "a@B.test.", "a@b.test", id="e-mail"),
        pytest.param("Device ID", "AA-BB-CC-00-11-22", "aa:bb:cc:00:11:22", id="card"),
    ],
)
def test_what_was_captured_is_brought_to_the_form_of_its_kind(kind, one, other):
    assert captured(one, kind) == captured(other, kind)


def test_what_is_no_address_is_hashed_without_network_facts():
    row = captured("not an address")
    assert len(row["capture_key"]) == 16
    assert row["ip_group_key"] is row["ip_version"] is row["ip_range"] is None


def test_a_device_that_looks_like_an_address_has_no_network_facts():
    row = captured("8.8.8.8", kind="Device ID")
    assert row["ip_version"] is None
    assert row["capture_key"] != captured("8.8.8.8")["capture_key"]
