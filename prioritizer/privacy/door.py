"""Turn raw records into protected ones: every identifier a keyed hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from prioritizer.privacy.addresses import AddressReader
from prioritizer.privacy.databases import NetworkDatabases
from prioritizer.privacy.domains import kind_of_domain_column
from prioritizer.privacy.hashing import Hasher, by_kind
from prioritizer.privacy.normal_forms import NORMAL_FORMS, device_column, email_column
from prioritizer.privacy.telephones import (
    has_extension_column,
    issuer_facts,
    telephone_column,
    with_code_column,
)
from prioritizer.privacy.texts import plain_column
from prioritizer.vocabulary import CAPTURES, IDENTIFIERS, LOCATIONS, REPORTS
from prioritizer.vocabulary.enums import CaptureType, IdentifierKind, IpRange

_REPORT = ["report_id", "version"]

Frames = dict[str, pl.DataFrame]


def protect(
    raw: Mapping[str, pl.DataFrame],
    key: bytes,
    *,
    invented: bool,
    networks: NetworkDatabases | None = None,
) -> Frames:
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
    networks : NetworkDatabases or None
        Databases in which the place and network of public addresses are looked
        up, before only hashes of them are left.

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
        "captures": _captures(raw["captures"], hasher, read, networks),
        "locations": _locations(raw["locations"], hasher, read),
    }


def _reports(raw: pl.DataFrame, hasher: Hasher) -> pl.DataFrame:
    return raw.select(REPORTS.columns).with_columns(
        _hashed_names(raw["esp_key"], "provider", hasher),
        _hashed_names(raw["analyst_urgent_by_key"], "analyst", hasher),
        # A hash already, which the door sets; invented reports have none.
        pl.lit(None, dtype=pl.Binary).alias("content_key"),
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
        is_phone = kind == IdentifierKind.PHONE
        texts = (
            with_code_column(part["text"], part["code"]) if is_phone else part["text"]
        )
        normal = NORMAL_FORMS.get(kind, plain_column)(texts)
        # The provider's own number of an account means nothing without the provider.
        own = kind == IdentifierKind.ESP_USER_ID
        scope = _providers_of(part, reports) if own else ""
        hashed = hasher(kind, scope + "\n" + _said(normal))
        return {"identifier_key": hashed, **_safe_facts(kind, texts, normal)}

    rows = raw.select(
        *_REPORT,
        code="calling_code",
        kind=pl.col("identifier_kind").cast(pl.String),
        text="identifier_key",
    )
    kept = ["calling_code", "phone_state", "email_domain", "has_extension"]
    types = {"identifier_key": pl.Binary(), **{name: raw.schema[name] for name in kept}}
    known = by_kind(rows, facts, types)
    stated_first = pl.coalesce(raw["calling_code"], known["calling_code"])
    return raw.select(IDENTIFIERS.columns).with_columns(
        *known.drop("calling_code", "has_extension"),
        calling_code=stated_first,
        has_extension=raw["has_extension"]
        | known["has_extension"].fill_null(value=False),
    )


def _said(normal: pl.Series) -> pl.Series:
    """Return null for what has nothing left to compare; it would equal all others."""
    return pl.select(pl.when(normal != "").then(normal)).to_series()


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


def _safe_facts(kind: str, texts: pl.Series, normal: pl.Series) -> dict[str, pl.Series]:
    """Return what may be known of identifiers of one kind, in their normal form."""
    if kind == IdentifierKind.PHONE:
        has_extension = has_extension_column(texts)
        return {**issuer_facts(texts, normal), "has_extension": has_extension}
    if kind == IdentifierKind.EMAIL:
        return {"email_domain": kind_of_domain_column(normal)}
    return {}


def _captures(
    raw: pl.DataFrame,
    hasher: Hasher,
    read: AddressReader,
    networks: NetworkDatabases | None,
) -> pl.DataFrame:
    kind = pl.col("capture_type").cast(pl.String).fill_null("")
    may_be_address = kind.is_in(["", CaptureType.IP_ADDRESS])
    facts = read(raw.select(pl.when(may_be_address).then("capture_key")).to_series())
    rows = raw.select(
        kind=pl.when(facts["address"].is_not_null()).then(pl.lit(_IP)).otherwise(kind),
        text=pl.coalesce(facts["address"], raw["capture_key"]),
        device=pl.col("device_id_type"),
    )
    hashed = by_kind(
        rows,
        lambda kind, part: {"capture_key": hasher(kind, _said(_captured(kind, part)))},
        {"capture_key": pl.Binary()},
    )
    captures = raw.select(CAPTURES.columns).with_columns(
        *hashed,
        ip_group_key=hasher("ip group", facts["group"]),
        ip_version=facts["version"],
        ip_range=facts["range"].cast(raw.schema["ip_range"]),
        port=pl.coalesce(raw["port"], facts["port"]),
    )
    if networks is None:
        return captures
    is_public = facts["range"] == IpRange.PUBLIC
    public = pl.select(pl.when(is_public).then(facts["address"])).to_series()
    return captures.with_columns(networks.facts(public))


def _captured(kind: str, part: pl.DataFrame) -> pl.Series:
    """Return what was captured of one kind, in its normal form."""
    if kind == _IP:
        return part["text"]
    if kind == CaptureType.DEVICE_ID:
        return device_column(part["text"], part["device"])
    return _CAPTURED.get(kind, plain_column)(part["text"])


_IP = "ip"
_CAPTURED: dict[str, Callable[[pl.Series], pl.Series]] = {
    CaptureType.PHONE: telephone_column,
    CaptureType.EMAIL: email_column,
}


def _locations(raw: pl.DataFrame, hasher: Hasher, read: AddressReader) -> pl.DataFrame:
    texts = raw["lookup_key"]
    address = read(texts)["address"]
    text = pl.select(pl.coalesce(address, plain_column(texts))).to_series()
    hashed = hasher(_IP, _said(text))
    return raw.select(LOCATIONS.columns).with_columns(lookup_key=hashed)
