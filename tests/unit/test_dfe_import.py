"""What releases publish comes into the library under our names, counted once, with its gaps as gaps."""

from __future__ import annotations

import pytest
from synthetic_imports import imported
from synthetic_release import (
    AGES_2025,
    EAST,
    ENGLAND,
    FENSHIRE,
    MOORSHIRE,
    NORTH,
    PLANS,
    SETTINGS,
    release_2025,
    row,
    tables_2022,
    tables_2025,
    where,
)

from experiments.evidence.dfe.releases import read_release
from experiments.evidence.faults import DataError


def refused(tmp_path, tables) -> str:
    with pytest.raises(DataError) as error:
        read_release(release_2025(tmp_path / "bad.zip", tables))
    return str(error.value)


# Settings, ages, needs.


@pytest.mark.parametrize(
    ("code", "january", "times"),
    [(FENSHIRE, 2020, 1), (FENSHIRE, 2025, 1), (ENGLAND, 2022, 4), (NORTH, 2024, 2)],
)
def test_both_layouts_come_to_the_same_settings_that_make_the_published_total(tmp_path, code, january, times):
    library, warnings = imported(tmp_path, tables_2022(), tables_2025())
    settings = {setting: count * times for setting, count in SETTINGS.items()}
    assert library.by_group(code, "plans", january, "setting") == settings
    assert library.value(code, "plans", january) == PLANS * times
    assert not any("parts do not make" in line for line in warnings)


def test_a_total_of_those_awaiting_provision_is_not_counted_beside_its_parts(tmp_path):
    tables = tables_2022()
    both = {"establishment_type": "Awaiting provision - total", "establishment_group": "Educated elsewhere"}
    tables["sen2_estab_caseload"].append(
        row(FENSHIRE, "2022", both, {"Total_st": "z", "Total_ehc": 3, "Total_ehc_pc": 1, "Total_all": 3})
    )
    library, warnings = imported(tmp_path, tables)
    assert library.value(FENSHIRE, "plans", 2022, "setting=tuition") == SETTINGS["tuition"]
    assert library.value(FENSHIRE, "plans", 2020, "setting=tuition") == SETTINGS["tuition"]
    assert warnings == []


def test_bands_are_published_to_2022_and_are_sums_of_ages_after(tmp_path):
    library, _ = imported(tmp_path, tables_2022(), tables_2025())
    bands = {"under_5": 5, "5_to_10": 20, "11_to_15": 30, "16_to_19": 15, "20_to_25": 10}
    assert library.by_group(FENSHIRE, "plans", 2022, "band") == bands
    assert library.by_group(FENSHIRE, "plans", 2025, "band") == bands
    assert library.by_group(FENSHIRE, "plans", 2022, "age") == {}


def test_open_ended_ages_keep_their_ends(tmp_path):
    library, _ = imported(tmp_path, new=tables_2025())
    stock = library.by_group(FENSHIRE, "plans", 2025, "age")
    assert stock == {"0-2": 2, "4": 3, "7": 20, "11": 10, "12": 20, "17": 15, "20": 6, "25": 4}
    activity = library.by_group(FENSHIRE, "requests", 2024, "age")
    assert activity == {"0-2": 20, "7": 30, "11": 0, "20-25": 10, "unknown": 10}


def test_tables_of_two_dimensions_add_ages_to_bands_and_placements_to_settings(tmp_path):
    library, _ = imported(tmp_path, new=tables_2025())
    by_band = library.by_two(FENSHIRE, "plans", 2025, "need", "band")
    assert by_band["ASD", "11_to_15"] == 30
    assert by_band["SEMH", "11_to_15"] == 0
    by_setting = library.by_two(FENSHIRE, "plans_issued", 2024, "need", "setting")
    assert {setting: count for (need, setting), count in by_setting.items() if need == "ASD"} == SETTINGS
    placed = library.by_two(FENSHIRE, "plans", 2025, "setting", "band")
    assert (placed["mainstream", "11_to_15"], placed["fe", "16_to_19"], placed["inmss", "16_to_19"]) == (
        30,
        15,
        0,
    )
    assert library.by_group(FENSHIRE, "plans", 2025, "need")["unknown"] == 1


def test_an_age_without_a_row_is_none_where_the_other_ages_make_the_total(tmp_path):
    tables = tables_2025()
    gone = [
        each for each in tables["caseload"] if each["breakdown"] == "age 25" and each["la_name"] == "Fenshire"
    ]
    for each in gone:
        tables["caseload"].remove(each)
    where(
        tables["caseload"],
        {"ehcplans": PLANS - AGES_2025["age 25"]},
        breakdown="All EHC plans",
        la_name="Fenshire",
    )
    library, _ = imported(tmp_path, new=tables)
    assert library.value(FENSHIRE, "plans", 2025, "band=20_to_25") == AGES_2025["age 20"]


def test_a_band_that_lacks_an_age_is_not_available_where_the_total_says_somebody_is_missing(tmp_path):
    tables = tables_2025()
    gone = [
        each for each in tables["caseload"] if each["breakdown"] == "age 25" and each["la_name"] == "Fenshire"
    ]
    for each in gone:
        tables["caseload"].remove(each)
    library, warnings = imported(tmp_path, new=tables)
    assert library.value(FENSHIRE, "plans", 2025, "band=20_to_25") is None
    assert library.value(FENSHIRE, "plans", 2025, "band=16_to_19") == 15
    assert library.value(FENSHIRE, "plans", 2025, "setting=mainstream,band=20_to_25") is None
    assert any(line.startswith("plans by age: parts do not make the total: 2 figures") for line in warnings)


# What is not published.


@pytest.mark.parametrize(
    ("sign", "status"),
    [
        ("x", "not_available"),
        (":", "not_available"),
        ("", "not_available"),
        ("z", "not_applicable"),
        ("c", "suppressed"),
        ("low", "suppressed"),
    ],
)
def test_a_sign_is_a_reason_and_never_nought(tmp_path, sign, status):
    tables = tables_2025()
    where(
        tables["requests"],
        {"requests_received_in_year": sign},
        breakdown="All requests for EHC needs assessments",
        la_name="Fenshire",
        time_period="2024",
    )
    library, _ = imported(tmp_path, new=tables)
    figure = library.figure(FENSHIRE, "requests", 2024)
    assert (figure.value, figure.status) == (None, status)
    assert library.value(FENSHIRE, "requests", 2024) is None
    assert library.by_year(FENSHIRE, "requests") == {2023: 70}


def test_a_suppressed_part_hides_the_sum(tmp_path):
    tables = tables_2025()
    where(tables["caseload"], {"ukrlp_provider": "c"}, breakdown="All EHC plans", la_name="Fenshire")
    library, _ = imported(tmp_path, new=tables)
    assert library.figure(FENSHIRE, "plans", 2025, "setting=fe").status == "suppressed"
    assert library.value(EAST, "plans", 2025, "setting=fe") == 2 * SETTINGS["fe"]


def test_what_one_authority_lacks_hides_its_sum_and_what_nobody_collected_does_not(tmp_path):
    tables = tables_2025()
    where(tables["caseload"], {"placement_unknown": "x"}, breakdown="All EHC plans", la_name="Fenshire")
    library, _ = imported(tmp_path, new=tables)
    assert library.value(FENSHIRE, "plans", 2025, "setting=other") is None
    assert library.value(MOORSHIRE, "plans", 2025, "setting=other") == SETTINGS["other"]


def test_negative_counts_of_decisions_outstanding_are_told_and_not_used(tmp_path):
    tables = tables_2025()
    where(
        tables["annual_reviews"],
        {"review_decision_outstanding": -3},
        breakdown="All annual reviews",
        la_name="Fenshire",
    )
    library, warnings = imported(tmp_path, new=tables)
    assert library.figure(FENSHIRE, "review_decisions_outstanding", 2024).status == "not_available"
    assert "annual_reviews: 1 negative counts, read as not available" in warnings


@pytest.mark.parametrize("count", ["-3", "2.5", "many", "1e3"])
def test_what_is_no_count_of_children_is_refused(tmp_path, count):
    tables = tables_2025()
    tables["requests"][0]["requests_received_in_year"] = count
    assert f"requests.csv:2:requests_received_in_year: {count!r}, must be" in refused(tmp_path, tables)


# Time and place.


def test_an_academic_year_is_the_january_in_it_and_a_calendar_year_is_itself(tmp_path):
    library, _ = imported(tmp_path, tables_2022(), tables_2025())
    assert list(library.by_year(FENSHIRE, "plans")) == [2020, 2022, 2024, 2025]
    assert list(library.by_year(FENSHIRE, "requests")) == [2019, 2021, 2023, 2024]


@pytest.mark.parametrize("period", ["202426", "24", "20245", "1925"])
def test_a_period_that_is_no_year_is_refused(tmp_path, period):
    tables = tables_2025()
    tables["caseload"][0]["time_period"] = period
    assert f"caseload.csv:2:time_period: {period!r}, must be a calendar year" in refused(tmp_path, tables)


def test_an_authority_without_a_code_is_refused(tmp_path):
    tables = tables_2025()
    where(tables["requests"], {"new_la_code": "z"}, la_name="East Lakes", time_period="2024")
    assert "requests.csv:80:new_la_code: 'z', must be a code such as E10000003" in refused(tmp_path, tables)


def test_two_rows_of_the_same_figure_are_refused(tmp_path):
    tables = tables_2025()
    tables["requests"].append(dict(tables["requests"][0]))
    assert "of the same place and period as row 2, must be there once" in refused(tmp_path, tables)


def test_counts_by_hand_and_records_of_children_are_marked_apart(tmp_path):
    tables = tables_2025()
    where(tables["caseload"], {"time_period": "202223"}, time_period="202324")
    where(tables["requests"], {"time_period": "2022"}, time_period="2023")
    library, _ = imported(tmp_path, tables_2022(), tables)
    assert library.figure(FENSHIRE, "plans", 2022).collection == "aggregate"
    assert library.figure(FENSHIRE, "requests", 2021).collection == "aggregate"
    assert library.figure(FENSHIRE, "plans", 2023).collection == "person"
    assert library.figure(FENSHIRE, "requests", 2022).collection == "person"


def test_a_figure_says_where_it_came_from(tmp_path):
    library, _ = imported(tmp_path, tables_2022())
    assert library.figure(FENSHIRE, "requests", 2021).source == "SEN2 2022, sen2_mi, InreqEHC"


# Series.


def test_leaving_is_the_four_kinds_together(tmp_path):
    library, _ = imported(tmp_path, tables_2022(), tables_2025())
    kinds = ("left_transfer", "left_needs_met", "left_other", "left_education")
    assert [library.value(FENSHIRE, kind, 2021) for kind in kinds] == [4, 1, 2, 9]
    assert library.value(FENSHIRE, "left_all", 2021) == 16
    assert [library.value(FENSHIRE, kind, 2024) for kind in kinds] == [7, 7, 21, 28]
    assert library.value(FENSHIRE, "left_all", 2024) == 63
    assert library.by_group(FENSHIRE, "left_all", 2024, "reason")["transfer"] == 7
    assert library.by_group(FENSHIRE, "left_all", 2024, "age")["7"] == 27


def test_mediation_is_the_sum_of_both_tables_and_only_where_both_have_it(tmp_path):
    tables = tables_2025()
    where(
        tables["assessments"],
        {"number_other_mediation": "x"},
        breakdown="All EHC needs assessments",
        la_name="Fenshire",
        time_period="2023",
    )
    library, _ = imported(tmp_path, new=tables)
    assert library.value(FENSHIRE, "mediations", 2024) == 7 * (1 + 2 + 3)
    assert library.value(FENSHIRE, "appeals_after_mediation", 2024) == 7 * (0 + 1 + 1)
    assert library.value(FENSHIRE, "mediations", 2023) is None
    assert library.value(FENSHIRE, "mediations", 2023, "reason=request") == 7


def test_reviews_are_those_met_in_the_year_and_their_decisions(tmp_path):
    library, warnings = imported(tmp_path, new=tables_2025())
    value = {
        series: library.value(FENSHIRE, series, 2024)
        for series in (
            "reviews_expected",
            "reviews_met",
            "reviews_met_by_census",
            "review_decisions",
            "review_amend",
        )
    }
    assert list(value.values()) == [84, 63, 70, 49, 28]
    assert library.by_group(FENSHIRE, "reviews_met", 2024, "age")["7"] == 27
    assert "annual_reviews.csv:1:review_meeting_prior_24: repeated column, second copy left out" in warnings
