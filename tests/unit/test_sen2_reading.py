"""A folder with a return is read strictly, and what says who somebody is stays outside."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hand_return import HandReturn

from experiments.errors import InputError
from experiments.evidence.faults import DataError
from experiments.evidence.returns.cases import Return
from experiments.evidence.returns.checks import check
from experiments.evidence.returns.door import DATE_RULE, Rule, age_on_31_august, date_of
from experiments.evidence.returns.reading import read_return


def read(folder: Path, **options: int) -> Return:
    found = read_return(folder, **options)
    check(found)
    return found


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(DataError) as error:
        read(folder)
    return [str(fault) for fault in error.value.faults]


@pytest.mark.parametrize(
    "text",
    [
        "2022-Sep-28 00:00:00",
        "2022-09-28",
        "2022-09-28T00:00:00.000",
        "28/09/2022",
        "28-Sep-2022",
        "28/9/2022",
    ],
)
def test_dates_are_read_in_the_forms_that_returns_have(text: str) -> None:
    assert date_of(text) == date(2022, 9, 28)


@pytest.mark.parametrize("text", ["2022-13-01", "31/02/2022", "44832", "28/09/22", "yesterday", "1066-01-01"])
def test_anything_else_is_no_date_and_is_not_repeated(text: str) -> None:
    with pytest.raises(Rule) as rule:
        date_of(text)
    assert text not in str(rule.value)
    assert str(rule.value) == DATE_RULE or "1990" in str(rule.value)


def test_age_is_that_on_31_august() -> None:
    assert age_on_31_august(date(2014, 8, 31), 2024) == 10
    assert age_on_31_august(date(2014, 9, 1), 2024) == 9
    assert age_on_31_august(date(2024, 12, 1), 2024) == -1  # born before the census
    with pytest.raises(Rule):
        age_on_31_august(date(2025, 6, 1), 2024)


def test_a_request_and_what_followed_become_one_case(tmp_path: Path) -> None:
    made = HandReturn()
    made.plan(
        born="2015-05-01",
        need="SEMH",
        setting="EHE",
        source="4",
        week20="Y",
        reviewmeeting="2024-11-01",
        reviewoutcome="A",
        reviewoutcomedate="2024-11-20",
    )
    (case,) = read(made.write(tmp_path)).cases
    assert (case.age, case.source, case.outcome, case.need) == (9, "parent", "agreed", "SEMH")
    assert (case.received, case.began) == (date(2024, 1, 1), date(2024, 5, 1))
    assert (case.exception, case.setting, case.named) == (True, "home_education", "home_education")
    assert (case.active, case.review_outcome, case.review_decided) == (True, "amend", date(2024, 11, 20))


def test_collect_exports_and_plain_file_names_are_the_same(tmp_path: Path) -> None:
    made = HandReturn()
    made.plan()
    plain = read(made.write(tmp_path / "plain"))
    blade = read(made.write(tmp_path / "blade", "Blade-Export_20-01-2025_"))
    assert plain.cases == blade.cases


def test_the_year_of_the_collection_comes_from_the_header_or_from_the_option(tmp_path: Path) -> None:
    made = HandReturn(year=None)
    made.plan()
    folder = made.write(tmp_path / "without")
    with pytest.raises(InputError, match="--year"):
        read(folder)
    found = read(folder, collection_year=2025)
    assert (found.census, found.year) == (date(2025, 1, 16), 2024)
    with pytest.raises(DataError, match="2025, and --year says 2024"):
        read(HandReturn().write(tmp_path / "with"), collection_year=2024)


def test_columns_that_are_not_wanted_are_dropped_and_named(tmp_path: Path) -> None:
    made = HandReturn()
    made.more["person"] = ["surname", "postcode", "Notes of the officer"]
    made.plan(person={"surname": "Zzyzx", "postcode": "ZZ9 9ZZ", "Notes of the officer": "likes trains"})
    found = read(made.write(tmp_path))
    assert found.dropped == {"person.csv": ["surname", "postcode", "Notes of the officer"]}
    assert "Zzyzx" not in repr(found) and "trains" not in repr(found)


def test_only_keys_and_dates_must_be_there(tmp_path: Path) -> None:
    made = HandReturn()
    made.plan()
    made.without = {"requestsource", "requestmediation", "week20", "reviewdraft", "phasetransferduedate"}
    assert len(read(made.write(tmp_path / "fewer")).cases) == 1
    made.without = {"receiveddate"}
    assert "requests.csv:1:receiveddate: missing column" in faults_of(made.write(tmp_path / "no_date"))[0]


def test_a_folder_without_a_table_or_with_one_twice_is_refused(tmp_path: Path) -> None:
    folder = HandReturn().write(tmp_path)
    (folder / "assessment.csv").unlink()
    (folder / "Blade-Export_20-01-2025_person.csv").write_text("persontableid,personbirthdate\n")
    told = faults_of(folder)
    assert told[0].startswith("assessment.csv:0:: no such file")
    assert "the same table as Blade-Export_20-01-2025_person.csv" in told[1]


def test_other_files_in_the_folder_are_not_opened(tmp_path: Path) -> None:
    made = HandReturn()
    made.plan()
    folder = made.write(tmp_path)
    (folder / "Children of Smallshire.csv").write_text('"never closed')
    found = read(folder)
    assert "1 other CSV file(s) in the folder were not opened" in found.warnings
    assert not any("Smallshire" in warning for warning in found.warnings)


def test_a_file_without_headings_does_not_show_its_first_row(tmp_path: Path) -> None:
    made = HandReturn()
    made.plan()
    folder = made.write(tmp_path)
    (folder / "person.csv").write_text("person-1,2015-05-01,Zzyzx\n")
    (told, other) = faults_of(folder)
    assert "row 1 must hold the headings" in told and "personbirthdate" in other
    assert "Zzyzx" not in told + other and "2015" not in told + other


def test_duplicate_and_orphan_keys_are_told_by_row_without_the_key(tmp_path: Path) -> None:
    made = HandReturn()
    made.plan()
    made.plan()
    made.tables["person"][1]["persontableid"] = "person-1"
    made.tables["assessment"][1]["requeststableid"] = "nobody"
    told = faults_of(made.write(tmp_path))
    assert told == [
        "person.csv:3:persontableid: the same key as row 2, must be there once",
        "requests.csv:3:persontableid: no such row in the table above, must be a key of it",
        "assessment.csv:3:requeststableid: no such row in the table above, must be a key of it",
    ]


def test_every_faulty_cell_is_told_by_row_and_column_and_none_is_shown(tmp_path: Path) -> None:
    made = HandReturn()
    made.plan()
    made.plan(received="Zzyzx", born="2015-13-01")
    made.tables["requests"][0]["persontableid"] = ""
    made.tables["placementdetail"][1]["placementrank"] = "first"
    told = faults_of(made.write(tmp_path))
    assert [each.split(": ")[0] for each in told] == [
        "person.csv:3:personbirthdate",
        "requests.csv:2:persontableid",
        "requests.csv:3:receiveddate",
        "placementdetail.csv:3:placementrank",
    ]
    assert not any(word in " ".join(told) for word in ("Zzyzx", "2015-13", "first in", "person-2"))


def test_unknown_codes_are_counted_by_row_and_not_shown(tmp_path: Path) -> None:
    made = HandReturn()
    for need in ("ASD", "QQQ", "BESD", "QQQ", "DS"):
        made.plan(need=need)
    (told,) = faults_of(made.write(tmp_path))
    assert told.startswith(
        "senneed.csv:3:sentype: an unknown code, not shown, in 2 rows (also row 5); known: ASD"
    )
    assert "QQQ" not in told


def test_old_and_new_need_codes_are_read(tmp_path: Path) -> None:
    made = HandReturn()
    for need in ("BESD", "DS", "Autistic Spectrum Disorder", " asd "):
        made.plan(need=need)
    assert [case.need for case in read(made.write(tmp_path)).cases] == ["SEMH", "OTH", "ASD", "ASD"]


def test_steps_out_of_their_order_are_told(tmp_path: Path) -> None:
    made = HandReturn()
    made.plan(received="2024-02-02")
    made.plan(assessed="2024-06-01")
    made.plan(reviewmeeting="2024-04-01")
    made.plan(reviewmeeting="2025-01-17")
    made.plan(ceased="2024-04-01", reason="5")
    assert faults_of(made.write(tmp_path)) == [
        "activeplans.csv:4:reviewmeeting: before the plan began",
        "activeplans.csv:5:reviewmeeting: after the census date, 2025-01-16",
        "namedplan.csv:3:startdate: before the decision on the assessment",
        "namedplan.csv:6:ceasedate: before the plan began",
        "requests.csv:2:requestoutcomedate: before the request was received",
    ]


def test_outcomes_need_their_dates_and_plans_in_force_have_not_ended(tmp_path: Path) -> None:
    made = HandReturn()
    made.request(receiveddate="2024-03-01", requestoutcome="N")
    made.plan()
    made.tables["namedplan"][0]["ceasedate"] = "2024-12-01"
    told = faults_of(made.write(tmp_path))
    assert told == [
        "namedplan.csv:2:ceasedate: the plan ended, and is among those active on 2025-01-16",
        "requests.csv:2:requestoutcomedate: blank, an outcome must have its date",
    ]


def test_a_plan_holder_over_25_is_told(tmp_path: Path) -> None:
    made = HandReturn()
    made.plan(born="1998-09-01")  # 25 on 31 August 2024
    made.plan(born="1998-08-31")
    (told,) = faults_of(made.write(tmp_path))
    assert told.startswith("activeplans.csv:3:activeplanstableid: a person aged over 25")


def test_a_second_assessment_of_a_request_is_told(tmp_path: Path) -> None:
    made = HandReturn()
    request = made.plan()
    made.add("assessment", requeststableid=request)
    assert faults_of(made.write(tmp_path)) == [
        "assessment.csv:3:requeststableid: a second assessment of one request, the first is in row 2"
    ]


def test_schools_are_what_the_table_of_establishments_says(tmp_path: Path) -> None:
    made = HandReturn()
    for _ in range(4):
        made.plan(setting="")
    numbers = [
        {"urn": "100001"},
        {"ukprn": "10000002"},
        {"urn": "100001", "senunitindicator": "1"},
        {"urn": "7"},
    ]
    for row, more in zip(made.tables["placementdetail"], numbers, strict=True):
        row |= more
    folder = made.write(tmp_path)
    lines = ["URN,UKPRN,EstablishmentName,TypeOfEstablishment (name)"]
    lines += ["100001,,St Zzyzx,Academy converter", ",10000002,,Special post 16 institution"]
    (folder / "establishments.csv").write_text("\n".join(lines) + "\n")
    found = read(folder)
    settings = [case.setting for case in found.cases]
    assert settings == ["mainstream", "specialist_post16", "resourced_provision", "unknown"]
    assert found.unknown_settings == 5  # the four named settings, and the school that is not in the table
    assert "Zzyzx" not in repr(found)


def test_of_several_needs_and_versions_of_a_plan_the_first_rank_and_the_whole_time_count(
    tmp_path: Path,
) -> None:
    made = HandReturn()
    made.plan(need="ASD")
    made.tables["senneed"][0]["sentyperank"] = 2
    made.add("senneed", activeplanstableid="activeplans-1", sentype="SLCN", sentyperank=1)
    made.add("senneed", activeplanstableid="activeplans-1", sentype="MLD", sentyperank=3)
    made.tables["namedplan"][0]["ceasedate"] = ""
    made.add("namedplan", assessmenttableid="assessment-1", startdate="2024-09-01")
    (case,) = read(made.write(tmp_path)).cases
    assert (case.need, case.began, case.ceased) == ("SLCN", date(2024, 5, 1), None)


def test_a_row_of_another_width_is_told(tmp_path: Path) -> None:
    made = HandReturn()
    made.plan()
    folder = made.write(tmp_path)
    with open(folder / "person.csv", "a", encoding="utf-8") as file:
        file.write("person-9,2015-05-01,Zzyzx\n")
    assert faults_of(folder) == ["person.csv:3:: 3 fields, must be 2 as in row 1"]


@pytest.mark.parametrize(("year", "month"), [(2023, 19), (2024, 18), (2025, 16), (2026, 15)])
def test_the_census_is_the_third_thursday_of_january(tmp_path: Path, year: int, month: int) -> None:
    made = HandReturn(year=None)
    made.request(receiveddate=f"{year - 1}-11-01", requestoutcome="A")
    assert read(made.write(tmp_path), collection_year=year).census == date(year, 1, month)
