from __future__ import annotations

import pytest

from prioritizer.privacy.network import ip_facts
from prioritizer.privacy.normal_forms import email_domain
from prioritizer.vocabulary.enums import EmailDomain, IpRange
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
        pytest.param("00000000", "", (None, None), id="zeros"),
        pytest.param("\u00b2" * 10, "", (None, None), id="digits that are not"),
        pytest.param("call me", "", (None, None), id="no digits"),
    ],
)
def test_country_and_state_of_a_telephone_number(text, code, expected):
    row = phone_frame(text, code).row(0, named=True)
    assert (row["calling_code"], row["phone_state"]) == expected


def test_a_code_beside_the_number_is_part_of_the_number():
    beside, inside = phone_frame("2071234567", "+44"), phone_frame("+442071234567")
    columns = ["identifier_key", "calling_code"]
    assert beside.select(columns).rows() == inside.select(columns).rows()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("a@Gmail.com", EmailDomain.WEBMAIL, id="webmail"),
        pytest.param("a@x.edu", EmailDomain.EDUCATION, id="education"),
        pytest.param("a@x.edu.au", EmailDomain.EDUCATION, id="education abroad"),
        pytest.param("a@x.gov", EmailDomain.GOVERNMENT, id="government"),
        pytest.param("a@mail.example.com", EmailDomain.RESERVED, id="example"),
        pytest.param("a@b.test", EmailDomain.RESERVED, id="test"),
        pytest.param("a@notgmail.com", EmailDomain.OTHER, id="other"),
        pytest.param("a@education.com", EmailDomain.OTHER, id="only looks like it"),
    ],
)
def test_the_kind_of_an_email_domain(address, expected):
    assert email_domain(address) == expected


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
    ],
)
def test_the_kind_of_an_address_range(text, invented, expected):
    assert ip_facts(text, invented=invented).range == expected


@pytest.mark.parametrize(
    ("text", "address", "group", "version"),
    [
        pytest.param(" 8.8.8.8 ", "8.8.8.8", "8.8.8.0/24", 4, id="version 4"),
        pytest.param("::ffff:8.8.8.8", "8.8.8.8", "8.8.8.0/24", 4, id="4 in 6"),
        pytest.param(
            "2606:4700:0:0::00AB", "2606:4700::ab", "2606:4700::/64", 6, id="version 6"
        ),
    ],
)
def test_an_address_has_one_form_and_one_group(text, address, group, version):
    facts = ip_facts(text)
    assert (facts.address, facts.group, facts.version) == (address, group, version)


@pytest.mark.parametrize("text", ["", "8.8.8", "8.8.8.8:80", "localhost", "fe80::1%"])
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


def test_what_is_no_address_is_hashed_without_network_facts():
    row = captured("not an address")
    assert len(row["capture_key"]) == 16
    assert row["ip_group_key"] is row["ip_version"] is row["ip_range"] is None


def test_a_device_that_looks_like_an_address_has_no_network_facts():
    row = captured("8.8.8.8", kind="Device ID")
    assert row["ip_version"] is None
    assert row["capture_key"] != captured("8.8.8.8")["capture_key"]
