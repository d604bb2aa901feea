"""Decisions and exits: chances that average to the published share, and dates that follow a hazard."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from small_settings import small_settings

from sim.luck import Luck, key_of
from sim.service.decisions import Hazard, RefusalToAssess

ALPHA = 0.001
MIX = {("ASD", 3): 4.0, ("ASD", 12): 10.0, ("SEMH", 8): 6.0}
"""Expected requests by need and age."""


def refusal() -> RefusalToAssess:
    settings = small_settings(
        demand={
            "sources": {
                "school": {"share": 0.7, "refusal_odds": 1.0},
                "parent": {"share": 0.3, "refusal_odds": 3.0},
            }
        },
        decisions={
            "refusal_odds_by_age": {"under_5": 0.5, "11_to_15": 2.0},
            "refusal_odds_by_need": {"SEMH": 1.5},
        },
    )
    return RefusalToAssess(settings, MIX)


def odds(chance: float) -> float:
    return chance / (1 - chance)


@pytest.mark.parametrize("share", [0.02, 0.25, 0.9])
def test_chances_of_refusal_average_to_the_published_share(share: float) -> None:
    chances = refusal()
    average = sum(
        count / 20 * weight * chances.chance(share, need, age, source)
        for (need, age), count in MIX.items()
        for source, weight in (("school", 0.7), ("parent", 0.3))
    )
    assert average == pytest.approx(share, rel=1e-9)


def test_sources_ages_and_needs_have_the_odds_that_were_set() -> None:
    chances = refusal()
    plain = odds(chances.chance(0.25, "ASD", 8, "school"))
    assert odds(chances.chance(0.25, "ASD", 8, "parent")) == pytest.approx(3 * plain)
    assert odds(chances.chance(0.25, "ASD", 3, "school")) == pytest.approx(0.5 * plain)
    assert odds(chances.chance(0.25, "SEMH", 12, "parent")) == pytest.approx(3 * 2 * 1.5 * plain)


def test_nobody_or_everybody_is_refused_at_the_ends() -> None:
    assert refusal().chance(0.0, "ASD", 8, "school") == 0
    assert refusal().chance(1.0, "ASD", 8, "school") == 1


def test_a_constant_hazard_falls_due_where_its_exponential_does() -> None:
    a_day = -math.log(1 - 0.2) / 365.25
    hazard = Hazard([0.2] * 4000)
    for u in (0.9, 0.5, 0.11):
        assert hazard.day(100, u) == 101 + math.floor(-math.log(u) / a_day)


def test_a_yearly_share_of_a_fifth_takes_a_fifth_in_a_year() -> None:
    draw = Luck(1, 1).purpose("leaving.died")
    hazard = Hazard([0.2] * 3000)
    days = [hazard.day(9, draw(key_of("child", n))) for n in range(4000)]
    within_a_year = sum(day is not None and day < 10 + 365.25 for day in days)
    assert stats.binomtest(within_a_year, 4000, 0.2).pvalue > ALPHA


def test_nothing_happens_while_the_hazard_is_nil_and_never_beyond_the_run() -> None:
    hazard = Hazard([0.0] * 500 + [0.9999] * 500)
    days = [hazard.day(20, u) for u in np.linspace(0.001, 0.999, 50)]
    assert all(day is None or day >= 500 for day in days)
    assert Hazard([0.0] * 1000).day(0, 0.5) is None


def test_a_later_start_never_brings_an_earlier_date() -> None:
    hazard = Hazard([0.3 + 0.2 * math.sin(day / 50) for day in range(3000)])
    days = [hazard.day(start, 0.6) for start in range(0, 1500, 25)]
    assert days == sorted(days)
    assert all(day > start for day, start in zip(days, range(0, 1500, 25), strict=True))
