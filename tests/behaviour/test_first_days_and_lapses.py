"""Children met half-way through their story, and reviews that nobody has time for."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from histories import History, history
from quiet_authority import quiet_config, quiet_settings, with_plans

from sim import event_log as events
from sim.audit.audit import audit
from sim.model import Model
from sim.money.ledger import reckon
from sim.service.opening import settle


def run(config: dict) -> History:
    return history(quiet_settings(config))


def test_reviews_go_on_falling_due_when_there_is_nobody_to_decide_them() -> None:
    config = quiet_config(years=5)
    with_plans(config, {6: 40})
    config["staff_pools"][config["reviews"]["pool"]]["fte"] = 0.0
    found = run(config)
    assert not found.of(events.REVIEW_DECIDED)
    due = [found.date_of(entry.day).year for entry in found.of(events.REVIEW_DUE)]
    for year in (2022, 2023, 2024):
        assert 30 <= due.count(year) <= 60, year


def test_a_run_that_starts_in_january_does_not_hold_last_autumns_phase_transfers_again() -> None:
    config = quiet_config(start=date(2020, 1, 1), years=1)
    with_plans(config, {10: 30})
    config["placement"]["secondary"] = {"mainstream": {"special": 1.0}}
    found = run(config)
    assert not found.of(events.TRANSFER_DUE)
    moved = found.day_of(events.PLACED, "special")
    assert set(moved.values()) == {found.number(date(2020, 9, 1))}
    assert len(moved) == 30


def test_families_who_move_in_are_reviewed_within_the_months_of_regulation_15() -> None:
    config = quiet_config(years=3)
    with_plans(config, {6: 10})
    config["demand"]["transfers_in_per_year"] = 60.0
    found = run(config)
    arrived, due = found.day_of(events.TRANSFERRED_IN), found.day_of(events.REVIEW_DUE)
    waits = [due[child] - day for child, day in arrived.items() if day < 365]
    assert len(waits) > 30
    spread = config["reviews"]["meeting_spread_days"]
    # A review decided before it is due counts on the day of its decision.
    assert all(92 - spread <= wait <= 365 for wait in waits)
    assert min(waits) < 120 and max(waits) > 250


@pytest.mark.parametrize("stage", ["deciding_to_assess", "advice", "finalising"])
def test_an_open_case_however_young_was_asked_for_before_the_run(stage: str) -> None:
    config = quiet_config(years=1)
    config["opening"]["cases"] = [{"stage": stage, "weeks": [0, 0], "count": 8}]
    settings = quiet_settings(config)
    log = Model(settings, 1).run()
    assert all(entry.day < 0 for entry in History(log).of(events.REQUESTED))
    assert audit(log, settings, reckon(log, settings)) == {"children": 0, "money": 0, "hours": 0, "clock": 0}


def test_an_opening_table_settles_by_way_of_others_or_says_that_it_cannot() -> None:
    # One plan too many on the left, one too few on the right; only the middle can pass it on.
    table = np.array([[0.5, 1.0, 0.0], [0.0, 1.0, 0.5]])
    whole = np.array([[1, 1, 0], [0, 1, 0]])
    settle(whole, table, np.array([0.0, 2.0, 1.0]), axis=1)
    assert whole.sum(axis=0).tolist() == [0, 2, 1]
    assert whole.sum(axis=1).tolist() == [2, 1]
    with pytest.raises(ValueError, match="no plan of the opening table can move"):
        settle(np.array([[1, 0]]), np.array([[1.0, 0.0]]), np.array([0.0, 1.0]), axis=1)
