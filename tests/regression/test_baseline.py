"""The seeded baseline: some thirty numbers a planner recognises, which only move on purpose."""

from __future__ import annotations

from update_baseline import BASELINE, FIXED_SERVICE, run_baseline

from experiments import verification


def test_the_seeded_baseline_has_not_moved(tmp_path):
    run = run_baseline(tmp_path)
    moved = verification.differences(run, BASELINE)
    advice = "If this was meant: python tests/regression/update_baseline.py"
    assert moved == [], "\n".join([*moved, advice])


def test_with_the_loops_off_the_service_of_fixed_people_and_undisputed_decisions_returns_exactly(tmp_path):
    run = run_baseline(tmp_path, numbers=FIXED_SERVICE)
    assert verification.differences(run, FIXED_SERVICE) == []
