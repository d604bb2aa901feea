"""Posts, notice, induction, sickness and agency cover, to the day, the minute and the penny."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from everything_on import everything_config
from histories import Entry, History, history
from quiet_authority import quiet_config, quiet_settings, with_requests

from sim import event_log as events
from sim.calendars import Calendar
from sim.money.ledger import reckon
from sim.settings import Settings

START = date(2020, 9, 1)
A_DAY = 444
"""Minutes in 7.4 hours."""
LEAVE_AT_ONCE = {date(2020, 9, 1): 1.0, date(2020, 10, 1): 0.0}
CALENDAR = Calendar(START, 800)


def turnover(**changed: Any) -> dict[str, Any]:
    """Nobody leaves unless the test says so; a successor comes sixty days after the last day."""
    return {"leave_per_year": 0.0, "notice_days": 28, "recruitment": {"days": 60}} | changed


def config_with(pool: str, years: float = 1, **changed: Any) -> dict[str, Any]:
    """A quiet authority in which one pool has one person, who takes no leave."""
    config = quiet_config(START, years)
    config["staff_pools"][pool] |= {"fte": 1, "leave_days_per_year": 0} | changed
    return config


def run(config: dict[str, Any]) -> History:
    return history(quiet_settings(config))


def monthly(found: History, event: str, pool: str = "ep") -> dict[date, int]:
    """The values of a pool's monthly rows by the first of the month; nothing where they are 0."""
    rows = [row for row in found.of(event) if row.resource == pool and row.value]
    return {found.date_of(row.day): row.value for row in rows}


def day_number(year: int, month: int, day: int) -> int:
    return (date(year, month, day) - START).days


def working(first: int, end: int) -> int:
    return len(CALENDAR.working_days(first, end))


# Leaving.


def test_a_post_is_vacant_from_the_day_after_the_notice_until_the_successor_comes() -> None:
    found = run(config_with("ep", turnover=turnover(leave_per_year=LEAVE_AT_ONCE)))
    left, started = found.of(events.LEFT_POST), found.of(events.STARTED_POST)
    assert [(row.day, row.value) for row in left] == [(28, 1000)]
    assert [(row.day, row.value) for row in started] == [(28 + 60, 1000)]
    assert monthly(found, events.VACANT_FTE_DAYS) == {
        date(2020, 9, 1): 1_000,
        date(2020, 10, 1): 31_000,
        date(2020, 11, 1): 27_000,
    }
    assert monthly(found, events.FTE_DAYS)[date(2020, 9, 1)] == 29_000
    assert date(2020, 10, 1) not in monthly(found, events.MINUTES_AVAILABLE)
    assert monthly(found, events.MINUTES_AVAILABLE)[date(2020, 11, 1)] == working(88, 91) * A_DAY


def test_part_of_a_post_leaves_part_of_a_vacancy() -> None:
    found = run(config_with("ep", fte=0.4, turnover=turnover(leave_per_year=LEAVE_AT_ONCE)))
    assert [row.value for row in found.of(events.LEFT_POST)] == [400]
    assert monthly(found, events.VACANT_FTE_DAYS)[date(2020, 10, 1)] == 31 * 400


def test_each_of_many_posts_is_left_with_the_chance_of_its_month() -> None:
    config = config_with("ep", years=2, fte=300, turnover=turnover(leave_per_year=0.2))
    left = len(run(config).of(events.LEFT_POST))
    # Posts are empty for 60 of some 88 + 1,800 days; about 300 x 0.2 x 2 leave, less those vacancies.
    assert left == pytest.approx(116, abs=2 * 116**0.5)


def test_nobody_who_is_not_replaced_in_time_is_replaced_after_the_post_has_gone() -> None:
    fte = {START: 1, date(2020, 11, 1): 0}
    found = run(config_with("ep", fte=fte, turnover=turnover(leave_per_year=LEAVE_AT_ONCE)))
    assert len(found.of(events.LEFT_POST)) == 1
    assert not found.of(events.STARTED_POST)
    assert sum(monthly(found, events.VACANT_FTE_DAYS).values()) == 1_000 * (day_number(2020, 11, 1) - 29)


def test_a_leaver_finishes_what_is_in_hand_and_starts_nothing_more() -> None:
    config = config_with("casework_officer", turnover=turnover(leave_per_year=LEAVE_AT_ONCE))
    with_requests(config, 60)
    config["stages"]["decide_to_assess"] = [{"pool": "casework_officer", "hours": 40}]
    found = run(config)
    mine = [row for row in found.of(events.STARTED, events.FINISHED) if row.resource == "casework_officer"]
    started = [row for row in mine if row.event == events.STARTED and row.day < 88]
    finished = [row for row in mine if row.event == events.FINISHED and row.day < 88]
    assert max(row.day for row in started) <= 28 < max(row.day for row in finished)
    assert len(started) == len(finished) == 2
    worked = working(started[-1].day, finished[-1].day + 1)
    assert worked == pytest.approx(40 / 7.4, abs=1)


def test_a_leavers_open_cases_take_the_next_officer_longer_by_the_handover_once() -> None:
    leaving = turnover(leave_per_year=LEAVE_AT_ONCE, handover_hours=2)
    config = config_with("casework_officer", turnover=leaving)
    with_requests(config, 100)
    config["demand"]["complexity_cv"] = 0.0
    found = run(config)
    requested, issued = found.day_of(events.REQUESTED), found.day_of(events.PLAN_ISSUED)
    hours = {"decide_to_assess": 1, "decide_to_issue": 1, "draft_plan": 6, "final_plan": 2, "refusal": 1}

    def more(row: Entry) -> int:
        return row.value - 60 * hours[row.stage]

    handed_over = 0
    for child in found.children("request"):
        jobs = [row for row in found.of(events.QUEUED, child=child) if row.resource == "casework_officer"]
        after = [row for row in jobs if row.minute > 28 * 1440 + 360]
        owed = requested[child] <= 28 and issued.get(child, 999) > 28
        assert [more(row) for row in after][:1] in ([120 if owed else 0], [])
        assert not any(more(row) for row in (*after[1:], *[row for row in jobs if row not in after]))
        handed_over += owed and bool(after)
    assert handed_over > 4


# Coming.


def test_a_newcomer_learns_in_even_weekly_steps_and_a_colleague_teaches() -> None:
    fte = {START: 1, date(2021, 1, 11): 2}
    learning = turnover(induction_weeks=3, induction_share=0.25, mentor_share=0.5)
    found = run(config_with("ep", fte=fte, turnover=learning))
    assert [row.day for row in found.of(events.STARTED_POST)] == [day_number(2021, 1, 11)]
    # Five days each at 1/4, 1/2 and 3/4 of full hours, and fifteen days at half of the mentor's.
    newcomer = 5 * (A_DAY * 3 // 4 + A_DAY // 2 + A_DAY // 4)
    mentor = 15 * A_DAY // 2
    assert monthly(found, events.INDUCTION_MINUTES) == {date(2021, 1, 1): newcomer + mentor}
    full = 20 * A_DAY + 15 * A_DAY
    assert monthly(found, events.MINUTES_AVAILABLE)[date(2021, 1, 1)] == full - newcomer - mentor
    assert monthly(found, events.MINUTES_AVAILABLE)[date(2021, 2, 1)] == 2 * 20 * A_DAY


def test_a_colleague_whose_work_in_hand_outlasts_the_induction_teaches_nobody() -> None:
    config = quiet_config(START, 2)
    with_requests(config, 60)
    config["stages"]["draft_plan"] = [{"pool": "casework_officer", "hours": 60}]
    brief = turnover(leave_per_year=0.9, recruitment={"days": 5}, induction_weeks=1, mentor_share=0.5)
    config["staff_pools"]["casework_officer"] |= {"fte": 2.2, "turnover": brief}
    assert run(config).of(events.STARTED_POST)


def test_a_cut_on_a_date_changes_nothing_before_it_though_people_come_and_go() -> None:
    cut_on = date(2021, 6, 1)
    # Written on the first of a month about all of it.
    about_months = {events.FTE_DAYS, events.VACANT_FTE_DAYS, events.MINUTES_AVAILABLE, events.MINUTES_USED}

    def before(fte: Any) -> list[Entry]:
        config = everything_config()
        for pool in config["staff_pools"].values():
            if "turnover" in pool:
                pool["fte"] = 3.6
                pool["turnover"] |= {"leave_per_year": 0.8, "notice_days": 60, "induction_weeks": 12}
                pool["turnover"]["agency"].pop("budget_per_year")
        config["staff_pools"]["casework_officer"]["fte"] = fte
        found = history(Settings.model_validate(config), replication=2)
        last = (cut_on - date(2020, 1, 1)).days - 1
        return [row for row in found.entries if row.day < last and row.event not in about_months]

    assert before({date(2020, 1, 1): 3.6, cut_on: 0.5}) == before(3.6)


def test_a_post_that_begins_on_a_date_waits_for_nobody_when_people_come_and_go() -> None:
    fte = {START: 1, date(2021, 1, 11): 2}
    moving, fixed = run(config_with("ep", fte=fte, turnover=turnover())), run(config_with("ep", fte=fte))
    for event in (events.MINUTES_AVAILABLE, events.FTE_DAYS):
        assert monthly(moving, event) == monthly(fixed, event)


def test_a_trainee_works_part_of_the_time_and_is_then_one_more_person() -> None:
    training = {"from": date(2021, 1, 4), "count": 2, "training_years": 0.5, "training_share": 0.5}
    found = run(config_with("ep", trainees=[training]))
    trained = date(2021, 1, 4) + timedelta(days=round(0.5 * 365.25))
    in_training = monthly(found, events.TRAINEE_FTE_DAYS)
    assert in_training[date(2021, 1, 1)] == 2 * 28_000
    assert sum(in_training.values()) == 2_000 * (trained - date(2021, 1, 4)).days
    paid = monthly(found, events.FTE_DAYS)
    assert (paid[date(2021, 6, 1)], paid[date(2021, 8, 1)]) == (30_000, 3 * 31_000)
    there = monthly(found, events.MINUTES_AVAILABLE)
    assert there[date(2021, 2, 1)] == 20 * A_DAY * 2
    assert there[date(2021, 8, 1)] == 21 * A_DAY * 3


def test_a_trainee_serves_the_years_owed_before_leaving_as_others_do() -> None:
    training = {"from": START, "count": 5, "training_years": 0.25, "service_years": 0.5}
    certain = turnover(leave_per_year={START: 0.0, date(2020, 10, 1): 1.0}, notice_days=0)
    found = run(config_with("ep", years=2, fte=0, trainees=[training], turnover=certain))
    left = [found.date_of(row.day) for row in found.of(events.LEFT_POST)]
    # Trained for 91 days and bound for 183 more, until 2 June 2021; the month after begins on 1 July.
    assert left == [date(2021, 7, 1)] * 5
    assert date(2021, 8, 1) not in monthly(found, events.FTE_DAYS)


# Being away.


def test_somebody_ill_on_the_first_of_every_month_loses_those_days() -> None:
    ill = turnover(sick_spells_per_year=12, sick_spell={"days": 10})
    found = run(config_with("ep", turnover=ill))
    lost, there = monthly(found, events.SICK_MINUTES), monthly(found, events.MINUTES_AVAILABLE)
    for month in range(1, 13):
        first = date(2020 + (month < 9), month, 1)
        day = (first - START).days
        length = ((first + timedelta(days=32)).replace(day=1) - first).days
        assert lost[first] == working(day, day + 10) * A_DAY
        assert there[first] == working(day + 10, day + length) * A_DAY
    assert not monthly(found, events.VACANT_FTE_DAYS)


def test_whoever_falls_ill_finishes_what_is_in_hand_first() -> None:
    ill = turnover(sick_spells_per_year=12, sick_spell={"days": 10})
    config = config_with("ep", turnover=ill, fte=1)
    with_requests(config, 40)
    config["advice"]["ep"] |= {"hours": 30}
    found = run(config)
    mine = [row for row in found.of(events.STARTED, events.FINISHED) if row.resource == "ep"]
    for begun, done in zip(mine[::2], mine[1::2], strict=False):
        assert working(begun.day, done.day + 1) <= 6  # 30 hours take no more than a part day and five
    firsts = {(first - START).days for first in monthly(found, events.SICK_MINUTES)}
    in_hand = [(begun.day, done.day) for begun, done in zip(mine[::2], mine[1::2], strict=False)]
    assert any(begun < first <= done for begun, done in in_hand for first in firsts)


# Agency people.


def covered(config: dict[str, Any]) -> tuple[History, dict[int, int]]:
    """The run, and the pence of its agency line by the year in which a financial year begins."""
    settings = quiet_settings(config)
    found = history(settings)
    ledger = reckon(found.log, settings)
    pence: dict[int, int] = {}
    for account, month, spent in zip(ledger.account, ledger.month, ledger.pence, strict=True):
        if ledger.accounts[account].line == "agency":
            months = START.year * 12 + START.month - 1 + int(month)
            year = months // 12 - (months % 12 < 3)
            pence[year] = pence.get(year, 0) + int(spent)
    return found, pence


def vacant_for_long(**agency: Any) -> dict[str, Any]:
    gone = turnover(leave_per_year=LEAVE_AT_ONCE, recruitment={"days": 600}, agency={"cover": 1.0} | agency)
    return config_with("ep", years=2, agency_cost_per_day=500, turnover=gone)


def test_an_agency_covers_its_share_of_a_vacancy_after_some_days() -> None:
    found, _ = covered(vacant_for_long(cover=0.5, after_days=14))
    covered_days = monthly(found, events.AGENCY_FTE_DAYS)
    first = 29 + 14  # the post is vacant from day 29
    assert covered_days[date(2020, 10, 1)] == 500 * (day_number(2020, 11, 1) - first)
    assert covered_days[date(2021, 3, 1)] == 500 * 31
    assert monthly(found, events.MINUTES_AVAILABLE)[date(2021, 3, 1)] == 23 * A_DAY / 2
    assert monthly(found, events.VACANT_FTE_DAYS)[date(2021, 3, 1)] == 31_000


@pytest.mark.parametrize("budget", [10_000, 33_333.33, 47_114.99])
def test_agency_cover_ends_when_the_years_money_is_spent_and_not_a_penny_later(budget: float) -> None:
    found, pence = covered(vacant_for_long(after_days=0, budget_per_year=budget))
    prices = 1.02, 1.02**2  # from April 2020 and April 2021
    limit = round(budget * 100)
    for year, rise in zip((2020, 2021), prices, strict=True):
        a_day = 500 * rise * 220 * 100 / 365.25
        assert limit - a_day - 12 < pence[year] <= limit
    days = {
        month.replace(day=1): value // 1000 for month, value in monthly(found, events.AGENCY_FTE_DAYS).items()
    }
    assert days[date(2021, 4, 1)] == 30, "a new financial year brings new money"


def test_without_a_budget_the_whole_vacancy_is_covered() -> None:
    found, _ = covered(vacant_for_long(after_days=0))
    covered_days, vacant = (monthly(found, e) for e in (events.AGENCY_FTE_DAYS, events.VACANT_FTE_DAYS))
    assert covered_days == vacant


# Neutral.

NEW_ROWS = {
    events.STARTED_POST,
    events.VACANT_FTE_DAYS,
    events.TRAINEE_FTE_DAYS,
    events.SICK_MINUTES,
    events.INDUCTION_MINUTES,
}


def busy_config(**pool: Any) -> dict[str, Any]:
    config = quiet_config(START, 2)
    with_requests(config, 150)
    config["staff_pools"]["casework_officer"] |= {"fte": {START: 1.6, date(2021, 3, 1): 2.4}} | pool
    return config


def told(found: History) -> list[Entry]:
    return sorted(row for row in found.entries if row.event not in NEW_ROWS)


def test_people_who_never_leave_make_no_difference() -> None:
    assert told(run(busy_config(turnover=turnover()))) == told(run(busy_config()))


def test_with_the_loop_off_nobody_leaves() -> None:
    config = busy_config(turnover=turnover(leave_per_year=0.9, sick_spells_per_year=2))
    config["loops"] = {"turnover": {"on": False}}
    assert run(config).entries == run(busy_config()).entries
