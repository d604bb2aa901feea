"""Case reviews: whom they look at and when, what they change and from which day, and what families undo."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hand_log import DAY, HandLog
from histories import History, history
from quarrels import ACT, SETTLED, WINS, with_disputes
from quiet_authority import quiet_settings, with_plans
from reviewed_cases import TERM, cut, programme, reviewed, run
from small_settings import small_config, small_settings

from sim import event_log as events
from sim.audit.audit import audit
from sim.audit.case_reviews import wrong_price_changes
from sim.audit.evidence import Evidence
from sim.measures.measures import yearly_and_monthly
from sim.model import Model
from sim.money.ledger import Ledger, reckon
from sim.settings import Settings

A_DAY = 2_040  # pence of a mainstream place after the rise of April 2020


def outcomes(found: History) -> list[str]:
    return [entry.stage for entry in found.of(events.CASE_REVIEWED)]


# Whom, and when.


def test_programmes_that_begin_nothing_change_nothing() -> None:
    config = small_config()
    idle = config | {"case_reviews": {"dear": programme(starts_per_week=0, price_cut=cut())}}
    with_and_without = [Model(Settings.model_validate(one), 1).run() for one in (config, idle)]
    told = [
        [(minute, child, log.codes[code], value) for minute, child, code, value in log.rows().tolist()]
        for log in with_and_without
    ]
    assert told[0] == told[1]


def test_so_many_are_begun_each_monday_as_the_programme_says_and_each_child_once() -> None:
    found = run(reviewed(plans=9, starts_per_week={date(2020, 9, 1): 2, date(2020, 9, 21): 1.5}))
    begun = [found.date_of(entry.day - entry.value) for entry in found.of(events.CASE_REVIEWED)]
    mondays = [date(2020, 9, 7), date(2020, 9, 14), date(2020, 9, 21), date(2020, 9, 28), date(2020, 10, 5)]
    assert begun == [
        day for day, count in zip(mondays, (2, 2, 1, 2, 1), strict=True) for _ in range(count)
    ] + [date(2020, 10, 12)]
    assert len({entry.child for entry in found.of(events.CASE_REVIEWED)}) == 9


def test_a_child_may_be_looked_at_again_after_so_many_months() -> None:
    found = run(reviewed(plans=1, years=2, again_after_months=6))
    days = [found.date_of(entry.day - entry.value) for entry in found.of(events.CASE_REVIEWED)]
    assert days == [date(2020, 9, 7), date(2021, 3, 15), date(2021, 9, 20), date(2022, 3, 28)]


def test_the_dearest_placements_are_looked_at_first() -> None:
    config = reviewed(plans=30)
    config["settings"]["mainstream"]["price_cv"] = 0.8
    found = run(config)
    price = {entry.child: entry.value for entry in found.of(events.PLACED)}
    weekly: dict[int, list[int]] = {}
    for entry in found.of(events.CASE_REVIEWED):
        weekly.setdefault(entry.day, []).append(price[entry.child])
    order = [value for day in sorted(weekly) for value in sorted(weekly[day], reverse=True)]
    assert len(order) == 30
    assert order == sorted(price.values(), reverse=True)
    config["case_reviews"]["dear"]["order"] = "by_chance"
    by_chance = [price[entry.child] for entry in run(config).of(events.CASE_REVIEWED)]
    assert sorted(by_chance, reverse=True) == order != by_chance


def test_each_case_takes_its_hours_and_waits_for_the_people_there_are() -> None:
    config = reviewed(plans=20, starts_per_week=20)
    config["staff_pools"]["casework_officer"]["fte"] = 1
    config["staff_pools"]["casework_officer"]["leave_days_per_year"] = 0
    found = run(config)
    log = found.log
    assert sum(
        entry.value for entry in found.of(events.FINISHED) if entry.resource == "casework_officer"
    ) == (20 * 3 * 60)
    last = max(entry.day for entry in found.of(events.CASE_REVIEWED))
    assert found.date_of(last) == date(2020, 9, 18)  # 60 hours at 7.4 a day are nine working days
    assert audit(log, quiet_settings(config), reckon(log, quiet_settings(config)))["hours"] == 0


def test_lower_prices_move_nobodys_luck_and_nobodys_work() -> None:
    config = small_config()
    config["staff_pools"]["analyst"] = {"fte": 1, "cost_per_fte_year": 40_000}
    terms = programme(pool="analyst", price_cut=cut(begins="decision", changes_provision=0.0))

    def lives(programmes: dict[str, Any]) -> list[tuple[int, int, str, str, str, int]]:
        found = history(Settings.model_validate(config | {"case_reviews": programmes}))
        mine = {events.CASE_REVIEWED, events.PRICE_CUT}
        return [e for e in found.entries if e.event not in mine and e.resource != "analyst"]

    assert len(lives({})) > 1000
    assert lives({"dear": terms}) == lives({})


# Prices.


def test_a_cut_that_takes_provision_needs_an_amended_plan_and_is_paid_from_the_next_term() -> None:
    config = reviewed(plans=1, price_cut=cut())
    found = run(config)
    child = found.of(events.CASE_REVIEWED)[0].child
    decided, amended, lower = (
        found.day_of(event)[child] for event in (events.CASE_REVIEWED, events.PLAN_AMENDED, events.PRICE_CUT)
    )
    assert found.date_of(decided) == date(2020, 9, 8)  # looked at on Monday the 7th
    assert amended == decided + 1 + 15  # a day to draft the notice, 15 for the family
    assert found.date_of(lower) == TERM
    entry = found.of(events.PRICE_CUT)[0]
    assert (entry.value, entry.resource) == (750, "mainstream")


def test_a_lower_price_alone_is_paid_from_the_decision_and_amends_no_plan() -> None:
    found = run(reviewed(plans=1, price_cut=cut(begins="decision", changes_provision=0.0)))
    assert found.day_of(events.PRICE_CUT) == found.day_of(events.CASE_REVIEWED)
    assert not found.of(events.PLAN_AMENDED)


def test_the_ledger_pays_the_lower_price_to_the_penny_from_its_first_day() -> None:
    config = reviewed(plans=1, price_cut=cut(fraction=0.4))
    config["prices"]["inflation_per_year"] = {date(2020, 1, 1): 0.02, date(2021, 1, 1): 0.0}
    settings = quiet_settings(config)
    log = Model(settings, 1).run()
    ledger = reckon(log, settings)
    start, end = date(2020, 9, 1), date(2021, 9, 1)
    before, after = (TERM - start).days, (end - TERM).days
    assert ledger.by_line()["placement"].sum() == before * A_DAY + after * round(A_DAY * 0.6)
    assert ledger.pence_by_child.sum() == ledger.by_line()["placement"].sum()
    assert set(audit(log, settings, ledger).values()) == {0}


def test_a_price_cut_ends_when_the_child_leaves_the_setting() -> None:
    config = reviewed(plans=0, years=2, price_cut=cut(begins="decision", changes_provision=0.0))
    with_plans(config, {10: 1}, months=(0, 0.1))
    config["placement"]["secondary"] = {"mainstream": {"special": 1.0}}
    config["case_reviews"]["dear"]["starts_per_week"] = {date(2020, 9, 1): 0, date(2020, 10, 5): 1}
    settings = quiet_settings(config)
    log = Model(settings, 1).run()
    found = History(log)
    assert [entry.resource for entry in found.of(events.PRICE_CUT)] == ["mainstream"]
    assert [(entry.resource, entry.value) for entry in found.of(events.PLACED)] == [
        ("mainstream", 1000),
        ("special", 1000),
    ]
    assert set(audit(log, settings, reckon(log, settings)).values()) == {0}


def test_nobody_on_a_block_place_is_paid_less_for() -> None:
    def cost(block_places: int, fraction: float) -> float:
        config = reviewed(plans=4, starts_per_week=4, price_cut=cut(fraction, begins="decision"))
        contract = {"block_places": block_places, "block_price_per_place_year": 9_000}
        config["settings"]["mainstream"]["contract"] = contract
        settings = quiet_settings(config)
        log = Model(settings, 1).run()
        ledger = reckon(log, settings)
        assert set(audit(log, settings, ledger).values()) == {0}
        return ledger.by_line().get("placement", ledger.by_month() * 0).sum()

    assert cost(4, 0.5) == cost(4, 0.0) == 0
    assert cost(3, 0.0) > cost(3, 0.5) > 0
    assert cost(0, 0.0) - cost(0, 0.5) > 3 * (cost(3, 0.0) - cost(3, 0.5)) > 0


# What families undo, and what else follows.


def test_a_family_that_wins_has_the_old_price_back() -> None:
    config = reviewed(plans=1, price_cut=cut(begins="decision"))
    with_disputes(config, amended=WINS | {"conceded": 1.0})
    settings = quiet_settings(config)
    log = Model(settings, 1).run()
    found = History(log)
    child = found.of(events.CASE_REVIEWED)[0].child
    lower, restored = found.of(events.PRICE_CUT, events.PRICE_RESTORED)
    assert (lower.value, restored.value) == (750, 1000)
    won = found.day_of(events.APPEAL_ENDED)[child]
    assert won == lower.day + ACT + SETTLED
    assert restored.day == found.day_of(events.ORDER_MET)[child] > won
    assert set(audit(log, settings, reckon(log, settings)).values()) == {0}


def test_a_cut_that_is_won_back_before_it_begins_never_comes() -> None:
    config = reviewed(plans=1, price_cut=cut())
    with_disputes(config, amended={"share": 1.0, "mediate": 1.0, "agreed": 1.0})
    found = run(config)
    assert found.day_of(events.ORDER_MET) and not found.of(events.PRICE_CUT, events.PRICE_RESTORED)


def test_placements_from_which_provision_was_taken_break_down_more_often() -> None:
    def breakdowns(multiplier: float) -> int:
        terms = cut(begins="decision", breakdown_multiplier=multiplier)
        config = reviewed(plans=200, years=2, starts_per_week=200, price_cut=terms)
        config["placement"]["breakdown_per_year"] = {"mainstream": 0.1}
        return len(run(config).of(events.BREAKDOWN))

    assert breakdowns(0.0) < breakdowns(1.0) < breakdowns(3.0)


def test_a_move_waits_for_an_amended_plan_the_panel_and_the_term() -> None:
    config = reviewed(plans=1, moves={"mainstream": {"special": 1.0}})
    config["settings"]["special"]["panel"] = "issue"
    found = run(config)
    child = found.of(events.CASE_REVIEWED)[0].child
    order = (events.CASE_REVIEWED, events.PANEL_HEARD, events.PLAN_AMENDED)
    days = [found.day_of(event)[child] for event in order]
    assert days == sorted(days)
    moved = found.day_of(events.PLACED, "special")[child]
    assert found.date_of(moved) == TERM
    assert outcomes(found) == ["move"]


def test_a_move_waits_for_a_place() -> None:
    config = reviewed(plans=3, starts_per_week=3, moves={"mainstream": {"special": 1.0}})
    config["settings"]["special"]["places"] = 1
    found = run(config)
    assert len(found.day_of(events.PLACED, "special")) == 1
    assert len(found.of(events.PLACE_WANTED)) == 2


def test_a_family_may_prefer_that_its_child_stays_or_win_that_it_comes_back() -> None:
    config = reviewed(plans=4, starts_per_week=4, moves={"mainstream": {"special": 1.0}})
    config["placement"] |= {"preference": {"special": {"mainstream": 1.0}}}
    found = run(config)
    assert outcomes(found) == ["unchanged"] * 4 and not found.day_of(events.PLACED, "special")
    config["placement"]["preference_refused"] = 1.0
    with_disputes(config, placement={"share": 1.0, "mediate": 1.0, "agreed": 1.0})
    found = run(config)
    assert outcomes(found) == ["move"] * 4 and not found.day_of(events.PLACED, "special"), "before it moved"


def test_only_settings_that_take_the_childs_age_can_be_named() -> None:
    config = reviewed(plans=3, starts_per_week=3, moves={"mainstream": {"special": 1.0}})
    config["settings"]["special"]["ages"] = [11, 18]
    assert outcomes(run(config)) == ["unchanged"] * 3


def test_a_review_is_overtaken_when_its_child_is_to_move_anyway_or_leaves() -> None:
    config = reviewed(plans=0, years=2, starts_per_week=1, moves={"mainstream": {"special": 1.0}})
    with_plans(config, {10: 3}, months=(0, 0.1))
    config["placement"]["secondary"] = {"mainstream": {"special": 1.0}}
    config["staff_pools"]["casework_officer"]["fte"] = {date(2020, 9, 1): 0, date(2021, 3, 1): 1}
    assert outcomes(run(config)) == ["overtaken"] * 3
    config["leaving"]["transferred_out_per_year"] = 0.999
    settings = quiet_settings(config)
    log = Model(settings, 1).run()
    assert not History(log).of(events.CASE_REVIEWED) and History(log).of(events.CANCELLED)
    assert set(audit(log, settings, reckon(log, settings)).values()) == {0}


def test_reviews_are_counted_by_how_they_end_and_cuts_by_setting() -> None:
    config = reviewed(plans=40, starts_per_week=40, price_cut=cut() | {"share": 0.5})
    config["case_reviews"]["dear"]["moves"] = {"mainstream": {"special": 0.25}}
    settings = quiet_settings(config)
    log = Model(settings, 1).run()
    yearly, _ = yearly_and_monthly(log, settings, reckon(log, settings))
    counts: dict[tuple[str, str], float] = {}
    for calendar, _, measure, group, value in yearly:
        if calendar == "academic":
            counts[measure, group] = counts.get((measure, group), 0) + value
    ended = outcomes(History(log))
    assert counts["case_reviews", "all"] == counts["case_reviews", "programme=dear"] == 40
    for outcome in ("unchanged", "price_cut", "move", "overtaken"):
        assert counts["case_reviews", f"outcome={outcome}"] == ended.count(outcome)
    assert (
        counts["price_cuts", "all"] == counts["price_cuts", "setting=mainstream"] == ended.count("price_cut")
    )
    assert 10 < ended.count("price_cut") < 30 and 3 < ended.count("move") < 18


@pytest.mark.parametrize("disputed", [False, True])
def test_a_busy_authority_with_case_reviews_passes_the_audit(disputed: bool) -> None:
    config = small_config()
    config["settings"]["special"] |= {
        "price_cv": 0.5,
        "contract": {"block_places": 40, "block_price_per_place_year": 10_000},
    }
    config["case_reviews"] = {
        "dear": programme(
            settings=["special", "mainstream"],
            cv=0.5,
            again_after_months=6,
            price_cut={"share": 0.4, "fraction": 0.3, "changes_provision": 0.6, "breakdown_multiplier": 2},
            moves={"special": {"mainstream": 0.3}, "mainstream": {"special": 0.1}},
        ),
        "interim": programme(settings=["tuition"], moves={"tuition": {"mainstream": 0.5}}),
    }
    if disputed:
        win = {"share": 0.6, "mediate": 0.4, "agreed": 0.5, "conceded": 0.5, "upheld": 0.9}
        with_disputes(config, amended=win, placement=win)
    settings = Settings.model_validate(config)
    log = Model(settings, 1).run()
    found = History(log)
    assert found.of(events.PRICE_CUT) and bool(found.of(events.PRICE_RESTORED)) == disputed
    assert set(audit(log, settings, reckon(log, settings)).values()) == {0}


# The audit.

REVIEWED, CUT, WON, RESTORED = 100, 120, 300, 310


def hand_log() -> tuple[HandLog, int]:
    """A price cut by decision, and put back because the family won."""
    hand = HandLog()
    child = hand.holder("mainstream", 1200)
    hand.note(REVIEWED, child, events.CASE_REVIEWED, 5, "price_cut", "dear")
    hand.note(REVIEWED + 16, child, events.PLAN_AMENDED, 16)
    hand.note(CUT, child, events.PRICE_CUT, 900, resource="mainstream")
    hand.note(150, child, events.DISPUTED, 34, "amended", "certificate")
    hand.note(150, child, events.APPEALED, 0, "amended")
    hand.note(WON, child, events.APPEAL_ENDED, 150, "amended", "conceded")
    hand.note(RESTORED, child, events.ORDER_MET, -25, "amended")
    hand.note(RESTORED, child, events.PRICE_RESTORED, 1200, resource="mainstream")
    return hand, child


def without(hand: HandLog, event: str) -> None:
    hand.entries = [entry for entry in hand.entries if entry[2] != event]


FAULTS = {
    "a price cut that nobody decided": lambda hand: without(hand, events.CASE_REVIEWED),
    "a price cut twice": lambda hand: hand.note(CUT + 1, 0, events.PRICE_CUT, 800, resource="mainstream"),
    "a price cut where the child is not": lambda hand: hand.note(
        CUT - 1, 0, events.PLACED, 1, resource="special"
    ),
    "a price restored that was not cut": lambda hand: without(hand, events.PRICE_CUT),
    "a price restored though nothing was won": lambda hand: without(hand, events.ORDER_MET),
    "a price cut after the plan": lambda hand: hand.note(CUT - 1, 0, events.PLAN_CEASED, resource="died"),
}


def test_a_price_cut_and_restored_is_sound() -> None:
    evidence = Evidence(hand_log()[0].build())
    assert wrong_price_changes(evidence) == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_in_the_prices_turns_the_audit_red(fault: str) -> None:
    hand, _ = hand_log()
    FAULTS[fault](hand)
    assert wrong_price_changes(Evidence(hand.build())) > 0


def test_the_ledger_pays_each_price_for_its_days_and_the_audit_finds_a_penny_astray() -> None:
    settings, (hand, child) = small_settings(prices={"inflation_per_year": 0.0}), hand_log()
    log = hand.build()
    ledger = reckon(log, settings)
    days = {1200: CUT + 731 - RESTORED, 900: RESTORED - CUT}
    assert ledger.pence_by_child[child] == sum(number * 2 * price for price, number in days.items())
    assert audit(log, settings, ledger)["money"] == 0
    uncut, _ = hand_log()
    without(uncut, events.PRICE_CUT)
    without(uncut, events.PRICE_RESTORED)
    for other in (reckon(uncut.build(), settings), _a_day_late(settings)):
        assert audit(log, settings, other)["money"] > 0


def _a_day_late(settings: Settings) -> Ledger:
    hand, _ = hand_log()
    hand.entries = [
        (entry[0] + DAY, *entry[1:]) if entry[2] == events.PRICE_CUT else entry for entry in hand.entries
    ]
    return reckon(hand.build(), settings)
