from __future__ import annotations

import hashlib
import os
import pickle
import random
import traceback
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from prioritizer.errors import SettingsError
from prioritizer.privacy import NetworkDatabases, protect
from prioritizer.tables import check_frames, raw_schema_of
from prioritizer.vocabulary import CAPTURES, IDENTIFIERS, LOCATIONS, REPORTS
from prioritizer.vocabulary.enums import UNLISTED, CaptureType, NetworkType
from tests.builders_frames import frame_of_rows
from tests.builders_mmdb import BUILT, Encoded, encode, write_database

KEY = bytes(range(32))
MARK = "Qzxmark"
LATER = datetime(2026, 6, 1, tzinfo=UTC)
NAMES = {"en": MARK, "de": MARK}
CITY = {
    "city": {"names": NAMES},
    "country": {"iso_code": "US", "names": NAMES},
    "location": {"latitude": 1.5, "time_zone": MARK},
    "postal": {"code": MARK},
    "registered_country": {"iso_code": "DE", "names": NAMES},
    "subdivisions": [{"iso_code": "WY", "names": NAMES}, {"iso_code": "XX"}],
}
ASN = {
    "autonomous_system_number": 64500,
    "autonomous_system_organization": MARK,
    "isp": MARK,
}
NONE = (None,) * 6
COLUMNS = [
    "network_country",
    "network_state",
    "network_type",
    "is_network_proxy",
    "network_number",
    "network_at",
]


def city(folder, networks=None, **more):
    networks = networks or {"203.0.113.0/24": CITY, "2001:db8::/32": CITY}
    return write_database(folder / "city.mmdb", networks, **more)


def asn(folder, networks=None, **more):
    networks = networks or {"203.0.113.0/24": ASN}
    kind = {"type": "GeoLite2-ASN", "built": LATER, **more}
    return write_database(folder / "asn.mmdb", networks, **kind)


def facts(*paths, addresses=("203.0.113.7",)):
    databases = NetworkDatabases(paths)
    frame = databases.facts(pl.Series(addresses, dtype=pl.String))
    assert frame.columns == COLUMNS
    return frame.rows()


def test_an_address_of_either_version_is_found(tmp_path):
    addresses = ["203.0.113.7", None, "2001:db8::7", "192.0.2.1", "203.0.113.7"]
    found = ("US", "WY", None, None, None, BUILT)
    assert facts(city(tmp_path), addresses=addresses) == [
        *(found, NONE, found, NONE, found)
    ]


@pytest.mark.parametrize("bits", [24, 28, 32])
@pytest.mark.parametrize("version", [4, 6])
def test_a_database_of_either_version_and_any_width_is_read(tmp_path, version, bits):
    path = city(
        tmp_path, {"203.0.113.0/24": CITY}, ip_version=version, record_bits=bits
    )
    both = facts(path, addresses=["203.0.113.7", "2001:db8::7"])
    assert [row[0] for row in both] == ["US", None]


def test_neighbours_in_one_group_may_be_in_different_networks(tmp_path):
    other = {"country": {"iso_code": "DE"}}
    path = city(tmp_path, {"203.0.113.0/24": CITY, "203.0.113.128/25": other})
    addresses = [f"203.0.113.{last}" for last in (1, 200, 2, 201)]
    assert [row[0] for row in facts(path, addresses=addresses)] == ["US", "DE"] * 2


def test_several_databases_complete_each_other(tmp_path):
    both = facts(city(tmp_path), asn(tmp_path))
    assert both == [("US", "WY", None, None, 64500, LATER)]
    assert facts(city(tmp_path), asn(tmp_path), addresses=["2001:db8::1"]) == [
        ("US", "WY", None, None, None, BUILT)
    ]


def test_the_database_named_first_is_right(tmp_path):
    (tmp_path / "b").mkdir()
    german = {"country": {"iso_code": "DE"}, "traits": {"user_type": "cafe"}}
    american = {**CITY, "traits": {"connection_type": "Cellular"}}
    one = city(tmp_path, {"203.0.113.0/24": german})
    other = city(tmp_path / "b", {"203.0.113.0/24": american})
    assert facts(one, other)[0][:3] == ("DE", None, NetworkType.CELLULAR)
    assert facts(other, one)[0][:3] == ("US", "WY", NetworkType.CELLULAR)


BROKEN = {
    "a pointer out of the file": Encoded(b"\x38\xff\xff\xff\xff"),
    "a text longer than the file": Encoded(b"\x5f\xff\xff\xff"),
    "no text at all": Encoded(b"\x42\xff\xfe"),
    "a type that is not": Encoded(b"\x00\xff"),
    "a text": MARK,
    "a list": [CITY],
}


@pytest.mark.parametrize("record", BROKEN.values(), ids=BROKEN)
def test_a_damaged_record_says_nothing_and_is_counted(tmp_path, record):
    path = city(tmp_path, {"198.51.100.0/24": CITY, "203.0.113.0/24": record})
    databases = NetworkDatabases([path, asn(tmp_path)])
    addresses = pl.Series(["203.0.113.7", "198.51.100.1", "203.0.113.7", None])
    rows = databases.facts(addresses).rows()
    damaged, whole = (None, None, None, None, 64500, LATER), ("US", "WY")
    assert rows[0] == rows[2] == damaged
    assert (rows[1][:2], rows[3]) == (whole, NONE)
    assert databases.damaged_count == 2


def test_a_record_of_many_maps_in_one_another_says_nothing(tmp_path):
    deep = encode("US")
    for _ in range(5000):
        deep = b"\xe1" + encode("country") + deep
    assert facts(city(tmp_path, {"203.0.113.0/24": Encoded(deep)})) == [NONE]


def bad_files(folder: Path) -> dict[str, Path]:
    whole = city(folder).read_bytes()
    contents = {
        "empty": b"",
        "text": b"country,US\n" * 99,
        "cut": whole[: len(whole) // 2],
        "no_tree": whole[len(whole) // 2 :],
    }
    for name, content in contents.items():
        (folder / f"{name}.mmdb").write_bytes(content)
    one = {"203.0.113.0/24": CITY}
    for name, more in {
        "domain": {"type": "GeoIP2-Domain"},
        "number": {"type": 7},
        "marked": {"type": f"City\n{MARK}"},
        "undated": {"built": "never"},
        "far": {"built": 2**63},
    }.items():
        write_database(folder / f"{name}.mmdb", one, **more)
    names = ("empty text cut no_tree domain number marked undated far absent").split()
    return {name: folder / f"{name}.mmdb" for name in names} | {"folder": folder}


def test_all_bad_files_are_named_at_once(tmp_path):
    bad = bad_files(tmp_path)
    databases = NetworkDatabases([city(tmp_path), *bad.values()])
    with pytest.raises(SettingsError, match="11 problems") as caught:
        databases.check()
    said = "".join(traceback.format_exception(caught.value))
    assert [name for name, path in bad.items() if f"{path} " not in said] == []
    assert MARK not in said


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX's")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SettingsError, match="not a file"):
        NetworkDatabases([tmp_path / "pipe"]).check()


def test_a_file_damaged_anywhere_is_refused_or_read_in_part(tmp_path):
    whole = city(tmp_path).read_bytes()
    chance = random.Random(7)  # noqa: S311
    addresses = pl.Series(["203.0.113.7", "2001:db8::7"])
    outcomes = set()
    for number in range(300):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(len(whole))] = chance.randrange(256)
        path = tmp_path / f"{number}.mmdb"
        path.write_bytes(content)
        databases = NetworkDatabases([path])
        try:
            assert databases.facts(addresses).height == 2
            outcomes.add("read" if not databases.damaged_count else "read in part")
        except SettingsError:
            outcomes.add("refused")
    assert outcomes == {"read", "read in part", "refused"}


def test_a_stamp_says_what_was_used(tmp_path):
    paths = [city(tmp_path), asn(tmp_path)]
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    assert NetworkDatabases(paths).stamps == [
        {"type": "GeoLite2-City", "built": "2026-03-01", "sha256": digests[0]},
        {"type": "GeoLite2-ASN", "built": "2026-06-01", "sha256": digests[1]},
    ]


def sent(databases):
    return pickle.loads(pickle.dumps(databases))  # noqa: S301


def test_another_process_opens_the_same_files(tmp_path):
    databases = NetworkDatabases([city(tmp_path)])
    databases.damaged_count = 3
    there, addresses = sent(databases), pl.Series(["203.0.113.7"])
    assert (there.paths, there.damaged_count) == (databases.paths, 0)
    assert there.facts(addresses).equals(databases.facts(addresses))


def test_a_file_that_changes_while_it_is_used_is_refused(tmp_path):
    databases = NetworkDatabases([city(tmp_path)])
    databases.check()
    city(tmp_path, {"203.0.113.0/24": {"country": {"iso_code": "DE"}}})
    with pytest.raises(SettingsError, match="has changed since"):
        sent(databases).check()
    assert facts(tmp_path / "city.mmdb")[0][0] == "DE"


def captures(*texts, networks, invented=True, kind=CaptureType.IP_ADDRESS):
    rows = [
        {"report_id": 1, "version": 1, "capture_no": number, "capture_of": "person"}
        | {"capture_type": kind, "capture_key": text}
        for number, text in enumerate(texts, 1)
    ]
    tables = (REPORTS, IDENTIFIERS, CAPTURES, LOCATIONS)
    raw = {
        table.name: frame_of_rows(
            rows if table is CAPTURES else [], raw_schema_of(table)
        )
        for table in tables
    }
    frame = protect(raw, KEY, invented=invented, networks=networks)["captures"]
    check_frames({"captures": frame})
    return frame


def test_captures_say_where_their_addresses_are(tmp_path):
    path = city(tmp_path, {"240.0.0.0/8": CITY, "2001:db8::/32": CITY})
    networks = NetworkDatabases([path])
    frame = captures("240.1.2.3:80", "[2001:DB8::1]", "home", networks=networks)
    found = ("US", "WY", None, None, None, BUILT)
    assert frame.select(COLUMNS).rows() == [found, found, NONE]
    without = captures("240.1.2.3:80", "[2001:DB8::1]", "home", networks=None)
    assert without.select(COLUMNS).rows() == [NONE] * 3
    assert frame.drop(COLUMNS).equals(without.drop(COLUMNS))


def test_only_public_addresses_are_looked_up(tmp_path):
    networks = NetworkDatabases([city(tmp_path, {"0.0.0.0/0": CITY, "::/1": CITY})])
    kept_back = "10.0.0.1 100.64.0.1 127.0.0.1 169.254.0.1 192.0.2.1 240.0.0.1 ::1"
    frame = captures(*kept_back.split(), "8.8.8.8", networks=networks, invented=False)
    assert frame["network_country"].to_list() == [None] * 7 + ["US"]


def test_what_is_no_address_is_not_looked_up(tmp_path):
    networks = NetworkDatabases([city(tmp_path, {"240.0.0.0/8": CITY})])
    device = captures("240.0.0.1", networks=networks, kind=CaptureType.DEVICE_ID)
    assert device["network_country"].to_list() == [None]


def test_no_name_of_a_database_and_no_address_gets_out(tmp_path, caplog):
    everything = {**CITY, **ASN, "traits": {"isp": MARK, "organization": MARK}}
    everything |= {"user_type": MARK, "asn": MARK, "region": MARK}
    paths = [
        city(tmp_path, {"240.0.0.0/8": everything}),
        asn(tmp_path, {"240.0.0.0/8": {**ASN, "country": MARK, "type": MARK}}),
    ]
    networks = NetworkDatabases(paths)
    frame = captures("240.1.2.3", networks=networks)
    frame.write_parquet(tmp_path / "captures.parquet", compression="uncompressed")
    written = (tmp_path / "captures.parquet").read_bytes()
    said = f"{frame.rows()} {networks.stamps} {caplog.text}".encode() + written
    assert [each for each in (MARK, "240.1.2.3") if each.encode() in said] == []
    assert frame["network_type"].to_list() == [UNLISTED]
