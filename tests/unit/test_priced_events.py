"""What is paid when something happens: disputes, complaints, bought reports, trainees and late plans."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from everything_on import disputes
from hand_log import HandLog
from small_settings import small_config

from sim import event_log as events
from sim.audit.audit import audit
from sim.measures.measures import yearly_and_monthly
from sim.money.ledger import Account, Ledger, reckon
from sim.settings import Settings

APRIL = 91  # day number of 1 April 2020; prices then rise by 2 %


def settings_with(account: dict[str, Any] | None = None) -> Settings:
    return Settings.model_validate(config_with(account))


def config_with(account: dict[str, Any] | None) -> dict[str, Any]:
    config = small_config()
    prices = {"mediation_price": 400, "appeal_price": 300, "hearing_price": 1_300}
    config["disputes"] = disputes() | prices
    config["disputes"]["complaints"]["remedy"] = 1_000
    bought = {"waiting_per_fte": 5, "price": 700, "delay": {"days": 20}, "line": "reports", "fund": "nhs"}
    config["staff_pools"]["ot"] = {"fte": 1, "cost_per_fte_year": 50_000, "bought": bought}
    config["staff_pools"]["tribunal_officer"] = {"fte": 1, "cost_per_fte_year": 40_000}
    config["settings"]["independent"] = {"label": "Independent", "price_per_child_year": 50_000}
    config["account"] = account
    return config


def pence(ledger: Ledger, account: Account) -> list[int]:
    """Pence of an account in its months with money."""
    number = ledger.accounts.index(account)
    return [amount for amount in ledger.by_account()[number].tolist() if amount]


def disputed() -> tuple[HandLog, int]:
    """A child without a plan, two mediations, an appeal heard, one conceded, a remedy and a report."""
    hand = HandLog()
    hand.child()
    child = hand.child()
    hand.note(10, child, events.MEDIATED, stage="refusal_to_assess", resource="not_agreed")
    hand.note(APRIL, child, events.MEDIATED, stage="contents", resource="agreed")
    hand.note(20, child, events.APPEALED, stage="refusal_to_assess")
    hand.note(30, child, events.APPEALED, stage="contents")
    hand.note(40, child, events.APPEAL_ENDED, 20, "refusal_to_assess", "upheld")
    hand.note(40, child, events.APPEAL_ENDED, 10, "contents", "conceded")
    hand.note(50, child, events.REMEDIED)
    hand.note(60, child, events.REPORT_BOUGHT, stage="ot_advice", resource="ot")
    return hand, child


def test_each_mediation_appeal_hearing_remedy_and_report_has_its_price_and_its_child() -> None:
    hand, child = disputed()
    ledger = reckon(hand.build(), settings_with())
    assert pence(ledger, Account("mediation", "general_fund", "mediation")) == [40_000, 40_800]
    assert pence(ledger, Account("tribunal", "general_fund", "appeals")) == [2 * 30_000]
    assert pence(ledger, Account("tribunal", "general_fund", "hearings")) == [130_000]
    assert pence(ledger, Account("remedies", "general_fund", "complaints")) == [100_000]
    assert pence(ledger, Account("reports", "nhs", "ot")) == [70_000]
    assert ledger.pence_by_child[child] == 40_000 + 40_800 + 60_000 + 130_000 + 100_000 + 70_000
    assert ledger.pence_by_child.sum() == ledger.pence_by_child[child]


@pytest.mark.parametrize("how", ["withdrawn", "conceded"])
def test_an_appeal_that_ends_before_its_hearing_costs_no_hearing(how: str) -> None:
    hand = HandLog()
    hand.note(40, hand.child(), events.APPEAL_ENDED, 20, "contents", how)
    assert reckon(hand.build(), settings_with()).pence_by_child.sum() == 0


@pytest.mark.parametrize("event", ["mediation", "appeals", "hearings", "complaints", "ot"])
def test_an_event_that_is_not_paid_turns_the_audit_red(event: str) -> None:
    hand, _ = disputed()
    log, settings = hand.build(), settings_with()
    ledger = reckon(log, settings)
    assert audit(log, settings, ledger)["money"] == 0
    number = [account.detail for account in ledger.accounts].index(event)
    ledger.pence[ledger.account == number] = 0
    assert audit(log, settings, ledger)["money"] > 0


def test_events_outside_the_days_of_the_run_cost_nothing() -> None:
    hand = HandLog(days=31)
    child = hand.child()
    for day in (-1, 31):
        hand.note(day, child, events.MEDIATED, stage="contents", resource="agreed")
    assert reckon(hand.build(), settings_with()).pence_by_child.sum() == 0


def test_people_in_training_are_paid_as_such() -> None:
    config = small_config()
    config["staff_pools"]["ep"] |= {
        "trainees": [{"from": date(2020, 1, 1), "count": 2}],
        "trainee_cost_per_year": 36_525,
    }
    hand = HandLog()
    hand.note(0, events.NOBODY, events.TRAINEE_FTE_DAYS, 31 * 2000, resource="ep")
    ledger = reckon(hand.build(), Settings.model_validate(config))
    assert pence(ledger, Account("trainees", "general_fund", "ep")) == [31 * 2 * 10_000]


def late_plan() -> tuple[HandLog, int]:
    """A plan issued 150 days after its request, ten days late, whose child goes to a special school."""
    hand = HandLog()
    child = hand.plan(50, 200)
    hand.note(200, child, events.PLACED, 1500, resource="special")
    hand.note(300, child, events.PLACED, 1000, resource="mainstream")
    return hand, child


SPECIAL = 4080  # pence a day after the rise of April 2020
ACCOUNT = {"opening_balance": 0, "allocation_per_year": 0}


def not_spent(hand: HandLog, settings: Settings) -> dict[str, float]:
    log = hand.build()
    yearly, _ = yearly_and_monthly(log, settings, reckon(log, settings))
    rows = (row for row in yearly if row[0] == "calendar" and row[2] == "cost_not_spent_by_delay")
    return {period: value for _, period, _, _, value in rows}


def test_a_late_plan_does_not_cost_its_setting_while_it_is_late() -> None:
    hand, _ = late_plan()
    assert not_spent(hand, settings_with()) == {"2020": 10 * SPECIAL * 1.5 / 100, "2021": 0}


def test_a_plan_on_its_last_day_or_without_a_place_is_no_saving() -> None:
    hand = HandLog()
    child = hand.plan(50, 190)
    hand.note(190, child, events.PLACED, 1000, resource="special")
    hand.plan(50, 250)
    assert not_spent(hand, settings_with()) == {"2020": 0, "2021": 0}


def test_a_reinstated_assessment_is_late_from_its_own_limit() -> None:
    hand = HandLog()
    child = hand.child()
    hand.note(100, child, events.REINSTATED, 98)
    hand.note(201, child, events.PLAN_ISSUED, 2)
    hand.note(201, child, events.PLACED, 1000, resource="special")
    assert not_spent(hand, settings_with())["2020"] == 3 * SPECIAL / 100


def contracted(block_places: int, spot: float | None = None, **account: Any) -> Settings:
    """Block places in the special school; prices stand still, a year's spot place is so many pounds."""
    config = config_with(ACCOUNT | account)
    config["prices"]["inflation_per_year"] = 0.0
    contract = {"block_places": block_places, "block_price_per_place_year": 9_000}
    config["settings"]["special"]["contract"] = contract | {"spot_price_per_child_year": spot}
    return Settings.model_validate(config)


def late_beside(children: int, *, left: int = 195) -> HandLog:
    """The late plan of days 190 to 200, with so many children in its school, one of whom leaves."""
    hand, _ = late_plan()
    there = [hand.holder("special") for _ in range(children)]
    hand.note(left, there[0], events.PLAN_CEASED, resource="died")
    return hand


OWN_PRICE = 4000 * 1.5  # pence a day at the child's own multiple


@pytest.mark.parametrize(
    ("block_places", "spot", "pence"),
    [
        (0, None, 10 * OWN_PRICE),  # nobody's place is paid beforehand
        (0, 36_525, 10 * 10_000),  # a framework rate is the same for all
        (2, 36_525, 5 * 10_000),  # two there until one leaves: then a block place stands free
        (3, 36_525, 0),  # a block place stands free throughout
        (2, None, 5 * OWN_PRICE),
    ],
)
def test_by_a_contract_a_late_plan_does_not_cost_what_one_more_child_would(
    block_places: int, spot: float | None, pence: float
) -> None:
    hand, settings = late_beside(2), contracted(block_places, spot, backdated=0.5)
    assert not_spent(hand, settings)["2020"] == pence / 100
    log = hand.build()
    ledger = reckon(log, settings)
    assert ledger.by_line()["back_dating"].sum() == pence / 2
    assert audit(log, settings, ledger)["money"] == 0


def test_days_late_before_the_run_are_taken_to_be_as_its_first() -> None:
    hand = HandLog()
    child = hand.plan(-145, 5)  # late by ten days, of which five before the run
    hand.note(5, child, events.PLACED, 1000, resource="special")
    hand.holder("special")
    for block_places, days in ((1, 10), (2, 0)):
        settings = contracted(block_places, 36_525)
        log = hand.build()
        assert not_spent(hand, settings)["2020"] == days * 100
        assert audit(log, settings, reckon(log, settings))["money"] == 0


def test_back_dating_pays_the_expected_share_of_late_plans_on_the_day_of_issue() -> None:
    hand, child = late_plan()
    usual = reckon(hand.build(), settings_with(ACCOUNT))
    ledger = reckon(hand.build(), settings_with(ACCOUNT | {"backdated": 0.25}))
    july = 6
    assert ledger.by_line()["back_dating"].tolist()[july] == ledger.by_line()["back_dating"].sum() == 15_300
    assert ledger.accounts[[one.line for one in ledger.accounts].index("back_dating")].fund == "dsg"
    assert (ledger.pence_by_child - usual.pence_by_child)[child] == 10 * SPECIAL * 1.5 * 0.25


def test_a_late_plan_that_is_not_paid_back_turns_the_audit_red() -> None:
    hand, _ = late_plan()
    log, settings = hand.build(), settings_with(ACCOUNT | {"backdated": 0.25})
    assert audit(log, settings, reckon(log, settings))["money"] == 0
    assert audit(log, settings, reckon(log, settings_with(ACCOUNT | {"backdated": 0.2})))["money"] > 0
