"""Turn raw records into protected ones: every identifier a keyed hash."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from prioritizer.privacy.addresses import AddressReader
from prioritizer.privacy.hashing import Hasher, by_kind
from prioritizer.privacy.normal_forms import (
    NORMAL_FORMS,
    email_domain_column,
    plain_column,
)
from prioritizer.vocabulary import CAPTURES, IDENTIFIERS, LOCATIONS, REPORTS
from prioritizer.vocabulary.area_codes import calling_code, state_of_area
from prioritizer.vocabulary.enums import CaptureType, IdentifierKind

_REPORT = ["report_id", "version"]

Frames = dict[str, pl.DataFrame]


def protect(raw: Mapping[str, pl.DataFrame], key: bytes, *, invented: bool) -> Frames:
    """Return raw frames with every identifier hashed and its safe facts kept.

    Equal identifiers get equal hashes under one key, so reports can still be
    linked; without the key nobody can test a guess.

    Parameters
    ----------
    raw : mapping of str to polars.DataFrame
        The document tables, identifiers in clear text. Not modified.
    key : bytes
        The secret key; `PUBLIC_KEY` for invented data.
    invented : bool
        Whether reserved address ranges stand for public ones.

    Returns
    -------
    dict of str to polars.DataFrame
        The same tables and rows in the order given, ready to be stored.
    """
    hasher = Hasher(key)
    # One reader, as a location is looked up for an address that was captured.
    read = AddressReader(invented=invented)
    return {
        **raw,
        "reports": _reports(raw["reports"], hasher),
        "identifiers": _identifiers(raw["identifiers"], raw["reports"], hasher),
        "captures": _captures(raw["captures"], hasher, read),
        "locations": _locations(raw["locations"], hasher, read),
    }


def _reports(raw: pl.DataFrame, hasher: Hasher) -> pl.DataFrame:
    return raw.select(REPORTS.columns).with_columns(
        _hashed_names(raw["esp_key"], "provider", hasher),
        _hashed_names(raw["analyst_urgent_by_key"], "analyst", hasher),
    )


def _hashed_names(names: pl.Series, kind: str, hasher: Hasher) -> pl.Series:
    # Few names stand in all the reports, so here it pays to hash each of them once.
    distinct = names.drop_nulls().unique()
    hashed = hasher(kind, plain_column(distinct))
    return names.replace_strict(distinct, hashed, default=None, return_dtype=pl.Binary)


def _identifiers(
    raw: pl.DataFrame, reports: pl.DataFrame, hasher: Hasher
) -> pl.DataFrame:
    def facts(kind: str, part: pl.DataFrame) -> dict[str, pl.Series]:
        texts = _international(part) if kind == IdentifierKind.PHONE else part["text"]
        normal = NORMAL_FORMS.get(kind, plain_column)(texts)
        # The provider's own number of an account means nothing without the provider.
        own = kind == IdentifierKind.ESP_USER_ID
        scope = _providers_of(part, reports) if own else ""
        hashed = hasher(kind, scope + "\n" + normal)
        return {"identifier_key": hashed, **_safe_facts(kind, normal)}

    rows = raw.select(
        *_REPORT,
        "calling_code",
        kind=pl.col("identifier_kind").cast(pl.String),
        text="identifier_key",
    )
    kept = ["calling_code", "phone_state", "email_domain"]
    types = {"identifier_key": pl.Binary(), **{name: raw.schema[name] for name in kept}}
    known = by_kind(rows, facts, types)
    stated_first = pl.coalesce(raw["calling_code"], known["calling_code"])
    return raw.select(IDENTIFIERS.columns).with_columns(
        *known.drop("calling_code"), calling_code=stated_first
    )


def _providers_of(accounts: pl.DataFrame, reports: pl.DataFrame) -> pl.Series:
    """Return the plain name of the provider that reported each account."""
    providers = reports.select(*_REPORT, provider=plain_column(reports["esp_key"]))
    # Each account stays one row, also if two reports share a key; the check of the
    # tables refuses those.
    providers = providers.unique(_REPORT, keep="first")
    scoped = accounts.join(providers, on=_REPORT, how="left", maintain_order="left")
    # Without a provider it is no more than a number within its report.
    number = pl.col("report_id").cast(pl.String)
    return scoped.select(pl.coalesce("provider", number)).to_series()


def _international(phones: pl.DataFrame) -> pl.Series:
    """Return telephone numbers, each with the country code that stands beside it."""
    text, code = pl.col("text"), pl.col("calling_code")
    is_national = (code > 1) & ~text.str.starts_with("+")
    called = pl.concat_str(pl.lit("+"), code, text)
    return phones.select(pl.when(is_national).then(called).otherwise(text)).to_series()


def _stem(issuer: str) -> str:
    """Return a number with the first digits and the length that an issuer sees.

    Examples
    --------
    >>> _stem("1307/11")
    '13070000000'
    """
    first, _, length = issuer.partition("/")
    return first.ljust(int(length), "0")


def _safe_facts(kind: str, normal: pl.Series) -> dict[str, pl.Series]:
    """Return what may be known of identifiers of one kind, in their normal form."""
    if kind == IdentifierKind.PHONE:
        # Issuers need the first digits and the length only, and few of these differ.
        length = normal.str.len_chars().clip(upper_bound=12)
        issuer = normal.str.slice(0, 4) + "/" + length.cast(pl.String)
        distinct = issuer.drop_nulls().unique()
        stems = [_stem(each) for each in distinct]
        codes = pl.Series([calling_code(stem) for stem in stems], dtype=pl.Int32)
        states = pl.Series([state_of_area(stem) for stem in stems], dtype=pl.String)
        return {
            "calling_code": issuer.replace_strict(distinct, codes),
            "phone_state": issuer.replace_strict(distinct, states),
        }
    if kind == IdentifierKind.EMAIL:
        return {"email_domain": email_domain_column(normal)}
    return {}


def _captures(raw: pl.DataFrame, hasher: Hasher, read: AddressReader) -> pl.DataFrame:
    kind = pl.col("capture_type").cast(pl.String).fill_null("")
    may_be_address = kind.is_in(["", CaptureType.IP_ADDRESS])
    facts = read(raw.select(pl.when(may_be_address).then("capture_key")).to_series())
    rows = raw.select(
        kind=pl.when(facts["address"].is_not_null()).then(pl.lit("ip")).otherwise(kind),
        text=pl.coalesce(facts["address"], plain_column(raw["capture_key"])),
    )
    hashed = by_kind(
        rows,
        lambda kind, part: {"capture_key": hasher(kind, part["text"])},
        {"capture_key": pl.Binary()},
    )
    return raw.select(CAPTURES.columns).with_columns(
        *hashed,
        ip_group_key=hasher("ip group", facts["group"]),
        ip_version=facts["version"],
        ip_range=facts["range"].cast(raw.schema["ip_range"]),
    )


def _locations(raw: pl.DataFrame, hasher: Hasher, read: AddressReader) -> pl.DataFrame:
    texts = raw["lookup_key"]
    address = read(texts)["address"]
    text = pl.select(pl.coalesce(address, plain_column(texts))).to_series()
    return raw.select(LOCATIONS.columns).with_columns(lookup_key=hasher("ip", text))
