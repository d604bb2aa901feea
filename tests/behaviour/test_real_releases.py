"""The releases of 2022 and 2025 as downloaded, against what was published and a table made by hand.

These need the files: set SEND_SIM_EVIDENCE to the folder that has dfe/, population.csv and la_panel.csv.
"""

from __future__ import annotations

import csv
import os
import time
from pathlib import Path

import pytest

from experiments.evidence.dfe.importing import import_dfe
from experiments.evidence.library import ENGLAND, Library
from experiments.evidence.population import import_population

FOLDER = Path(os.environ.get("SEND_SIM_EVIDENCE", ""))
pytestmark = pytest.mark.skipif(
    not os.environ.get("SEND_SIM_EVIDENCE"), reason="SEND_SIM_EVIDENCE is not set to the folder of evidence"
)
CAMBRIDGESHIRE = "E10000003"
SAME_SERIES = {
    "plans_january": "plans",
    "requests_in_year": "requests",
    "requests_refused": "requests_refused",
    "requests_agreed_to_assess": "requests_agreed",
    "requests_decision_outstanding": "requests_undecided",
    "new_plans_in_year": "plans_issued",
    "assessments_outstanding_year_end": "assessments_undecided",
    "assessed_no_plan": "assessed_no_plan",
    "plans_ceased_in_year": "left_all",
    "reviews_expected": "reviews_expected",
    "review_decisions_outstanding": "review_decisions_outstanding",
}
RATES = {
    "pct_20wk_excl_exceptions": ("timeliness_on_time_excl", "timeliness_denominator_excl"),
    "pct_20wk_incl_exceptions": ("timeliness_on_time_incl", "timeliness_denominator_incl"),
    "pct_over_52wk_incl_exceptions": ("timeliness_over_52_weeks_incl", "timeliness_denominator_incl"),
    "pct_review_decisions_in_4wk": ("review_decisions_within_4w", "review_decisions"),
}
PUT_RIGHT = {"Barnsley", "East Riding of Yorkshire", "Kingston upon Hull, City of", "North East Lincolnshire"}
PUT_RIGHT |= {"North Lincolnshire", "North Yorkshire", "Rotherham", "Sheffield", "York"}
"""Their row for the new plans of 2022 has the region's 6,078."""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    out = tmp_path_factory.mktemp("evidence")
    files = [FOLDER / "dfe" / f"sen2_release_{year}.zip" for year in (2022, 2025)]
    return {
        **import_dfe(files, out),
        "folder": out,
        "population": import_population([FOLDER / "population.csv"], out),
    }


@pytest.fixture(scope="module")
def library(told):
    return Library.read(told["folder"])


@pytest.fixture(scope="module")
def panel():
    with open(FOLDER / "la_panel.csv", encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["la_code"]]
    # The table has the first year of the new Dorset under the code of the old one.
    return [row for row in rows if (row["la_code"], row["year"]) != ("E10000009", "2019")]


def test_cambridgeshire_in_2020_is_as_published(library):
    value = {
        series: library.value(CAMBRIDGESHIRE, series, 2020)
        for series in (
            "requests",
            "requests_refused",
            "plans_issued",
            "assessed_no_plan",
            "assessments_undecided",
        )
    }
    assert list(value.values()) == [1042, 155, 924, 11, 182]
    assert library.value(CAMBRIDGESHIRE, "plans", 2021) == 5292
    on_time = [
        library.value(CAMBRIDGESHIRE, f"timeliness_{part}", 2020)
        for part in ("on_time_excl", "denominator_excl", "on_time_incl", "denominator_incl")
    ]
    assert on_time == [553, 713, 667, 867]
    left = ("left_transfer", "left_needs_met", "left_other", "left_education", "left_all")
    assert [library.value(CAMBRIDGESHIRE, series, 2020) for series in left] == [64, 3, 12, 186, 265]


def test_cambridgeshire_in_january_2020_has_the_settings_of_its_config(library):
    assert library.by_group(CAMBRIDGESHIRE, "plans", 2020, "setting") == {
        **{"mainstream": 1954, "resourced_provision": 31, "state_special": 1299, "inmss": 180, "ap": 1},
        **{"fe": 805, "specialist_post16": 22, "early_years": 63, "home_education": 54, "tuition": 117},
        **{"neet": 9, "other": 155},
    }
    bands = library.by_group(CAMBRIDGESHIRE, "plans", 2020, "band")
    assert list(bands.values()) == [1563, 1054, 376, 1482, 215]
    assert sum(bands.values()) == library.value(CAMBRIDGESHIRE, "plans", 2020) == 4690


def test_england_is_as_published(library):
    assert library.value(ENGLAND, "requests", 2024) == 154_489
    assert library.value(ENGLAND, "plans_issued", 2024) == 97_747
    assert library.value(ENGLAND, "plans", 2025) == 638_745
    assert sum(library.by_group(ENGLAND, "plans", 2025, "setting").values()) == 638_745
    assert sum(library.by_two(ENGLAND, "plans", 2025, "need", "band").values()) == 638_745
    assert sum(library.by_two(ENGLAND, "plans", 2025, "setting", "band").values()) == 638_745
    assert library.by_two(ENGLAND, "plans", 2025, "need", "band")["ASD", "11_to_15"] == 73_129
    assert library.by_two(ENGLAND, "plans", 2025, "need", "setting")["ASD", "tuition"] == 5_041


def test_authorities_are_those_of_today_and_66_have_the_latest_january(library):
    codes = library.authorities()
    assert len(codes) == 151
    assert sum(library.value(code, "plans", 2025) is not None for code in codes) == 66


@pytest.mark.parametrize("column", SAME_SERIES)
def test_every_series_is_that_of_the_table_made_by_hand(library, panel, column):
    differ, seen = [], 0
    for row in panel:
        if not row[column] or float(row[column]) < 0:
            continue  # counts of decisions outstanding below nought are not used
        seen += 1
        value = library.value(row["la_code"], SAME_SERIES[column], int(row["year"]))
        put_right = column == "new_plans_in_year" and row["year"] == "2022" and row["la"] in PUT_RIGHT
        if value != float(row[column]) and not put_right:
            differ.append((row["la"], row["year"], row[column], value))
    assert differ == []
    assert seen > 50


@pytest.mark.parametrize("column", RATES)
def test_every_rate_is_that_of_the_table_made_by_hand(library, panel, column):
    part, whole = RATES[column]
    differ = []
    for row in panel:
        if row[column]:
            code, year = row["la_code"], int(row["year"])
            rate = 100 * library.value(code, part, year) / library.value(code, whole, year)
            if abs(rate - float(row[column])) > 0.0501:
                differ.append((row["la"], year, row[column], rate))
    assert differ == []


def test_completed_assessments_are_those_of_the_table_without_what_was_withdrawn(library, panel):
    seen = 0
    for row in panel:
        if row["assessments_completed"] and row["la_code"] != ENGLAND:
            code, year = row["la_code"], int(row["year"])
            completed = library.value(code, "assessments_completed", year)
            withdrawn = library.value(code, "assessments_withdrawn", year)
            difference = float(row["assessments_completed"]) - completed - withdrawn
            seen += 1
            assert 0 <= difference <= 150, (row["la"], year)  # those that ended without a decision
    assert seen > 150


def test_the_errors_of_the_releases_are_told(told):
    warnings = "\n".join(told["warnings"])
    assert (
        "the total of the region in place of the authority's, its ages taken instead: 9 figures" in warnings
    )
    assert "annual_reviews: 379 negative counts, read as not available" in warnings
    assert "England 2018, plans all: 319,819, its parts 312,626" in warnings
    assert "unknown" not in warnings
    assert "differently by two releases" not in warnings, "2025 repeats what 2022 published"


def test_population_of_england_is_that_of_all_authorities(library):
    totals = {year: sum(ages) for year, ages in library.people(ENGLAND).items()}
    assert totals == {
        **{2017: 17_452_564, 2019: 17_510_840, 2020: 17_527_988, 2022: 17_372_467, 2023: 17_544_580}
    }
    assert list(library.people(CAMBRIDGESHIRE))[-1] == 2036
    assert sum(library.people(CAMBRIDGESHIRE)[2023][:18]) == 139_191


def test_reading_a_quarter_of_a_million_figures_is_quick(told):
    assert told["figures"] > 250_000
    start = time.process_time()
    Library.read(told["folder"])
    assert time.process_time() - start < 5, "about one second on a small machine"
