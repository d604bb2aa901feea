"""What the Department's headings and labels are called here: settings, needs, ages.

One table of settings serves both layouts, so that a series runs through the change of layout.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from experiments.evidence.columns import heading_key


@dataclass(frozen=True)
class SettingNames:
    """A setting's names in the releases."""

    types: tuple[str, ...] = ()
    """`establishment_type` to January 2022 (SEN2 2022: sen2_estab_caseload, sen2_estab_new_plans)."""
    columns: tuple[str, ...] = ()
    """Columns of `caseload` and `newplans` (SEN2 2025)."""
    placements: tuple[str, ...] = ()
    """`breakdown` where the topic is "Type of placement" (SEN2 2025: needs, reviews, ceased plans)."""


AWAITING_PARTS = tuple(
    f"Awaiting provision - {age} school age and {place} education"
    for age in ("above compulsory", "below compulsory", "compulsory")
    for place in ("in", "not in")
)

SETTINGS: dict[str, SettingNames] = {
    # Without SEN units and resourced provision, which are counted beside them.
    "mainstream": SettingNames(
        (
            "Mainstream - LA maintained",
            "Mainstream - Academy",
            "Mainstream - Free school",
            "Mainstream - Independent",
        ),
        (
            "mainstream_la_maintained",
            "mainstream_academy",
            "mainstream_free_school",
            "mainstream_independent",
        ),
        (
            "Mainstream - LA maintained",
            "Mainstream - academy",
            "Mainstream - free school",
            "Mainstream - independent",
        ),
    ),
    "resourced_provision": SettingNames(
        tuple(
            f"Mainstream - {school} - {place}"
            for school in ("LA maintained", "Academy", "Free school")
            for place in ("Resourced provision", "SEN unit")
        ),
        tuple(
            f"mainstream_{school}_{place}"
            for school in ("la_maintained", "academy", "free_school")
            for place in ("resourced_provision", "senunit")
        ),
        tuple(
            f"Mainstream - {school} ({place})"
            for school in ("LA maintained", "academy", "free school")
            for place in ("resourced provision", "SEN unit")
        ),
    ),
    # From 2023 hospital schools are within the maintained special schools.
    "state_special": SettingNames(
        (
            "Special - LA maintained",
            "Special - Academy/free",
            "Special - Academy",
            "Special - Free school",
            "Hospital School",
        ),
        ("special_la_maintained", "special_academy_free"),
        ("Special - LA maintained", "Special - Academy/free schools", "Special - academy/free school"),
    ),
    "inmss": SettingNames(
        ("Special - Independent", "Special - Non-maintained"),
        ("special_independent", "special_non_maintained"),
        ("Special - independent", "Special - non-maintained"),
    ),
    "ap": SettingNames(
        ("AP/PRU - LA maintained", "AP/PRU - Academy", "AP/PRU - Free school"),
        ("ap_pru_la_maintained", "ap_pru_academy", "ap_pru_free_school"),
        ("AP/PRU - LA maintained", "AP/PRU - academy", "AP/PRU - free school"),
    ),
    # Sixth forms of colleges, and learning at work: apprenticeships, traineeships, supported internships.
    "fe": SettingNames(
        (
            "General FE and tertiary colleges/HE",
            "Other FE",
            "Sixth form college",
            "Work-based learning",
            "Apprenticeship",
            "Traineeship",
            "Supported Internship",
        ),
        ("general_fe_tertiary_colleges", "ukrlp_provider"),
        ("FE - general FE and tertiary colleges", "FE - UKRLP provider"),
    ),
    "specialist_post16": SettingNames(
        ("Specialist post-16 institutions", "Independent specialist providers"),
        ("specialist_post_16_institutions",),
        ("FE - specialist post-16 institutions",),
    ),
    "early_years": SettingNames(
        ("Non-maintained early years",), ("nm_early_years",), ("Non-maintained early years",)
    ),
    "home_education": SettingNames(
        ("Elective home education",),
        ("elective_home_education",),
        ("Educated elsewhere - elective home education",),
    ),
    # Taught by arrangement, or of school age and waiting for a place. Home education is within
    # "arrangements by parents" to January 2019.
    "tuition": SettingNames(
        (
            "Other arrangements by local authority",
            "Other arrangements by parents",
            "Awaiting provision - total",
            *AWAITING_PARTS,
        ),
        ("other_arrangements_la", "other_arrangements_parents", "await_prov_2022", "neet_other_csa"),
        (
            "Educated elsewhere - other arrangements by LA",
            "Educated elsewhere - other arrangements by parents",
            "Educated elsewhere - not in education or training (compulsory school age)",
        ),
    ),
    "neet": SettingNames(
        ("NEET",),
        ("neet", "neet_ntci", "neet_other"),
        (
            "Educated elsewhere - NEET",
            "Educated elsewhere - not in education or training (notice to cease issued)",
            "Educated elsewhere - not in education or training (other)",
        ),
    ),
    "other": SettingNames(
        ("Other", "Permanently excluded"),
        (
            "other_placement_settings",
            "placement_unknown",
            "perm_ex_2022",
            "online_provider",
            "w_settings",
            "other_schools",
        ),
        (
            "Educated elsewhere - other placement settings",
            "Placement not recorded",
            "Educated elsewhere - online provider",
            "Educated elsewhere - Welsh establishment",
            "Educated elsewhere - other schools and establishments",
        ),
    ),
}
"""Our settings and what they are called in the releases. Totals and subtotals are left out on purpose."""

COMBINED: dict[str, tuple[str, ...]] = {
    "Awaiting provision - total": AWAITING_PARTS,
    "Special - Academy/free": ("Special - Academy", "Special - Free school"),
}
"""A type that already holds others: where both are published the first stands and its parts do not."""

NEEDS = {
    "number_asd": "ASD",
    "number_semh": "SEMH",
    "number_slcn": "SLCN",
    "number_mld": "MLD",
    "number_sld": "SLD",
    "number_pmld": "PMLD",
    "number_spld": "SPLD",
    "number_pd": "PD",
    "number_hi": "HI",
    "number_vi": "VI",
    "number_msi": "MSI",
    "number_oth": "OTH",
    "number_need_unknown": "unknown",
}
"""Columns of primary need (SEN2 2025: sen_needs_all_plans, sen_need_newplans)."""

CEASED = {
    "max_age": "left_education",
    "he": "left_education",
    "employ": "left_education",
    "no_engage": "left_education",
    "needs_met": "left_needs_met",
    "transfer": "left_transfer",
    "moved_outside_eng": "left_other",
    "deceased": "left_other",
    "not_rec": "left_other",
    "other": "left_other",
}
"""Reasons of `ceased_plans` (SEN2 2025) as the four kinds of leaving that were published to 2021."""

BANDS = {
    "Under 5": "under_5",
    "Age 5 to 10": "5_to_10",
    "Age 11 to 15": "11_to_15",
    "Age 16 to 19": "16_to_19",
    "Age 20 to 25": "20_to_25",
}
"""`characteristic_age` to January 2022 (SEN2 2022)."""
UNKNOWN = "unknown"
YOUNGEST, OLDEST = 0, 25
_AGE = re.compile(r"(?:aged?\s+)?(\d{1,2})(\s+and under|\s+and over)?", re.IGNORECASE)
_UNDER = re.compile(r"under (\d{1,2})", re.IGNORECASE)

SETTING_OF_TYPE = {heading_key(name): key for key, names in SETTINGS.items() for name in names.types}
SETTING_OF_PLACEMENT = {
    heading_key(name): key for key, names in SETTINGS.items() for name in names.placements
}


def age_key(label: str) -> str:
    """The key of a published age: "7", and where it is open "0-2" or "20-25".

    Ages are on 31 August before the academic year. "Under 3" and "Aged 2 and under" are 0-2. Raises
    KeyError for what is no age.
    """
    if label.lower() in ("unknown", "age unknown"):
        return UNKNOWN
    if under := _UNDER.fullmatch(label):
        return f"{YOUNGEST}-{int(under[1]) - 1}"
    found = _AGE.fullmatch(label)
    if found is None:
        raise KeyError(label)
    age = int(found[1])
    if not found[2]:
        return str(age)
    return f"{YOUNGEST}-{age}" if found[2].strip() == "and under" else f"{age}-{OLDEST}"


def band_of(age: str) -> str:
    """The age band in which an age of `age_key` falls."""
    if age == UNKNOWN:
        return UNKNOWN
    youngest = int(age.split("-")[0])
    for start, band in ((20, "20_to_25"), (16, "16_to_19"), (11, "11_to_15"), (5, "5_to_10")):
        if youngest >= start:
            return band
    return "under_5"
