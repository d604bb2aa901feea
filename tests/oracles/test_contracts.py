"""Contracts for places, to the penny: block and spot, who pays what, and when a larger block pays."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hand_log import HandLog
from small_settings import small_config

from sim import event_log as events
from sim.audit.audit import audit
from sim.audit.evidence import Evidence
from sim.audit.money import reckon_again
from sim.event_log import EventLog
from sim.measures.spells import Spells
from sim.money.contracts import Terms, beyond, break_even_occupancy
from sim.money.ledger import Ledger, reckon
from sim.settings import Settings

LEAP_YEAR = 366
NOW = Terms(block_places=20, block_price=14_000, spot_price=16_000)  # pence a day
OFFER = Terms(block_places=50, block_price=13_800, spot_price=15_000)


def a_year(pence_a_day: float) -> float:
    return pence_a_day * 365.25 / 100


def contract(terms: Terms) -> dict[str, Any]:
    """A contract of these terms, in pounds a year; the spot price is a framework rate."""
    return {
        "block_places": terms.block_places,
        "block_price_per_place_year": a_year(terms.block_price),
        "spot_price_per_child_year": a_year(terms.spot_price),
    }


def special_school(**changed: Any) -> Settings:
    """The small authority without inflation; its special school costs 10,000 pence a day."""
    config = small_config()
    config["prices"]["inflation_per_year"] = 0.0
    config["settings"]["special"] = {
        "label": "Special school",
        "price_per_child_year": a_year(10_000),
        "places": 60,
        **changed,
    }
    return Settings.model_validate(config)


def everybody_there(children: int) -> EventLog:
    hand = HandLog(days=LEAP_YEAR)
    for number in range(children):
        hand.holder("special", 700 + number)
    return hand.build()


def line(ledger: Ledger, name: str) -> int:
    return int(ledger.by_line()[name].sum())


def pence_of_a_year(terms: Terms, children: int) -> int:
    log, settings = everybody_there(children), special_school(contract=contract(terms))
    ledger = reckon(log, settings)
    again, by_child, _ = reckon_again(Evidence(log), settings)
    assert sum(again.values()) == ledger.pence.sum()
    assert by_child.tolist() == ledger.pence_by_child.tolist()
    return line(ledger, "block_contract") + line(ledger, "placement")


@pytest.mark.parametrize(
    ("children", "now", "offer"),
    [
        (45, 20 * 14_000 + 25 * 16_000, 50 * 13_800),
        (50, 20 * 14_000 + 30 * 16_000, 50 * 13_800),
        (55, 20 * 14_000 + 35 * 16_000, 50 * 13_800 + 5 * 15_000),
        (60, 20 * 14_000 + 40 * 16_000, 50 * 13_800 + 10 * 15_000),
    ],
)
def test_twenty_block_and_forty_spot_against_fifty_block_and_up_to_ten(
    children: int, now: int, offer: int
) -> None:
    assert pence_of_a_year(NOW, children) == LEAP_YEAR * now
    assert pence_of_a_year(OFFER, children) == LEAP_YEAR * offer


def test_the_ledger_confirms_the_occupancy_at_which_the_larger_block_breaks_even() -> None:
    at = break_even_occupancy(NOW, OFFER)
    assert at == pytest.approx(20 + (50 * 13_800 - 20 * 14_000) / 16_000) == pytest.approx(45.625)
    assert pence_of_a_year(OFFER, 45) > pence_of_a_year(NOW, 45)
    assert pence_of_a_year(OFFER, 46) < pence_of_a_year(NOW, 46)


@pytest.mark.parametrize(
    ("now", "offer", "expected"),
    [
        (Terms(0, 0, 100), Terms(10, 80, 100), 8.0),  # all spot against a block at 80 %
        (Terms(0, 0, 100), Terms(10, 100, 90), 10.0),  # even only when full, cheaper beyond
        (Terms(0, 0, 100), Terms(10, 110, 90), 20.0),  # what the block loses, ten children beyond win
        (Terms(0, 0, 100), Terms(10, 110, 100), None),  # dearer block, same spot price: never
        (Terms(10, 90, 100), Terms(10, 80, 100), 0.0),  # cheaper throughout
        (Terms(10, 90, 100), Terms(10, 90, 100), 0.0),  # the same contract
    ],
)
def test_break_even_in_closed_form(now: Terms, offer: Terms, expected: float | None) -> None:
    at = break_even_occupancy(now, offer)
    assert at == pytest.approx(expected) if expected is not None else at is None
    if expected:
        assert offer.cost(expected) == pytest.approx(now.cost(expected))


def test_an_empty_block_is_paid_and_no_child_pays_for_it() -> None:
    ledger = reckon(everybody_there(0), special_school(contract=contract(NOW)))
    assert line(ledger, "block_contract") == LEAP_YEAR * 20 * 14_000
    assert line(ledger, "placement") == 0


def test_those_who_came_first_fill_the_block_and_the_next_moves_up_when_one_leaves() -> None:
    hand = HandLog(days=LEAP_YEAR)
    first, second = hand.holder("special"), hand.holder("special")
    third = hand.holder("mainstream", 0)
    hand.note(10, third, events.PLACED, 1500, resource="special")
    hand.note(30, first, events.PLAN_CEASED, resource="died")
    terms = {"block_places": 2, "block_price_per_place_year": a_year(14_000)}
    ledger = reckon(hand.build(), special_school(contract=terms))
    assert ledger.pence_by_child[[first, second, third]].tolist() == [0, 0, 20 * 15_000]
    assert line(ledger, "block_contract") == LEAP_YEAR * 2 * 14_000


def test_a_block_can_grow_and_shrink_on_a_date() -> None:
    places = {date(2020, 1, 1): 1, date(2020, 1, 11): 2, date(2020, 2, 1): 0}
    terms = contract(Terms(0, 14_000, 16_000)) | {"block_places": places}
    hand = HandLog(days=60)
    one, other = hand.holder("special"), hand.holder("special")
    ledger = reckon(hand.build(), special_school(contract=terms))
    assert line(ledger, "block_contract") == (10 * 1 + 21 * 2) * 14_000
    assert ledger.pence_by_child[[one, other]].tolist() == [29 * 16_000, (10 + 29) * 16_000]


def test_a_contract_without_block_places_or_spot_price_changes_nothing() -> None:
    nothing = {"block_places": 0, "block_price_per_place_year": 99_999}
    log = everybody_there(7)
    without, within = (reckon(log, special_school(**one)) for one in ({}, {"contract": nothing}))
    assert within.pence_by_child.tolist() == without.pence_by_child.tolist()
    assert within.by_month().tolist() == without.by_month().tolist()


def test_each_child_over_the_commissioned_places_is_paid_for_besides() -> None:
    settings = special_school(places=2, over_number_price_per_child_year=a_year(500))
    hand = HandLog(days=100)
    children = [hand.holder("special") for _ in range(4)]
    hand.note(40, children[0], events.PLAN_CEASED, resource="died")
    ledger = reckon(hand.build(), settings)
    assert line(ledger, "over_number") == 500 * (40 * 2 + 60 * 1)
    extra = ledger.pence_by_child - np.array([40, 100, 100, 100]) * 10_000
    assert extra.tolist() == [0, 0, 40 * 500, 100 * 500]


def test_children_beyond_the_places_are_found_as_by_looking_at_every_day() -> None:
    draw = np.random.default_rng(7)
    first = draw.integers(0, 80, 60)
    stays = Spells(
        np.arange(60), np.zeros(60), first, np.minimum(first + draw.integers(0, 40, 60), 80), first
    )
    places = draw.integers(0, 12, 80)
    found = np.zeros((60, 80), dtype=bool)
    parts = beyond(stays, places)
    for child, start, end in zip(parts.child, parts.first, parts.end, strict=True):
        found[child, start:end] = True
    for day in range(80):
        there = [(stays.first[i], i) for i in range(60) if stays.first[i] <= day < stays.end[i]]
        expected = {child for _, child in sorted(there)[places[day] :]}
        assert set(np.flatnonzero(found[:, day])) == expected


def test_a_block_that_is_not_paid_turns_the_audit_of_money_red() -> None:
    log = everybody_there(25)
    settings = special_school(contract=contract(NOW))
    assert audit(log, settings, reckon(log, settings))["money"] == 0
    assert audit(log, settings, reckon(log, special_school()))["money"] > 0
    wrong = special_school(contract=contract(NOW) | {"block_places": 21})
    assert audit(log, settings, reckon(log, wrong))["money"] > 0
