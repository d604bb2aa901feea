"""The tables of the SEN2 person-level return, and their headings in two dialects.

COLLECT's export (the "blade") has short names; reports from case systems have the guide's long ones.
The short names are those of exports as published; most long ones have not been held against a guide.
Columns come and go between versions, so only keys and dates must be there; what is not named is not read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from experiments.evidence.returns.codes import (
    ASSESSMENT_OUTCOMES,
    CEASE_REASONS,
    FLAGS,
    NEEDS,
    REQUEST_OUTCOMES,
    REVIEW_OUTCOMES,
    SETTINGS,
    SOURCES,
    Codes,
)

FIRST_COLLECTION = 2023
"""SEN2 was an aggregate return up to January 2022."""
Kind = Literal["key", "parent", "date", "birth", "code", "flag", "rank", "reference", "year"]


@dataclass(frozen=True)
class Field:
    """One column: COLLECT's name, what it holds, the long heading, and other names it has gone by."""

    name: str
    kind: Kind
    long: str
    others: tuple[str, ...] = ()
    codes: Codes = field(default_factory=dict)
    required: bool = False
    first: int = FIRST_COLLECTION
    """The first collection that has the column: a later return without it is told so."""


@dataclass(frozen=True)
class Module:
    """One table of the return. The first field is its key, the second the key of the table above it."""

    name: str
    fields: tuple[Field, ...]
    required: bool = True

    @property
    def key(self) -> Field:
        return self.fields[0]

    @property
    def parent(self) -> Field | None:
        return self.fields[1] if len(self.fields) > 1 and self.fields[1].kind == "parent" else None


def _placement(of: str) -> tuple[Field, ...]:
    """The columns by which both tables of placements say where."""
    return (
        Field("urn", "reference", f"URN Of {of}"),
        Field("ukprn", "reference", f"UKPRN Of {of}"),
        Field("sensetting", "code", "SEN Setting Establishment Type", ("SEN Setting",), SETTINGS),
        Field("placementrank", "rank", "Placement Rank"),
        Field("senunitindicator", "flag", "SEN Unit Indicator", codes=FLAGS),
        Field("resourcedprovisionindicator", "flag", "Resourced Provision Indicator", codes=FLAGS),
    )


MODULES: dict[str, Module] = {
    "sen2": Module(
        "sen2",
        (
            Field("sen2tableid", "reference", "SEN2 Table ID"),
            Field("year", "year", "Collection Year"),
            Field("referencedate", "date", "Reference Date"),
        ),
        required=False,
    ),
    "person": Module(
        "person",
        (
            Field("persontableid", "key", "Person Table ID", required=True),
            Field("personbirthdate", "birth", "Date Of Birth", ("Birth Date", "DOB"), required=True),
        ),
    ),
    "requests": Module(
        "requests",
        (
            Field("requeststableid", "key", "Requests Table ID", required=True),
            Field("persontableid", "parent", "Person Table ID", required=True),
            Field("receiveddate", "date", "Date Request Was Received", required=True),
            Field(
                "requestoutcomedate",
                "date",
                "Request Outcome Date",
                ("Date Of Request Outcome",),
                required=True,
            ),
            Field("requestoutcome", "code", "Request Outcome", codes=REQUEST_OUTCOMES),
            Field("requestsource", "code", "Source Of Request", ("Request Source",), SOURCES, first=2025),
            Field("requestmediation", "flag", "Request Mediation", codes=FLAGS),
            Field("requesttribunal", "flag", "Request Tribunal", codes=FLAGS),
        ),
    ),
    "assessment": Module(
        "assessment",
        (
            Field("assessmenttableid", "key", "Assessment Table ID", required=True),
            Field("requeststableid", "parent", "Requests Table ID", required=True),
            Field(
                "assessmentoutcomedate",
                "date",
                "Assessment Outcome Date",
                ("Date Of Assessment Outcome",),
                required=True,
            ),
            Field(
                "assessmentoutcome",
                "code",
                "Assessment Outcome To Issue EHC Plan",
                ("Assessment Outcome",),
                ASSESSMENT_OUTCOMES,
            ),
            Field("assessmentmediation", "flag", "Assessment Mediation", codes=FLAGS),
            Field("assessmenttribunal", "flag", "Assessment Tribunal", codes=FLAGS),
            Field("othermediation", "flag", "Other Mediation", codes=FLAGS),
            Field("othertribunal", "flag", "Other Tribunal", codes=FLAGS),
            Field("week20", "flag", "Twenty Weeks Time Limit Exceptions Apply", codes=FLAGS),
        ),
    ),
    "namedplan": Module(
        "namedplan",
        (
            Field("namedplantableid", "key", "Named Plan Table ID", required=True),
            Field("assessmenttableid", "parent", "Assessment Table ID", required=True),
            Field("startdate", "date", "EHC Plan Start Date", ("Date EHC Plan Started",), required=True),
            Field("ceasedate", "date", "Date EHC Plan Ceased", ("EHC Plan Cease Date",), required=True),
            Field("ceasereason", "code", "Reason EHC Plan Ceased", ("EHC Plan Cease Reason",), CEASE_REASONS),
        ),
    ),
    "plandetail": Module(
        "plandetail",
        (
            Field("plandetailtableid", "key", "Plan Detail Table ID", required=True),
            Field("namedplantableid", "parent", "Named Plan Table ID", required=True),
            *_placement("Named Setting"),
        ),
        required=False,
    ),
    "activeplans": Module(
        "activeplans",
        (
            Field("activeplanstableid", "key", "Active Plans Table ID", required=True),
            Field("requeststableid", "parent", "Requests Table ID", required=True),
            Field("transferla", "reference", "EHC Plan Transferred From Another LA", ("Transfer LA",)),
            Field(
                "reviewmeeting",
                "date",
                "Annual Review Meeting Date",
                ("Date Of Review Meeting",),
                required=True,
            ),
            Field("reviewoutcome", "code", "Annual Review Outcome", ("Review Outcome",), REVIEW_OUTCOMES),
            Field("reviewoutcomedate", "date", "Annual Review Decision Date", ("Date Of Review Decision",)),
            Field("reviewdraft", "date", "Date Draft Amended Plan Sent", ("Review Draft",)),
            Field("phasetransferduedate", "date", "Phase Transfer Due Date"),
            Field("lastreview", "date", "Date Of Last Review", ("Last Review",)),
        ),
    ),
    "placementdetail": Module(
        "placementdetail",
        (
            Field("placementdetailtableid", "key", "Placement Detail Table ID", required=True),
            Field("activeplanstableid", "parent", "Active Plans Table ID", required=True),
            *_placement("Placement"),
            Field("entrydate", "date", "Placement Start Date", ("Entry Date",), required=True),
            Field("leavingdate", "date", "Placement Leaving Date", ("Leaving Date",)),
        ),
        required=False,
    ),
    "senneed": Module(
        "senneed",
        (
            Field("senneedtableid", "key", "SEN Need Table ID", required=True),
            Field("activeplanstableid", "parent", "Active Plans Table ID", required=True),
            Field("sentype", "code", "SEN Type", ("Primary Need",), NEEDS, required=True),
            Field("sentyperank", "rank", "SEN Type Rank"),
        ),
        required=False,
    ),
}
"""In the order in which they are read: each after the table above it."""
DROPPED_UNREAD = (
    "surname",
    "forename",
    "gendercurrent",
    "sex",
    "ethnicity",
    "postcode",
    "upn",
    "uniquelearnernumber",
    "upnunknown",
)
"""Columns of the person table that the return has and nothing here reads."""
