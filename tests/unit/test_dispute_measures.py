"""Measures of disputes, counted by hand from a log written by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hand_log import HandLog
from quarrels import with_disputes
from small_settings import small_config

from sim import event_log as events
from sim.measures.measures import MONTHLY, yearly_and_monthly
from sim.money.ledger import reckon
from sim.settings import Settings

Rows = dict[tuple[str, str], float]


def settings_of(**changed: Any) -> Settings:
    config = small_config()
    with_disputes(config)
    return Settings.model_validate(config | changed)


def measured(hand: HandLog, settings: Settings, year: str = "2020") -> Rows:
    log = hand.build()
    yearly, _ = yearly_and_monthly(log, settings, reckon(log, settings))
    return {(row[2], row[3]): row[4] for row in yearly if row[:2] == ("calendar", year)}


@pytest.fixture(scope="module")
def rows() -> Rows:
    hand = HandLog()
    first = hand.case(0)
    hand.note(40, first, events.REFUSED)
    hand.note(60, first, events.DISPUTED, 20, "refusal_to_assess", "mediation")
    hand.note(85, first, events.MEDIATED, 0, "refusal_to_assess", "agreed")
    second = hand.holder()
    hand.note(80, second, events.MEDIATED, 0, "amended", "not_agreed")
    hand.note(80, second, events.APPEALED, 0, "amended")
    hand.note(150, second, events.APPEAL_ENDED, 70, "amended", "conceded")
    hand.note(180, second, events.ORDER_MET, -5, "amended")
    third = hand.holder()
    for day, kind, ending, value in ((100, "contents", "upheld", 140), (110, "ceasing", "withdrawn", 35)):
        hand.note(day, third, events.APPEALED, 0, kind)
        hand.note(day + value, third, events.APPEAL_ENDED, value, kind, ending)
    hand.note(280, third, events.ORDER_MET, 5, "contents")
    hand.note(281, third, events.ORDER_MET, 0, "contents")
    for day in (200, 231, 300):
        hand.note(day, third, events.COMPLAINED)
    hand.note(310, third, events.REMEDIED)
    return measured(hand, settings_of())


def test_mediations_are_counted_by_decision_and_outcome(rows: Rows) -> None:
    assert rows["mediations", "all"] == 2
    assert rows["mediations", "decision=amended"] == rows["mediations", "decision=refusal_to_assess"] == 1
    assert rows["mediations", "outcome=agreed"] == rows["mediations", "outcome=not_agreed"] == 1


def test_appeals_are_counted_when_registered_and_when_they_end(rows: Rows) -> None:
    assert rows["appeals", "all"] == rows["appeals_ended", "all"] == 3
    assert rows["appeals", "decision=contents"] == 1
    assert rows["appeals", "decision=refusal_to_issue"] == 0
    endings = {name: rows["appeals_ended", f"outcome={name}"] for name in ("conceded", "upheld", "withdrawn")}
    assert endings == {"conceded": 1, "upheld": 1, "withdrawn": 1}
    assert rows["appeals_ended", "outcome=dismissed"] == 0
    assert rows["appeals_heard", "all"] == 1


def test_the_wait_of_appeals_is_the_mean_of_those_that_ended_in_weeks(rows: Rows) -> None:
    assert rows["wait_appeal_mean", "all"] == pytest.approx((70 + 140 + 35) / 3 / 7)


def test_what_is_done_on_its_last_day_is_done_in_time(rows: Rows) -> None:
    assert rows["orders_met_on_time", "all"] == pytest.approx(200 / 3)


def again(hand: HandLog, old: int, day: int, within: int, issued: int | None, **facts: str) -> int:
    """The new file of a refused child, with its plan's day if it has one."""
    new = hand.child(**facts)
    hand.note(day, old, events.REOPENED_AS, new)
    hand.note(day, new, events.REINSTATED, within)
    if issued is not None:
        hand.note(issued, new, events.PLAN_ISSUED, 2)
    return new


def refused(hand: HandLog, **facts: str) -> int:
    """Requested on day 0, so due on day 140, and refused on day 40."""
    child = hand.case(0, **facts)
    hand.note(40, child, events.REFUSED)
    return child


@pytest.mark.parametrize(
    ("day", "issued", "lost", "late"),
    [
        (85, 200, 43, 17),  # due on day 183 by its own limit: 60 days past the first one, shared out
        (85, 160, 20, 0),
        (85, 130, 0, 0),
        (20, 200, 0, 82),  # its own limit passed before the first one
        (85, None, 43, 366 - 183),
    ],
)
def test_a_wrongful_refusal_delays_a_plan_from_the_limit_of_the_first_request(
    day: int, issued: int | None, lost: int, late: int
) -> None:
    hand = HandLog()
    again(hand, refused(hand, need="SEMH"), day, 98, issued, need="SEMH")
    found = measured(hand, settings_of())
    assert found["weeks_lost_to_refusals", "all"] == pytest.approx(lost / 7)
    assert found["weeks_lost_to_refusals", "need=SEMH"] == pytest.approx(lost / 7)
    assert found["weeks_lost_to_refusals", "need=ASD"] == 0
    assert found["weeks_without_provision", "all"] == pytest.approx(late / 7)


def test_a_child_refused_twice_counts_each_day_once() -> None:
    hand = HandLog()
    second = again(hand, refused(hand), 85, 98, None)
    hand.note(170, second, events.NOT_ISSUED)
    third = again(hand, second, 230, 77, 320)
    found = measured(hand, settings_of())
    assert third == 2
    assert found["weeks_lost_to_refusals", "all"] == pytest.approx((307 - 140) / 7)
    assert found["weeks_without_provision", "all"] == pytest.approx((320 - 307) / 7)


def test_a_new_file_that_closes_without_a_plan_counts_until_then_and_a_refusal_that_stands_never() -> None:
    hand = HandLog()
    refused(hand)
    hand.note(210, again(hand, refused(hand), 85, 98, None), events.WITHDRAWN)
    assert measured(hand, settings_of())["weeks_lost_to_refusals", "all"] == pytest.approx(70 / 7)


def test_complaints_are_counted_and_those_upheld(rows: Rows) -> None:
    assert rows["complaints", "all"] == 3
    assert rows["complaints_upheld", "all"] == 1


def taken_up_again(issued: int, reinstated: int = 85, within: int = 98) -> HandLog:
    """A child refused and taken up again, and another whose plan took 100 days from its request."""
    hand = HandLog()
    hand.plan(0, 100)
    refused = hand.case(0)
    hand.note(40, refused, events.REFUSED)
    hand.note(reinstated, refused, events.REOPENED_AS, 2)
    new = hand.child()
    hand.note(reinstated, new, events.REINSTATED, within)
    for day, step in ((reinstated, events.AGREED), (120, events.ADVICE_COMPLETE)):
        hand.note(day, new, step)
    hand.note(issued, new, events.PLAN_ISSUED, 2)
    return hand


@pytest.mark.parametrize(("issued", "percent"), [(85 + 98, 100), (85 + 99, 0)])
def test_a_plan_of_a_case_taken_up_again_has_a_limit_of_its_own(issued: int, percent: float) -> None:
    rows = measured(taken_up_again(issued), settings_of())
    assert rows["assessments_reinstated", "all"] == 1
    assert rows["reinstated_plans_on_time", "all"] == percent


def test_a_case_taken_up_again_is_no_request_and_no_wait_and_outside_the_return() -> None:
    rows = measured(taken_up_again(150), settings_of())
    assert rows["requests", "all"] == 2
    assert rows["plans_issued", "all"] == 2
    assert rows["plans_issued_within_20_weeks", "all"] == 1
    assert rows["timeliness_20w_denominator_incl", "all"] == 1
    assert rows["wait_request_to_plan_mean", "all"] == pytest.approx(100 / 7)
    assert rows["decisions_by_week_6", "all"] == 100  # of two decisions, the agreement and the refusal


def test_a_case_taken_up_again_is_open_in_its_stage_and_late_after_its_own_limit() -> None:
    hand = taken_up_again(400, reinstated=200, within=77)
    by_month = {
        row[:3]: row[3]
        for row in yearly_and_monthly(hand.build(), settings_of(), reckon(hand.build(), settings_of()))[1]
    }
    assert by_month["2020-06", "open_assessments", "all"] == 0
    assert by_month["2020-07", "open_assessments", "all"] == 1  # day 200 is the 19th of July
    assert by_month["2020-07", "open_assessments_over_20w", "all"] == 0
    assert by_month["2020-09", "open_assessments_over_20w", "all"] == 0
    assert by_month["2020-10", "open_assessments_over_20w", "all"] == 1  # day 277 is the 4th of October
    assert by_month["2021-01", "open_assessments_over_20w", "all"] == 1
    assert by_month["2021-02", "open_assessments", "all"] == 0
    assert measured(hand, settings_of())["weeks_without_provision", "all"] == pytest.approx((366 - 277) / 7)


def test_reports_bought_are_counted_by_pool() -> None:
    hand = HandLog()
    child = hand.holder()
    for stage in ("ot_advice", "appeal"):
        hand.note(50, child, events.REPORT_BOUGHT, 0, stage, "ep")
    pools = small_config()["staff_pools"]
    pools["ep"]["bought"] = {"waiting_per_fte": 3, "price": 600, "delay": {"days": 20}}
    pools["tribunal_officer"] = {"fte": 1, "cost_per_fte_year": 45_000}
    rows = measured(hand, settings_of(staff_pools=pools))
    assert rows["reports_bought", "pool=ep"] == rows["reports_bought", "all"] == 2


def test_without_disputes_there_are_no_rows_of_them() -> None:
    hand = HandLog()
    hand.plan(0, 100)
    rows = measured(hand, Settings.model_validate(small_config()))
    of_disputes = {"mediations", "appeals", "complaints", "assessments_reinstated", "reports_bought"}
    assert not of_disputes & {measure for measure, _ in rows}


def test_mediations_and_appeals_are_given_by_month() -> None:
    assert MONTHLY["mediations"] == MONTHLY["appeals"] == ["all"]
