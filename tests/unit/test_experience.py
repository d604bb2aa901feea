"""What children live through, worked by hand: who waits longer, time in tuition, places needed."""

from __future__ import annotations

import pytest
from hand_log import HandLog
from small_settings import small_config, small_settings

from sim import event_log as events
from sim.measures.experience import ENOUGH
from sim.measures.measures import yearly_and_monthly
from sim.money.ledger import reckon

MONTH = 365.25 / 12


def measured(hand: HandLog, **changed: object) -> dict[tuple[str, str], float]:
    """Values of the calendar year 2020 by measure and group."""
    log, settings = hand.build(), small_settings(**changed)
    yearly, _ = yearly_and_monthly(log, settings, reckon(log, settings))
    return {row[2:4]: row[4] for row in yearly if row[:2] == ("calendar", "2020")}


def asked_by(hand: HandLog, source: str, child: int) -> int:
    """The same child, its assessment asked for by somebody else."""
    need, cohort, district, _, origin = hand.children[child]
    hand.children[child] = (need, cohort, district, source, origin)
    return child


def test_waits_are_told_by_who_asked() -> None:
    hand = HandLog()
    hand.plan(0, 140)
    asked_by(hand, "parent", hand.plan(0, 154))
    asked_by(hand, "parent", hand.plan(0, 168))
    found = measured(hand)
    assert found["wait_request_to_plan_mean", "source=school"] == 20
    assert found["wait_request_to_plan_mean", "source=parent"] == 23


def test_refusals_and_weeks_without_provision_of_groups_add_up_to_those_of_all() -> None:
    hand = HandLog()
    hand.plan(0, 154)  # 14 days late
    asked_by(hand, "parent", hand.plan(0, 147, need="SEMH", district="South"))
    hand.case(300, need="SEMH")  # still open, not yet late
    refused = [hand.case(10), asked_by(hand, "parent", hand.case(11, district="South"))]
    for child in refused:
        hand.note(60, child, events.REFUSED)
    found = measured(hand)
    assert found["weeks_without_provision", "all"] == 3
    assert found["weeks_without_provision", "need=ASD"] == 2
    assert found["weeks_without_provision", "source=parent"] == 1
    assert found["weeks_without_provision", "district=South"] == 1
    assert found["requests_refused", "all"] == 2
    assert found["requests_refused", "need=ASD"] == 2
    assert found["requests_refused", "source=parent"] == found["requests_refused", "district=North"] == 1


def test_the_gap_is_the_longest_mean_wait_less_the_shortest() -> None:
    hand = HandLog()
    for number in range(ENOUGH):
        hand.plan(0, 140, need="ASD", district="North")
        hand.plan(0, 154 + number % 2 * 14, need="SEMH", district="North")
    found = measured(hand)
    assert found["wait_gap", "by=need"] == pytest.approx(3)  # 23 weeks less 20
    assert ("wait_gap", "by=district") not in found  # there is one district only


def test_a_group_with_too_few_plans_makes_no_gap() -> None:
    hand = HandLog()
    for _ in range(ENOUGH):
        hand.plan(0, 140, need="ASD")
    for _ in range(ENOUGH - 1):
        hand.plan(0, 280, need="SEMH")
    assert ("wait_gap", "by=need") not in measured(hand)
    hand.plan(0, 280, need="SEMH")
    assert measured(hand)["wait_gap", "by=need"] == 20


def test_months_in_tuition_are_those_of_all_who_are_there_and_stays_count_when_they_end() -> None:
    hand = HandLog()
    hand.holder("tuition", need="SEMH")  # there since nobody knows when
    hand.note(30, 0, events.PLACED, 1000, resource="special")
    moved, ceased = hand.holder(), hand.holder(district="South")
    hand.note(100, moved, events.PLACED, 1000, resource="tuition")
    hand.note(160, moved, events.PLACED, 1000, resource="mainstream")
    hand.note(300, ceased, events.PLACED, 1000, resource="tuition")
    hand.note(320, ceased, events.PLAN_CEASED, resource="died")
    still = hand.holder()
    hand.note(360, still, events.PLACED, 1000, resource="tuition")
    found = measured(hand)
    assert found["months_in_tuition", "all"] == pytest.approx((30 + 60 + 20 + 6) / MONTH)
    assert found["months_in_tuition", "need=SEMH"] == pytest.approx(30 / MONTH)
    assert found["months_in_tuition", "district=South"] == pytest.approx(20 / MONTH)
    assert found["tuition_stay_mean", "all"] == pytest.approx((60 + 20) / 2 / MONTH)
    assert ("tuition_stay_mean", "need=SEMH") not in found


def test_a_place_is_needed_by_those_in_it_and_those_waiting_for_it_once_each() -> None:
    """The census of 2020 is on day 15; special has places, mainstream and tuition have none."""
    hand = HandLog()
    hand.holder("special", cohort=2012)  # 7 on 31 August 2019: primary
    waiting = hand.holder("tuition", need="SEMH", cohort=2006, district="South")  # 13: secondary
    hand.note(5, waiting, events.PLACE_WANTED, resource="special")
    leaving = hand.holder("special", cohort=2016)  # 3: early years; named another setting
    hand.note(5, leaving, events.PLACE_WANTED, resource="mainstream")
    gone = hand.holder("special")
    hand.note(15, gone, events.PLAN_CEASED, resource="died")
    late = hand.holder("mainstream")
    hand.note(16, late, events.PLACE_WANTED, resource="special")
    hand.holder("mainstream")
    everything = measured(hand)
    assert everything["places_short", "setting=special"] == everything["places_short", "all"] == 2 - 60
    found = {key: value for key, value in everything.items() if key[0] == "places_needed"}
    assert found["places_needed", "all"] == found["places_needed", "setting=special"] == 2
    assert found["places_needed", "need=ASD"] == found["places_needed", "need=SEMH"] == 1
    assert found["places_needed", "phase=early_years"] == found["places_needed", "phase=post_16"] == 0
    assert found["places_needed", "phase=primary"] == found["places_needed", "phase=secondary"] == 1
    assert found["places_needed", "need=ASD;phase=primary;district=North"] == 1
    assert found["places_needed", "need=SEMH;phase=secondary;district=South"] == 1
    cells = {group: value for (_, group), value in found.items() if ";" in group}
    assert len(cells) == 2 * 4 * 2 and sum(cells.values()) == 2


def test_a_child_sent_elsewhere_needs_a_place_where_it_was_full_until_it_leaves_there() -> None:
    settings = small_config()["settings"]
    settings["special"] |= {"places": 2, "when_full": {"setting": "inmss", "share": 1.0}}
    settings["inmss"] = {"label": "Independent special school", "price_per_child_year": 50_000}

    def sent(hand: HandLog, day: int) -> int:
        child = hand.holder("mainstream")
        hand.note(day, child, events.SENT_ELSEWHERE, resource="special")
        hand.note(day, child, events.PLACED, 1000, resource="inmss")
        return child

    hand = HandLog()
    hand.holder("special")
    hand.holder("inmss")  # by choice
    sent(hand, 5)
    moved = sent(hand, 5)
    hand.note(9, moved, events.PLACED, 1000, resource="tuition")
    hand.note(10, moved, events.PLACED, 1000, resource="inmss")  # by choice, this time
    sent(hand, 16)  # after the census
    found = measured(hand, settings=settings)
    assert found["places_needed", "all"] == found["places_needed", "setting=special"] == 2
    assert found["places_short", "setting=special"] == 0


def test_ages_at_the_turn_of_a_phase_are_those_of_the_august_before() -> None:
    hand = HandLog()
    for age in (3, 4, 10, 11, 15, 16, 24):
        hand.holder("special", cohort=2019 - age)
    found = measured(hand)
    phases = ("early_years", "primary", "secondary", "post_16")
    assert [found["places_needed", f"phase={phase}"] for phase in phases] == [1, 2, 2, 2]


def test_occupancy_is_children_in_place_for_each_hundred_places() -> None:
    settings = small_config()["settings"]
    settings["special"]["places"] = 4
    settings["tuition"]["places"] = 0
    hand = HandLog()
    for _ in range(5):
        hand.holder("special")
    found = measured(hand, settings=settings)
    assert found["place_occupancy", "setting=special"] == 125
    assert found["place_occupancy", "all"] == 125
    assert ("place_occupancy", "setting=tuition") not in found  # of no places there is no share


def test_an_authority_that_counts_no_places_needs_none() -> None:
    settings = small_config()["settings"]
    settings["special"]["places"] = None
    hand = HandLog()
    hand.holder("special")
    names = {measure for measure, _ in measured(hand, settings=settings)}
    assert not names & {"places_needed", "place_occupancy", "places_commissioned"}
