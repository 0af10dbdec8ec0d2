"""What each element of a submission holds, in the order in which it must stand.

NCMEC refuses a document whose elements are out of order, and so the writer and
the tests read the order here.

Source: the submission schema of November 2025 and the notes of public clients
on fields that are newer (`ageAssertionDiscrepancy`, some annotations).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from lxml import etree

from prioritizer.formats.xml_syntax import parse_xml
from prioritizer.vocabulary.enums import FileAnnotation, ReportAnnotation

DOCUMENTS = ""
"""Stands for what is around a document: nothing, so its root is a child of it."""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_CONTACT = _listed("@type @verified @verificationDate")
_TELEPHONE = (*_CONTACT, "@countryCallingCode", "@extension")
_PERSON = _listed(
    "firstName lastName phone email address age ageAssertionDiscrepancy dateOfBirth"
)
_ADDRESS = _listed("@type address city zipCode state nonUsaState country")
_DISABLED = _listed("@disabledDate @userNotified @userNotifiedDate")

ORDER: dict[str, tuple[str, ...]] = {
    DOCUMENTS: _listed("report fileDetails"),
    "report": _listed(
        "batchedReport incidentSummary internetDetails lawEnforcement reporter "
        "personOrUserReported intendedRecipient victim additionalInfo"
    ),
    "batchedReport": ("@reason",),
    "incidentSummary": _listed(
        "incidentType platform escalateToHighPriority reportAnnotations "
        "incidentDateTime incidentDateTimeDescription"
    ),
    "reportAnnotations": tuple(map(str, ReportAnnotation)),
    "internetDetails": _listed(
        "webPageIncident emailIncident newsgroupIncident chatImIncident "
        "onlineGamingIncident cellPhoneIncident nonInternetIncident peer2peerIncident"
    ),
    "webPageIncident": _listed("@thirdPartyHostedContent url additionalInfo"),
    "emailIncident": _listed("emailAddress content additionalInfo"),
    "newsgroupIncident": _listed("name emailAddress content additionalInfo"),
    "chatImIncident": _listed("chatClient chatRoomName content additionalInfo"),
    "onlineGamingIncident": _listed("gameName console content additionalInfo"),
    "cellPhoneIncident": _listed("phoneNumber latitude longitude additionalInfo"),
    "nonInternetIncident": _listed("locationName incidentAddress additionalInfo"),
    "peer2peerIncident": _listed("client ipCaptureEvent fileNames additionalInfo"),
    "lawEnforcement": _listed(
        "agencyName caseNumber officerContact reportedToLe "
        "servedLegalProcessDomestic servedLegalProcessInternational"
    ),
    "officerContact": _listed("firstName lastName phone email address"),
    "servedLegalProcessInternational": ("@fleaCountry",),
    "reporter": _listed(
        "reportingPerson contactPerson companyTemplate termsOfService legalURL"
    ),
    "reportingPerson": _PERSON,
    "contactPerson": _listed("firstName lastName phone email address"),
    "personOrUserReported": _listed(
        "personOrUserReportedPerson vehicleDescription espIdentifier espService "
        "compromisedAccount screenName displayName profileUrl profileBio "
        "ipCaptureEvent deviceId thirdPartyUserReported priorCTReports "
        "groupIdentifier accountTemporarilyDisabled accountPermanentlyDisabled "
        "estimatedLocation allEmailsReported associatedAccount additionalInfo"
    ),
    "intendedRecipient": _listed(
        "intendedRecipientPerson espIdentifier espService compromisedAccount "
        "screenName displayName profileUrl profileBio ipCaptureEvent deviceId "
        "priorCTReports groupIdentifier accountTemporarilyDisabled "
        "accountPermanentlyDisabled estimatedLocation allEmailsReported "
        "additionalInfo"
    ),
    "victim": _listed(
        "victimPerson espIdentifier espService compromisedAccount screenName "
        "displayName profileUrl profileBio ipCaptureEvent deviceId schoolName "
        "priorCTReports accountTemporarilyDisabled accountPermanentlyDisabled "
        "estimatedLocation allEmailsReported associatedAccount additionalInfo"
    ),
    "associatedAccount": _listed(
        "@type platform firstName middleName lastName approximateAge dateOfBirth "
        "phone email allEmailsReported address espService espIdentifier profileUrl "
        "screenName displayName profileBio groupIdentifier compromisedAccount "
        "accountTemporarilyDisabled accountPermanentlyDisabled ipCaptureEvent "
        "deviceId priorCTReport additionalInfo"
    ),
    "personOrUserReportedPerson": _PERSON,
    "intendedRecipientPerson": _PERSON,
    "victimPerson": _PERSON,
    "platform": ("@thirdPartyUser",),
    "address": _ADDRESS,
    "incidentAddress": _ADDRESS,
    "email": _CONTACT,
    "emailAddress": _CONTACT,
    "phone": _TELEPHONE,
    "phoneNumber": _TELEPHONE,
    "ipCaptureEvent": _listed("ipAddress eventName dateTime possibleProxy port"),
    "deviceId": _listed("idType idValue eventName dateTime"),
    "estimatedLocation": _listed("@verified @timestamp city region countryCode"),
    "accountTemporarilyDisabled": (*_DISABLED, "@reenabledDate"),
    "accountPermanentlyDisabled": _DISABLED,
    "fileDetails": (
        *_listed(
            "reportId fileId fileName originalFileName uploadedToEspTimestamp "
            "locationOfFile fileViewedByEsp exifViewedByEsp publiclyAvailable "
            "fileRelevance"
        ),
        FileAnnotation.POTENTIAL_MEME,
        *_listed(
            "fileAnnotations industryClassification originalFileHash "
            "ipCaptureEvent deviceId details additionalInfo"
        ),
    ),
    "fileAnnotations": tuple(map(str, FileAnnotation)),
    "originalFileHash": ("@hashType",),
    "details": _listed("@type nameValuePair"),
    "nameValuePair": _listed("name value"),
}
"""Children of an element in their order, attributes with ``@`` first."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "report": ("incidentSummary", "reporter"),
    "batchedReport": ("@reason",),
    "incidentSummary": ("incidentType", "incidentDateTime"),
    "lawEnforcement": ("agencyName",),
    "reporter": ("reportingPerson",),
    "victim": ("victimPerson",),
    "associatedAccount": ("@type",),
    "ipCaptureEvent": ("ipAddress",),
    "deviceId": ("idType", "idValue"),
    "fileDetails": ("reportId", "fileId"),
    "originalFileHash": ("@hashType",),
    "details": ("nameValuePair",),
    "nameValuePair": ("name", "value"),
}
"""What may not be left out; most of it may be empty."""

_IN_ANY_ORDER = ("reportAnnotations", "fileAnnotations")
_ONE_ONLY = "internetDetails"


def held_by(name: str, parent: str = "") -> tuple[str, ...]:
    """Return what an element holds, in its order; nothing for a text.

    The street in an address is called like the whole of it, and is a text.

    Examples
    --------
    >>> held_by("deviceId"), held_by("address", "incidentAddress")
    (('idType', 'idValue', 'eventName', 'dateTime'), ())
    """
    is_street = name == "address" and parent in ("address", "incidentAddress")
    return () if is_street else ORDER.get(name, ())


def problems_of_order(document: bytes) -> list[str]:
    """Return what keeps a document from having its elements in order.

    The schema itself is not part of this project; this says the part of it
    that a change of the writer is most likely to break.

    Parameters
    ----------
    document : bytes
        A document whose root is `<report>` or `<fileDetails>`.

    Returns
    -------
    list of str
        A sentence for each problem; none if all is well.

    Examples
    --------
    >>> problems_of_order(b"<batchedReport/>")
    ['batchedReport lacks @reason']
    """
    return [
        problem
        for element in parse_xml(document).iter(etree.Element)
        for problem in _problems(element)
    ]


def _problems(element: etree._Element) -> Iterator[str]:
    name, above = str(element.tag), element.getparent()
    order = held_by(name, "" if above is None else str(above.tag))
    children = [str(child.tag) for child in element]
    found = [*(f"@{key!s}" for key in element.attrib), *children]
    known = [child for child in children if child in order]
    for child in found:
        if child not in order:
            yield f"{name} cannot hold {child}"
    for before, after in pairwise(known):
        if order.index(after) < order.index(before) and name not in _IN_ANY_ORDER:
            yield f"{after} stands after {before} in {name}"
    for child in REQUIRED.get(name, ()):
        if child not in found:
            yield f"{name} lacks {child}"
    if name == _ONE_ONLY and len(children) != 1:
        yield f"{name} holds {len(children)} incidents, not one"
