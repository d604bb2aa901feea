"""People who leave and families who dispute, more or less of them from a date on."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from everything_on import everything_config
from histories import History, history

from sim import event_log as events
from sim.calendars import APPEAL
from sim.schedule import Schedule, product
from sim.settings import Settings

START, SINCE = date(2020, 1, 1), date(2021, 1, 1)
NOTICE = 90
"""More days than anybody's notice and what they have in hand."""


@cache
def run(turnover: float | None = None, disputes: float | None = None) -> History:
    """A busy authority, with these multipliers from the second year on."""
    config = everything_config()
    for pool in config["staff_pools"].values():
        if "turnover" in pool:
            pool["turnover"] |= {"leave_per_year": 0.8, "sick_spells_per_year": 1.0}
            pool["turnover"] |= {"recruitment": {"days": 120}}
    if turnover is not None:
        config["workforce"] = {"turnover_multiplier": {START: 1.0, SINCE: turnover}}
    if disputes is not None:
        config["disputes"]["multiplier"] = {START: 1.0, SINCE: disputes}
    return history(Settings.model_validate(config))


def days(found: History, *kinds: str) -> list[int]:
    return [row.day for row in found.of(*kinds)]


def day_number() -> int:
    return (SINCE - START).days


@pytest.mark.parametrize("multipliers", [{"turnover": 1.0}, {"disputes": 1.0}])
def test_a_multiplier_of_one_changes_no_row(multipliers: dict[str, float]) -> None:
    assert run(**multipliers).entries == run().entries


@pytest.mark.parametrize("multipliers", [{"turnover": 0.0}, {"disputes": 0.0}])
def test_nothing_is_otherwise_before_the_date(multipliers: dict[str, float]) -> None:
    plain, cut = run().entries, run(**multipliers).entries
    differ = [one.day for one, other in zip(plain, cut, strict=False) if one != other]
    assert min(differ) >= day_number()


def test_from_the_date_on_nobody_gives_notice_and_vacant_posts_are_filled() -> None:
    left, free = days(run(turnover=0.0), events.LEFT_POST), days(run(), events.LEFT_POST)
    assert max(left) < day_number() + NOTICE < max(free)
    vacant = [row for row in run(turnover=0.0).of(events.VACANT_FTE_DAYS) if row.value]
    assert any(row.day >= day_number() for row in vacant)  # somebody had left, or was about to
    assert not any(row.day >= day_number() + 300 for row in vacant)
    assert any(row.day >= day_number() + 300 for row in run().of(events.VACANT_FTE_DAYS) if row.value)


def test_from_the_date_on_nobody_falls_ill_for_long() -> None:
    def lost(found: History) -> int:
        rows = found.of(events.SICK_MINUTES)
        return sum(row.value for row in rows if row.day >= day_number() + NOTICE)

    assert lost(run(turnover=0.0)) == 0 < lost(run())


def test_a_larger_multiplier_makes_more_people_leave() -> None:
    assert len(days(run(turnover=3.0), events.LEFT_POST)) > len(days(run(), events.LEFT_POST))


def test_from_the_date_on_no_family_begins_a_dispute_or_complains() -> None:
    disputed, complained = (days(run(disputes=0.0), kind) for kind in (events.DISPUTED, events.COMPLAINED))
    assert max(disputed) <= day_number() + APPEAL
    assert max(complained) < day_number()
    assert max(days(run(), events.DISPUTED)) > day_number() + APPEAL
    assert max(days(run(), events.COMPLAINED)) > day_number()


def test_disputes_under_way_go_on_after_the_date() -> None:
    ended = days(run(disputes=0.0), events.MEDIATED, events.APPEAL_ENDED)
    assert any(day > day_number() for day in ended)


def test_twice_the_disputes_are_more_disputes() -> None:
    assert len(days(run(disputes=2.0), events.DISPUTED)) > len(days(run(), events.DISPUTED))


def test_a_schedule_times_another_has_the_dates_of_both() -> None:
    first = Schedule.from_steps({date(2020, 1, 1): 0.2, date(2022, 1, 1): 0.4})
    second = Schedule.from_steps({date(2021, 1, 1): 1.0, date(2023, 1, 1): 0.5})
    both = product(first, second)
    found = {year: both.at(date(year, 6, 1)) for year in range(2019, 2024)}
    assert found == {2019: 0.2, 2020: 0.2, 2021: 0.2, 2022: 0.4, 2023: 0.2}
    earlier = product(second, first)
    assert [earlier.at(date(year, 6, 1)) for year in range(2019, 2024)] == list(found.values())
    assert product(first, Schedule.constant(1.0)) is first
