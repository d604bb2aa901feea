"""A panel's agenda against a plain scan of who had sent their papers in time."""

from __future__ import annotations

from datetime import date

import pytest
from plain_work import job
from small_settings import small_settings

from sim.luck import Luck, key_of
from sim.model import Model
from sim.service.queues import Queue
from sim.service.resources import Panel

MEETINGS = [day for day in range(6, 700, 7) if day % 5]
PAPER_DAYS = 6
CASES = 500


def whole(draw, name: str, number: int, below: int) -> int:
    return int(draw(key_of(name, number)) * below)


def cases_of(seed: int) -> list[tuple[int, object]]:
    """(day, case) of every case put to the panel, by day; deadlines and ages are mixed."""
    draw = Luck(seed, 1).purpose("panel")
    cases = [
        (
            whole(draw, "day", n, 600),
            job(
                n,
                0,
                deadline=whole(draw, "deadline", n, 60),
                since=whole(draw, "since", n, 600),
                rank=int(draw(key_of("urgent", n)) > 0.1),
            ),
        )
        for n in range(CASES)
    ]
    return sorted(cases, key=lambda sent: sent[0])


def capacity_on(day: int) -> int:
    return 5 if day < 300 else 8


def heard_by_scan(cases: list[tuple[int, object]], order: str) -> list[tuple[int, int]]:
    """(day, child) of every hearing: at each meeting, the best of those whose papers are there."""
    best = {
        "first_come": lambda day, case: day,
        "earliest_deadline": lambda day, case: case.deadline,
        "oldest_first": lambda day, case: case.since,
    }[order]
    waiting, heard = list(cases), []
    for meeting in MEETINGS:
        there = [(day, case) for day, case in waiting if day <= meeting - PAPER_DAYS]
        there.sort(key=lambda sent: (sent[1].rank, best(*sent), sent[1].child.number))
        for sent in there[: capacity_on(meeting)]:
            heard.append((meeting, sent[1].child.number))
            waiting.remove(sent)
    return heard


def heard_by_panel(cases: list[tuple[int, object]], order: str, withdrawn: set[int] = frozenset()):
    panel, heard = Panel("assess", MEETINGS, PAPER_DAYS, Queue(order)), []
    for today in range(700):
        for day, case in cases:
            if day == today:
                panel.submit(case, today)
        if today == 100:
            for _, case in cases:
                if case.child.number in withdrawn:
                    case.state = "cancelled"
        if today in MEETINGS:
            heard += [(today, case.child.number) for case in panel.sit(today, capacity_on(today))]
    return heard


@pytest.mark.parametrize("order", ["first_come", "earliest_deadline", "oldest_first"])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_meeting_hears_the_cases_a_plain_scan_finds(seed: int, order: str) -> None:
    expected = heard_by_scan(cases_of(seed), order)
    assert heard_by_panel(cases_of(seed), order) == expected
    assert len(expected) > 400


def test_a_withdrawn_case_leaves_its_slot_to_the_next() -> None:
    withdrawn = {case.child.number for day, case in cases_of(3) if day > 100 and case.child.number % 4 == 0}
    others = [(day, case) for day, case in cases_of(3) if case.child.number not in withdrawn]
    assert heard_by_panel(cases_of(3), "first_come", withdrawn) == heard_by_scan(others, "first_come")


def test_papers_one_day_late_wait_for_the_next_meeting() -> None:
    panel = Panel("assess", [10, 17], PAPER_DAYS, Queue("first_come"))
    in_time, late = job(2, 0), job(1, 0)
    panel.submit(in_time, 4)
    panel.submit(late, 5)
    assert panel.sit(10, 5) == [in_time]
    assert panel.sit(17, 5) == [late]


def meeting_dates(**settings: object) -> list[date]:
    model = Model(small_settings(panels={"assess": {"weekday": "monday", "cases": 9, **settings}}), 1)
    return [model.la.calendar.date_of(day) for day in model.la.casework.panels["assess"].meeting_days]


def test_meetings_are_on_their_weekday_but_not_on_bank_holidays_or_in_school_holidays() -> None:
    until_june = [day for day in meeting_dates() if day < date(2020, 6, 10)]
    # Not 17 February (half term), 6 and 13 April (Easter), 25 May (bank holiday and half term).
    assert until_june == [
        *(date(2020, 1, day) for day in (6, 13, 20, 27)),
        *(date(2020, 2, day) for day in (3, 10, 24)),
        *(date(2020, 3, day) for day in (2, 9, 16, 23, 30)),
        *(date(2020, 4, day) for day in (20, 27)),
        *(date(2020, 5, day) for day in (4, 11, 18)),
        *(date(2020, 6, day) for day in (1, 8)),
    ]


def test_a_fortnightly_panel_that_meets_all_year_only_misses_bank_holidays() -> None:
    spring = [day for day in meeting_dates(every_weeks=2, term_time_only=False) if day < date(2020, 6, 20)]
    # Every second Monday from 6 January; 13 April is Easter Monday and 25 May the spring holiday.
    assert spring == [
        *(date(2020, 1, day) for day in (6, 20)),
        *(date(2020, 2, day) for day in (3, 17)),
        *(date(2020, 3, day) for day in (2, 16, 30)),
        date(2020, 4, 27),
        date(2020, 5, 11),
        *(date(2020, 6, day) for day in (8,)),
    ]
