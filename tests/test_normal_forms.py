from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prioritizer.privacy.domains import kind_of_domain, plain_domain
from prioritizer.privacy.normal_forms import (
    device,
    email,
    file_hash,
    user_name,
)
from prioritizer.privacy.telephones import telephone
from prioritizer.privacy.texts import bare, plain
from prioritizer.vocabulary.enums import DeviceIdType, EmailDomain
from tests.builders_texts import TEXTS

DIGITS = "000102030405060708090a0b0c0d0e0f"
BASE64 = "AAECAwQFBgcICQoLDA0ODw=="
PHOTO_DNA = "aB3+" * 48
IMEI = "000000000000001"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Bob", " bOB ", id="case and blanks"),
        pytest.param("Bob", "\u200e\ufeffBob\u202c", id="marks without a shape"),
        pytest.param("Bob\uff11", "bob1", id="wide digits"),
        pytest.param("Jose\u0301", "jos\u00c9", id="accents in two ways"),
        pytest.param("\u0390", "\u0399\u0308\u0301", id="accents only case parts"),
        pytest.param("Straße", "STRASSE", id="sharp s"),
    ],
)
def test_what_people_see_alike_is_one_text(one, other):
    assert plain(one) == plain(other)


def test_marks_within_a_name_belong_to_it():
    family = "\U0001f469\u200d\U0001f467"
    assert plain(family) == family
    assert plain("a\u200bb") != plain("ab")


@given(TEXTS)
def test_a_form_of_a_form_is_the_form(text):
    forms = (bare, plain, user_name)
    assert [form(form(text or "")) for form in forms] == [
        form(text or "") for form in forms
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A@B.Test", "a@b.test", id="case"),
        pytest.param("mailto:a@b.test", "a@b.test", id="from a link"),
        pytest.param("a@b.test.", "a@b.test", id="closing dot"),
        pytest.param("a.b+c@b.test", "a.b+c@b.test", id="dots and plus elsewhere"),
        pytest.param("a.b+c@gmail.com", "ab@gmail.com", id="dots and plus at Gmail"),
        pytest.param("ab@googlemail.com", "ab@gmail.com", id="Gmail's other name"),
        pytest.param("a.b@x.gmail.com", "a.b@x.gmail.com", id="only looks like it"),
        pytest.param("+c@gmail.com", "+c@gmail.com", id="nothing before the plus"),
        pytest.param("a@xn--bcher-kva.test", "a@bücher.test", id="coded domain"),
        pytest.param("a@BÜCHER\u3002test", "a@bücher.test", id="wide dot"),
        pytest.param("a@xn--.test", "a@xn--.test", id="no code"),
        pytest.param("a@xn--\u00fc.test", "a@xn--ü.test", id="half a code"),
        pytest.param("no address", "no address", id="no address"),
    ],
)
def test_the_form_of_an_email_address(text, expected):
    assert email(text) == expected


def test_a_coded_label_cannot_bring_an_at_sign_or_a_dot():
    hidden = "xn--" + "a@b.c".encode("punycode").decode()
    assert plain_domain(f"{hidden}.test") == f"{hidden}.test"
    assert plain_domain("xn--" + "a" * 99_999) == "xn--" + "a" * 99_999


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("a@Gmail.com", EmailDomain.WEBMAIL, id="webmail"),
        pytest.param("a@yahoo.co.uk", EmailDomain.WEBMAIL, id="webmail of a country"),
        pytest.param("a@hotmail.fr", EmailDomain.WEBMAIL, id="webmail of another"),
        pytest.param("a@live.test", EmailDomain.RESERVED, id="not of a country"),
        pytest.param("a@yahoo.shop.us", EmailDomain.OTHER, id="below another"),
        pytest.param("a@x.edu", EmailDomain.EDUCATION, id="education"),
        pytest.param("a@x.edu.au", EmailDomain.EDUCATION, id="education abroad"),
        pytest.param("a@x.ac.uk", EmailDomain.EDUCATION, id="a university abroad"),
        pytest.param("a@d.k12.wy.us", EmailDomain.EDUCATION, id="a US school"),
        pytest.param("a@shop.ac", EmailDomain.OTHER, id="an island's domain"),
        pytest.param("a@edu.com", EmailDomain.OTHER, id="a company called so"),
        pytest.param("a@x.gov", EmailDomain.GOVERNMENT, id="government"),
        pytest.param("a@x.gov.uk", EmailDomain.GOVERNMENT, id="government abroad"),
        pytest.param("a@x.mil", EmailDomain.GOVERNMENT, id="military"),
        pytest.param("a@mail.example.com", EmailDomain.RESERVED, id="example"),
        pytest.param("a@b.test", EmailDomain.RESERVED, id="test"),
        pytest.param("a@b.test.", EmailDomain.RESERVED, id="test, closing dot"),
        pytest.param("a@notgmail.com", EmailDomain.OTHER, id="other"),
        pytest.param("a@education.com", EmailDomain.OTHER, id="only looks like it"),
        pytest.param("a", EmailDomain.OTHER, id="no domain"),
    ],
)
def test_the_kind_of_an_email_domain(address, expected):
    assert kind_of_domain(email(address).rpartition("@")[2]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("(307) 055-0199", "13070550199", id="as written in the US"),
        pytest.param("+1 307.055.0199", "13070550199", id="international"),
        pytest.param("tel:+1-307-055-0199;ext=12", "13070550199", id="a link"),
        pytest.param("3070550199 x12", "13070550199", id="extension, x"),
        pytest.param("307-055-0199 Ext. 12", "13070550199", id="extension, ext"),
        pytest.param("307-055-0199#12", "13070550199", id="extension, hash"),
        pytest.param("307-055-0199,,12", "13070550199", id="extension, pauses"),
        pytest.param("307-xxx-0199", "3070199", id="digits hidden, no extension"),
        pytest.param("+44 (0)20 7946 0000", "442079460000", id="inland zero"),
        pytest.param("(0)20 7946 0000", "02079460000", id="inland zero alone"),
        pytest.param("0044 20 7946 0000", "442079460000", id="dialled abroad"),
        pytest.param("00 0000", "000000", id="zeros"),
        pytest.param("\uff0b\uff14\uff1420 7946 0000", "442079460000", id="wide"),
        pytest.param("\u202a+44 20 7946 0000\u202c", "442079460000", id="marks"),
        pytest.param("\u0663\u0660\u06670550199", "13070550199", id="other digits"),
        pytest.param("\u00b2" * 10, "", id="digits that are not"),
        pytest.param("4165550123", "4165550123", id="ten digits, not of a US area"),
        pytest.param("call me", "", id="no digits"),
    ],
)
def test_the_form_of_a_telephone_number(text, expected):
    assert telephone(text) == expected


@given(st.text(max_size=30))
def test_any_telephone_text_becomes_digits(text):
    assert re.fullmatch("[0-9]*", telephone(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("00ab-CD", "00abcd", id="signs and case"),
        pytest.param("0xABCD", "abcd", id="prefix"),
        pytest.param("AB:CD ef\n", "abcdef", id="groups"),
        pytest.param("\uff21\uff22", "ab", id="wide letters"),
        pytest.param(BASE64, DIGITS, id="base64 of a common length"),
        pytest.param("AAEQ", "AAEQ", id="base64 or what else"),
        pytest.param("AAECAw==", "AAECAw==", id="base64 of no common length"),
        pytest.param(PHOTO_DNA, PHOTO_DNA, id="PhotoDNA keeps its case"),
        pytest.param(f" {PHOTO_DNA[:76]}\n{PHOTO_DNA[76:]}", PHOTO_DNA, id="two lines"),
        pytest.param("--", "--", id="nothing"),
    ],
)
def test_the_form_of_a_file_hash(text, expected):
    assert file_hash(text) == expected


def test_hashes_that_differ_in_case_alone_differ_in_base64():
    assert file_hash(PHOTO_DNA) != file_hash(PHOTO_DNA.swapcase())


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        pytest.param("00-000000-000000-1", DeviceIdType.IMEI, IMEI, id="IMEI"),
        pytest.param("00 000000 000000 1", DeviceIdType.IMEI, IMEI, id="blanks"),
        pytest.param("n/a", DeviceIdType.IMEI, "n/a", id="no IMEI"),
        pytest.param("{00-1}", DeviceIdType.IDFA, "{00-1}", id="no UUID"),
        pytest.param(
            "{00000000-0000-4000-8000-00000000000A}",
            DeviceIdType.IDFA,
            "0000000000004000800000000000000a",
            id="UUID",
        ),
        pytest.param("02-00-00-00-00-0A", None, "02000000000a", id="network card"),
        pytest.param("0200.0000.000A", None, "02000000000a", id="and with dots"),
        pytest.param("12-34", None, "12-34", id="of no known kind"),
        pytest.param(" Home ", DeviceIdType.SSID, "Home", id="a network's name"),
        pytest.param("Pixel ", DeviceIdType.UNLISTED, "pixel", id="any other"),
    ],
)
def test_the_form_of_a_device_identifier(text, kind, expected):
    assert device(text, kind) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("@Bob", "bob"), ("Bob", "bob"), ("b@b", "b@b"), ("@", "@"), ("\uff20Bob", "bob")],
)
def test_the_form_of_a_user_name(text, expected):
    assert user_name(text) == expected


@given(st.text(string.hexdigits, min_size=1, max_size=40))
def test_hexadecimal_digits_are_one_text_in_any_case(text):
    assert file_hash(text) == file_hash(text.swapcase()) == text.lower()
