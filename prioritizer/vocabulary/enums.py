"""The closed lists, in the exact text that travels on the wire.

This is the only place in the package where wire text stands. Member names are
the field's own clinical terms and are what the rest of the code reads. Values
that a list does not hold become its `UNLISTED` member, and are counted.

Sources: NCMEC's submission schema (November 2025) and public clients and
parsers of both formats; for outcomes, NCMEC's 2023 report to Congress, p. 10.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache

UNLISTED = "(unlisted)"


class IncidentType(StrEnum):
    """What the reporter says the report is about."""

    CSAM = "Child Pornography (possession, manufacture, and distribution)"
    TRAFFICKING = "Child Sex Trafficking"
    TOURISM = "Child Sex Tourism"
    MOLESTATION = "Child Sexual Molestation"
    MISLEADING_DOMAIN = "Misleading Domain Name"
    MISLEADING_WORDS = "Misleading Words or Digital Images on the Internet"
    ENTICEMENT = "Online Enticement of Children for Sexual Acts"
    UNSOLICITED = "Unsolicited Obscene Material Sent to a Child"
    UNLISTED = UNLISTED


class NcmecClassification(StrEnum):
    """What NCMEC's analysts call the report; the public list is not complete."""

    CSAM_UNCONFIRMED = "Child Pornography (Unconfirmed)"
    ENTICEMENT = "Online Enticement"
    MOLESTATION = "Child Sexual Molestation"
    UNLISTED = UNLISTED


class ReportAnnotation(StrEnum):
    """Flags a provider can put on a report."""

    SEXTORTION = "sextortion"
    SOLICITATION = "csamSolicitation"
    MINOR_TO_MINOR = "minorToMinorInteraction"
    SPAM = "spam"
    SADISTIC_EXPLOITATION = "sadisticOnlineExploitation"
    INFORMATIONAL = "informational"
    AGGRAVATING_FACTORS = "potentialAggravatingFactors"
    INSTRUMENTAL_USE = "instrumentalUse"


class FileAnnotation(StrEnum):
    """Flags a provider can put on a file."""

    DRAWN = "animeDrawingVirtualHentai"
    POTENTIAL_MEME = "potentialMeme"
    VIRAL = "viral"
    SELF_PRODUCED = "possibleSelfProduction"
    PHYSICAL_HARM = "physicalHarm"
    VIOLENCE = "violenceGore"
    ANIMAL = "bestiality"
    LIVE_STREAM = "liveStreaming"
    INFANT = "infant"
    GENERATIVE_AI = "generativeAi"


class IndustryClassification(StrEnum):
    """The industry's opaque code: a letter and a digit, used as a category."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    UNLISTED = UNLISTED


class FileRelevance(StrEnum):
    """Whether a file is what is reported or goes along with it."""

    REPORTED = "Reported"
    SUPPLEMENTAL = "Supplemental Reported"
    UNLISTED = UNLISTED


class BatchReason(StrEnum):
    """Why a provider put several incidents in one report."""

    VIRAL_POTENTIAL_MEME = "VIRAL_POTENTIAL_MEME"
    UNLISTED = UNLISTED


class EventName(StrEnum):
    """What happened when an address or device was recorded."""

    LOGIN = "Login"
    REGISTRATION = "Registration"
    PURCHASE = "Purchase"
    UPLOAD = "Upload"
    OTHER = "Other"
    UNKNOWN = "Unknown"
    UNLISTED = UNLISTED


class PriorityCode(StrEnum):
    """NCMEC's code. The last one is a channel and has no rank among the others.

    Of several codes the first in this list is taken; one that is not known comes
    second, for it may be a new word for urgent.
    """

    ONE = "1"
    UNLISTED = UNLISTED
    TWO = "2"
    THREE = "3"
    ESP_CHANNEL = "E"


class AddressType(StrEnum):
    """What a postal address is for."""

    HOME = "Home"
    BUSINESS = "Business"
    BILLING = "Billing"
    SHIPPING = "Shipping"
    TECHNICAL = "Technical"
    UNLISTED = UNLISTED


class ContactType(StrEnum):
    """What an e-mail address or telephone number is for."""

    MOBILE = "Mobile"
    HOME = "Home"
    BUSINESS = "Business"
    WORK = "Work"
    FAX = "Fax"
    INTERNET = "Internet"
    RECOVERY = "Recovery"
    UNLISTED = UNLISTED


class AccountRelation(StrEnum):
    """How an associated account belongs to the reported one."""

    BILLING = "Billing"
    LINKED = "Linked"
    BUSINESS = "Business"
    CREATOR = "Creator"
    GUARDIAN = "Parent/Guardian"
    OTHER = "Other"
    UNLISTED = UNLISTED


class DetailType(StrEnum):
    """What a block of file details lists."""

    EXIF = "EXIF"
    HASH = "HASH"


class FileHashType(StrEnum):
    """The algorithm of a file hash, as providers write it."""

    MD5 = "MD5"
    SHA1 = "SHA1"
    SHA256 = "SHA256"
    PHOTO_DNA = "PhotoDNA"
    PDQ = "PDQ"
    UNLISTED = UNLISTED


class DeviceIdType(StrEnum):
    """What kind of device identifier was recorded; the wire allows any text."""

    IMEI = "IMEI"
    ICCID = "ICCID"
    SSID = "SSID"
    IDFA = "IDFA"
    UNLISTED = UNLISTED


class CaptureType(StrEnum):
    """What a source capture of the law-enforcement JSON holds."""

    IP_ADDRESS = "IP Address"
    DEVICE_ID = "Device ID"
    URL = "URL"
    PROFILE_URL = "Profile URL"
    PHONE = "Phone"
    EMAIL = "Email"
    UNLISTED = UNLISTED


class ReferralType(StrEnum):
    """How a report came to be made available to an agency."""

    NCMEC_ANALYST = "NCMEC_ANALYST"
    UNLISTED = UNLISTED


class NetworkType(StrEnum):
    """What a look-up says of the network that an address belongs to."""

    RESIDENTIAL = "residential"
    BUSINESS = "business"
    CELLULAR = "cellular"
    HOSTING = "hosting"
    UNLISTED = UNLISTED


class CaseStatus(StrEnum):
    """How a case stands, as agencies report it back to NCMEC."""

    CONVICTION = "Conviction"
    ARREST = "Arrest"
    ONGOING = "Ongoing Investigation"
    REFERRED = "Referred"
    CLOSED = "Closed"
    UNLISTED = UNLISTED


class ClosedReason(StrEnum):
    """Why a case was closed, as agencies report it back to NCMEC."""

    NOT_LOCATED = "Unable to locate subject"
    LEGAL_RESPONSE_EMPTY = "ESP legal response does not contain information"
    NO_CRIME = "No crime committed"
    NO_MERIT = "No prosecutorial merit"
    ADULT = "Alleged child is an adult"
    AGE_UNDETERMINED = "Age of child victim is unable to be determined"
    FALSE_REPORT = "False Report"
    UNFOUNDED = "Unfounded"
    DECEASED = "Person or User Reported is deceased"
    OTHER = "Other"
    UNLISTED = UNLISTED


class Role(StrEnum):
    """In what role a person or account stands in a report (our own words)."""

    REPORTED_USER = "reported_user"
    VICTIM = "victim"
    INTENDED_RECIPIENT = "intended_recipient"
    ASSOCIATED_ACCOUNT = "associated_account"


class CaptureOf(StrEnum):
    """What a capture was recorded for (our own words)."""

    PERSON = "person"
    FILE = "file"
    INCIDENT = "incident"


class LocationSource(StrEnum):
    """Who says where (our own words); never mixed with one another."""

    ADDRESS = "address"
    ESP_ESTIMATE = "esp_estimate"
    GEO_LOOKUP = "geo_lookup"
    FILE_GEO_LOOKUP = "file_geo_lookup"
    INCIDENT_GEO_LOOKUP = "incident_geo_lookup"
    NCMEC = "ncmec"


class ClusterKind(StrEnum):
    """What the reports of a cluster share (our own words)."""

    ACCOUNT = "account"
    DUPLICATE = "duplicate"


class IdentifierKind(StrEnum):
    """What an identifier identifies (our own words)."""

    EMAIL = "email"
    PHONE = "phone"
    SCREEN_NAME = "screen_name"
    DISPLAY_NAME = "display_name"
    ESP_USER_ID = "esp_user_id"
    PROFILE_URL = "profile_url"
    GROUP = "group"
    FILE_HASH = "file_hash"


class IpRange(StrEnum):
    """What kind of address range an IP address is from (our own words)."""

    PUBLIC = "public"
    CGNAT = "cgnat"
    PRIVATE = "private"
    RESERVED = "reserved"


class EmailDomain(StrEnum):
    """What kind of domain an e-mail address has (our own words)."""

    WEBMAIL = "webmail"
    EDUCATION = "education"
    GOVERNMENT = "government"
    RESERVED = "reserved"
    OTHER = "other"


class SourceFormat(StrEnum):
    """Through which door a report came (our own words)."""

    LE_JSON = "le_json"
    SUBMISSION_XML = "submission_xml"
    SYNTHETIC = "synthetic"


ACTIONS = (
    CaseStatus.CONVICTION,
    CaseStatus.ARREST,
    CaseStatus.ONGOING,
    CaseStatus.REFERRED,
)
"""The statuses that mean police action: somebody found the report worth work."""


@cache
def texts_by_fold(allowed: tuple[str, ...]) -> dict[str, str]:
    """Return the texts of a closed list by their folded form.

    Law-enforcement JSON writes some lists in upper case and the submission
    XML in title case; both must come to the same member.

    Examples
    --------
    >>> texts_by_fold(tuple(EventName))["upload"] == EventName.UPLOAD
    True
    """
    return {fold(text): str(text) for text in allowed}


def fold(text: str) -> str:
    """Return text without case, blanks, or punctuation, to compare wire text.

    Examples
    --------
    >>> fold("Photo DNA ") == fold("photo-dna")
    True
    """
    return "".join(filter(str.isalnum, text.casefold()))
