"""What was said of the files; three states of viewed, never two."""

from __future__ import annotations

import polars as pl

from prioritizer.features.feature import Feature
from prioritizer.vocabulary.enums import IndustryClassification

_RANK_A = [IndustryClassification.A1, IndustryClassification.A2]


def _files(
    name: str,
    which: pl.Expr,
    said: str,
    unsaid: str = "",
    direction: int = 0,
    exemption: str = "",
) -> Feature:
    return Feature(
        name,
        "files",
        "files",
        which.fill_null(value=False).sum(),
        "files",
        said + ": {value}",
        unsaid,
        direction=direction,
        exemption=exemption,
    )


FEATURES = (
    Feature(
        "files",
        "files",
        "files",
        pl.len(),
        "files",
        "files: {value}",
        "no file",
        exemption="many files may be one collection that is passed on widely",
    ),
    _files(
        "viewed_files",
        pl.col("viewed_by_esp"),
        "files that a person at the provider saw",
        "no file that a person at the provider is said to have seen",
        direction=1,
    ),
    _files(
        "unviewed_files",
        ~pl.col("viewed_by_esp"),
        "files that nobody at the provider saw, as it says",
        exemption="opening them may need a warrant",
    ),
    _files(
        "unstated_files",
        pl.col("viewed_by_esp").is_null(),
        "files for which the provider does not say whether anyone saw them",
        exemption="opening them may need a warrant",
    ),
    _files(
        "classified_files",
        pl.col("industry_classification").is_not_null(),
        "files with an industry code",
        "no file with an industry code",
        direction=1,
    ),
    _files(
        "rank_a_files",
        pl.col("industry_classification").is_in(_RANK_A),
        "files with an industry code of the first letter",
        exemption="the code is opaque and ranks nothing here",
    ),
    _files(
        "public_files",
        pl.col("is_publicly_available"),
        "files that anyone could see",
        exemption="anyone may have passed them on",
    ),
    _files(
        "live_stream_files",
        pl.col("is_live_stream"),
        "files flagged as a live stream",
        direction=1,
    ),
    _files(
        "viral_files",
        pl.col("is_viral"),
        "files flagged as widely shared",
        direction=-1,
        exemption="a widely shared file seldom leads to a new place",
    ),
    _files(
        "meme_files",
        pl.col("is_potential_meme"),
        "files flagged as a possible meme",
        direction=-1,
        exemption="a meme is mostly passed on without intent",
    ),
    _files(
        "generated_files",
        pl.col("is_generative_ai"),
        "files flagged as made by a generative model",
        exemption="a generated file may show nobody; never alone a reason to sink",
    ),
    Feature(
        "file_details",
        "files",
        "files",
        pl.col("file_detail_count").sum(),
        "details",
        "technical details of files: {value}",
        "no technical detail of a file",
        direction=1,
    ),
)
