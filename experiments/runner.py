"""Runs every unit of work on the cores there are and hands the results on in a fixed order.

One replication is one task of a pool of processes. Whatever order they finish in, results are
handed on in the plan's order, so the files are the same for any number of workers. A worker
that is killed costs its own replication at most: the one under suspicion is tried once more by
itself, and the others carry on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol

from joblib import Parallel, delayed

from experiments.plan import Unit
from experiments.task import Failure, Result, perform

IDLE_SECONDS = 30
"""Workers end so long after their last task, so that a killed run leaves none behind for long."""


class Work(Protocol):
    """Units in the order in which results are wanted, and what the task needs for each."""

    @property
    def units(self) -> list[Unit]: ...

    def work(self, units: Iterable[Unit]) -> Iterator[tuple[Unit, Any, bool]]: ...


Task = Callable[[Unit, Any, bool], Result]


def run(plan: Work, jobs: int, task: Task | None = None) -> Iterator[Result]:
    """Every result of the plan, in the plan's order. A task that is not named is a whole replication."""
    task = task or perform
    units = plan.units
    done = 0
    while done < len(units):
        try:
            for result in _in_parallel(plan, units[done:], jobs, task):
                done += 1
                yield result
        except BrokenProcessPool:
            yield _alone(plan, units[done], task)
            done += 1


def _in_parallel(plan: Work, units: Sequence[Unit], jobs: int, task: Task) -> Iterator[Result]:
    workers = Parallel(
        n_jobs=jobs, backend="loky", batch_size=1, return_as="generator", idle_worker_timeout=IDLE_SECONDS
    )
    return workers(delayed(task)(*work) for work in plan.work(units))


def _alone(plan: Work, unit: Unit, task: Task) -> Result:
    """One unit in a process of its own: if that dies too, it is this unit that kills it."""
    try:
        return next(_in_parallel(plan, [unit], 2, task))
    except BrokenProcessPool:
        message = "the process was killed twice; perhaps the machine ran out of memory"
        return Result(unit, failure=Failure("simulating", message))
