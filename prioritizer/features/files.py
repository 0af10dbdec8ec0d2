"""What was said of the files; three states of viewed, never two."""

from __future__ import annotations

import polars as pl

from prioritizer.features.wording import Group
from prioritizer.vocabulary.enums import FileRelevance, IndustryClassification

_FILES = Group("files", "files")
_RANK_A = [str(IndustryClassification.A1), str(IndustryClassification.A2)]
_IS_GRAVE = pl.any_horizontal(
    "is_physical_harm", "is_violence", "is_animal", "is_infant"
)

FEATURES = (
    _FILES.number("files", pl.len(), "file", "files"),
    _FILES.count(
        "reported_files",
        pl.col("file_relevance") == FileRelevance.REPORTED,
        "file that is itself what is reported",
        "files that are themselves what is reported",
    ),
    # Seen, not seen and not stated are three states: with the count of files, these
    # two tell all of them, and neither falls when something more is said.
    _FILES.count(
        "viewed_files",
        pl.col("viewed_by_esp"),
        "file that a person at the provider saw",
        "files that a person at the provider saw",
    ),
    _FILES.count(
        "view_stated_files",
        pl.col("viewed_by_esp").is_not_null(),
        "file of which it is said whether anyone saw it",
        "files of which it is said whether anyone saw them",
    ),
    _FILES.count(
        "exif_viewed_files",
        pl.col("exif_viewed_by_esp"),
        "file whose technical details were seen",
        "files whose technical details were seen",
    ),
    _FILES.count(
        "classified_files",
        pl.col("industry_classification").is_not_null(),
        "file with an industry code",
        "files with an industry code",
    ),
    _FILES.count(
        "rank_a_files",
        pl.col("industry_classification").is_in(_RANK_A),
        "file with an industry code of the first letter",
        "files with an industry code of the first letter",
    ),
    _FILES.count(
        "grave_files",
        _IS_GRAVE,
        "file flagged among the gravest",
        "files flagged among the gravest",
    ),
    _FILES.count(
        "live_stream_files",
        pl.col("is_live_stream"),
        "file flagged as a live stream",
        "files flagged as a live stream",
    ),
    _FILES.count(
        "self_produced_files",
        pl.col("is_self_produced"),
        "file flagged as perhaps made by the child",
        "files flagged as perhaps made by the child",
        direction=0,
        exemption="such reports are handled in other ways",
    ),
    _FILES.count(
        "generated_files",
        pl.col("is_generative_ai"),
        "file flagged as made by a generative model",
        "files flagged as made by a generative model",
        # A wrong flag must never be what buries a report, so it never lowers.
        direction=1,
    ),
    _FILES.count(
        "drawn_files",
        pl.col("is_drawn"),
        "file flagged as drawn",
        "files flagged as drawn",
        direction=0,
        exemption="a drawing may show nobody",
    ),
    _FILES.count(
        "viral_files",
        pl.col("is_viral"),
        "file flagged as widely shared",
        "files flagged as widely shared",
        direction=-1,
        exemption="a widely shared file seldom leads to a new place",
    ),
    _FILES.count(
        "meme_files",
        pl.col("is_potential_meme"),
        "file flagged as a possible meme",
        "files flagged as possible memes",
        direction=-1,
        exemption="a meme is mostly passed on without intent",
    ),
    _FILES.count(
        "public_files",
        pl.col("is_publicly_available"),
        "file that anyone could see",
        "files that anyone could see",
        direction=0,
        exemption="anyone may have passed it on",
    ),
    _FILES.count(
        "hashed_files",
        pl.col("file_hash_count") > 0,
        "file with a hash",
        "files with a hash",
    ),
    _FILES.count(
        "named_files",
        pl.col("has_file_name") | pl.col("has_original_file_name"),
        "file with a name",
        "files with a name",
    ),
    _FILES.count(
        "file_locations",
        pl.col("has_file_location"),
        "file whose page is given",
        "files whose page is given",
    ),
    _FILES.count(
        "file_details",
        pl.col("file_detail_count"),
        "technical detail of a file",
        "technical details of files",
    ),
    _FILES.count(
        "exif_files",
        pl.col("has_exif_details"),
        "file with details from its camera",
        "files with details from their camera",
    ),
)
