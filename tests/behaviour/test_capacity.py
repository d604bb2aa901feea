"""Too few people: queues grow by what comes less what can be done, and children wait."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache

import pytest
from histories import History, history
from quiet_authority import quiet_config, quiet_settings, with_requests

from sim import event_log as events
from sim.calendars import FINAL_PLAN

START = date(2020, 1, 1)


@cache
def run(ep_fte: float, start: date = START) -> History:
    config = quiet_config(start=start, years=4)
    with_requests(config, 200)
    config["advice"]["ep"] |= {"hours": 17, "cv": 0.5}
    config["staff_pools"]["ep"] |= {"fte": ep_fte, "leave_days_per_year": 33}
    return history(quiet_settings(config))


def minutes(found: History, event: str, resource: str, year: int | None = None) -> int:
    rows = found.of(event)
    return sum(
        row.value
        for row in rows
        if row.resource == resource and (year is None or found.date_of(row.day).year == year)
    )


def on_time(found: History) -> float:
    """The 20-week rate over plans issued in the last two years."""
    requested, issued = found.day_of(events.REQUESTED), found.day_of(events.PLAN_ISSUED)
    within = [day - requested[child] <= FINAL_PLAN for child, day in issued.items() if day >= 730]
    return sum(within) / len(within)


def open_and_overdue(found: History) -> int:
    """Cases still open at the end that are past week 20."""
    closed = {entry.child for entry in found.of(*events.CASE_CLOSED_BY)}
    requested = found.day_of(events.REQUESTED)
    return sum(found.log.days - day > FINAL_PLAN for child, day in requested.items() if child not in closed)


def test_an_overloaded_queue_grows_by_arrivals_less_capacity() -> None:
    found = run(ep_fte=1)
    for year in (2021, 2022, 2023):
        asked = minutes(found, events.QUEUED, "ep", year)
        begun = minutes(found, events.STARTED, "ep", year)
        capacity = minutes(found, events.MINUTES_AVAILABLE, "ep", year)
        assert asked > 1.5 * capacity
        growth = asked - begun
        assert growth == pytest.approx(asked - capacity, rel=0.05)


def test_people_with_a_queue_are_never_idle() -> None:
    found = run(ep_fte=1)
    for year in (2021, 2022, 2023):
        used = minutes(found, events.MINUTES_USED, "ep", year)
        assert used == minutes(found, events.MINUTES_AVAILABLE, "ep", year)


def test_hours_available_are_the_posts_working_days_less_leave() -> None:
    # 2021 has 253 working days, of which 33 are leave; 2.5 posts of 7.4 hours.
    available = minutes(run(ep_fte=2.5), events.MINUTES_AVAILABLE, "ep", 2021) / 60
    assert available == pytest.approx(2.5 * (253 - 33) * 7.4, rel=0.01)


def test_nobody_works_two_jobs_at_once_or_more_than_their_hours() -> None:
    found = run(ep_fte=2.5)
    for year in (2020, 2021, 2022, 2023):
        used = minutes(found, events.MINUTES_USED, "ep", year)
        assert used <= minutes(found, events.MINUTES_AVAILABLE, "ep", year)
    changes: dict[int, int] = defaultdict(int)
    for entry in found.of(events.STARTED, events.FINISHED):
        if entry.resource == "ep":
            changes[entry.minute] += 1 if entry.event == events.STARTED else -1
    at_work = 0
    for minute in sorted(changes):
        at_work += changes[minute]
        assert 0 <= at_work <= 3


def test_halving_the_psychologists_lowers_the_20_week_rate_and_leaves_more_open_and_overdue() -> None:
    enough, half = run(ep_fte=3), run(ep_fte=1.5)
    assert on_time(enough) > 0.9
    assert on_time(half) < 0.3
    assert open_and_overdue(half) > open_and_overdue(enough) + 50


def test_more_psychologists_never_make_the_rate_worse_with_the_same_children() -> None:
    rates = [on_time(run(ep_fte)) for ep_fte in (1.5, 2, 2.5, 3)]
    assert rates == sorted(rates)


def test_clearing_a_backlog_lowers_the_published_rate_while_it_lasts() -> None:
    """Late plans count in the year they are issued, so the open cases tell what the rate does not."""
    config = quiet_config(start=START, years=4)
    with_requests(config, 200)
    config["advice"]["ep"] |= {"hours": 17, "cv": 0.5}
    config["staff_pools"]["ep"] |= {
        "fte": {date(2020, 1, 1): 1.7, date(2022, 1, 1): 5},
        "order": "twin_track",
        "on_time_share": 1.0,
    }
    found = history(quiet_settings(config))
    requested, issued = found.day_of(events.REQUESTED), found.day_of(events.PLAN_ISSUED)

    def rate(year: int) -> float:
        within = [
            day - requested[child] <= FINAL_PLAN
            for child, day in issued.items()
            if found.date_of(day).year == year
        ]
        return sum(within) / len(within)

    assert rate(2021) > 0.95
    assert rate(2022) < 0.75
    assert rate(2023) > 0.95
    assert open_and_overdue(found) < 5


def test_posts_that_grow_give_more_hours_each_april() -> None:
    config = quiet_config(start=START, years=3)
    with_requests(config, 50)
    config["staff_pools"]["ep"] |= {"fte": 10, "leave_days_per_year": 0}
    config["workforce"] = {"fte_growth_per_year": 0.5}
    rows = history(quiet_settings(config)).of(events.MINUTES_AVAILABLE)
    posts = {
        when: sum(row.value for row in rows if row.resource == "ep" and row.day == (when - START).days)
        for when in (date(2020, 3, 1), date(2020, 4, 1), date(2021, 3, 1), date(2021, 4, 1))
    }
    working_days = {date(2020, 3, 1): 22, date(2020, 4, 1): 20, date(2021, 3, 1): 23, date(2021, 4, 1): 20}
    a_day = [minutes / working_days[when] / (7.4 * 60) for when, minutes in posts.items()]
    assert a_day == pytest.approx([10, 15, 15, 22.5], rel=0.001)
