"""Rates, mixes and hazards fitted to a return, and the layer of a config that they make."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hand_return import HandReturn

from experiments.errors import InputError
from experiments.evidence.returns.caseload import fit_open_cases, fit_reviews, span_of
from experiments.evidence.returns.cases import Return
from experiments.evidence.returns.decisions import fit_decisions, fit_leaving
from experiments.evidence.returns.definitions import definitions
from experiments.evidence.returns.demand import fit_demand, fit_moves
from experiments.evidence.returns.fitted import Fitted, poisson_interval, share
from experiments.evidence.returns.fitting import Fits, fit
from experiments.evidence.returns.importing import import_sen2
from experiments.evidence.returns.layering import Layer
from experiments.evidence.returns.publishing import Released, Stock, release, stock_of
from experiments.evidence.returns.reading import read_return
from experiments.evidence.returns.rounding import completed, rounded, shortened, yearly_share
from experiments.evidence.returns.shapes import factors, shared_out
from experiments.evidence.returns.vocabulary import Names, adopt

K = 3


def read(made: HandReturn, folder: Path) -> Return:
    return read_return(made.write(folder))


def rows_of(found: Iterable[Fitted]) -> dict[tuple[str, str], Fitted]:
    return {(row.parameter, row.group): row for row in found}


def asked(made: HandReturn, count: int, outcome: str, **more: str) -> None:
    for _ in range(count):
        dates = {"receiveddate": "2024-03-01", "requestoutcomedate": "2024-04-01"}
        made.request(**{**dates, "requestoutcome": outcome, **more})


def test_the_share_refused_is_that_of_the_decisions_of_the_year_by_age_and_source(tmp_path: Path) -> None:
    made = HandReturn()
    asked(made, 6, "N", requestsource="4", born="2020-01-01")
    asked(made, 6, "Y", requestsource="4", born="2020-01-01")
    asked(made, 3, "N", requestsource="2")
    asked(made, 9, "Y", requestsource="2")
    asked(made, 5, "N", receiveddate="2023-10-01", requestoutcomedate="2023-11-01")
    rows = rows_of(fit_decisions(read(made, tmp_path), K))
    everybody = rows["refuse_to_assess", "all"]
    assert (everybody.value, everybody.n, everybody.events) == (9 / 24, 24, 9)
    assert rows["refuse_to_assess", "source=parent"].value == 0.5
    assert rows["refuse_to_assess", "source=school"].value == 0.25
    assert rows["refuse_to_assess", "band=under_5"].value == 0.5
    assert rows["refuse_to_assess", "band=5_to_10"].value == 0.25


def test_wilsons_interval_and_garwoods_are_those_of_the_textbooks() -> None:
    row = share("x", "all", 10, 50)
    assert (row.low, row.high) == (pytest.approx(0.1124, abs=1e-4), pytest.approx(0.3304, abs=1e-4))
    assert poisson_interval(10) == (pytest.approx(4.795, abs=1e-3), pytest.approx(18.390, abs=1e-3))
    assert poisson_interval(0) == (0.0, pytest.approx(3.689, abs=1e-3))


def test_withdrawals_are_a_rate_of_the_time_that_cases_stood_open(tmp_path: Path) -> None:
    made = HandReturn()
    asked(made, 3, "W", receiveddate="2024-01-01", requestoutcomedate="2024-03-01")  # 60 days each
    asked(made, 5, "N", receiveddate="2023-12-01", requestoutcomedate="2024-01-11")  # 10 days of the year
    asked(made, 2, "A", receiveddate="2024-12-02", requestoutcomedate="")  # 30 days of it
    row = rows_of(fit_decisions(read(made, tmp_path), K))["withdraw_per_year", "all"]
    assert row.exposure_years == pytest.approx((3 * 60 + 5 * 10 + 2 * 30) / 365.25)
    assert (row.events, row.n) == (3, 10)
    assert row.value == pytest.approx(3 / row.exposure_years)


def test_a_rate_a_year_becomes_the_share_to_whom_it_happens_in_a_year() -> None:
    row = Fitted("x", "all", 0.5, 0.2, 1.0, 9, 5, "a year", "exact")
    assert yearly_share(row).value == pytest.approx(1 - math.exp(-0.5))
    assert yearly_share(row).high == pytest.approx(1 - math.exp(-1.0))


def test_leaving_education_is_a_share_of_those_who_held_a_plan_and_did_not_leave_otherwise(
    tmp_path: Path,
) -> None:
    made = HandReturn()
    born = "2005-02-01"  # 18 on 31 August 2023
    for _ in range(3):
        made.old_plan(born, ceased="2024-08-31", reason="4")
        made.old_plan(born, ceased="2024-07-01", reason="5")
    for _ in range(6):
        made.old_plan(born)
    made.plan(born, began="2024-10-01")
    rows = rows_of(fit_leaving(read(made, tmp_path), K))
    row = rows["leaving_at_31_august", "age=18"]
    assert (row.events, row.n) == (3, 9)
    in_force = 3 * 243 + 3 * 182 + 6 * 366 + 92  # days of 2024, from 1 October for the new one
    assert rows["left_transfer_per_year", "all"].value == pytest.approx(3 / (in_force / 365.25))
    education = rows["left_education_per_year", "age=18"]
    assert education.exposure_years == pytest.approx(in_force / 365.25)


def test_ages_at_which_few_leave_are_pooled_with_their_neighbours(tmp_path: Path) -> None:
    made = HandReturn()
    for born, leavers in (("2007-02-01", 1), ("2006-02-01", 2), ("2005-02-01", 5)):
        for place in range(10):
            left = {"ceased": "2024-08-31", "reason": "6"} if place < leavers else {}
            made.old_plan(born, **left)
    rows = rows_of(fit_leaving(read(made, tmp_path), K))
    assert rows["leaving_at_31_august", "age=16-17"].value == 3 / 20
    assert rows["leaving_at_31_august", "age=18"].value == 5 / 10


def test_who_asks_when_and_for_what(tmp_path: Path) -> None:
    made = HandReturn()
    for place in range(12):
        month = 2 if place < 9 else 11
        made.plan(
            received=f"2024-{month:02d}-01",
            decided=f"2024-{month:02d}-20",
            assessed=f"2024-{month:02d}-21",
            began="2024-12-01",
            source="4" if place < 4 else "1",
            need="ASD" if place < 8 else "SLCN",
            setting="EHE" if place < 5 else "EYP",
        )
    found = read(made, tmp_path)
    rows = rows_of(fit_demand(found, definitions(found), [100.0] * 26, Names(), K))
    assert rows["requests_per_1000", "age=8"].value == 1000 * 9 / 100
    assert rows["requests_per_1000", "age=9"].value == 1000 * 3 / 100
    assert rows["month_share", "month=2"].value == 9 / 12
    assert rows["source_share", "source=parent"].value == 4 / 12
    assert rows["need_share", "band=5_to_10,need=ASD"].value == 8 / 12
    assert rows["named_setting", "band=5_to_10,setting=home_education"].value == 5 / 12


def school_children(made: HandReturn, count: int, born: str, moved: bool) -> None:
    for _ in range(count):
        made.old_plan(born, setting="OLA")
        row = made.tables["placementdetail"][-1]
        if moved:
            row["leavingdate"] = "2024-09-01"
            key = made.tables["activeplans"][-1]["activeplanstableid"]
            made.add("placementdetail", activeplanstableid=key, sensetting="EHE", entrydate="2024-09-01")


def test_moves_at_a_phase_transfer_are_shares_and_others_are_rates(tmp_path: Path) -> None:
    made = HandReturn()
    school_children(made, 4, "2013-05-01", moved=True)  # 10 on 31 August 2023: to secondary school
    school_children(made, 6, "2013-05-01", moved=False)
    school_children(made, 3, "2010-05-01", moved=True)
    rows = rows_of(fit_moves(read(made, tmp_path), K))
    secondary = rows["secondary", "from=tuition,to=home_education"]
    assert (secondary.events, secondary.n) == (4, 10)
    other = rows["moves_per_year", "setting=tuition"]
    assert other.events == 3
    assert other.exposure_years == pytest.approx((7 * 244 + 6 * 366) / 365.25)


def test_moves_to_special_schools_are_counted_where_they_are_not_few(tmp_path: Path) -> None:
    made = HandReturn()
    school_children(made, 5, "2013-05-01", moved=True)
    school_children(made, 4, "2010-05-01", moved=True)
    folder = made.write(tmp_path)
    found = read_return(folder)
    for case in found.cases:
        for stay in case.stays:
            stay.setting = {"tuition": "mainstream", "home_education": "inmss"}[stay.setting]
    assert rows_of(fit_moves(found, K))["moves_mainstream_to_special", "all"].value == 9
    assert ("moves_mainstream_to_special", "all") not in rows_of(fit_moves(found, 10))


def test_a_pool_is_shown_by_the_classes_that_hold_four_fifths_of_it() -> None:
    edges = (0, 2, 4, 6, 9, 12)
    assert span_of([1, 12, 14, 2, 1], [0, 1, 2, 3, 4], edges, 10) == ("2", "6")
    assert span_of([1, 4, 4, 2, 1], [0, 1, 2, 3, 4], edges, 10) == ("2", "9")


def test_reviews_for_a_change_of_phase_do_not_count_in_the_shares(tmp_path: Path) -> None:
    made = HandReturn()
    done = {"reviewmeeting": "2024-10-01", "reviewoutcomedate": "2024-10-20"}
    for _ in range(5):
        made.old_plan(**done, reviewoutcome="A", phasetransferduedate="2025-02-15")
        made.old_plan(**done, reviewoutcome="M")
        made.old_plan(lastreview="2023-06-01")
    for _ in range(3):
        made.old_plan(**done, reviewoutcome="A")
        made.old_plan(reviewmeeting="2024-12-20")
    rows = rows_of(fit_reviews(read(made, tmp_path), K))
    assert (rows["reviews_held", "all"].events, rows["reviews_held", "all"].n) == (11, 16)
    amended = next(row for (name, _), row in rows.items() if name == "review_amend")
    assert (amended.events, amended.n) == (3, 8)
    assert (rows["decision_outstanding", "all"].events, rows["decision_outstanding", "all"].n) == (3, 21)


def test_open_cases_stand_in_their_stage_with_their_age(tmp_path: Path) -> None:
    made = HandReturn()
    asked(made, 4, "A", receiveddate="2024-12-20", requestoutcomedate="")  # 4 weeks
    asked(made, 5, "Y", receiveddate="2024-11-01", requestoutcomedate="2024-12-01")  # 11 weeks
    for decided in ("2025-01-10", "2024-11-10"):
        for _ in range(3):
            made.plan(received="2024-09-05", decided="2024-10-10", assessed=decided)
    del made.tables["namedplan"], made.tables["plandetail"], made.tables["activeplans"]
    del made.tables["placementdetail"], made.tables["senneed"]
    rows = rows_of(fit_open_cases(read(made, tmp_path), K))
    assert {group: row.n for (_, group), row in rows.items()} == {
        "stage=deciding_to_assess,weeks=2-4": 4,
        "stage=advice,weeks=9-12": 5,
        "stage=drafting,weeks=16-20": 3,
        "stage=finalising,weeks=16-20": 3,
    }


def test_a_stage_with_few_cases_is_counted_with_the_next(tmp_path: Path) -> None:
    made = HandReturn()
    asked(made, 2, "A", receiveddate="2024-12-20", requestoutcomedate="")
    asked(made, 5, "Y", receiveddate="2024-12-10", requestoutcomedate="2024-12-20")
    rows = rows_of(fit_open_cases(read(made, tmp_path), K))
    assert sum(row.n for row in rows.values()) == 7
    assert {group.split(",")[0] for _, group in rows} == {"stage=advice"}


def test_a_pool_keeps_its_total_and_takes_the_proportions_of_the_config_below() -> None:
    found = factors({16: 1.0, 17: 3.0}, {16: 100.0, 17: 100.0}, [16, 17])
    assert found == {16: pytest.approx(0.5), 17: pytest.approx(1.5)}
    assert factors({}, {1: 5.0, 2: 5.0}, [1, 2]) == {1: 1.0, 2: 1.0}


def test_a_merged_need_is_shared_out_as_the_config_below_has_it() -> None:
    shares = shared_out(
        {"ASD": 0.6, "OTH": 0.4}, ["OTH"], {"ASD": 0.5, "MLD": 0.3, "OTH": 0.1}, {"MLD": "OTH", "ASD": "OTH"}
    )
    assert shares == {"ASD": 0.6, "OTH": pytest.approx(0.1), "MLD": pytest.approx(0.3)}
    assert math.fsum(rounded({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}).values()) == 1


def test_names_that_the_config_has_not_go_to_the_nearest_kind(tmp_path: Path) -> None:
    made = HandReturn()
    made.old_plan(need="MSI", setting="NEET")
    made.old_plan(need="ASD", setting="EHE")
    found = read(made, tmp_path)
    told = adopt(found, Names(("ASD", "OTH"), ("mainstream", "tuition"), ()))
    assert [(case.need, case.setting) for case in found.cases] == [("OTH", "mainstream"), ("ASD", "tuition")]
    assert told == {"MSI": "OTH", "neet": "mainstream", "home_education": "tuition"}


def released(found: Return, threshold: int) -> dict[tuple[str, str], Released]:
    table = definitions(found)
    stock = stock_of(table, Names(), threshold)
    return {(row.series, row.group): row for row in release(found, table, stock, threshold)}


def test_small_cells_are_merged_or_held_back_and_so_is_what_would_tell_them(tmp_path: Path) -> None:
    made = HandReturn()
    asked(made, 30, "Y")
    asked(made, 14, "N")
    asked(made, 2, "A", requestoutcomedate="")
    for need, count in (("ASD", 15), ("SLCN", 11), ("HI", 2), ("OTH", 9)):
        for _ in range(count):
            made.old_plan(need=need)
    rows = released(read(made, tmp_path), 10)
    assert rows["requests", "all"].value == 46
    assert rows["requests_agreed", "all"].value == 30
    assert rows["requests_refused", "all"].status == "suppressed"  # 46 - 30 - 14 is 2
    assert rows["requests_undecided", "all"].value is None
    assert rows["plans", "need=OTH"].value == 11
    assert ("plans", "need=HI") not in rows


def test_a_share_that_few_are_left_out_of_is_not_shown(tmp_path: Path) -> None:
    made = HandReturn()
    asked(made, 30, "N", requestsource="4")
    asked(made, 2, "Y", requestsource="4")
    assert not [
        row for row in fit_decisions(read(made, tmp_path / "all"), 3) if row.parameter == "refuse_to_assess"
    ]
    asked(made, 20, "Y", requestsource="2")
    asked(made, 20, "N", requestsource="2")
    rows = rows_of(fit_decisions(read(made, tmp_path / "sources"), 3))
    assert rows["refuse_to_assess", "source=school+parent+other"].n == 72


def the_layer(made: HandReturn, folder: Path) -> dict[str, Any]:
    """The settings fitted without a config below, at a threshold of three."""
    found = read(made, folder)
    table = definitions(found)
    fits = fit(found, table, None, Names(), K)
    return Layer(found, fits, stock_of(table, Names(), K), Names()).tree()


def test_the_layer_has_the_settings_of_a_config_with_their_samples(tmp_path: Path) -> None:
    made = HandReturn()
    asked(made, 6, "N", requestsource="4", born="2020-01-01")
    asked(made, 6, "Y", requestsource="4", born="2020-01-01")
    asked(made, 3, "N", requestsource="2")
    asked(made, 9, "Y", requestsource="2")
    asked(made, 3, "W", receiveddate="2024-01-01", requestoutcomedate="2024-12-31", requestsource="2")
    for need in ("ASD", "ASD", "MLD"):
        for _ in range(4):
            made.old_plan(need=need, lastreview="2022-01-01")
            made.old_plan(need=need, reviewmeeting="2024-10-16", reviewoutcome="A")
    tree = the_layer(made, tmp_path)
    refused = tree["decisions"]["refuse_to_assess"]
    assert (refused["value"], refused["source"]) == (0.375, "SEN2 return 2025, n = 24, 9 events")
    assert refused["low"] < 0.375 < refused["high"]
    odds = tree["decisions"]["refusal_odds_by_age"]["value"]
    assert odds["under_5"]["value"] == pytest.approx((0.5 / 0.5) / (9 / 15), abs=1e-3)
    assert tree["demand"]["sources"]["value"]["parent"]["refusal_odds"]["value"] == odds["under_5"]["value"]
    open_days = 9 * 31 + 15 * 306 + 3 * 365  # the agreed ones stay open to the end of the year
    rate = 3 / (open_days / 365.25)
    assert tree["decisions"]["withdraw_per_year"]["value"] == pytest.approx(1 - math.exp(-rate), abs=1e-4)
    plans = tree["opening"]["plans"]
    assert plans["by_need"]["value"] == {"ASD": 16, "MLD": 8}
    assert sum(plans["by_age"]["value"]) == sum(plans["by_setting"]["value"].values()) == 24
    assert [each["months"] for each in plans["months_since_review"]] == [[3, 6], [15, 20]]
    assert tree["run"]["start"] == date(2025, 1, 1)


def test_the_upper_ends_of_moves_from_one_setting_do_not_pass_one() -> None:
    layer = Layer(Return(date(2025, 1, 16), [], {}, {}, {}, []), Fits([]), Stock([], {}, {}, {}), Names())
    rows = [
        replace(share("post_16", f"from=a,to={name}", 48, 100), members=("a", name)) for name in ("b", "c")
    ]
    moves = layer._moves(rows)
    assert sum(each["high"] for each in moves.values()) <= 1
    assert all(each["low"] <= each["value"] <= each["high"] for each in moves.values())


def test_longest_times_since_review_are_put_where_the_model_holds_them() -> None:
    classes = [
        ((0, 3), {"value": 0.5}),
        ((18, 24), {"value": 0.3, "source": "s"}),
        ((24, 60), {"value": 0.2}),
    ]
    found = dict(shortened(classes))
    assert set(found) == {(0, 3), (15, 20)}
    assert found[15, 20]["value"] == 0.5


def test_what_was_not_fitted_of_a_table_stays_as_the_config_below_has_it() -> None:
    base = {"under_5": {"amend": 0.6, "cease": 0.1}, "5_to_10": {"amend": 0.7, "cease": 0.0}}
    found = completed({"under_5": {"amend": 0.8}}, base)
    assert found == {"under_5": {"amend": 0.8, "cease": 0.1}, "5_to_10": {"amend": 0.7, "cease": 0.0}}
    whole = {"value": {"mainstream": 1.0}}
    assert completed({"under_5": whole}, {"under_5": {"fe": 1.0}}) == {"under_5": whole}


def test_too_small_a_return_a_low_threshold_and_the_same_folder_are_refused(tmp_path: Path) -> None:
    made = HandReturn()
    made.plan()
    folder = made.write(tmp_path / "return")
    with pytest.raises(InputError, match="fewer than 10"):
        import_sen2(folder, tmp_path / "out")
    with pytest.raises(InputError, match="3 or more"):
        import_sen2(folder, tmp_path / "out", threshold=1)
    with pytest.raises(InputError, match="folder of the return"):
        import_sen2(folder, folder)
    assert not (tmp_path / "out").exists()


def test_dates_before_the_year_do_not_count_as_time_open(tmp_path: Path) -> None:
    made = HandReturn()
    asked(made, 3, "W", receiveddate="2022-01-01", requestoutcomedate="2024-01-02")
    row = rows_of(fit_decisions(read(made, tmp_path), K))["withdraw_per_year", "all"]
    assert row.exposure_years == pytest.approx(3 / 365.25)
