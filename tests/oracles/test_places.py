"""Finite places against a plain scan, day by day, of who stays, who waits and who is turned away."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from sim.luck import Luck, key_of
from sim.service.resources import Places

DAYS = 400


def limit_on(day: int) -> int:
    """Twenty places, a new class at day 200 and one closed at day 300."""
    return 20 if day < 200 else 28 if day < 300 else 23


def children_of(seed: int) -> list[SimpleNamespace]:
    """Children with the day they ask, the days they stay and the days they are willing to wait."""
    draw = Luck(seed, 1).purpose("places")

    def days(name: str, number: int, most: int) -> int:
        return int(draw(key_of(name, number)) * most)

    return [
        SimpleNamespace(
            number=n,
            asks=days("asks", n, DAYS),
            stays=1 + days("stays", n, 90),
            patience=5 + days("patience", n, 80),
            wants=None,
            wants_since=0,
        )
        for n in range(250)
    ]


def by_scan(children: list[SimpleNamespace], may_wait: bool) -> dict[int, int]:
    """The day on which each child comes in: on every day, leavers, then those waiting, then the new."""
    came: dict[int, int] = {}
    waiting: list[SimpleNamespace] = []
    for day in range(DAYS):
        inside = [one for one in children if one.number in came and came[one.number] + one.stays > day]
        waiting = [one for one in waiting if one.asks + one.patience > day]
        new = [one for one in children if one.asks == day]
        for one in waiting + new:
            if len(inside) < limit_on(day):
                inside.append(one)
                came[one.number] = day
        waiting = [one for one in waiting + new if may_wait and one.number not in came]
    return came


def by_places(children: list[SimpleNamespace], may_wait: bool) -> dict[int, int]:
    places, came = Places("special", limit_on), {}

    def come_in(one: SimpleNamespace, day: int) -> None:
        one.wants = None
        places.taken += 1
        came[one.number] = day

    for day in range(DAYS):
        places.taken -= sum(came.get(one.number, DAYS) + one.stays == day for one in children)
        for one in children:
            if one.wants is places and one.asks + one.patience == day:
                one.wants = None
        while (one := places.next_offer(day)) is not None:
            come_in(one, day)
        for one in (one for one in children if one.asks == day):
            if places.has_room(day):
                come_in(one, day)
            elif may_wait:
                one.wants, one.wants_since = places, day
                places.wait(one, day)
    return came


@pytest.mark.parametrize("may_wait", [True, False], ids=["they wait", "they are turned away"])
@pytest.mark.parametrize("seed", range(5))
def test_places_are_taken_on_the_days_a_plain_scan_finds(seed: int, may_wait: bool) -> None:
    expected = by_scan(children_of(seed), may_wait)
    assert by_places(children_of(seed), may_wait) == expected
    assert 20 < len(expected) < 250


def test_a_setting_without_a_limit_takes_everybody() -> None:
    everywhere = Places("mainstream", None)
    everywhere.taken = 10_000
    assert everywhere.has_room(0)


def test_a_child_who_waits_again_goes_to_the_end_of_the_queue() -> None:
    places = Places("special", lambda _day: 1)
    first, second = (SimpleNamespace(number=n, wants=places, wants_since=n) for n in range(2))
    places.wait(first, 0)
    places.wait(second, 1)
    first.wants_since = 9
    places.wait(first, 9)
    assert [places.next_offer(10), places.next_offer(10), places.next_offer(10)] == [second, first, None]
