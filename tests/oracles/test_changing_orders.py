"""An order of work that changes on a date, against schedules worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from histories import history
from plain_work import AnyMinute, job
from quiet_authority import quiet_config, quiet_settings, with_requests

from sim.calendars import DAY
from sim.service.queues import ChangingOrder, Order, Queue, TwinTrack
from sim.service.resources import Panel, StaffPool
from sim.service.timetables import Timetable

HALF_A_DAY = DAY // 2
DEADLINES = (50, 40, 30, 20, 10)
"""Of five jobs that are all there at the start: those who came first have the most time."""


def worked(order: Order, jobs: list, arrivals: dict[int, int] | None = None) -> list[int]:
    """The jobs in the order in which one person, who never goes home, begins them."""
    asked = sorted(((arrivals or {}).get(one.child.number, 0), one.child.number, one) for one in jobs)
    spans = AnyMinute(1, 12, order).run([(minute, one) for minute, _, one in asked])
    return sorted(spans, key=spans.get)


def five_jobs() -> list:
    return [job(n, HALF_A_DAY, deadline=deadline, since=-n) for n, deadline in enumerate(DEADLINES)]


def test_first_come_becomes_earliest_deadline_on_the_day_as_worked_out_by_hand() -> None:
    # Two jobs a day: 0 and 1 in the order they came on day 0; then 4, 3, the newcomer (25), 2.
    order = ChangingOrder(Queue("first_come"), [(1, Queue("earliest_deadline"))])
    newcomer = job(5, HALF_A_DAY, deadline=25)
    jobs = [*five_jobs(), newcomer]
    assert worked(order, jobs, {5: 100}) == [0, 1, 4, 3, 5, 2]
    assert worked(Queue("first_come"), [*five_jobs(), job(5, HALF_A_DAY, deadline=25)], {5: 100}) == [
        *range(6)
    ]


def test_minutes_of_the_hand_worked_schedule() -> None:
    order = ChangingOrder(Queue("first_come"), [(1, Queue("earliest_deadline"))])
    spans = AnyMinute(1, 12, order).run([(0, one) for one in five_jobs()])
    assert spans == {
        0: (0, 720),
        1: (720, 1440),
        4: (1440, 2160),
        3: (2160, 2880),
        2: (2880, 3600),
    }


def test_back_in_the_order_of_coming_jobs_keep_the_minute_in_which_they_came() -> None:
    arrivals = {0: 40, 1: 30, 2: 20, 3: 10, 4: 0}
    order = ChangingOrder(Queue("earliest_deadline"), [(1, Queue("first_come"))])
    # Day 0: 4 is alone at first, then 3 has the earliest deadline; from day 1 on 2, 1 and 0 as they came.
    assert worked(order, five_jobs(), arrivals) == [4, 3, 2, 1, 0]
    # The ages are the other way round, and so are the turns if they count.
    oldest = ChangingOrder(Queue("earliest_deadline"), [(1, Queue("oldest_first"))])
    by_age = [job(n, HALF_A_DAY, deadline=deadline, since=n) for n, deadline in enumerate(DEADLINES)]
    assert worked(oldest, by_age, arrivals) == [4, 3, 0, 1, 2]


def test_an_order_may_change_more_than_once() -> None:
    order = ChangingOrder(Queue("first_come"), [(1, Queue("earliest_deadline")), (2, Queue("first_come"))])
    jobs = [job(n, HALF_A_DAY, deadline=90 - n) for n in range(8)]
    assert worked(order, jobs) == [0, 1, 7, 6, 2, 3, 4, 5]


def test_a_day_of_change_on_which_nobody_works_is_not_missed() -> None:
    order = ChangingOrder(Queue("first_come"), [(1, Queue("earliest_deadline"))])
    long = [job(n, 3 * DAY, deadline=90 - n) for n in range(3)]
    assert worked(order, long) == [0, 2, 1]


def test_a_share_for_the_punctual_counts_only_what_is_worked_under_it() -> None:
    # Six hours of work before the change belong to no track: from day 1 on half is kept for the
    # punctual, so the late and the punctual take turns, a late one first.
    order = ChangingOrder(Queue("first_come"), [(1, TwinTrack(lambda day: 0.5))])
    first = [job(n, HALF_A_DAY, deadline=90) for n in range(2)]
    late = [job(n, 100, deadline=0, since=n) for n in (2, 3, 4)]
    punctual = [job(n, 100, deadline=80 + n) for n in (5, 6, 7)]
    assert worked(order, [*first, *late, *punctual]) == [0, 1, 2, 5, 3, 6, 4, 7]


def test_a_job_withdrawn_before_the_change_is_not_taken_up_after_it() -> None:
    order = ChangingOrder(Queue("first_come"), [(1, Queue("earliest_deadline"))])
    pool = StaffPool("pool", {0: Timetable([DAY] * 9, opens=0)}, order, 9)
    jobs = five_jobs()
    for one in jobs:
        pool.submit(one, 0)
    assert pool.cancel(jobs[4])
    pool.work(0, 9 * DAY)
    assert [one.state for one in jobs] == ["started"] * 4 + ["cancelled"]
    assert pool.waiting == 0 and order.jobs() == []


def test_a_panel_hears_in_the_new_order_from_the_first_meeting_on_or_after_the_day() -> None:
    order = ChangingOrder(Queue("first_come"), [(12, Queue("earliest_deadline"))])
    panel = Panel("assess", [7, 14, 21], 0, order)
    cases = [job(n, 0, deadline=90 - n) for n in range(6)]
    for case in cases:
        panel.submit(case, case.child.number)
    heard = [[case.child.number for case in panel.sit(day, 2)] for day in (7, 14, 21)]
    assert heard == [[0, 1], [5, 4], [3, 2]]


# In a whole run.

START, CHANGE = date(2020, 9, 1), date(2020, 12, 1)


def with_orders(officers: object, panel: object = "first_come") -> list:
    """What happens in an authority with a backlog, whose psychologists and panel keep to these orders."""
    config = quiet_config(START, years=1)
    with_requests(config, 60)
    config["opening"]["cases"] = [{"stage": "advice", "weeks": [10, 60], "count": 30}]
    config["stages"]["first_information"] |= {"cv": 0.8}
    config["staff_pools"]["ep"] |= {"fte": 0.7, "order": officers}
    config["panels"]["assess"] |= {"cases": 1, "order": panel}
    return history(quiet_settings(config)).entries


@pytest.mark.parametrize("same", ["earliest_deadline", "twin_track"])
def test_dates_that_change_nothing_change_no_row(same: str) -> None:
    plain = with_orders(same)
    every_week = {START + timedelta(weeks=week): same for week in range(40)}
    for dates in ({START: same}, every_week, {date(2015, 1, 1): "oldest_first", START: same}):
        assert with_orders(dates) == plain


def test_nothing_is_otherwise_before_the_day_of_a_change() -> None:
    before = with_orders("first_come")
    changed = with_orders({START: "first_come", CHANGE: "twin_track"})
    day = (CHANGE - START).days
    differ = [one.day for one, other in zip(before, changed, strict=False) if one != other]
    assert min(differ) >= day
    assert min(differ) < day + 31


def test_a_panel_keeps_its_dates_too() -> None:
    before = with_orders("first_come", "first_come")
    changed = with_orders("first_come", {START: "first_come", CHANGE: "earliest_deadline"})
    day = (CHANGE - START).days
    differ = [one.day for one, other in zip(before, changed, strict=False) if one != other]
    assert min(differ) >= day
