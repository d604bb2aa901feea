"""The audit of short breaks and of the edge of care: silent on a sound log, red at each planted fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hand_log import HandLog
from other_services import FEBRUARY, POUND_A_DAY, county, edge_of_care, short_breaks

from sim import event_log as events
from sim.audit.audit import audit
from sim.event_log import EventLog
from sim.money.ledger import Ledger, reckon

SOUND = {"children": 0, "money": 0, "hours": 0, "clock": 0}
TEAM = {"fte": 1, "cost_per_fte_year": 100 * POUND_A_DAY}
SETTINGS = county(short_breaks=short_breaks(), edge_of_care=edge_of_care(team=TEAM))
FAMILY, YOUNG = range(2)
WEEKS = (0, 7, 14, 21)


def client(hand: HandLog, service: str) -> int:
    hand.children.append(("", 2010, "", "", service))
    return len(hand.children) - 1


def sound_log() -> HandLog:
    """A family whose assistant gives up and which breaks down, and a young person in care for eight days."""
    hand = HandLog(FEBRUARY, 28)
    family, young = client(hand, "short_breaks"), client(hand, "edge_of_care")
    hand.note(0, family, events.JOINED_SERVICE, stage="opening", resource="short_breaks")
    hand.note(0, young, events.JOINED_SERVICE, stage="opening", resource="edge_of_care")
    hand.note(0, events.NOBODY, events.TEAM_FTE_DAYS, 28_000, resource="edge_of_care")
    for week in WEEKS:
        for event, value in (
            (events.BEDS_STAFFED, 2 * 7),
            (events.CARERS_NEEDED, 6_500 * 7),
            (events.CARERS_IN_POST, 5_200 * 7),
            (events.CARERS_FROM_AGENCY, 1_300 * 7),
        ):
            hand.note(week, events.NOBODY, event, value, resource="short_breaks")
        if week == 0:
            hand.note(0, family, events.NIGHTS_WANTED, 2)
            hand.note(0, family, events.NIGHTS, 1, resource="home")
            hand.note(0, family, events.NIGHTS, 1, resource="unmet")
            hand.note(1, young, events.TEAM_BEGAN, resource="edge_of_care")
            hand.note(2, young, events.CARE_BEGUN, 1_100, stage="from_home", resource="home")
            hand.note(5, family, events.ASSISTANT_FOUND)
        if week == 7:
            hand.note(7, family, events.NIGHTS_WANTED, 1)
            hand.note(7, family, events.NIGHTS, 1, resource="direct_payment")
            hand.note(10, young, events.CARE_ENDED, stage="returned_home", resource="home")
            hand.note(12, young, events.TEAM_ENDED, resource="edge_of_care")
            hand.note(13, young, events.LEFT_SERVICE, stage="at_home", resource="edge_of_care")
    hand.note(22, family, events.ASSISTANT_LEFT)
    hand.note(22, family, events.FAMILY_BREAKDOWN, resource="short_breaks")
    hand.note(22, family, events.CARE_BEGUN, 900, stage="from_home", resource="long_term")
    hand.note(26, family, events.CARE_ENDED, stage="turned_18", resource="long_term")
    hand.note(26, family, events.LEFT_SERVICE, stage="turned_18", resource="short_breaks")
    return hand


def audited(hand: HandLog) -> dict[str, int]:
    log = hand.build()
    return audit(log, SETTINGS, reckon(log, SETTINGS))


def drop(child: int, event: str, resource: str | None = None) -> Callable[[HandLog], None]:
    def plant(hand: HandLog) -> None:
        hand.entries = [
            entry
            for entry in hand.entries
            if (entry[1], entry[2]) != (child, event) or resource not in (None, entry[4])
        ]

    return plant


def add(day: float, child: int, event: str, *rest: object, **named: object) -> Callable[[HandLog], None]:
    return lambda hand: hand.note(day, child, event, *rest, **named)


def change(event: str, value: int) -> Callable[[HandLog], None]:
    """Another value in the first row of an event."""

    def plant(hand: HandLog) -> None:
        place = next(number for number, entry in enumerate(hand.entries) if entry[2] == event)
        hand.entries[place] = (*hand.entries[place][:5], value)

    return plant


def crowd(hand: HandLog) -> None:
    """Two more cases while the team has room for two."""
    place = next(number for number, entry in enumerate(hand.entries) if entry[2] == events.TEAM_BEGAN)
    minute = hand.entries[place][0]
    for _ in range(2):
        young = client(hand, "edge_of_care")
        hand.entries.insert(place + 1, (minute, young, events.TEAM_BEGAN, "", "edge_of_care", 0))
        hand.entries.insert(0, (0, young, events.JOINED_SERVICE, "opening", "edge_of_care", 0))
        place += 1


CHILDREN = {
    "a child of a service who never joined it": lambda hand: client(hand, "short_breaks"),
    "a child who joins without belonging": lambda hand: hand.children.__setitem__(
        YOUNG, ("", 2010, "", "", "request")
    ),
    "a child who joins twice": add(1, FAMILY, events.JOINED_SERVICE, resource="short_breaks"),
    "a child who leaves twice": add(13, YOUNG, events.LEFT_SERVICE, resource="edge_of_care"),
    "a child who leaves before it joins": lambda hand: hand.entries.insert(
        0, (-9, YOUNG, events.LEFT_SERVICE, "", "edge_of_care", 0)
    ),
    "a night after the child has left": add(27, FAMILY, events.ASSISTANT_SOUGHT),
    "care begun twice": lambda hand: hand.entries.insert(
        -1, (26 * 1440, FAMILY, events.CARE_BEGUN, "from_home", "long_term", 1000)
    ),
    "care ended that was never begun": drop(YOUNG, events.CARE_BEGUN),
    "a child who leaves and stays in care": drop(YOUNG, events.CARE_ENDED),
    "a team that goes on after the end": drop(YOUNG, events.TEAM_ENDED),
    "a night wanted that is neither had nor unmet": drop(FAMILY, events.NIGHTS, "unmet"),
    "a night that nobody wanted": add(21, FAMILY, events.NIGHTS, 1, resource="home"),
    "a night by an assistant who is not there": drop(FAMILY, events.ASSISTANT_FOUND),
}
HOURS = {
    "more nights in homes than beds": lambda hand: [
        hand.note(21, FAMILY, events.NIGHTS_WANTED, 15),
        hand.note(21, FAMILY, events.NIGHTS, 15, resource="home"),
    ],
    "more beds staffed than there are": lambda hand: [
        change(events.BEDS_STAFFED, 4 * 7)(hand),
        change(events.CARERS_NEEDED, 9_500 * 7)(hand),
        change(events.CARERS_FROM_AGENCY, 9_500 * 7)(hand),
    ],
    "carers needed whom the beds do not need": change(events.CARERS_NEEDED, 6_400 * 7),
    "fewer carers than are needed": change(events.CARERS_FROM_AGENCY, 1_299 * 7),
    "a team that begins with more than it has room for": crowd,
}


def test_a_sound_log_has_nothing_wrong() -> None:
    assert audited(sound_log()) == SOUND


@pytest.mark.parametrize("fault", CHILDREN)
def test_each_fault_in_the_lives_of_children_is_seen(fault: str) -> None:
    hand = sound_log()
    CHILDREN[fault](hand)
    hand.entries.sort(key=lambda entry: entry[0])
    assert audited(hand)["children"] > 0


@pytest.mark.parametrize("fault", HOURS)
def test_each_fault_in_beds_and_people_is_seen(fault: str) -> None:
    hand = sound_log()
    HOURS[fault](hand)
    hand.entries.sort(key=lambda entry: entry[0])
    found = audited(hand)
    assert found["hours"] > 0
    assert found["children"] == 0


LINES = (
    *("short_breaks_carers", "short_breaks_agency", "short_breaks_other_costs"),
    *("short_breaks_direct_payments", "short_breaks_long_term_care"),
    *("edge_of_care_placements", "edge_of_care_team"),
)


@pytest.fixture(scope="module")
def books() -> tuple[EventLog, Ledger]:
    log = sound_log().build()
    return log, reckon(log, SETTINGS)


@pytest.mark.parametrize("line", LINES)
def test_a_penny_more_on_any_line_is_seen(line: str, books: tuple[EventLog, Ledger]) -> None:
    log, ledger = books
    place = next(
        number for number, account in enumerate(ledger.account) if ledger.accounts[account].line == line
    )
    pence = ledger.pence.copy()
    pence[place] += 1
    assert audit(log, SETTINGS, replace(ledger, pence=pence))["money"] == 1


def test_a_penny_more_for_any_child_is_seen(books: tuple[EventLog, Ledger]) -> None:
    log, ledger = books
    wrong = replace(ledger, pence_by_child=ledger.pence_by_child + np.array([0, 1]))
    assert audit(log, SETTINGS, wrong)["money"] == 1


def test_the_hand_written_month_costs_what_its_prices_say(books: tuple[EventLog, Ledger]) -> None:
    _, ledger = books
    pounds = {line: int(pence.sum()) / 100 for line, pence in ledger.by_line().items() if pence.any()}
    assert pounds == {
        "short_breaks_carers": pytest.approx(5.2 * 100 * 28),
        "short_breaks_agency": pytest.approx(1.3 * 200 * 28),
        "short_breaks_other_costs": pytest.approx(200 * 28),
        "short_breaks_direct_payments": 150,
        "short_breaks_long_term_care": pytest.approx(4 * 200 * 0.9),
        "edge_of_care_placements": pytest.approx(8 * 200 * 1.1),
        "edge_of_care_team": pytest.approx(28 * 100),
    }
    assert ledger.pence_by_child.tolist() == [15_000 + 72_000, 176_000]
