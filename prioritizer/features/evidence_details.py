"""The law of evidence, continued: files, flags, and what is said in passing."""

from __future__ import annotations

import polars as pl

from prioritizer.features.adding import (
    SOME_STATE,
    Edit,
    both,
    capture,
    identifier,
    located,
    more,
    row,
    set_columns,
    user_says,
)
from prioritizer.vocabulary.enums import (
    EmailDomain,
    FileRelevance,
    IdentifierKind,
    IndustryClassification,
    LocationSource,
    Role,
)

_YEARS_BEFORE = pl.datetime(2017, 1, 1, time_zone="UTC")
_VICTIM, _RECIPIENT = str(Role.VICTIM), str(Role.INTENDED_RECIPIENT)


DETAILS: tuple[Edit, ...] = (
    Edit("word that the files were seen", set_columns("files", viewed_by_esp=True)),
    Edit(
        "word that the files were not seen",
        set_columns("files", pl.col("viewed_by_esp").is_null(), viewed_by_esp=False),
    ),
    Edit(
        "industry codes of files",
        set_columns(
            "files",
            pl.col("industry_classification").is_null(),
            industry_classification=str(IndustryClassification.B2),
        ),
    ),
    Edit(
        "hashes and details of files",
        set_columns(
            "files",
            file_hash_count=pl.col("file_hash_count") + 1,
            file_detail_count=pl.col("file_detail_count") + 3,
            has_exif_details=True,
        ),
    ),
    Edit(
        "upload times of files",
        set_columns(
            "files", pl.col("uploaded_at").is_null(), uploaded_at=_YEARS_BEFORE
        ),
    ),
    Edit("the flag of a live stream", set_columns("files", is_live_stream=True)),
    # Not evidence for anything, but a wrong one must not bury a report.
    Edit("the flag of generated files", set_columns("files", is_generative_ai=True)),
    Edit(
        "an escalation",
        set_columns(
            "reports",
            ~pl.col("esp_escalated"),
            esp_escalated=True,
            esp_escalation_length=120,
        ),
    ),
    Edit("a contact at the provider", set_columns("reports", has_esp_contact=True)),
    Edit("the flag of extortion", set_columns("reports", is_sextortion=True)),
    Edit(
        "files that are themselves reported",
        set_columns("files", file_relevance=str(FileRelevance.REPORTED)),
    ),
    Edit(
        "industry codes of the first letter",
        set_columns("files", industry_classification=str(IndustryClassification.A1)),
    ),
    Edit("flags of the gravest", set_columns("files", is_physical_harm=True)),
    Edit(
        "names, pages and notes of files",
        set_columns(
            "files",
            has_file_name=True,
            has_file_location=True,
            exif_viewed_by_esp=True,
            file_info_length=pl.col("file_info_length") + 90,
        ),
    ),
    Edit("a further incident type", more("additional_incident_type_count", 1)),
    Edit("the flag of solicitation", set_columns("reports", is_solicitation=True)),
    Edit(
        "the flag of sadistic coercion",
        set_columns("reports", is_sadistic_exploitation=True),
    ),
    Edit("the flag of aggravation", set_columns("reports", is_aggravated=True)),
    Edit("word of a camera", set_columns("reports", is_webcam_involved=True)),
    Edit("a range of time", set_columns("reports", has_incident_range=True)),
    Edit("the place of the incident", set_columns("reports", has_incident_place=True)),
    Edit("the chat of the incident", set_columns("reports", has_chat_service=True)),
    Edit(
        "the telephone of the incident", set_columns("reports", has_incident_phone=True)
    ),
    Edit("the reporting person", set_columns("reports", has_reporting_person=True)),
    Edit("a vehicle", user_says(has_vehicle=True)),
    Edit("word that the account is closed", user_says(is_permanently_disabled=True)),
    Edit(
        "word that all e-mail addresses are there",
        user_says(are_all_emails_reported=True),
    ),
    Edit(
        "notes on persons",
        user_says(person_info_length=pl.col("person_info_length") + 90),
    ),
    Edit("a group", identifier(IdentifierKind.GROUP)),
    Edit(
        "an e-mail address of a school",
        identifier(IdentifierKind.EMAIL, email_domain=str(EmailDomain.EDUCATION)),
    ),
    Edit(
        "a telephone number of some state",
        identifier(IdentifierKind.PHONE, phone_state=SOME_STATE),
        {
            "conflicting_states": "a number is from where it was issued, and a second "
            "state leaves open whose police are to act"
        },
    ),
    Edit("a victim of fourteen", row("people", role=_VICTIM, age_years=14)),
    Edit("a victim of seventeen", row("people", role=_VICTIM, age_years=17)),
    Edit(
        "an address of a victim",
        both(
            row("people", person_no=9_999, role=_VICTIM),
            capture(person_no=9_999),
        ),
    ),
    Edit(
        "a recipient with an account",
        row("people", role=_RECIPIENT, has_esp_identifier=True),
    ),
    Edit(
        "a verified place with its position",
        located(
            location_source=str(LocationSource.ESP_ESTIMATE),
            is_verified=True,
            has_coordinates=True,
        ),
    ),
    Edit(
        "the network of an address",
        capture(network_number=64_500, network_at=_YEARS_BEFORE),
    ),
    Edit(
        "an earlier report that the provider lists",
        user_says(
            prior_report_ids=pl.concat_list(
                pl.col("prior_report_ids").fill_null([]), pl.lit(10**15)
            )
        ),
    ),
)
"""What may be added to files and reports, and to persons in passing."""
