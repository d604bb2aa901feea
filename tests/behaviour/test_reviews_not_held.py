"""A review that nobody held or decided is a late review: the placement breaks down more often."""

from __future__ import annotations

import pytest
from histories import History, history
from quiet_authority import quiet_config, quiet_settings, with_plans

from sim import event_log as events


def neglected(multiplier: float, held: float, officers: float) -> History:
    """Plans of children aged 7, whose placements break down once in ten years or so often more."""
    config = quiet_config(years=3)
    with_plans(config, {7: 600}, months=(6, 12))
    config["reviews"]["held"] = held
    config["staff_pools"]["review_officer"]["fte"] = officers
    config["placement"] |= {
        "breakdown_per_year": {"mainstream": 0.1},
        "after_breakdown": {"mainstream": 1.0},
        "late_review_breakdown_multiplier": multiplier,
    }
    return history(quiet_settings(config))


@pytest.mark.parametrize(("held", "officers"), [(0.0, 300.0), (1.0, 0.0)])
def test_placements_break_down_more_often_where_reviews_are_not_held_or_lapse(
    held: float, officers: float
) -> None:
    usual, more = (neglected(multiplier, held, officers) for multiplier in (1.0, 2.0))
    assert usual.of(events.REVIEW_LAPSED) and not usual.of(events.REVIEW_DECIDED)
    broken = [len({e.child for e in found.of(events.BREAKDOWN)}) for found in (usual, more)]
    assert broken[0] > 20
    assert broken[1] > 1.2 * broken[0]


def test_where_all_reviews_are_held_in_time_nothing_is_multiplied() -> None:
    usual, more = (neglected(multiplier, 1.0, 300.0) for multiplier in (1.0, 2.0))
    assert [e.minute for e in usual.of(events.BREAKDOWN)] == [e.minute for e in more.of(events.BREAKDOWN)]
