"""The table `files`: what was said of each file; never the file."""

from __future__ import annotations

from dataclasses import replace

from prioritizer.vocabulary.enums import (
    DetailType,
    FileAnnotation,
    FileRelevance,
    IndustryClassification,
)
from prioritizer.vocabulary.field import (
    Field,
    Kind,
    Reading,
    category,
    count,
    length,
    moment,
    named,
    offset,
    stated,
    truth_value,
)
from prioritizer.vocabulary.fields.keys import FILE_NO, MORE, REPORT_KEY
from prioritizer.vocabulary.table import RowSource, Table

_TAGS = "ncmecTags/groups/tags/value"


def _annotation(name: str, member: FileAnnotation, help: str) -> Field:
    return Field(
        name,
        Kind.BOOL,
        xml=f"fileAnnotations|./{member}",
        json=_TAGS,
        help=help,
        reading=Reading.TAG,
        allowed=(member,),
    )


FILES = Table(
    "files",
    "One row for each file that was reported; never the file itself.",
    (
        *REPORT_KEY,
        replace(FILE_NO, required=True),
        stated("has_file_id", "fileId", "submittalId", "Whether NCMEC numbered it."),
        stated("has_file_name", "fileName", "filename", "Whether a name is given."),
        stated(
            "has_original_file_name",
            "originalFileName",
            "originalFilename",
            "Whether the name given by the user is stated.",
        ),
        moment(
            "uploaded_at",
            "uploadedToEspTimestamp",
            "",
            "When the file came to the provider.",
        ),
        offset("uploaded_offset_minutes", "uploadedToEspTimestamp", "", "Its zone."),
        stated("has_file_location", "locationOfFile", "", "Whether a page is given."),
        truth_value(
            "viewed_by_esp",
            "fileViewedByEsp",
            "viewedByEsp",
            "Whether a person at the provider saw this very file; three states, and "
            "not stated is not false.",
        ),
        truth_value(
            "exif_viewed_by_esp", "exifViewedByEsp", "", "Whether its EXIF was seen."
        ),
        truth_value(
            "is_publicly_available",
            "publiclyAvailable",
            "",
            "Whether anyone could see it.",
        ),
        category(
            "file_relevance",
            "fileRelevance",
            "",
            "Whether the file is what is reported, or goes along with it.",
            allowed=FileRelevance,
        ),
        category(
            "industry_classification",
            "industryClassification",
            "industryClassification",
            "The industry's opaque code.",
            allowed=IndustryClassification,
        ),
        _annotation("is_drawn", FileAnnotation.DRAWN, "Flagged as drawn."),
        _annotation(
            "is_potential_meme", FileAnnotation.POTENTIAL_MEME, "Flagged as a meme."
        ),
        _annotation("is_viral", FileAnnotation.VIRAL, "Flagged as widely shared."),
        _annotation(
            "is_self_produced", FileAnnotation.SELF_PRODUCED, "Flagged as such."
        ),
        _annotation("is_physical_harm", FileAnnotation.PHYSICAL_HARM, "Flagged so."),
        _annotation("is_violence", FileAnnotation.VIOLENCE, "Flagged as such."),
        _annotation("is_animal", FileAnnotation.ANIMAL, "Flagged as such."),
        _annotation("is_live_stream", FileAnnotation.LIVE_STREAM, "Flagged as such."),
        _annotation("is_infant", FileAnnotation.INFANT, "Flagged as such."),
        _annotation(
            "is_generative_ai",
            FileAnnotation.GENERATIVE_AI,
            "Flagged as made by a generative model.",
        ),
        count("ncmec_tag_count", "", _TAGS, "Tags that NCMEC put on the file."),
        count(
            "file_hash_count", "originalFileHash", "verificationHash", "Hashes given."
        ),
        count(
            "file_detail_count",
            "details/nameValuePair",
            "espMetadata/metadatas",
            "Named values such as EXIF; neither names nor values are kept.",
        ),
        named(
            "has_exif_details",
            "details/.|nameValuePair/@type",
            "",
            DetailType.EXIF,
            "Whether details from EXIF are given.",
        ),
        named(
            "has_hash_details",
            "details/.|nameValuePair/@type",
            "",
            DetailType.HASH,
            "Whether further hashes are given as details.",
        ),
        length(
            "file_info_length",
            "additionalInfo",
            f"{MORE}/value",
            "Characters of further information on the file.",
        ),
    ),
    key=("report_id", "version", "file_no"),
    sources=(
        RowSource(
            xml="fileDetails", json="reportedInformation/uploadedFiles/uploadedFiles"
        ),
    ),
)
