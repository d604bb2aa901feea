"""Young people at the edge of care: stays, pounds and paces worked out by hand, and rates by many."""

from __future__ import annotations

from datetime import date

import pytest
from other_services import (
    POUND_A_DAY,
    cost_of,
    county,
    edge_of_care,
    lives,
    other_kinds,
    rows_of,
    value_of,
)

from sim import event_log as events
from sim.replication import Outcome, replicate
from sim.service.clients import NEVER, Pace, days_until

NOTHING_WRONG = {"children": 0, "money": 0, "hours": 0, "clock": 0}
TEAM = (events.TEAM_BEGAN, events.TEAM_ENDED, events.TEAM_FTE_DAYS)
A_YEAR = {"start": date(2021, 4, 1), "years": 1}
TWO_KINDS = {
    "semi_independent": {
        "share": 0.7,
        "price_per_week": 1_500,
        "price_cv": 0.2,
        "weeks": 20,
        "weeks_cv": 1.0,
    },
    "residential": {"share": 0.3, "price_per_week": 4_000, "price_cv": 0.2, "weeks": 20, "weeks_cv": 1.0},
}


def edge(start: date = date(2021, 2, 1), years: float = 1 / 12, **changed: object) -> Outcome:
    outcome = replicate(county(start, years, edge_of_care=edge_of_care(**changed)), 1, keep_log=True)
    assert outcome.audit == NOTHING_WRONG
    return outcome


def busy(**changed: object) -> dict[str, object]:
    """Chances and lengths all in the middle, so that any change of luck would be seen."""
    section = {
        "opening": 10,
        "referrals_per_year": 40,
        "ages": [13, 17],
        "in_care_already": 0.2,
        "at_risk_weeks": 30,
        "come_into_care": 0.4,
        "come_into_care_again": 0.3,
        "placements": other_kinds(TWO_KINDS),
        "team": {"cases_per_fte": 4, "weeks": 20, "weeks_cv": 0.5, "entry_multiplier": 1.0},
    }
    team = dict(section["team"]) | changed.pop("team", {})
    return section | {"team": team} | changed


def without(outcome: Outcome, *leave_out: str) -> dict:
    """Each life without these events, and without whether a team was at work when care ended."""
    return {
        child: [(*row[:4], 0 if row[1] == events.CARE_ENDED else row[4]) for row in life]
        for child, life in lives(outcome.log, leave_out).items()
    }


# One young person after another.


def test_five_in_care_for_two_weeks_cost_two_hundred_a_day() -> None:
    outcome = edge()
    assert value_of(outcome.yearly, "care_entries") == 5
    assert value_of(outcome.yearly, "care_weeks", "placement=home") == 10
    assert value_of(outcome.yearly, "stepped_down") == 5
    assert cost_of(outcome.yearly, "edge_of_care_placements") == 5 * 14 * 200


def test_a_team_with_room_for_two_hastens_the_return_of_two() -> None:
    team = {"fte": 1, "return_multiplier": 2.0, "cost_per_fte_year": 100 * POUND_A_DAY}
    outcome = edge(team=team)
    assert value_of(outcome.yearly, "care_weeks") == 2 * 1 + 3 * 2
    assert value_of(outcome.yearly, "stepped_down", "reached=yes") == 2
    assert value_of(outcome.yearly, "stepped_down", "reached=no") == 3
    assert value_of(outcome.yearly, "edge_of_care_cases") == 2
    assert cost_of(outcome.yearly, "edge_of_care_team") == 28 * 100


def test_half_the_pace_for_a_week_puts_a_return_off_by_half_a_week() -> None:
    # Seven days at half the pace count for three and a half; the rest takes ten and a half: day 17.5.
    outcome = edge(team={"fte": 5, "weeks": 1, "return_multiplier": 0.5})
    ended = rows_of(outcome.log, events.CARE_ENDED)
    assert {(day, stage) for day, _, stage, _, _ in ended} == {(18, "returned_home")}


def test_those_in_care_already_are_no_entries_and_those_never_in_care_stayed_home() -> None:
    outcome = edge(in_care_already=1.0)
    assert value_of(outcome.yearly, "care_entries") == 0
    assert value_of(outcome.yearly, "care_weeks") == 10
    safe = edge(come_into_care=0.0, at_risk_weeks=3, team={"fte": 1})
    assert value_of(safe.yearly, "care_weeks") == 0
    assert value_of(safe.yearly, "stayed_home") == 5
    assert value_of(safe.yearly, "stayed_home", "reached=yes") >= 2
    assert cost_of(safe.yearly, "edge_of_care_placements") == 0


def test_whoever_waits_longest_has_the_next_place_of_the_team() -> None:
    outcome = edge(come_into_care=0.0, team={"fte": 1, "weeks": 1})
    began = [(day, child) for day, child, *_ in rows_of(outcome.log, events.TEAM_BEGAN)]
    left = {child: day for day, child, *_ in rows_of(outcome.log, events.LEFT_SERVICE)}
    assert began[:2] == [(0, 0), (0, 1)]
    waiting = [child for child in (2, 3, 4) if left.get(child, 99) > 7]
    assert [child for day, child in began if day == 7] == waiting[:2]


def test_a_team_that_begins_later_takes_on_who_waits() -> None:
    outcome = edge(come_into_care=0.0, team={"fte": {date(2021, 1, 1): 0, date(2021, 2, 10): 1}})
    # The tenth of February is a Wednesday; whoever waits is looked at a week at a time, on Mondays.
    assert {day for day, *_ in rows_of(outcome.log, events.TEAM_BEGAN)} == {14}


def test_care_ends_at_18() -> None:
    outcome = edge(**A_YEAR, ages=[17, 17], opening=50, placements={"home": {"weeks": 500}})
    ended = rows_of(outcome.log, events.CARE_ENDED)
    assert {stage for _, _, stage, _, _ in ended} == {"turned_18"}
    assert len(ended) >= 49
    assert sorted(day for day, *_ in ended)[len(ended) // 2] == pytest.approx(183, abs=60)


def test_after_a_return_home_care_may_begin_again() -> None:
    outcome = edge(come_into_care_again=1.0)
    assert value_of(outcome.yearly, "care_entries") == 10, "again at once, on day 14"
    assert value_of(outcome.yearly, "care_weeks") == 20


# Break-even.


def test_break_even_is_3_4_placements_at_1500_a_week_and_1_3_at_4000() -> None:
    placements = other_kinds({name: kind | {"price_cv": 0} for name, kind in TWO_KINDS.items()})
    outcome = edge(**A_YEAR, **busy(placements=placements, team={"fte": 5, "cost_per_fte_year": 53_600}))
    for name, price in (("semi_independent", 1_500), ("residential", 4_000)):
        parts = [
            row for row in outcome.yearly if row[:3] == ("financial", "2021-22", "break_even_placements")
        ]
        found = next(value for *_, group, value in parts if group == f"placement={name}")
        assert found == pytest.approx(268_000 / (price * 365.25 / 7), rel=1e-4)
    assert round(268_000 / (1_500 * 365.25 / 7), 1) == 3.4
    assert round(268_000 / (4_000 * 365.25 / 7), 1) == 1.3


# Luck.


def test_a_team_without_effect_changes_nobodys_life_and_costs_what_it_costs() -> None:
    nobody = edge(**A_YEAR, **busy())
    team = edge(**A_YEAR, **busy(team={"fte": 5, "cost_per_fte_year": 100 * POUND_A_DAY}))
    assert len(rows_of(team.log, events.TEAM_BEGAN)) > 20
    assert without(team, *TEAM) == without(nobody)
    assert cost_of(team.yearly, "edge_of_care_placements") == cost_of(
        nobody.yearly, "edge_of_care_placements"
    )
    assert value_of(team.yearly, "cost") - value_of(nobody.yearly, "cost") == pytest.approx(5 * 100 * 275)


def test_a_larger_team_moves_nobody_whom_it_reaches_no_sooner() -> None:
    effect = {"entry_multiplier": 0.4, "entry_multiplier_after": 0.8, "return_multiplier": 1.5}
    small, large = (edge(**A_YEAR, **busy(team={"fte": fte, **effect})) for fte in (2, 4))
    began = [
        {child: day for day, child, *_ in rows_of(each.log, events.TEAM_BEGAN)} for each in (small, large)
    ]
    lived = [without(each, events.TEAM_ENDED) for each in (small, large)]
    as_before = [child for child in lived[0] if began[0].get(child) == began[1].get(child)]
    assert 6 <= len(as_before) < len(lived[0])
    assert all(lived[0][child] == lived[1][child] for child in as_before)


def test_more_referrals_move_nobody_who_was_referred_before() -> None:
    few, many = (edge(**A_YEAR, **busy(referrals_per_year=rate)) for rate in (20, 60))
    before, after = (list(without(each).values()) for each in (few, many))
    assert len(before) < len(after)
    assert all(life in after for life in before)


# Rates, over many.


@pytest.mark.parametrize(
    "multiplier, share", [(1.0, 0.3), (0.5, 1 - 0.7**0.5), (0.0, 0.0), (2.0, 1 - 0.7**2)]
)
def test_the_share_who_come_into_care_is_the_chance_at_the_teams_pace(
    multiplier: float, share: float
) -> None:
    outcome = edge(
        date(2021, 1, 1),
        0.25,
        opening=0,
        referrals_per_year={date(2021, 1, 1): 24_000, date(2021, 2, 1): 0},
        at_risk_weeks=6,
        come_into_care=0.3,
        team={"fte": 2_000, "entry_multiplier": multiplier},
    )
    referred = value_of(outcome.yearly, "edge_of_care_referrals")
    assert referred == pytest.approx(2_000, abs=150)
    assert value_of(outcome.yearly, "care_entries") / referred == pytest.approx(share, abs=0.035)
    assert value_of(outcome.yearly, "stayed_home") == referred - value_of(outcome.yearly, "care_entries")


def test_a_pace_counts_whole_days_and_never_drifts() -> None:
    stay = Pace(10.25, today=100)
    for day in range(100, 111):
        stay.go_on(day, 1.0)
        assert stay.due == 111
    slow = Pace(10.0, today=0)
    slow.go_on(4, 0.0)
    assert slow.due == NEVER
    slow.go_on(50, 2.0)
    assert slow.due == 53


def test_the_chance_within_a_time_is_the_quantile_at_its_end() -> None:
    assert days_until(0.3, 42, 0.7) == pytest.approx(42)
    assert days_until(0.3, 42, 0.7**2) == pytest.approx(84)
    assert days_until(0.0, 42, 0.5) == float("inf")
    assert days_until(1.0, 42, 0.5) == 0
