"""Results come in the plan's order, and a worker that dies takes nobody with it."""

from __future__ import annotations

import os
import signal

import pytest

from experiments import runner
from experiments.plan import Unit
from experiments.task import Result


class SmallPlan:
    """As much of a plan as the runner needs."""

    units = tuple(Unit("baseline", (number + 1) // 2, number) for number in range(1, 9))

    def work(self, units):
        return ((unit, None, False) for unit in units)


def sent_whole(function):
    """Workers cannot import this file; what seems to stand in no file is sent to them whole."""
    function.__module__ = "__main__"
    return function


@sent_whole
def answer(unit, _settings, _keep_log):
    return Result(unit)


@sent_whole
def answer_unless_third(unit, _settings, _keep_log):
    if unit.replication == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return Result(unit)


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_the_order_of_the_plan(jobs, monkeypatch):
    monkeypatch.setattr(runner, "perform", answer)
    results = list(runner.run(SmallPlan(), jobs))
    assert [result.unit for result in results] == list(SmallPlan.units)


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_a_worker_that_is_killed_costs_its_own_replication_and_no_other(monkeypatch):
    monkeypatch.setattr(runner, "perform", answer_unless_third)
    results = list(runner.run(SmallPlan(), jobs=2))
    assert [result.unit for result in results] == list(SmallPlan.units)
    failed = [result for result in results if result.failure]
    assert [result.unit.replication for result in failed] == [3]
    assert "killed" in failed[0].failure.message
