"""SEN2 as published to 2022: counts that authorities filled in by hand, plans by type of school and by
five bands of age (Department for Education, Education, health and care plans, reporting year 2022).

Plans in January are EHC plans and statements together. Activity is that of EHC plans; statements, which
ended in 2018, are left out of it.
"""

from __future__ import annotations

from experiments.evidence.columns import heading_key
from experiments.evidence.dfe.names import BANDS, COMBINED, SETTING_OF_TYPE
from experiments.evidence.dfe.tables import EVERYBODY, Meaning, Measure, Table

LEAVING = {
    "left_transfer": "DisleaEHC",
    "left_needs_met": "DismetEHC",
    "left_other": "DisothEHC",
    "left_education": "DisleftEHC",
}
SERIES = {
    "requests": "InreqEHC",
    "requests_refused": "AssRefusedEHC",
    "plans_issued": "NewallEHC",
    "assessed_no_plan": "AssnoneEHC",
    "assessments_completed": "NewallEHC_AssnoneEHC_sum",
    "assessments_undecided": "AssnodecisionEHC",
    "timeliness_denominator_incl": "TotIncExcEHC",
    "timeliness_on_time_incl": "IncExc20weekEHC",
    "timeliness_denominator_excl": "TotNoExcEHC",
    "timeliness_on_time_excl": "NoExc20weekEHC",
    **LEAVING,
    "moves_mainstream_to_special": "MtosiEHC",
    "moves_special_to_mainstream": "SitomEHC",
    "mediations": "NewEHCMediation",
    "appeals_after_mediation": "NewEHCTribunal",
}
UNUSED = (
    *("Assnone", "Assnodecision", "AssRefused", "Mtosi", "Sitom", "MtoPar", "SitoPar", "Dislea", "Dismet"),
    *("Disoth", "Disleft", "MtoParEHC", "SitoParEHC", "InreqryaEHC", "TotIncExc", "IncExc26week"),
    *("TotNoExc", "NoExc26week", "StatementstoEHC", "StatementstoNoEHC", "PersonalBudgets"),
    *("OrgArrangements", "DirectPayEducation", "DirectPaySocialCare", "DirectPayHealth"),
    "DirectPayIntegrated",
)


def _by_band(age: str) -> Meaning:
    return EVERYBODY if age == "Total" else Meaning("band", BANDS[age])


def _by_type(group: str, kind: str) -> Meaning | None:
    if kind == "Total":
        return EVERYBODY if group == "Total" else None
    return Meaning("setting", SETTING_OF_TYPE[heading_key(kind)])


STATEMENTS_AND_PLANS = Measure("plans", ("Total_all",))
NEW_PLANS = Measure("plans_issued", ("Total_new_ehc",))
TABLES = [
    Table(
        "sen2_mi",
        (),
        lambda: EVERYBODY,
        "NewallEHC",
        (
            *(Measure(series, (column,)) for series, column in SERIES.items()),
            Measure("left_all", tuple(LEAVING.values())),
        ),
        UNUSED,
    ),
    Table(
        "sen2_age_caseload",
        ("characteristic_age",),
        _by_band,
        "Total_all",
        (STATEMENTS_AND_PLANS,),
        ("Total_st", "Total_ehc"),
    ),
    Table(
        "sen2_age_new_plans",
        ("characteristic_age",),
        _by_band,
        "Total_new_ehc",
        (NEW_PLANS,),
        ("Total_new_st", "Total_new_all"),
    ),
    Table(
        "sen2_estab_caseload",
        ("establishment_group", "establishment_type"),
        _by_type,
        "Total_all",
        (STATEMENTS_AND_PLANS,),
        ("Total_st", "Total_ehc"),
        combined=COMBINED,
    ),
    Table(
        "sen2_estab_new_plans",
        ("establishment_group", "establishment_type"),
        _by_type,
        "Total_new_ehc",
        (NEW_PLANS,),
        ("Total_new_st", "Total_new_all"),
        combined=COMBINED,
    ),
]
