"""Turn raw records into protected ones: every identifier a keyed hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

import polars as pl

from prioritizer.privacy.network import ip_facts
from prioritizer.privacy.normal_forms import (
    NORMAL_FORMS,
    email_domain,
    plain,
    telephone,
)
from prioritizer.vocabulary import CAPTURES, IDENTIFIERS, LOCATIONS, REPORTS, Table
from prioritizer.vocabulary.area_codes import calling_code, state_of_area
from prioritizer.vocabulary.enums import CaptureType, IdentifierKind

_HASH_BYTES = 16
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
    hasher = _Hasher(key)
    providers = raw["reports"].select(*_REPORT, provider="esp_key")
    return {
        **raw,
        "reports": _reports(raw["reports"], hasher),
        "identifiers": _identifiers(raw["identifiers"], providers, hasher),
        "captures": _captures(raw["captures"], hasher, invented=invented),
        "locations": _locations(raw["locations"], hasher),
    }


class _Hasher:
    """Keyed BLAKE2b, a separate function for each kind of identifier."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __call__(self, kind: str, text: str) -> bytes:
        return hashlib.blake2b(
            text.encode(errors="surrogatepass"),
            digest_size=_HASH_BYTES,
            key=self._key,
            person=kind.encode()[:16],
        ).digest()


def _reports(raw: pl.DataFrame, hasher: _Hasher) -> pl.DataFrame:
    named = _hashed(raw, "esp_key", lambda name: hasher("provider", plain(name)))
    analyst = "analyst_urgent_by_key"
    return _as_table(
        _hashed(named, analyst, lambda name: hasher("analyst", plain(name))), REPORTS
    )


def _locations(raw: pl.DataFrame, hasher: _Hasher) -> pl.DataFrame:
    def lookup(text: str) -> bytes:
        ip = ip_facts(text)
        return hasher("ip", ip.address if ip else plain(text))

    return _as_table(_hashed(raw, "lookup_key", lookup), LOCATIONS)


def _hashed(
    raw: pl.DataFrame, column: str, make: Callable[[str], bytes]
) -> pl.DataFrame:
    """Return `raw` with the texts of one column hashed."""
    facts = _once_each(
        raw.select(column), lambda text: {"hashed": make(text)}, {"hashed": pl.Binary}
    )
    joined = raw.join(facts, on=column, how="left", maintain_order="left")
    return joined.with_columns(pl.col("hashed").alias(column)).drop("hashed")


def _identifiers(
    raw: pl.DataFrame, providers: pl.DataFrame, hasher: _Hasher
) -> pl.DataFrame:
    # The provider's own number of an account means nothing without the provider.
    own = pl.col("identifier_kind") == IdentifierKind.ESP_USER_ID
    scoped = raw.join(providers, on=_REPORT, how="left", maintain_order="left")
    scoped = scoped.with_columns(
        kind=pl.col("identifier_kind").cast(pl.String),
        # Without a provider it is no more than a number within its report.
        scope=pl.when(own)
        .then(pl.coalesce("provider", pl.col("report_id").cast(pl.String)))
        .otherwise(pl.lit("")),
        code=pl.col("calling_code").fill_null(0),
    )

    def facts(kind: str, scope: str, text: str, code: int) -> dict[str, object]:
        if kind == IdentifierKind.PHONE and code > 1 and not text.startswith("+"):
            text = f"+{code}{text}"
        normal = NORMAL_FORMS.get(kind, plain)(text)
        digits = telephone(text) if kind == IdentifierKind.PHONE else ""
        mail = email_domain(text) if kind == IdentifierKind.EMAIL else None
        return {
            "hashed": hasher(kind, f"{plain(scope)}\n{normal}"),
            "calling_code": calling_code(digits),
            "phone_state": state_of_area(digits),
            "email_domain": mail,
        }

    kept = {
        "hashed": pl.Binary,
        "calling_code": pl.Int32,
        **{name: raw.schema[name] for name in _STATE_AND_MAIL},
    }
    columns = ["kind", "scope", "identifier_key", "code"]
    known = _once_each(scoped.select(columns), facts, kept)
    joined = scoped.rename({"calling_code": "stated_code"}).drop(_STATE_AND_MAIL)
    joined = joined.join(known, on=columns, how="left", maintain_order="left")
    protected = joined.with_columns(
        identifier_key="hashed",
        calling_code=pl.coalesce("stated_code", "calling_code"),
    )
    return _as_table(protected, IDENTIFIERS)


_STATE_AND_MAIL = ["phone_state", "email_domain"]
_IP_COLUMNS = ["ip_group_key", "ip_version", "ip_range"]


def _captures(raw: pl.DataFrame, hasher: _Hasher, *, invented: bool) -> pl.DataFrame:
    def facts(kind: str, text: str) -> dict[str, object]:
        ip = ip_facts(text, invented=invented) if kind in ("", _IP) else None
        if ip is None:
            return {"hashed": hasher(kind, plain(text))}
        return {
            "hashed": hasher("ip", ip.address),
            "ip_group_key": hasher("ip group", ip.group),
            "ip_version": ip.version,
            "ip_range": ip.range,
        }

    kept = {
        "hashed": pl.Binary,
        "ip_group_key": pl.Binary,
        "ip_version": pl.Int32,
        "ip_range": raw.schema["ip_range"],
    }
    kinds = raw.with_columns(kind=pl.col("capture_type").cast(pl.String).fill_null(""))
    columns = ["kind", "capture_key"]
    known = _once_each(kinds.select(columns), facts, kept)
    joined = kinds.drop(_IP_COLUMNS).join(
        known, on=columns, how="left", maintain_order="left"
    )
    return _as_table(joined.with_columns(capture_key="hashed"), CAPTURES)


_IP = str(CaptureType.IP_ADDRESS)


def _once_each(
    values: pl.DataFrame,
    facts: Callable[..., dict[str, object]],
    kept: Mapping[str, object],
) -> pl.DataFrame:
    """Return the distinct rows of `values` beside what `facts` says of each."""
    distinct = values.drop_nulls().unique(maintain_order=True)
    found = [facts(*row) for row in distinct.iter_rows()]
    return distinct.with_columns(
        pl.Series(name, [each.get(name) for each in found], dtype=dtype)  # type: ignore[arg-type]  # a Polars type or its class
        for name, dtype in kept.items()
    )


def _as_table(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    return frame.select(table.columns)
