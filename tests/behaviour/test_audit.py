"""Every family of the audit is silent on a sound log, and each planted fault turns it red."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hand_log import DAY, HandLog
from small_settings import small_config, small_settings

from sim import event_log as events
from sim.audit.audit import audit
from sim.audit.clock import issued_in_20_weeks
from sim.model import Model
from sim.money.ledger import Ledger, reckon
from sim.settings import Settings

SOUND = {"children": 0, "money": 0, "hours": 0, "clock": 0}
OPENED, CASE, REFUSED_CHILD, INCOMER = range(4)


def sound_log() -> HandLog:
    """A plan-holder reviewed and moved on, a case that became a plan, a refusal and an incomer."""
    hand = HandLog()
    holder = hand.holder("mainstream", 1200)
    hand.note(50, holder, events.REVIEW_DUE)
    hand.note(40, holder, events.REVIEW_HELD)
    hand.note(60, holder, events.REVIEW_DECIDED, 20, stage="amend")
    hand.note(45, holder, events.TRANSFER_DUE, stage="secondary")
    hand.note(44, holder, events.TRANSFER_NAMED, -1, stage="secondary")
    hand.note(244, holder, events.PLACED, 900, resource="special")
    hand.note(400, holder, events.PLAN_CEASED, resource="died")
    case = hand.plan(-10, 170, need="SEMH")
    hand.note(170, case, events.PLACED, 1000, resource="special")
    hand.job(case, "ep", 120, 80, 81.4, 81.5)
    hand.job(case, "ep", 60, 730)
    hand.note(20, case, events.PANEL_HEARD, stage="assess")
    refused = hand.case(30)
    hand.job(refused, "ep", 60, 31, 71.9, 72.2)
    hand.job(refused, "ep", 60, 32, stage="advice")
    hand.note(72, refused, events.CANCELLED, 60, "advice", "ep")
    hand.note(72, refused, events.REFUSED)
    incomer = hand.child()
    hand.note(300, incomer, events.TRANSFERRED_IN)
    hand.note(300, incomer, events.PLACED, 1000, resource="tuition")
    for month, used in ((60, 180), (0, 0)):
        hand.note(month, events.NOBODY, events.MINUTES_AVAILABLE, 1000, resource="ep")
        hand.note(month, events.NOBODY, events.MINUTES_USED, used, resource="ep")
        hand.note(month, events.NOBODY, events.FTE_DAYS, 31_000, resource="ep")
    return hand


def audited(hand: HandLog) -> dict[str, int]:
    log, settings = hand.build(), small_settings()
    return audit(log, settings, reckon(log, settings))


def drop(hand: HandLog, child: int, event: str) -> None:
    hand.entries = [entry for entry in hand.entries if (entry[1], entry[2]) != (child, event)]


def move(hand: HandLog, child: int, event: str, day: float) -> None:
    """Put a row on another day."""
    hand.entries = [
        (round(day * DAY), *entry[1:]) if (entry[1], entry[2]) == (child, event) else entry
        for entry in hand.entries
    ]


def add(day: float, child: int, event: str, *rest: object, **named: object) -> Callable[[HandLog], None]:
    return lambda hand: hand.note(day, child, event, *rest, **named)


CHILDREN = {
    "a child opened twice": add(5, OPENED, events.OPENING_PLAN),
    "a child never opened": lambda hand: hand.child(),
    "a case closed twice": add(73, REFUSED_CHILD, events.REFUSED),
    "a case closed that was never open": add(301, INCOMER, events.WITHDRAWN),
    "a plan ceased twice": add(400, OPENED, events.PLAN_CEASED, resource="moved"),
    "a plan ceased without a plan": add(90, REFUSED_CHILD, events.PLAN_CEASED, resource="died"),
    "a plan ceased before it was issued": add(100, CASE, events.PLAN_CEASED, resource="died"),
    "work queued for a child who has left": add(73, REFUSED_CHILD, events.QUEUED, 9, "advice", "ep"),
    "a review after the plan has ceased": add(401, OPENED, events.REVIEW_DUE),
    "a plan without a setting": lambda hand: drop(hand, INCOMER, events.PLACED),
    "a setting found after the plan began": lambda hand: move(hand, INCOMER, events.PLACED, 301),
    "a place before there is a plan": lambda hand: move(hand, CASE, events.PLACED, 100),
    "a child in a setting nobody has heard of": add(310, INCOMER, events.PLACED, 1000, resource="nowhere"),
    "a row of a child that is not described": add(10, 99, events.REVIEW_DUE),
}
HOURS = {
    "more minutes used than there are": add(0, events.NOBODY, events.MINUTES_USED, 1001, resource="ep"),
    "work started that was never queued": lambda hand: drop(hand, REFUSED_CHILD, events.QUEUED),
    "work started before it was queued": lambda hand: move(hand, REFUSED_CHILD, events.STARTED, 30),
    "work finished before it was started": lambda hand: move(hand, CASE, events.FINISHED, 81),
    "work finished twice": add(90, CASE, events.FINISHED, 120, "draft_plan", "ep"),
    "work cancelled and started": add(82, CASE, events.CANCELLED, 120, "draft_plan", "ep"),
    "work done in no time": lambda hand: hand.job(CASE, "ep", 5, 500, 501, 502, stage="advice"),
    "minutes used for no work": add(30, events.NOBODY, events.MINUTES_USED, 10, resource="tribunal"),
    "a vacancy in a post that somebody is paid for": add(
        60, events.NOBODY, events.VACANT_FTE_DAYS, 1000, resource="ep"
    ),
    "more early help lost than there was": add(60, events.NOBODY, events.PREVENTIVE_LOST, 1, resource="ep"),
    "more work in hand than people": lambda hand: [
        hand.job(CASE, "review_officer", 0, 500, 501) for _ in range(3)
    ],
}
CLOCK = {
    "advice complete before it was agreed to assess": lambda hand: move(
        hand, CASE, events.ADVICE_COMPLETE, 0
    ),
    "a draft without a decision to issue": lambda hand: drop(hand, CASE, events.AGREED_TO_ISSUE),
    "a step taken twice": add(40, CASE, events.AGREED),
    "a refusal before the request": lambda hand: move(hand, REFUSED_CHILD, events.REFUSED, 29),
    "a refusal after agreeing": add(72, REFUSED_CHILD, events.AGREED),
    "a family with 14 days for the draft": lambda hand: move(hand, CASE, events.DRAFT_SENT, 156),
    "a review decided that was not held": lambda hand: drop(hand, OPENED, events.REVIEW_HELD),
    "a review decided before its meeting": add(90, OPENED, events.REVIEW_DECIDED, -1, stage="amend"),
    "a transfer said to be in time that was not": lambda hand: move(hand, OPENED, events.TRANSFER_NAMED, 46),
    "a crowded panel": lambda hand: [
        hand.note(20, CASE, events.PANEL_HEARD, stage="assess") for _ in range(10)
    ],
}


def test_a_sound_log_has_no_violations() -> None:
    assert audited(sound_log()) == SOUND


def test_posts_filled_and_vacant_are_the_posts_there_are() -> None:
    def filled_and_vacant(filled: int, vacant: int) -> int:
        hand = HandLog()
        hand.note(60, events.NOBODY, events.FTE_DAYS, filled, resource="ep")  # March, of three posts
        hand.note(60, events.NOBODY, events.VACANT_FTE_DAYS, vacant, resource="ep")
        return audited(hand)["hours"]

    assert (
        filled_and_vacant(93_000, 0) == filled_and_vacant(70_000, 23_000) == filled_and_vacant(0, 93_000) == 0
    )
    assert filled_and_vacant(70_000, 22_999) == filled_and_vacant(93_001, -1) == 1


def test_somebody_who_has_left_may_still_be_finishing_a_piece_of_work() -> None:
    hand = HandLog()
    for child in (hand.case(0, 10), hand.case(0, 10), hand.case(0, 10)):
        hand.job(child, "review_officer", 60, 700, 729)
    for day in (0, 699):
        hand.note(day, events.NOBODY, events.MINUTES_AVAILABLE, 99, resource="review_officer")
    assert audited(hand)["hours"] == 1, "two officers have three jobs in hand"
    hand.note(200, events.NOBODY, events.LEFT_POST, 1000, resource="review_officer")
    assert audited(hand)["hours"] == 1, "who left long ago has finished"
    hand.note(720, events.NOBODY, events.LEFT_POST, 1000, resource="review_officer")
    assert audited(hand)["hours"] == 0


def test_an_empty_log_has_no_violations() -> None:
    assert audited(HandLog()) == SOUND


@pytest.mark.parametrize(
    ("family", "fault"),
    [
        (family, fault)
        for family, faults in (("children", CHILDREN), ("hours", HOURS), ("clock", CLOCK))
        for fault in faults
    ],
)
def test_a_planted_fault_turns_its_family_red(family: str, fault: str) -> None:
    hand = sound_log()
    {"children": CHILDREN, "hours": HOURS, "clock": CLOCK}[family][fault](hand)
    assert audited(hand)[family] > 0


def a_penny_more(ledger: Ledger) -> Ledger:
    pence = ledger.pence.copy()
    pence[3] += 1
    return replace(ledger, pence=pence)


def a_penny_on_another_child(ledger: Ledger) -> Ledger:
    by_child = ledger.pence_by_child.copy()
    by_child[[OPENED, CASE]] += [1, -1]
    return replace(ledger, pence_by_child=by_child)


def a_penny_on_another_line(ledger: Ledger) -> Ledger:
    pence = ledger.pence.copy()
    pence[[0, -1]] += [1, -1]
    return replace(ledger, pence=pence)


def a_negative_entry(ledger: Ledger) -> Ledger:
    pence = ledger.pence.copy()
    pence[0], pence[1] = -1, pence[0] + pence[1] + 1
    return replace(ledger, pence=pence)


@pytest.mark.parametrize(
    "fault", [a_penny_more, a_penny_on_another_child, a_penny_on_another_line, a_negative_entry]
)
def test_a_penny_astray_turns_money_red(fault: Callable[[Ledger], Ledger]) -> None:
    log, settings = sound_log().build(), small_settings()
    assert audit(log, settings, fault(reckon(log, settings)))["money"] > 0


def test_a_ledger_of_other_prices_turns_money_red() -> None:
    log = sound_log().build()
    dearer = small_settings(prices={"inflation_per_year": 0.03})
    assert audit(log, small_settings(), reckon(log, dearer))["money"] > 0


def test_twenty_weeks_end_on_the_same_weekday() -> None:
    requested = np.array(["2024-01-01", "2024-01-01"], dtype="datetime64[D]")
    issued = np.array(["2024-05-20", "2024-05-21"], dtype="datetime64[D]")
    assert issued_in_20_weeks(requested, issued).tolist() == [True, False]


def busy_settings() -> Settings:
    """The small authority with dear children, agency staff, new places, a project and few officers."""
    config = small_config()
    config["settings"]["special"] |= {"price_cv": 0.5, "places": {date(2020, 1, 1): 55, date(2021, 4, 1): 70}}
    config["staff_pools"]["ep"] |= {"fte": 0.4, "agency_fte": 0.25, "agency_cost_per_day": 480.0}
    config["staff_pools"]["review_officer"]["fte"] = {date(2020, 1, 1): 0.6, date(2021, 2, 10): 1.7}
    change = {"path": "staff_pools.ep.fte", "operation": "add", "value": 1, "from": date(2020, 9, 15)}
    cost = {"fund": "nhs", "one_off": 999.99, "per_year": 12_345}
    config["interventions"] = {"project": {"changes": [change], "cost": [cost]}}
    config["scenarios"] = {"with_project": {"interventions": ["project"]}}
    return Settings.model_validate(config)


@pytest.mark.parametrize("settings", [small_settings(), busy_settings()], ids=["small", "busy"])
def test_a_simulated_log_has_no_violations(settings: Settings) -> None:
    log = Model(settings, 1).run()
    assert audit(log, settings, reckon(log, settings)) == SOUND
