"""The published definitions, each on a return small enough to count by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand_return import HandReturn

from experiments.evidence.returns.comparing import compare_definitions, comparison_in_words
from experiments.evidence.returns.definitions import Defined, by_group, by_series, definitions
from experiments.evidence.returns.reading import read_return


def table_of(made: HandReturn, folder: Path) -> list[Defined]:
    return definitions(read_return(made.write(folder)))


def counts_of(made: HandReturn, folder: Path) -> dict[str, int]:
    return by_series(table_of(made, folder))


def asked(made: HandReturn, received: str, outcome: str, decided: str = "", **more: str) -> str:
    return made.request(receiveddate=received, requestoutcome=outcome, requestoutcomedate=decided, **more)


def test_requests_are_those_received_in_the_year_by_their_outcome_at_the_census(tmp_path: Path) -> None:
    made = HandReturn()
    asked(made, "2023-12-31", "N", "2024-01-10")
    asked(made, "2024-01-01", "N", "2024-02-12")
    asked(made, "2024-05-01", "Y", "2024-06-13")
    asked(made, "2024-12-31", "Y", "2025-01-10")
    asked(made, "2024-09-01", "W", "2024-09-20")
    asked(made, "2024-09-01", "A")
    asked(made, "2025-01-02", "A")
    found = counts_of(made, tmp_path)
    assert found["requests"] == 5
    outcomes = ("agreed", "refused", "withdrawn", "undecided")
    assert [found[f"requests_{name}"] for name in outcomes] == [2, 1, 1, 1]


def test_six_weeks_are_42_days_from_the_request(tmp_path: Path) -> None:
    made = HandReturn()
    asked(made, "2024-01-01", "N", "2024-02-12")
    asked(made, "2024-01-01", "Y", "2024-02-13")
    found = counts_of(made, tmp_path)
    assert (found["decisions_within_6_weeks"], found["decisions_after_6_weeks"]) == (1, 1)


def test_decisions_of_the_year_are_counted_on_their_own_day_too(tmp_path: Path) -> None:
    made = HandReturn()
    asked(made, "2023-11-01", "N", "2024-01-10")
    asked(made, "2024-12-01", "N", "2025-01-10")
    asked(made, "2024-05-01", "Y", "2024-06-12")
    found = counts_of(made, tmp_path)
    assert (found["decisions_in_year_refused"], found["decisions_in_year_agreed"]) == (1, 1)
    assert found["decisions_in_year_within_6_weeks"] == 1


def test_twenty_weeks_are_140_days_and_exceptions_leave_one_of_the_rates(tmp_path: Path) -> None:
    made = HandReturn()
    made.plan(received="2024-01-01", began="2024-05-20")  # day 140
    made.plan(received="2024-01-01", began="2024-05-21")
    made.plan(received="2024-01-01", began="2024-05-20", week20="Y")
    made.plan(received="2024-01-01", began="2024-05-21", week20="Y")
    found = counts_of(made, tmp_path)
    assert found["plans_issued"] == found["timeliness_denominator_incl"] == 4
    assert (found["timeliness_on_time_incl"], found["timeliness_denominator_excl"]) == (2, 2)
    assert found["timeliness_on_time_excl"] == 1


def test_a_plan_of_which_the_return_says_nothing_is_outside_the_20_weeks_if_it_says_no_of_others(
    tmp_path: Path,
) -> None:
    made = HandReturn()
    made.plan(week20="N")
    made.plan(week20="")
    found = counts_of(made, tmp_path / "yes and no")
    assert (found["plans_issued"], found["timeliness_denominator_incl"]) == (2, 1)
    made.tables["assessment"][0]["week20"] = "Y"
    found = counts_of(made, tmp_path / "only yes")
    assert (found["timeliness_denominator_incl"], found["timeliness_denominator_excl"]) == (2, 1)


def test_a_plan_after_a_refusal_that_was_put_right_is_issued_but_outside_the_20_weeks(tmp_path: Path) -> None:
    made = HandReturn()
    made.plan()
    made.tables["requests"][0] |= {"requestoutcome": "N", "requesttribunal": "Y"}
    made.plan()
    made.tables["assessment"][1]["assessmentoutcome"] = "N"
    made.plan()
    found = counts_of(made, tmp_path)
    assert (found["plans_issued"], found["timeliness_denominator_incl"]) == (3, 1)
    assert (found["assessed_no_plan"], found["assessments_completed"]) == (1, 4)


def test_plans_from_before_or_from_elsewhere_are_not_issued_here(tmp_path: Path) -> None:
    made = HandReturn()
    made.old_plan()
    made.plan(transferla="860")
    made.plan(began="2025-01-10")
    found = counts_of(made, tmp_path)
    assert "plans_issued" not in found
    assert (found["plans"], found["transfers_in"]) == (3, 1)


def test_assessments_end_with_a_plan_without_one_or_not_yet(tmp_path: Path) -> None:
    made = HandReturn()
    for outcome, decided in (("N", "2024-08-01"), ("W", "2024-08-01"), ("A", ""), ("", "")):
        request = asked(made, "2024-03-01", "Y", "2024-04-01")
        made.add(
            "assessment", requeststableid=request, assessmentoutcome=outcome, assessmentoutcomedate=decided
        )
    found = counts_of(made, tmp_path)
    names = ("assessed_no_plan", "assessments_withdrawn", "assessments_undecided", "assessments_completed")
    assert [found[name] for name in names] == [1, 1, 2, 1]


def test_plans_are_those_in_force_at_the_census_by_age_on_31_august_need_and_setting(tmp_path: Path) -> None:
    made = HandReturn()
    made.old_plan(born="2014-08-31", need="MLD", setting="EHE")
    made.old_plan(born="2014-09-01", need="MLD", setting="NEET")
    made.old_plan(ceased="2025-01-10", reason="1")
    table = table_of(made, tmp_path)
    assert by_group(table, "plans", "age") == {"10": 1, "9": 1}
    assert by_group(table, "plans", "band") == {"5_to_10": 2}
    assert by_group(table, "plans", "need") == {"MLD": 2}
    assert by_group(table, "plans", "setting") == {"home_education": 1, "neet": 1}
    assert by_series(table)["plans"] == 2


def test_ages_of_new_plans_and_requests_are_those_of_their_own_day(tmp_path: Path) -> None:
    made = HandReturn()
    made.plan(born="2014-08-31", received="2024-01-01", began="2024-10-01")
    table = table_of(made, tmp_path)
    assert by_group(table, "requests", "age") == {"9": 1}  # on 31 August 2023
    assert by_group(table, "plans_issued", "age") == {"10": 1}


def test_leavers_are_counted_by_reason_and_as_the_four_kinds_published_before(tmp_path: Path) -> None:
    made = HandReturn()
    for reason in ("1", "2", "3", "4", "5", "6", "7", "8", "9"):
        made.old_plan(ceased="2024-07-01", reason=reason)
    made.old_plan(ceased="2025-01-02", reason="5")
    table = table_of(made, tmp_path)
    found = by_series(table)
    assert found["left_all"] == 9
    kinds = ("left_education", "left_needs_met", "left_transfer", "left_other")
    assert [found[kind] for kind in kinds] == [4, 1, 1, 3]
    assert by_group(table, "left_all", "reason")["died"] == 1


def test_reviews_are_the_last_ones_of_plans_in_force(tmp_path: Path) -> None:
    made = HandReturn()
    made.old_plan(reviewmeeting="2024-06-01", reviewoutcome="M", reviewoutcomedate="2024-06-29")
    made.old_plan(reviewmeeting="2024-06-01", reviewoutcome="A", reviewdraft="2024-06-30")
    made.old_plan(reviewmeeting="2024-06-01")
    made.old_plan(lastreview="2023-05-01")
    made.plan()
    found = counts_of(made, tmp_path)
    assert (found["reviews_expected"], found["reviews_met"], found["review_decisions"]) == (4, 3, 2)
    assert (found["review_maintain"], found["review_amend"], found["review_decisions_outstanding"]) == (
        1,
        1,
        1,
    )
    assert (found["review_decisions_within_4w"], found["review_decisions_after_4w"]) == (1, 1)


def test_moves_between_kinds_of_schools_are_counted_once(tmp_path: Path) -> None:
    made = HandReturn()
    made.old_plan(setting="")
    stays = made.tables["placementdetail"]
    stays[0] |= {"urn": "1", "entrydate": "2020-09-01", "leavingdate": "2024-07-20"}
    made.add("placementdetail", activeplanstableid="activeplans-1", urn="2", entrydate="2024-09-01")
    folder = made.write(tmp_path)
    (folder / "establishments.csv").write_text("urn,setting\n1,mainstream\n2,state_special\n")
    found = by_series(definitions(read_return(folder)))
    assert found["moves_mainstream_to_special"] == 1
    assert "moves_special_to_mainstream" not in found


def test_mediations_and_the_appeals_after_them_are_counted_whatever_they_were_about(tmp_path: Path) -> None:
    made = HandReturn()
    made.plan()
    made.tables["requests"][0]["requestmediation"] = "Y"
    made.tables["assessment"][0] |= {
        "assessmentmediation": "Y",
        "assessmenttribunal": "1",
        "othertribunal": "Y",
    }
    found = counts_of(made, tmp_path)
    assert (found["mediations"], found["appeals_after_mediation"]) == (2, 1)


def a_return(requests: int, refused: int, plans: int) -> list[Defined]:
    return [
        Defined("requests", 2024, "all", requests),
        Defined("requests_refused", 2024, "all", refused),
        Defined("plans", 2025, "all", plans),
        Defined("plans", 2025, "need=ASD", plans // 3),
    ]


def test_two_returns_agree_within_chance_even_if_the_caseload_has_grown() -> None:
    lines = compare_definitions(a_return(400, 80, 900), [a_return(420, 90, 1800), a_return(390, 82, 1800)])
    assert [each.series for each in lines] == ["requests", "requests_refused", "plans"]
    assert all(each.agrees for each in lines)


@pytest.mark.parametrize("other", [a_return(640, 128, 900), a_return(400, 160, 900)])
def test_two_returns_that_differ_by_more_than_chance_are_told(other: list[Defined]) -> None:
    lines = compare_definitions(a_return(400, 80, 900), [other])
    assert sum(not each.agrees for each in lines) == 1
    assert comparison_in_words(lines).splitlines()[1].endswith("differs")
