"""Write down the files of each report, and the hashes that stand with them."""

from __future__ import annotations

import numpy as np
import polars as pl

from prioritizer.seeds import Bools, Draws
from prioritizer.synthetic.drawing import Drawn
from prioritizer.synthetic.moments import HOUR_US, SECOND_US
from prioritizer.synthetic.recorded import COPY, VIRAL
from prioritizer.synthetic.records import (
    coded,
    flags,
    keys,
    moments,
    raw_frame,
    three_states,
    where,
)
from prioritizer.synthetic.world import World
from prioritizer.vocabulary import FILES
from prioritizer.vocabulary.enums import (
    FileRelevance,
    IndustryClassification,
)

_CLASSES = (
    IndustryClassification.A1,
    IndustryClassification.A2,
    IndustryClassification.B1,
    IndustryClassification.B2,
)
# Shares of files with each annotation, where a provider annotates; guesses.
_ANNOTATED_SHARE = 0.35
_SAID_MEME_SHARE = 0.4
_RARE = {
    "is_drawn": 0.03,
    "is_self_produced": 0.06,
    "is_physical_harm": 0.01,
    "is_violence": 0.01,
    "is_animal": 0.01,
    "is_infant": 0.02,
    "is_live_stream": 0.01,
}


def file_rows(world: World, draws: Draws, drawn: Drawn) -> pl.DataFrame:
    """Return the raw table `files`."""
    case, files, said = drawn.circumstances, drawn.files, drawn.stated
    number, row = files.number, files.row

    def chance(name: str, share: float) -> Bools:
        return draws.chance(name, number, share)

    annotates = chance("annotated", _ANNOTATED_SHARE)
    exif = chance("exif", world.files.exif_share)
    supplemental = (files.place > 2) & chance("supplemental", 0.2)
    uploaded = case.timeline.received_us[row] - (
        case.delay_hours[row] * HOUR_US
    ).astype(np.int64)
    info = chance("file info", 0.08)
    dated = chance("upload time", 0.45)
    tags = {
        "is_viral": said.is_said_viral,
        "is_potential_meme": case.is_meme[row]
        & ~supplemental
        & chance("said meme", _SAID_MEME_SHARE),
        "is_generative_ai": said.is_said_generated,
        **{name: annotates & chance(name, share) for name, share in _RARE.items()},
    }
    return raw_frame(
        FILES,
        {
            **keys(case.timeline.report_id[row]),
            "file_no": files.place + 1,
            "has_file_id": True,
            "has_file_name": chance("file name", 0.9),
            "has_original_file_name": chance("original name", 0.35),
            "uploaded_at": moments(uploaded // SECOND_US * SECOND_US, dated),
            "uploaded_offset_minutes": where(dated, np.zeros(len(row), np.int32)),
            "has_file_location": chance("location", 0.1),
            "viewed_by_esp": three_states(said.states_viewed, said.is_viewed),
            "exif_viewed_by_esp": three_states(
                said.states_viewed & exif, said.is_viewed & exif
            ),
            "is_publicly_available": three_states(said.states_public, said.is_public),
            "file_relevance": coded(
                (FileRelevance.REPORTED, FileRelevance.SUPPLEMENTAL),
                supplemental.astype(np.int64),
            ),
            "industry_classification": coded(
                _CLASSES, np.maximum(said.code, 0), (said.code >= 0) & ~supplemental
            ),
            **{name: flags(mask) for name, mask in tags.items()},
            # NCMEC hands the provider's annotations on as tags of its own.
            "ncmec_tag_count": np.sum(list(tags.values()), axis=0),
            "file_hash_count": 1 + has_second_hash(world, draws, drawn),
            "file_detail_count": np.where(
                exif, draws.whole("details", number, 1, 9), 0
            ),
            "has_exif_details": flags(exif),
            "file_info_length": np.where(info, draws.whole("info", number, 10, 200), 0),
        },
        len(row),
    )


def has_second_hash(world: World, draws: Draws, drawn: Drawn) -> Bools:
    """Return which files come with a second hash: known ones more often."""
    files = drawn.files
    known = (files.origin == COPY) | (files.origin == VIRAL)
    share = world.files.second_hash_share * np.where(known, 1.4, 0.8)
    return draws.chance("second hash", files.number, np.minimum(share, 1.0))
