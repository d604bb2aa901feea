"""Measures worked by hand on small logs, and the laws they must obey on any."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hand_log import HandLog
from small_settings import small_config, small_settings

from sim import event_log as events
from sim.luck import key_of, uniform
from sim.measures.measures import MEASURES, yearly_and_monthly
from sim.measures.periods import Months
from sim.measures.records import Records
from sim.measures.spells import Spells, cases_of, is_followed, occupancy
from sim.money.ledger import reckon


def measured(hand: HandLog, **changed: object) -> tuple[dict, dict]:
    """Yearly values by (calendar, period, measure, group), monthly by (month, measure, group)."""
    log, settings = hand.build(), small_settings(**changed)
    yearly, monthly = yearly_and_monthly(log, settings, reckon(log, settings))
    return {row[:4]: row[4] for row in yearly}, {row[:3]: row[3] for row in monthly}


def of_2020(hand: HandLog, measure: str, group: str = "all", **changed: object) -> float | None:
    return measured(hand, **changed)[0].get(("calendar", "2020", measure, group))


def many_cases() -> HandLog:
    """Two hundred cases in all states, from before the start to after the end of the run."""
    hand = HandLog()
    for number in range(200):
        u = [uniform(key_of("many_cases", number), step) for step in range(7)]
        days = np.cumsum([-60 + 780 * u[0], *(60 * v for v in u[1:6])]).astype(int).tolist()
        taken = [day for day in days if day < hand.days][: 1 + int(8 * u[6])]
        child = hand.case(*taken, need="ASD" if u[1] < 0.5 else "SEMH", district="South")
        if not taken:
            hand.note(700, child, events.REQUESTED)
        elif len(taken) == 4:
            hand.note(taken[-1] + 5, child, events.WITHDRAWN)
    return hand


def test_twenty_week_rates_are_reckoned_as_sen2_does() -> None:
    hand = HandLog()
    hand.plan(0, 140)  # the last day in time
    hand.plan(0, 141)  # a day late
    hand.plan(0, 100, facts=1)  # in time, with an exception
    hand.plan(0, 200, facts=2)  # late, left out of the return
    assert of_2020(hand, "plans_issued") == 4
    assert of_2020(hand, "plans_issued_within_20_weeks") == 2
    assert of_2020(hand, "timeliness_20w_denominator_incl") == 3
    assert of_2020(hand, "timeliness_20w_denominator_excl") == 2
    assert of_2020(hand, "timeliness_20w_incl") == pytest.approx(200 / 3)
    assert of_2020(hand, "timeliness_20w_excl") == 50


def test_a_rate_of_nothing_gives_no_row() -> None:
    hand = HandLog()
    hand.case(0)
    yearly, monthly = measured(hand)
    rates = {"timeliness_20w_incl", "timeliness_20w_excl", "decisions_by_week_6", "wait_stage_mean"}
    assert not rates & {measure for _, _, measure, _ in yearly}
    assert ("2020-01", "timeliness_20w_excl", "all") not in monthly
    assert all(np.isfinite(value) for value in (*yearly.values(), *monthly.values()))


def test_periods_partly_inside_the_run_say_so() -> None:
    months = Months(date(2020, 1, 1), 731)
    assert [period.label for period in months.periods("calendar")] == ["2020", "2021"]
    assert [period.label for period in months.periods("financial")] == [
        "2019-20 (part)",
        "2020-21",
        "2021-22 (part)",
    ]
    assert [period.label for period in months.periods("academic")][1] == "2020-21"


def test_counts_fall_in_the_period_of_their_own_day() -> None:
    hand = HandLog()
    for day in (-1, 0, 90, 91, 730, 731):  # 31 March 2020 is day 90
        hand.case(day)
    yearly, monthly = measured(hand)
    assert yearly["financial", "2019-20 (part)", "requests", "all"] == 2
    assert yearly["financial", "2020-21", "requests", "all"] == 1
    assert yearly["calendar", "2021", "requests", "all"] == 1
    assert monthly["2020-03", "requests", "all"] == 1


def test_open_cases_are_counted_at_the_close_of_the_period_by_stage_and_age() -> None:
    hand = HandLog()
    hand.case(-30, 5)  # 20 weeks over on day 110
    hand.case(365)
    hand.case(227, 240, 260)  # 20 weeks over on day 367
    hand.plan(0, 366)
    yearly, monthly = measured(hand)
    assert yearly["calendar", "2020", "open_assessments", "all"] == 4
    assert yearly["calendar", "2020", "open_assessments", "stage=advice"] == 1
    assert yearly["calendar", "2020", "open_assessments", "stage=finalising"] == 1
    assert yearly["calendar", "2020", "open_assessments_over_20w", "all"] == 2
    assert yearly["calendar", "2020", "open_assessments_over_20w", "stage=advice"] == 1
    assert monthly["2021-01", "open_assessments", "all"] == 3
    assert monthly["2021-01", "open_assessments_over_20w", "all"] == 2


def test_time_past_twenty_weeks_is_that_of_children_with_a_plan_to_come() -> None:
    hand = HandLog()
    hand.plan(0, 154)  # 14 days
    hand.case(0)  # still open: from day 140 to the end of the year, day 366
    hand.note(300, hand.case(0), events.WITHDRAWN)
    assert of_2020(hand, "weeks_without_provision") == pytest.approx((14 + 226) / 7)


def test_waits_are_over_the_plans_issued_in_the_period() -> None:
    hand = HandLog()
    waits = [70, 77, 91, 140, 210]
    for wait in waits:
        hand.plan(300 - wait, 300)
    hand.plan(0, 400)
    assert of_2020(hand, "wait_request_to_plan_mean") == pytest.approx(np.mean(waits) / 7)
    assert of_2020(hand, "wait_request_to_plan_median") == 13
    assert of_2020(hand, "wait_request_to_plan_p90") == pytest.approx(np.percentile(waits, 90) / 7)
    assert of_2020(hand, "wait_request_to_plan_p90", "need=SEMH") is None


def test_each_step_has_its_own_limit() -> None:
    hand = HandLog()
    for agreed, drafted in ((42, 112), (43, 113)):
        child = hand.case(0, agreed, 60, 100, drafted)
        hand.note(agreed, child, events.ADVICE_ASKED, stage="ep")
        hand.note(agreed + drafted - 70, child, events.ADVICE_RECEIVED, stage="ep")
    assert of_2020(hand, "decisions_by_week_6") == 50
    assert of_2020(hand, "drafts_by_week_16") == 50
    assert of_2020(hand, "ep_advice_within_6w") == 50
    assert of_2020(hand, "wait_stage_mean", "stage=deciding_to_assess") == pytest.approx(42.5 / 7)
    assert of_2020(hand, "wait_stage_mean", "stage=ep_advice") == pytest.approx(42.5 / 7)


def test_a_review_is_overdue_until_decided_or_replaced_or_the_plan_ceases() -> None:
    hand = HandLog()
    early, late, never, gone = (hand.holder() for _ in range(4))
    for child in (early, late, never, gone):
        hand.note(40, child, events.REVIEW_DUE)
        hand.note(405, child, events.REVIEW_DUE)
    hand.note(30, early, events.REVIEW_DECIDED, 10, stage="maintain")
    hand.note(100, late, events.REVIEW_DECIDED, 75, stage="maintain")
    hand.note(70, gone, events.PLAN_CEASED, resource="died")
    _, monthly = measured(hand)
    overdue = [monthly[month, "reviews_overdue", "all"] for month in ("2020-02", "2020-03", "2020-04")]
    assert overdue == [3, 2, 1]
    assert of_2020(hand, "review_decisions_within_4w") == 50
    assert of_2020(hand, "reviews_due") == 4


def test_phase_transfers_not_named_are_late_and_plans_ceased_before_the_date_do_not_count() -> None:
    hand = HandLog()
    for named in (-5, 0, 3, None, "ceased"):
        child = hand.holder()
        hand.note(45, child, events.TRANSFER_DUE, stage="secondary")
        if named == "ceased":
            hand.note(44, child, events.PLAN_CEASED, resource="died")
        elif named is not None:
            hand.note(45 + named, child, events.TRANSFER_NAMED, named, stage="secondary")
    assert of_2020(hand, "phase_transfers_on_time") == 50


def test_a_wait_for_a_place_ends_by_the_place_by_giving_up_or_by_leaving() -> None:
    hand = HandLog()
    placed, given_up, gone, waiting = (hand.holder() for _ in range(4))
    for child in (placed, given_up, gone, waiting):
        hand.note(10, child, events.PLACE_WANTED, resource="special")
    hand.note(20, placed, events.PLACED, 1000, resource="tuition")  # interim: still waiting
    hand.note(40, placed, events.PLACED, 1000, resource="special")
    hand.note(70, given_up, events.PLACE_NOT_WANTED, resource="special")
    hand.note(100, gone, events.PLAN_CEASED, resource="died")
    yearly, monthly = measured(hand)
    waits = [monthly[f"2020-0{month}", "waiting_for_place", "all"] for month in range(1, 6)]
    assert waits == [4, 3, 2, 1, 1]
    assert yearly["calendar", "2021", "waiting_for_place", "setting=special"] == 1
    assert monthly["2020-01", "placements", "setting=tuition"] == 1
    assert monthly["2020-02", "placements", "setting=special"] == 1
    assert yearly["calendar", "2020", "placements", "all"] == 3


def test_the_census_is_the_third_thursday_of_january_with_ages_of_the_august_before() -> None:
    hand = HandLog()
    hand.holder(cohort=2014)  # 5 on 31 August 2019
    hand.holder("special", need="SEMH", cohort=2015)  # 4
    hand.note(16, hand.holder(cohort=2003), events.PLAN_CEASED, resource="died")  # day after the census
    yearly, monthly = measured(hand)
    assert yearly["calendar", "2020", "plans_active", "all"] == 3
    assert yearly["calendar", "2020", "plans_active", "age=under_5"] == 1
    assert yearly["calendar", "2020", "plans_active", "age=16_to_19"] == 1
    assert yearly["calendar", "2020", "plans_active", "setting=special"] == 1
    assert yearly["calendar", "2021", "plans_active", "age=5_to_10"] == 2
    assert monthly["2020-01", "plans_active", "all"] == 2
    assert not any(key[0] == "financial" and key[2] == "plans_active" for key in yearly)


def test_staff_hours_utilisation_work_waiting_and_caseloads_come_from_the_log() -> None:
    hand = HandLog()
    for child in (hand.holder(), hand.holder()):
        hand.job(child, "review_officer", 60, 3, 5, 6)
        hand.job(child, "review_officer", 60, 20)
    hand.note(40, 0, events.CANCELLED, 60, "draft_plan", "review_officer")
    for event, value in (
        (events.MINUTES_AVAILABLE, 6000),
        (events.MINUTES_USED, 1500),
        (events.FTE_DAYS, 31 * 500),
    ):
        hand.note(0, events.NOBODY, event, value, resource="review_officer")
    yearly, monthly = measured(hand)
    assert monthly["2020-01", "staff_hours_available", "pool=review_officer"] == 100
    assert monthly["2020-01", "work_waiting", "pool=review_officer"] == 2
    assert monthly["2020-02", "work_waiting", "pool=review_officer"] == 1
    assert yearly["calendar", "2020", "staff_utilisation", "pool=review_officer"] == 25
    january = HandLog(days=31)
    january.entries, january.children = hand.entries, hand.children
    assert measured(january)[0]["calendar", "2020 (part)", "caseload_per_fte", "pool=review_officer"] == 4


def test_places_commissioned_follow_their_dates_in_whole_places() -> None:
    settings = small_config()["settings"]
    settings["special"]["places"] = {date(2020, 1, 1): 60.0, date(2020, 12, 31): 70.5}
    hand = HandLog()
    hand.holder()
    assert of_2020(hand, "places_commissioned", "setting=special", settings=settings) == 70


def test_transfers_and_plans_ceased_are_counted_by_reason() -> None:
    hand = HandLog()
    hand.note(5, hand.holder(), events.PLAN_CEASED, resource="transferred_out")
    hand.note(6, hand.holder(), events.PLAN_CEASED, resource="died")
    hand.note(7, hand.child(), events.TRANSFERRED_IN)
    assert of_2020(hand, "transfers_out") == 1
    assert of_2020(hand, "plans_ceased") == 2
    assert of_2020(hand, "transfers_in") == 1


def test_open_cases_over_time_are_exactly_the_times_in_the_system() -> None:
    """Little's law: the integral of the number there is the sum of the times spent there."""
    hand = many_cases()
    log = hand.build()
    cases = cases_of(Records(log, Months(log.start, log.days), is_followed))
    spells = Spells(cases.requested, cases.requested, cases.requested, cases.closed, cases.requested)
    stays = np.clip(cases.closed, 0, log.days) - np.clip(cases.requested, 0, log.days)
    assert occupancy(spells, None, log.days).sum() == stays.sum() > 0


def test_groups_add_up_to_all_and_months_to_years() -> None:
    yearly, monthly = measured(many_cases())
    year = {key[2:]: value for key, value in yearly.items() if key[:2] == ("calendar", "2020")}
    for measure, kind in (
        ("requests", "need"),
        ("requests", "district"),
        ("plans_issued", "need"),
        ("open_assessments", "need"),
        ("open_assessments", "stage"),
        ("open_assessments_over_20w", "stage"),
    ):
        parts = [value for (name, group), value in year.items() if name == measure and kind in group]
        assert sum(parts) == year[measure, "all"] > 0
    months = [value for (month, *key), value in monthly.items() if key == ["requests", "all"]]
    assert sum(months[:12]) == year["requests", "all"]
    assert year["open_assessments", "all"] == monthly["2020-12", "open_assessments", "all"]


def test_rows_are_sorted_named_in_the_dictionary_and_the_same_for_rows_written_in_another_order() -> None:
    hand = many_cases()
    settings = small_settings()

    def rows() -> tuple[list, list]:
        log = hand.build()
        return yearly_and_monthly(log, settings, reckon(log, settings))

    first = rows()
    hand.entries.sort()
    assert rows() == first
    assert first[0] == sorted(first[0]) and first[1] == sorted(first[1])
    assert {row[2] for row in first[0]} | {row[1] for row in first[1]} <= set(MEASURES)


def test_an_empty_log_measures_nothing_and_breaks_nothing() -> None:
    yearly, monthly = measured(HandLog())
    assert yearly["calendar", "2020", "requests", "all"] == 0
    assert monthly["2020-01", "open_assessments", "all"] == 0
