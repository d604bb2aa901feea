"""A team for the backlog: the published rate falls first, and not because less is done.

An authority short of staff keeps most of its time for cases that can still be on time, and has a
backlog of late ones. From a day on it has more people; either everybody then works strictly oldest
first, or the time for punctual cases is kept as before.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache

import pytest
from quiet_authority import quiet_config, quiet_settings, with_requests

from sim.replication import replicate

TEAM_STARTS = date(2020, 9, 1)
FIRST_QUARTERS = ("2020-09", "2020-10", "2020-11", "2020-12", "2021-01", "2021-02")
MONTH_18 = "2022-02"
SHARE = 0.62
MEASURES = ("plans_issued", "plans_issued_within_20_weeks", "open_assessments_over_20w")
CHOICES = ("no team", "team, oldest first", "team, two tracks")


@cache
def months(choice: str) -> dict[str, dict[str, float]]:
    """Measure → month → value, in one run of three years."""
    config = quiet_config(start=date(2020, 1, 1), years=3)
    with_requests(config, 400)
    config["opening"]["cases"] = [
        {"stage": "advice", "weeks": [6, 14], "count": 60},
        {"stage": "advice", "weeks": [14, 45], "count": 60},
        {"stage": "drafting", "weeks": [12, 18], "count": 25},
        {"stage": "drafting", "weeks": [20, 52], "count": 80},
    ]
    on_time = {date(2020, 1, 1): SHARE, TEAM_STARTS: 0.0 if choice == "team, oldest first" else SHARE}
    for name, fte, more in (("ep", 3.0, 0.7), ("casework_officer", 2.45, 0.6)):
        team = 0 if choice == "no team" else more
        config["staff_pools"][name] |= {
            "fte": {date(2020, 1, 1): fte, TEAM_STARTS: fte + team},
            "order": "twin_track",
            "on_time_share": on_time,
        }
    values: dict[str, dict[str, float]] = defaultdict(dict)
    for month, measure, group, value in replicate(quiet_settings(config), 1).monthly:
        if group == "all" and measure in MEASURES:
            values[measure][month] = value
    return values


def on_time(choice: str, *wanted: str) -> float:
    """The published rate over these months, in per cent."""
    issued, within = (months(choice)[measure] for measure in MEASURES[:2])
    return 100 * sum(within[month] for month in wanted) / sum(issued[month] for month in wanted)


def late_cases(choice: str, month: str) -> float:
    return months(choice)["open_assessments_over_20w"][month]


def test_about_half_of_the_plans_are_on_time_before_the_team() -> None:
    before = [f"2020-{month:02}" for month in range(3, 9)]
    assert 50 < on_time("no team", *before) < 60
    assert late_cases("no team", "2020-08") > 60


def test_oldest_first_lowers_the_published_rate_within_two_quarters() -> None:
    assert on_time("no team", *FIRST_QUARTERS) - on_time("team, oldest first", *FIRST_QUARTERS) > 5


@pytest.mark.parametrize("choice", CHOICES[1:])
def test_the_team_cuts_the_open_late_cases_from_the_month_after_its_start(choice) -> None:
    later = [f"2020-{month}" for month in (10, 11, 12)] + [f"2021-{month:02}" for month in range(1, 13)]
    assert all(late_cases(choice, month) < late_cases("no team", month) for month in later)
    assert late_cases(choice, "2021-09") < 0.1 * late_cases("no team", "2021-09")


def test_month_18_is_better_than_without_the_team() -> None:
    quarter = ("2021-12", "2022-01", MONTH_18)
    assert on_time("team, oldest first", *quarter) > on_time("no team", *quarter)


def test_the_same_people_on_two_tracks_do_not_let_the_rate_fall_as_far() -> None:
    fall = {
        choice: on_time("no team", *FIRST_QUARTERS) - on_time(choice, *FIRST_QUARTERS) for choice in CHOICES
    }
    assert fall["team, two tracks"] < fall["team, oldest first"] - 5


@pytest.mark.parametrize("choice", CHOICES[1:])
def test_nothing_differs_until_the_team_starts(choice) -> None:
    for measure in MEASURES:
        with_team, without = (months(each)[measure] for each in (choice, "no team"))
        assert {month: with_team[month] for month in without if month < "2020-09"} == {
            month: value for month, value in without.items() if month < "2020-09"
        }
