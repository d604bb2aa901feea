"""Small releases of SEN2 statistics of invented figures, in the two layouts and with their traps.

Two regions of two authorities each: Fenshire and Washshire (plain), Moorshire (its code changes from
E10000023 to E06000065), Lakeshire (abolished in 2023) and East Lakes (took its place). All authorities
have the same figures, so a region has two times and England four times those. A table is text; a test
changes it with `where` before it is written.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

FENSHIRE, WASHSHIRE, LAKESHIRE, EAST_LAKES = "E10000003", "E10000020", "E10000006", "E06000063"
MOORSHIRE_OLD, MOORSHIRE = "E10000023", "E06000065"
EAST, NORTH = "E12000006", "E12000002"
ENGLAND = "E92000001"
AREAS = {
    ENGLAND: ("National", "", "England"),
    EAST: ("Regional", EAST, "East"),
    NORTH: ("Regional", NORTH, "North"),
    FENSHIRE: ("Local authority", EAST, "Fenshire"),
    WASHSHIRE: ("Local authority", EAST, "Washshire"),
    MOORSHIRE_OLD: ("Local authority", NORTH, "Moorshire"),
    MOORSHIRE: ("Local authority", NORTH, "Moorshire"),
    LAKESHIRE: ("Local authority", NORTH, "Lakeshire"),
    EAST_LAKES: ("Local authority", NORTH, "East Lakes"),
}
REGIONS = {EAST: "East", NORTH: "North"}
TIMES = {"National": 4, "Regional": 2, "Local authority": 1}
Table = list[dict[str, str]]

BANDS_2022 = {"Under 5": 5, "Age 5 to 10": 20, "Age 11 to 15": 30, "Age 16 to 19": 15, "Age 20 to 25": 10}
TYPES_2022 = {
    ("Mainstream school", "Mainstream - LA maintained"): 20,
    ("Mainstream school", "Mainstream - Academy"): 10,
    ("Mainstream school", "Mainstream - LA maintained - Resourced provision"): 3,
    ("Mainstream school", "Mainstream - Academy - SEN unit"): 2,
    ("Special school", "Special - LA maintained"): 15,
    ("Special school", "Hospital School"): 1,
    ("Special school", "Special - Independent"): 4,
    ("Special school", "Special - Non-maintained"): 2,
    ("Alternative provision/Pupil referral unit", "AP/PRU - LA maintained"): 1,
    ("Further education", "General FE and tertiary colleges/HE"): 7,
    ("Further education", "Sixth form college"): 2,
    ("Further education", "Specialist post-16 institutions"): 3,
    ("Non-maintained early years", "Non-maintained early years"): 2,
    ("Educated elsewhere", "Elective home education"): 1,
    ("Educated elsewhere", "Other arrangements by local authority"): 1,
    ("Educated elsewhere", "Awaiting provision - compulsory school age and in education"): 1,
    ("Educated elsewhere", "Awaiting provision - compulsory school age and not in education"): 2,
    ("Educated elsewhere", "Permanently excluded"): 1,
    ("NEET", "NEET"): 1,
    ("Other", "Other"): 1,
}
SETTINGS = {
    **{"mainstream": 30, "resourced_provision": 5, "state_special": 16, "inmss": 6, "ap": 1, "fe": 9},
    **{"specialist_post16": 3, "early_years": 2, "home_education": 1, "tuition": 4, "neet": 1, "other": 2},
}
"""What either layout's plans of Fenshire come to: 80 in all."""
PLANS = sum(SETTINGS.values())

MI_2022 = {
    **{"NewallEHC": PLANS, "NewallEHC_AssnoneEHC_sum": PLANS + 3, "AssnoneEHC": 3, "AssnodecisionEHC": 6},
    **{"InreqEHC": 33, "AssRefusedEHC": 7, "MtosiEHC": 2, "SitomEHC": 1},
    **{"DisleaEHC": 4, "DismetEHC": 1, "DisothEHC": 2, "DisleftEHC": 9},
    **{"TotIncExcEHC": PLANS, "IncExc20weekEHC": 48, "TotNoExcEHC": 60, "NoExc20weekEHC": 45},
    **{"NewEHCMediation": 5, "NewEHCTribunal": 2},
}
SCHOOLS_2025 = ("la_maintained", "academy", "free_school")
COLUMNS_2025: dict[str, object] = {
    **{f"mainstream_{school}": count for school, count in zip(SCHOOLS_2025, (20, 9, 0), strict=True)},
    **{
        f"mainstream_{school}_resourced_provision": count
        for school, count in zip(SCHOOLS_2025, (3, 0, 0), strict=True)
    },
    **{f"mainstream_{school}_senunit": count for school, count in zip(SCHOOLS_2025, (0, 2, 0), strict=True)},
    **{"mainstream_independent": 1, "mainstream_total": 35},
    **{"special_la_maintained": 10, "special_academy_free": 6, "special_independent": 4},
    **{"special_non_maintained": 2, "special_total": 22},
    **{"ap_pru_academy": 1, "ap_pru_free_school": 0, "ap_pru_la_maintained": 0, "ap_pru_total": 1},
    **{"general_fe_tertiary_colleges": 7, "specialist_post_16_institutions": 3, "ukrlp_provider": 2},
    **{"fe_total": 12, "elective_home_education": 1},
    **{"other_arrangements_la": 1, "other_arrangements_parents": 1, "online_provider": 1},
    **{"w_settings": "x", "other_schools": 0, "other_placement_settings": 0},
    **{"neet": 1, "neet_ntci": 0, "neet_other": 0, "neet_other_csa": 2, "ed_elsewhere": 7},
    **{"nm_early_years": 2, "placement_unknown": 1, "await_prov_2022": "x", "perm_ex_2022": "x"},
}
NEEDS_2025 = {
    "number_asd": 30,
    "number_semh": 25,
    "number_slcn": 20,
    "number_oth": 4,
    "number_need_unknown": 1,
}
OTHER_NEEDS = ("hi", "mld", "msi", "pd", "pmld", "sld", "spld", "vi")
PLACEMENTS_2025 = {
    "Mainstream - LA maintained": 29,
    "Mainstream - academy (SEN unit)": 5,
    "Mainstream - independent": 1,
    "Mainstream - total": 35,
    "Special - Academy/free schools": 16,
    "Special - independent": 6,
    "AP/PRU - academy": 1,
    "FE - general FE and tertiary colleges": 9,
    "FE - specialist post-16 institutions": 3,
    "Non-maintained early years": 2,
    "Educated elsewhere - elective home education": 1,
    "Educated elsewhere - not in education or training (compulsory school age)": 4,
    "Educated elsewhere - NEET": 1,
    "Placement not recorded": 2,
}
AGES_2025 = {
    "under 3": 2,
    "age 4": 3,
    "age 7": 20,
    "age 11": 10,
    "age 12": 20,
    "age 17": 15,
    "age 20": 6,
    "age 25": 4,
}
"""Plans by age; no child is 3 or 5, so there is no row for those ages."""
OPEN_AGES_2025 = {"Aged 2 and under": 2, "Aged 7": 3, "Aged 11": 0, "Aged 20 and over": 1, "Age unknown": 1}


def place(code: str) -> dict[str, str]:
    level, region, name = AREAS[code]
    authority = level == "Local authority"
    return {
        "geographic_level": level,
        "country_code": ENGLAND,
        "country_name": "England",
        "region_code": region,
        "region_name": REGIONS.get(region, ""),
        "old_la_code": "999" if authority else "",
        "new_la_code": code if authority else "",
        "la_name": name if authority else "",
    }


def row(code: str, period: str, *parts: Mapping[str, object]) -> dict[str, str]:
    """One row of a table, with the period written as the release writes it."""
    kind = "Academic year" if len(period) == 6 else "Calendar year"
    found = {"time_period": period, "time_identifier": kind, **place(code)}
    for part in parts:
        times = TIMES[AREAS[code][0]]
        found |= {name: str(value * times if type(value) is int else value) for name, value in part.items()}
    return found


def everywhere(codes: Iterable[str], make: Callable[[str], Iterable[dict[str, str]]]) -> Table:
    return [each for code in codes for each in make(code)]


# To 2022.

MI_COLUMNS_UNUSED = ("Mtosi", "StatementstoEHC", "PersonalBudgets", "NewallEHC_pc")


def tables_2022() -> dict[str, Table]:
    """January 2020 and 2022 and the activity of 2019 and 2021, the same figures in every area."""
    areas = [code for code in AREAS if code not in (MOORSHIRE, EAST_LAKES)]

    def mi(code: str) -> Iterable[dict[str, str]]:
        unused = dict.fromkeys(MI_COLUMNS_UNUSED, "z")
        return [row(code, period, MI_2022, unused) for period in ("2021", "2019")]

    def ages(columns: tuple[str, str, str], periods: tuple[str, str]) -> Table:
        labels = [("Total", PLANS), *BANDS_2022.items()]
        return everywhere(
            areas,
            lambda code: [
                row(code, period, {"characteristic_age": label}, _counts(columns, count))
                for period in periods
                for label, count in labels
            ],
        )

    def types(columns: tuple[str, str, str], periods: tuple[str, str]) -> Table:
        groups = dict.fromkeys(group for group, _ in TYPES_2022)
        totals = [
            ((group, "Total"), sum(n for (g, _), n in TYPES_2022.items() if g == group)) for group in groups
        ]
        labels = [(("Total", "Total"), PLANS), *totals, *TYPES_2022.items()]
        return everywhere(
            areas,
            lambda code: [
                row(
                    code,
                    period,
                    {"establishment_type": kind, "establishment_group": group},
                    _counts(columns, count),
                )
                for period in periods
                for (group, kind), count in labels
            ],
        )

    stock, new = ("Total_st", "Total_ehc", "Total_all"), ("Total_new_st", "Total_new_ehc", "Total_new_all")
    return {
        "sen2_mi": everywhere(areas, mi),
        "sen2_age_caseload": ages(stock, ("2022", "2020")),
        "sen2_age_new_plans": ages(new, ("2021", "2019")),
        "sen2_estab_caseload": types(stock, ("2022", "2020")),
        "sen2_estab_new_plans": types(new, ("2021", "2019")),
    }


def _counts(columns: tuple[str, str, str], count: int) -> dict[str, object]:
    """Statements, plans, and both; there are no statements any more."""
    statements, plans, both = columns
    return {statements: "z", plans: count, f"{plans}_pc": 1.5, both: count}


# From 2023.


def tables_2025() -> dict[str, Table]:
    """January 2024 and 2025 and the activity of 2023 and 2024, the same figures in every area."""
    areas = [code for code in AREAS if code not in (MOORSHIRE_OLD, LAKESHIRE)]
    years, januaries = ("2023", "2024"), ("202324", "202425")

    def table(periods: Iterable[str], rows: list[tuple[str, str, Mapping[str, object]]]) -> Table:
        return everywhere(
            areas,
            lambda code: [
                row(code, period, {"breakdown_topic": topic, "breakdown": label}, counts)
                for period in periods
                for topic, label, counts in rows
            ],
        )

    ages, children = "Child or young persons age", AGES_2025.items()
    everybody = {"ehcplans": PLANS, **COLUMNS_2025}
    placed = dict.fromkeys(COLUMNS_2025, 0) | {"w_settings": "x", "await_prov_2022": "x", "perm_ex_2022": "x"}

    def aged(total: str, count: int) -> dict[str, object]:
        """All of an age in one setting: FE from 16, mainstream before."""
        return {total: count, **placed, ("mainstream_academy" if count != 15 else "ukrlp_provider"): count}

    def needs(count: int, everyone: bool = False) -> dict[str, object]:
        counts: dict[str, object] = {"ehc_plans": count, **{f"number_{need}": 0 for need in OTHER_NEEDS}}
        split = NEEDS_2025 if everyone else {**dict.fromkeys(NEEDS_2025, 0), "number_asd": count}
        return counts | split

    plans = [("All EHC plans", "All EHC plans", needs(PLANS, everyone=True))]
    plans += [(ages, label, needs(count)) for label, count in children]
    plans += [("Type of placement", label, needs(count)) for label, count in PLACEMENTS_2025.items()]
    plans += [("Ethnicity", "Unclassified", needs(1)), ("Sex", "Female", needs(1))]
    caseload = [("All EHC plans", "All EHC plans", everybody)]
    caseload += [(ages, label, aged("ehcplans", count)) for label, count in children]
    caseload += [("Age when plan started", "unknown", aged("ehcplans", 1))]
    new = [("New EHC plans", "New EHC plans", {"new_ehc_plans": PLANS, **COLUMNS_2025})]
    new += [("Age when plan started", label, aged("new_ehc_plans", count)) for label, count in children]
    return {
        "requests": table(years, _both(_requests, "All requests for EHC needs assessments", ages)),
        "assessments": table(years, _both(_assessments, "All EHC needs assessments", ages)),
        "timeliness_20_week": table(years, _both(_timeliness, "All EHC plans issued", ages)),
        "annual_reviews": table(("2024",), _both(_reviews, "All annual reviews", ages)),
        "ceased_plans": table(years, _both(_ceased, "All ceased EHC plans", "Age plan ceased")),
        "newplans": table(years, new),
        "caseload": table(januaries, caseload),
        "sen_needs_all_plans": table(("202425",), plans),
        "sen_need_newplans": table(("2024",), plans),
    }


def _both(
    counts: Callable[[int], Mapping[str, object]], everybody: str, ages: str
) -> list[tuple[str, str, Mapping[str, object]]]:
    """A row for everybody and rows by age; each count is so many times that of the age."""
    total = sum(OPEN_AGES_2025.values())
    aged = [(ages, label, counts(count)) for label, count in OPEN_AGES_2025.items()]
    return [(everybody, everybody, counts(total)), *aged]


def _requests(times: int) -> dict[str, object]:
    return {
        "requests_received_in_year": 10 * times,
        "requests_rya": 0,
        "requests_decided_to_assess": 6 * times,
        "requests_decided_not_to_assess": 2 * times,
        "requests_decision_not_made": times,
        "requests_withdrawn": times,
        "request_assess_pc": 60.0,
        "request_outcome_six_weeks": 7 * times,
        "request_outcome_over_6_weeks": times,
        "mediation_related_request": times,
        "tribunal_related_request": times,
        "tribunal_after_mediation_request": 0,
    }


def _assessments(times: int) -> dict[str, object]:
    return {
        "assess_in_year": 10 * times,
        "assess_issued": 8 * times,
        "assess_not_issued": times,
        "assess_not_made": 0,
        "assess_withdrawn": times,
        "number_assess_mediation": 2 * times,
        "number_assess_tribunal": times,
        "number_asssess_mediation_tribunal": times,
        "number_other_mediation": 3 * times,
        "number_other_tribunal": times,
        "number_other_mediation_tribunal": times,
    }


def _timeliness(times: int) -> dict[str, object]:
    return {
        "plans_issued_den": 8 * times,
        "plans_issued_den_ex": 7 * times,
        "plans_issued_within_20_weeks": 4 * times,
        "plans_issued_20_weeks_ex": 3 * times,
        "plans_issued_gt_1_year": 2 * times,
        "plans_issued_gt_1_year_ex": times,
    }


def _reviews(times: int) -> dict[str, object]:
    return {
        "total_ehc_plans": 20 * times,
        "review_expected": 12 * times,
        "review_meeting_25": 0,
        "review_meeting_24": 9 * times,
        "review_meeting_prior_24": times,
        "total_review_meeting": 10 * times,
        "no_review_meeting": 2 * times,
        "review_decision25": times,
        "review_decision24": 4 * times,
        "review_decision_prior24": 2 * times,
        "review_decision_outstanding": 3 * times,
        "outcome_amend": 4 * times,
        "outcome_cease": times,
        "outcome_maintan": 2 * times,
        "number_decsion_4weeks": 3 * times,
        "number_decision_gt_4weeks": 4 * times,
    }


def _ceased(times: int) -> dict[str, object]:
    reasons = ("max_age", "needs_met", "he", "employ", "transfer", "no_engage")
    reasons += ("moved_outside_eng", "deceased", "not_rec", "other")
    return {**{reason: times for reason in reasons}, "not_rec": 0, "total_ceased": 9 * times}


# Changing and writing.


def where(table: Table, change: Mapping[str, object], **wanted: str) -> None:
    """Change the cells of the rows that have these values. Fails where there is none."""
    rows = [each for each in table if all(each[name] == value for name, value in wanted.items())]
    assert rows, wanted
    for each in rows:
        each.update({name: str(value) for name, value in change.items()})


def as_csv(table: Table, repeat: str = "", mark: bool = False) -> bytes:
    """The bytes of a table. `repeat` is a column to write twice; `mark` begins it with a byte-order mark."""
    header = list(table[0])
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    again = [repeat] if repeat else []
    writer.writerow(header + again)
    writer.writerows([each[name] for name in header + again] for each in table)
    return (b"\xef\xbb\xbf" if mark else b"") + text.getvalue().encode()


def files_of(tables: Mapping[str, Table]) -> dict[str, bytes]:
    """The files of a release, as each layout is published: from 2023 marked, and a heading twice."""
    marked = "requests" in tables
    return {
        f"data/{name}.csv": as_csv(
            table, "review_meeting_prior_24" if name == "annual_reviews" else "", marked
        )
        for name, table in tables.items()
    }


def write_zip(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def release_2022(path: Path, tables: Mapping[str, Table] | None = None) -> Path:
    return write_zip(path, files_of(tables or tables_2022()))


def release_2025(path: Path, tables: Mapping[str, Table] | None = None) -> Path:
    return write_zip(path, files_of(tables or tables_2025()))
