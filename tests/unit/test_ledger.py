"""A ledger worked by hand: two children, a price rise on 1 April, a multiplier, places and staff.

The small config's prices are whole pence a day: mainstream 2,000, special school 4,000 and
transport 1,000, of which half the children of the special school have it.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hand_log import HandLog
from small_settings import small_config, small_settings

from sim import event_log as events
from sim.money.ledger import Ledger, reckon
from sim.money.prices import inflation, pence_a_day, price_steps, whole_places
from sim.schedule import Schedule
from sim.settings import Settings

APRIL = 91  # day number of 1 April 2020


def pence(ledger: Ledger, line: str, detail: str, month: int) -> int:
    table = ledger.by_account()
    of_account = enumerate((account.line, account.detail) for account in ledger.accounts)
    rows = [row for row, account in of_account if account == (line, detail)]
    return int(table[rows, month].sum())


def two_children() -> HandLog:
    """One dear child in a mainstream school throughout; one in a special school for 55 days."""
    hand = HandLog()
    hand.holder("mainstream", 1500)
    second = hand.holder("mainstream", 1000)
    hand.note(45, second, events.PLACED, 1000, resource="special")
    hand.note(100, second, events.PLAN_CEASED, resource="died")
    return hand


def test_two_children_cost_what_they_do_by_hand() -> None:
    ledger = reckon(two_children().build(), small_settings())
    assert pence(ledger, "placement", "mainstream", 0) == 31 * (3000 + 2000)
    assert pence(ledger, "placement", "mainstream", 1) == 29 * 3000 + 14 * 2000
    assert pence(ledger, "placement", "special", 1) == 15 * 4000
    assert pence(ledger, "placement", "special", 3) == 9 * 4080
    assert pence(ledger, "placement", "mainstream", 3) == 30 * 3060
    assert pence(ledger, "transport", "special", 2) == 31 * 500
    assert pence(ledger, "transport", "special", 3) == 9 * 510
    second = 45 * 2000 + 46 * 4000 + 9 * 4080 + 46 * 500 + 9 * 510
    assert ledger.pence_by_child[1] == second


def test_children_and_posts_together_cost_what_lines_and_funds_do() -> None:
    ledger = reckon(two_children().build(), small_settings())
    by_line = ledger.by_line()
    children = by_line["placement"] + by_line["tuition"] + by_line["transport"]
    assert children.sum() == ledger.pence_by_child.sum()
    assert sum(by_line.values()).tolist() == ledger.by_month().tolist()
    assert sum(ledger.by_fund().values()).tolist() == ledger.by_month().tolist()


def test_transport_is_a_general_fund_cost_and_places_are_paid_from_the_setting_s_fund() -> None:
    ledger = reckon(two_children().build(), small_settings())
    assert ledger.by_fund()["general_fund"].sum() == ledger.by_line()["transport"].sum()


def test_commissioned_places_are_paid_filled_or_not_and_children_over_number_too() -> None:
    config = small_config()
    config["settings"]["special"].update(places=2, place_funding_per_year=3652.5)
    hand = HandLog()
    for _ in range(3):
        hand.note(10, hand.holder("special"), events.PLAN_CEASED, resource="died")
    ledger = reckon(hand.build(), Settings.model_validate(config))
    assert pence(ledger, "place_funding", "special", 0) == 1000 * (10 * 3 + 21 * 2)


def test_staff_and_agency_are_paid_by_the_fte_of_the_month() -> None:
    config = small_config()
    config["staff_pools"]["ep"].update(cost_per_fte_year=36_525, agency_cost_per_day=365.25)
    hand = HandLog()
    hand.note(0, events.NOBODY, events.FTE_DAYS, 31 * 2500, resource="ep")
    hand.note(APRIL, events.NOBODY, events.FTE_DAYS, 30 * 1000, resource="ep")
    hand.note(0, events.NOBODY, events.AGENCY_FTE_DAYS, 31 * 1000, resource="ep")
    ledger = reckon(hand.build(), Settings.model_validate(config))
    assert pence(ledger, "staff", "ep", 0) == 31 * 25_000
    assert pence(ledger, "staff", "ep", 3) == 30 * 10_200
    assert pence(ledger, "agency", "ep", 0) == 31 * 220 * 100


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        ({"one_off": 45_000}, {3: 4_500_000}),
        ({"per_year": 3652.5, "until": date(2020, 5, 11)}, {3: 30 * 1000, 4: 10 * 1000}),
        ({"one_off": 10, "from": date(2020, 6, 1)}, {5: 1000}),
        ({"one_off": 10, "from": date(2019, 6, 1)}, {}),
    ],
)
def test_an_active_intervention_is_charged_from_its_date(cost: dict, expected: dict) -> None:
    config = small_config()
    change = {"path": "staff_pools.ep.fte", "operation": "add", "value": 1, "from": date(2020, 4, 1)}
    intervention = {"changes": [change], "cost": [{"fund": "nhs", **cost}]}
    config["interventions"] = {"more_eps": intervention, "unused": intervention}
    config["scenarios"] = {"more": {"interventions": ["more_eps"]}}
    line = reckon(HandLog().build(), Settings.model_validate(config)).by_line()["interventions"]
    assert {month: int(line[month]) for month in np.flatnonzero(line)} == expected


def test_prices_rise_each_first_of_april_after_the_base_date_and_with_their_schedule() -> None:
    prices = small_settings(prices={"base_date": date(2020, 4, 1), "inflation_per_year": 0.1}).prices
    assert inflation(prices, date(2021, 3, 31)) == 1
    assert inflation(prices, date(2022, 4, 1)) == pytest.approx(1.21)
    schedule = Schedule.from_steps({date(2020, 1, 1): 100.0, date(2021, 6, 1): 200.0})
    steps = price_steps(schedule, prices, date(2021, 1, 1), 365)
    assert [(step.first, step.end) for step in steps] == [(0, 90), (90, 151), (151, 365)]
    assert [step.pounds for step in steps] == pytest.approx([100, 110, 220])


def test_a_daily_charge_is_whole_pence_and_a_fraction_of_a_place_is_none() -> None:
    assert pence_a_day(10_000) == 2738  # 2,737.85
    assert pence_a_day(10_000, 1234) == 3379  # 3,378.51
    assert whole_places(60.9) == 60
    assert whole_places(3 * 0.1 / 0.3) == 1


def test_only_the_days_of_the_run_are_charged() -> None:
    hand = HandLog(days=60)
    child = hand.child()
    hand.note(-50, child, events.TRANSFERRED_IN)
    hand.note(-50, child, events.PLACED, 1000, resource="mainstream")
    hand.note(80, child, events.PLAN_CEASED, resource="died")
    assert reckon(hand.build(), small_settings()).pence_by_child.tolist() == [60 * 2000]
