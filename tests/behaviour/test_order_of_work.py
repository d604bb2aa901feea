"""The order of work moves the published rate without moving capacity."""

from __future__ import annotations

from functools import cache

import pytest
from histories import History, history
from quiet_authority import quiet_config, quiet_settings, with_requests

from sim import event_log as events
from sim.calendars import FINAL_PLAN

ORDERS = ("first_come", "earliest_deadline", "oldest_first", "twin_track")
YEARS = 8


@cache
def run(order: str) -> History:
    """An authority that starts with a backlog and whose psychologist can just keep up."""
    config = quiet_config(years=YEARS)
    with_requests(config, 100)
    config["opening"]["cases"] = [{"stage": "advice", "weeks": [10, 60], "count": 60}]
    config["staff_pools"]["ep"] |= {"fte": 1, "leave_days_per_year": 0, "order": order, "on_time_share": 0.8}
    # 253 working days of 7.4 hours are 1,872 hours a year, for about 100 children.
    config["advice"]["ep"] |= {"hours": 18, "cv": 0.6}
    return history(quiet_settings(config))


def issued(order: str) -> dict[int, int]:
    return run(order).day_of(events.PLAN_ISSUED)


def on_time(order: str) -> float:
    """The published rate: plans issued within 20 weeks, of all plans issued."""
    requested = run(order).day_of(events.REQUESTED)
    within = [day - requested[child] <= FINAL_PLAN for child, day in issued(order).items()]
    return sum(within) / len(within)


def minutes_used(order: str) -> int:
    rows = run(order).of(events.MINUTES_USED)
    return sum(row.value for row in rows if row.resource == "ep")


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_issues_as_many_plans_in_the_long_run(order: str) -> None:
    assert len(issued("first_come")) > 600
    assert abs(len(issued(order)) / len(issued("first_come")) - 1) < 0.02


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_works_the_same_hours(order: str) -> None:
    assert abs(minutes_used(order) / minutes_used("first_come") - 1) < 0.005


def test_the_order_of_work_alone_changes_the_published_rate() -> None:
    rates = {order: on_time(order) for order in ORDERS}
    assert max(rates.values()) - min(rates.values()) > 0.10
    assert rates["twin_track"] == max(rates.values())


def test_keeping_a_share_for_punctual_cases_makes_the_late_ones_later() -> None:
    def longest_wait(order: str) -> int:
        requested = run(order).day_of(events.REQUESTED)
        return max(day - requested[child] for child, day in issued(order).items())

    assert longest_wait("twin_track") > longest_wait("oldest_first")


def test_the_same_children_ask_on_the_same_days_whatever_the_order() -> None:
    first = run("first_come").day_of(events.REQUESTED)
    assert all(run(order).day_of(events.REQUESTED) == first for order in ORDERS)
