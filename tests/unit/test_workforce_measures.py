"""Vacancies, leavers, agency people and hours lost, from logs whose numbers are known."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hand_log import HandLog
from small_settings import small_config

from sim import event_log as events
from sim.measures.measures import MEASURES, measure
from sim.money.ledger import reckon
from sim.settings import Settings

TURNOVER = {"leave_per_year": 0.1, "recruitment": {"days": 60}}
PREVENTIVE = {"fte": 1, "from_weeks": 1, "full_weeks": 2, "requests": 0.1}
JANUARY, FEBRUARY, MARCH = 0, 31, 60


def rows(hand: HandLog, **pools: Any) -> dict[tuple[str, str, str], float]:
    """Values by period, measure and group: calendar years and months."""
    config = small_config()
    for pool, changed in pools.items():
        config["staff_pools"][pool] |= changed
    settings, log = Settings.model_validate(config), hand.build()
    series = measure(log, settings, reckon(log, settings))
    yearly = series.yearly(lambda *_: True)
    assert {name for _, _, name, _, _ in yearly} <= set(MEASURES)
    found = {
        (period, name, group): value for kind, period, name, group, value in yearly if kind == "calendar"
    }
    months = series.monthly(lambda *_: True)
    return found | {(month, name, group): value for month, name, group, value in months}


def staff(hand: HandLog, day: int, event: str, value: int, pool: str = "ep") -> None:
    hand.note(day, events.NOBODY, event, value, resource=pool)


def test_vacancies_are_full_posts_on_the_mean_day_of_the_period() -> None:
    hand = HandLog()
    staff(hand, JANUARY, events.VACANT_FTE_DAYS, 31_000)
    staff(hand, FEBRUARY, events.VACANT_FTE_DAYS, 14_500)
    staff(hand, FEBRUARY, events.VACANT_FTE_DAYS, 29_000, "casework_officer")
    found = rows(hand, ep={"turnover": TURNOVER}, casework_officer={"turnover": TURNOVER})
    assert found["2020-01", "vacancies", "pool=ep"] == 1
    assert found["2020-02", "vacancies", "pool=ep"] == 0.5
    assert found["2020-02", "vacancies", "all"] == 1.5
    assert found["2020", "vacancies", "pool=ep"] == pytest.approx(45.5 / 366)
    assert found["2021", "vacancies", "all"] == 0


def test_agency_people_are_counted_in_every_pool() -> None:
    hand = HandLog()
    staff(hand, MARCH, events.AGENCY_FTE_DAYS, 62_000)
    found = rows(hand)
    assert (found["2020-03", "agency_fte", "pool=ep"], found["2020-03", "agency_fte", "all"]) == (2, 2)
    assert found["2020-03", "agency_fte", "pool=review_officer"] == 0


def test_leavers_and_hours_lost_add_up_over_months_and_pools() -> None:
    hand = HandLog()
    for day, pool in ((5, "ep"), (70, "ep"), (71, "review_officer"), (400, "ep")):
        staff(hand, day, events.LEFT_POST, 400, pool)
    staff(hand, JANUARY, events.SICK_MINUTES, 600)
    staff(hand, MARCH, events.SICK_MINUTES, 60, "review_officer")
    staff(hand, MARCH, events.INDUCTION_MINUTES, 90)
    found = rows(hand, ep={"turnover": TURNOVER}, review_officer={"turnover": TURNOVER})
    assert (found["2020", "posts_left", "pool=ep"], found["2020", "posts_left", "all"]) == (2, 3)
    assert (found["2021", "posts_left", "all"], found["2020-02", "posts_left", "all"]) == (1, 0)
    assert (found["2020", "staff_hours_sick", "pool=ep"], found["2020", "staff_hours_sick", "all"]) == (
        10,
        11,
    )
    assert found["2020", "staff_hours_inducting", "pool=ep"] == 1.5


def test_early_help_is_told_where_there_is_any() -> None:
    hand = HandLog()
    staff(hand, JANUARY, events.PREVENTIVE_MINUTES, 6_000)
    staff(hand, JANUARY, events.PREVENTIVE_LOST, 1_500)
    found = rows(hand, ep={"preventive": PREVENTIVE})
    assert found["2020", "preventive_hours_available", "pool=ep"] == 100
    assert found["2020", "preventive_hours_lost", "all"] == 25


def test_pools_that_nobody_leaves_have_no_such_rows() -> None:
    found = rows(HandLog())
    told = {name for _, name, _ in found}
    assert not told & {"vacancies", "posts_left", "staff_hours_sick", "preventive_hours_lost"}


def test_a_service_carries_its_share_of_the_plans() -> None:
    hand = HandLog()
    for _ in range(12):
        hand.holder()
    caseload = {
        "share_of_plans": 0.5,
        "fte": {date(2020, 1, 1): 2, date(2020, 2, 15): 4, date(2020, 3, 1): 0},
        "recommended": 23,
        "most": 40,
    }
    found = rows(hand, ep={"caseload": caseload})
    assert found["2020-01", "caseload_per_fte", "pool=ep"] == 3
    assert found["2020-02", "caseload_per_fte", "pool=ep"] == 1.5
    assert ("2020-03", "caseload_per_fte", "pool=ep") not in found


def test_officers_carry_more_while_posts_are_vacant() -> None:
    hand = HandLog()
    for _ in range(30):
        hand.holder()
    staff(hand, JANUARY, events.FTE_DAYS, 62_000, "review_officer")
    staff(hand, FEBRUARY, events.FTE_DAYS, 29_000, "review_officer")
    staff(hand, FEBRUARY, events.AGENCY_FTE_DAYS, 14_500, "review_officer")
    found = rows(hand)
    assert found["2020-01", "caseload_per_fte", "pool=review_officer"] == 15
    assert found["2020-02", "caseload_per_fte", "pool=review_officer"] == 20
