from __future__ import annotations

import pytest

from prioritizer.privacy.network_records import NOTHING, facts_of_record, merged
from prioritizer.privacy.network_records import NetworkFacts as Facts
from prioritizer.vocabulary.enums import UNLISTED, NetworkType
from prioritizer.vocabulary.networks import DATABASE_WORDS, US_TERRITORIES
from prioritizer.vocabulary.places import COUNTRIES, US_STATES

MARK = "Qzxmark"
CITY = {
    "country": {"iso_code": "US", "names": {"en": MARK}},
    "registered_country": {"iso_code": "DE"},
    "subdivisions": [{"iso_code": "WY", "names": {"en": MARK}}, {"iso_code": "XX"}],
}


@pytest.mark.parametrize(
    ("record", "country", "state"),
    [
        pytest.param(CITY, "US", "WY", id="GeoLite2-City"),
        pytest.param({"country": {"iso_code": "FR"}}, "FR", None, id="Country"),
        pytest.param(
            {**CITY, "subdivisions": [{"names": {"en": "Wyoming"}}]},
            *("US", "WY"),
            id="DB-IP Lite names the state",
        ),
        pytest.param(
            {"country": "United States", "country_code": "US", "continent": MARK},
            *("US", None),
            id="IPinfo Lite",
        ),
        pytest.param({"country": "US", "region": "Wyoming"}, "US", "WY", id="flat"),
        pytest.param({"country": "us", "region_code": "US-WY"}, "US", "WY", id="3166"),
        pytest.param({"country": "US", "region": MARK}, "US", UNLISTED, id="no state"),
        pytest.param(
            {"country": {"iso_code": "PR"}, "subdivisions": [{"iso_code": "WY"}]},
            *("PR", "PR"),
            id="a territory",
        ),
        pytest.param({"country": "CA", "region_code": "WY"}, "CA", None, id="not US"),
        pytest.param({"country_code": "XK"}, UNLISTED, None, id="not on the list"),
        pytest.param({"country": "x" * 70_000}, UNLISTED, None, id="very long"),
        pytest.param({"country": 840}, None, None, id="a number"),
        pytest.param({"country": {"iso_code": ["US"]}}, None, None, id="a list"),
        pytest.param({"country": {"iso_code": {}}}, None, None, id="a map"),
        pytest.param(
            {**CITY, "subdivisions": {"iso_code": "WY"}}, "US", None, id="map"
        ),
        pytest.param({**CITY, "subdivisions": []}, "US", None, id="none"),
        pytest.param({**CITY, "subdivisions": ["WY"]}, "US", None, id="a text"),
        pytest.param({"registered_country": CITY["country"]}, None, None, id="owner's"),
    ],
)
def test_country_and_state_of_a_record(record, country, state):
    assert facts_of_record(record)[:2] == (country, state)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"traits": {"user_type": "residential"}}, NetworkType.RESIDENTIAL),
        ({"traits": {"user_type": "content_delivery_network"}}, NetworkType.HOSTING),
        ({"traits": {"user_type": "college"}}, UNLISTED),
        ({"connection_type": "Cable/DSL"}, NetworkType.RESIDENTIAL),
        ({"connection_type": "Corporate"}, NetworkType.BUSINESS),
        ({"connection_type": "Cellular", "user_type": "x"}, NetworkType.CELLULAR),
        ({"is_hosting_provider": True, "is_anonymous": True}, NetworkType.HOSTING),
        ({"hosting": "true", "service": MARK}, NetworkType.HOSTING),
        ({"asn": {"asn": "AS64500", "type": "business"}}, NetworkType.BUSINESS),
        ({"type": "isp"}, UNLISTED),
        ({"type": 3, "connection_type": ["Cellular"]}, None),
        ({"is_hosting_provider": "perhaps"}, None),
    ],
)
def test_the_kind_of_network_of_a_record(record, expected):
    assert facts_of_record(record).type == expected


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"is_anonymous": True, "is_anonymous_vpn": True}, True),
        ({"is_tor_exit_node": True}, True),
        ({"is_residential_proxy": True}, True),
        ({"traits": {"user_type": "consumer_privacy_network"}}, True),
        ({"vpn": "true", "tor": "false"}, True),
        ({"vpn": "false", "tor": ""}, False),
        ({"vpn": "x" * 99}, None),
        ({"is_anonymous": True}, True),
        ({"is_anonymous": True, "is_hosting_provider": True}, None),
        ({"is_anonymous_vpn": 1}, None),
        (CITY, None),
    ],
)
def test_whether_a_record_says_that_an_address_hides_others(record, expected):
    assert facts_of_record(record).is_proxy is expected


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"autonomous_system_number": 4_294_967_295}, 4_294_967_295),
        ({"traits": {"autonomous_system_number": 64500}}, 64500),
        ({"asn": "AS64500", "as_domain": MARK}, 64500),
        ({"asn": "64500"}, 64500),
        ({"asn": {"asn": "AS64500", "name": MARK}}, 64500),
        ({"autonomous_system_number": True}, None),
        ({"autonomous_system_number": 0}, None),
        ({"autonomous_system_number": 2**32}, None),
        ({"asn": "AS99999999999"}, None),
        ({"asn": MARK}, None),
        ({"asn": 64500.0}, None),
        ({}, None),
    ],
)
def test_the_number_of_the_network_of_a_record(record, expected):
    assert facts_of_record(record).number == expected


@pytest.mark.parametrize(
    "value", [None, -3, "x", b"x", 1.5, [], {}, [{}], {"names": 3}]
)
def test_a_value_of_a_type_that_does_not_belong_there_says_nothing(value):
    names = ("country", "traits", "subdivisions", "asn", "is_tor", "company", "privacy")
    assert facts_of_record(dict.fromkeys(names, value))[1:] == NOTHING[1:]
    assert facts_of_record({"country": "US", "subdivisions": value})[1] is None


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param([Facts("US"), Facts("US", "WY")], Facts("US", "WY"), id="adds"),
        pytest.param([Facts("DE"), Facts("US", "WY")], Facts("DE"), id="other place"),
        pytest.param([Facts(UNLISTED), Facts("DE")], Facts("DE"), id="listed first"),
        pytest.param(
            [Facts(is_proxy=False), Facts(is_proxy=True)],
            Facts(is_proxy=True),
            id="one says that it hides others",
        ),
        pytest.param([NOTHING, Facts(number=5)], Facts(number=5), id="number"),
        pytest.param([], NOTHING, id="none"),
    ],
)
def test_what_several_records_say_together(found, expected):
    assert merged(found) == expected


def test_territories_are_countries_and_states():
    assert set(US_TERRITORIES) <= set(COUNTRIES) & set(US_STATES)


def test_words_for_kinds_of_databases_are_folded():
    assert [word for word in DATABASE_WORDS if not word.isalnum()] == []
