"""Write the latent world down as raw records, as providers and NCMEC would."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from prioritizer.seeds import stream
from prioritizer.synthetic.latent import Bools, Ints, Latent
from prioritizer.tables import raw_schema_of
from prioritizer.vocabulary import REPORTS, Reading, Table
from prioritizer.vocabulary.enums import (
    BatchReason,
    IncidentType,
    PriorityCode,
    SourceFormat,
)
from prioritizer.vocabulary.providers import INVENTED_PROVIDERS

Values = pl.Series | NDArray[Any] | Sequence[object]
FIRST_REPORT_ID = 100_000_001
_NOT_STATED = {Reading.STATED: False, Reading.COUNT: 0, Reading.LENGTH: 0}


def raw_frame(table: Table, columns: Mapping[str, Values], rows: int) -> pl.DataFrame:
    """Return `columns` as a raw frame of `table`; the rest says nothing.

    Parameters
    ----------
    table : Table
        The table.
    columns : mapping of str to array-like
        What is drawn; masked by null where it is not stated.
    rows : int
        How many rows.

    Returns
    -------
    polars.DataFrame of shape (rows, n_fields)
        All columns of the table in order.
    """
    schema = raw_schema_of(table)
    silent = {field.name: _NOT_STATED.get(field.reading) for field in table.fields}
    return pl.DataFrame(
        [
            _series(name, columns[name], dtype)
            if name in columns
            else pl.Series(name, [silent[name]], dtype=dtype).extend_constant(
                silent[name], max(rows - 1, 0)
            )[:rows]
            for name, dtype in schema.items()
        ]
    )


def _series(name: str, values: Values, dtype: pl.DataType) -> pl.Series:
    series = values if isinstance(values, pl.Series) else pl.Series(values)
    return series.cast(dtype).alias(name)


def where(mask: Bools, values: Values) -> pl.Series:
    """Return values where `mask` holds and null elsewhere."""
    series = values if isinstance(values, pl.Series) else pl.Series(values)
    frame = pl.DataFrame({"values": series, "mask": mask})
    return frame.select(pl.when("mask").then("values")).to_series()


def flags(mask: Bools) -> pl.Series:
    """Return true where `mask` holds and not stated elsewhere."""
    return where(mask, np.ones(len(mask), dtype=bool))


def keys(rows: Ints) -> dict[str, Values]:
    """Return the key columns of child rows of the reports numbered `rows`."""
    return {
        "report_id": FIRST_REPORT_ID + rows,
        "version": np.ones(len(rows), dtype=np.int32),
    }


def report_records(latent: Latent, seed: int) -> pl.DataFrame:
    """Return the raw table `reports`.

    Parameters
    ----------
    latent : Latent
        What is true of each report.
    seed : int
        The seed of the run.

    Returns
    -------
    polars.DataFrame
        One row a report, in order of arrival.
    """
    size = len(latent)
    random = stream(seed, "reports")

    def chance(share: NDArray[np.float64] | float) -> Bools:
        return np.asarray(random.random(size) < share)

    escalated = (latent.is_urgent & chance(0.55)) | chance(0.004)
    provider = np.array(INVENTED_PROVIDERS)[latent.provider]
    talks = latent.is_contact & chance(latent.completeness)
    batched = latent.is_viral & chance(0.15)
    annotated = chance(0.5)
    columns = {
        **keys(np.arange(size)),
        "arrival_at": latent.arrival_us,
        "received_at": latent.received_us,
        "received_offset_minutes": np.zeros(size, dtype=np.int32),
        "made_available_at": latent.arrival_us,
        "source_format": [SourceFormat.SYNTHETIC] * size,
        "unreadable_count": np.zeros(size, dtype=np.int32),
        "unknown_count": np.zeros(size, dtype=np.int32),
        "unlisted_count": np.zeros(size, dtype=np.int32),
        "esp_name": provider,
        "esp_key": provider,
        "has_reporting_person": chance(0.9),
        "has_esp_contact": chance(latent.completeness),
        "incident_type": latent.incident_type,
        "esp_escalated": escalated,
        "esp_escalation_length": escalated * random.integers(40, 400, size),
        "incident_at": latent.incident_us,
        "incident_offset_minutes": np.zeros(size, dtype=np.int32),
        "incident_time_note_length": chance(0.3) * random.integers(20, 120, size),
        "batch_reason": where(batched, [BatchReason.VIRAL_POTENTIAL_MEME] * size),
        "is_bundle": flags(batched),
        "additional_info_length": chance(latent.completeness)
        * random.integers(20, 900, size),
        "is_sextortion": flags(
            annotated & (latent.incident_type == IncidentType.ENTICEMENT)
        ),
        "is_spam": flags(latent.is_viral & chance(0.03)),
        "chat_incidents": talks.astype(np.int32),
        "has_chat_service": talks,
        "web_page_incidents": (~talks).astype(np.int32),
        "url_count": (~talks & chance(0.3)).astype(np.int32),
        "conversation_length": talks * random.integers(200, 6000, size),
        "recipient_count": np.ones(size, dtype=np.int32),
        "has_recipient_agency": np.ones(size, dtype=bool),
        "is_informational": _informational(latent, chance),
        "ncmec_priority_code": _priority(latent, random.random(size)),
        "is_sent_to_le": np.ones(size, dtype=bool),
    }
    return raw_frame(REPORTS, columns, size)


def _informational(latent: Latent, chance: Callable[[Any], Bools]) -> Bools:
    thin = (latent.completeness < 0.3) & ~latent.has_upload
    share = 0.06 + 0.45 * latent.is_viral + 0.5 * latent.is_ai + 0.35 * thin
    return np.asarray(chance(share) & ~latent.is_urgent)


def _priority(latent: Latent, drawn: NDArray[np.float64]) -> NDArray[np.str_]:
    """NCMEC sees some of what is urgent, and codes most by their channel."""
    first = latent.is_urgent & (drawn < 0.45)
    second = latent.is_contact & (drawn < 0.70)
    third = drawn < 0.35
    return np.select(
        [first, second, third],
        [PriorityCode.ONE, PriorityCode.TWO, PriorityCode.THREE],
        PriorityCode.ESP_CHANNEL,
    )
