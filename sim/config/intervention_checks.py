"""Checks of what interventions do and cost: dates in order, advances paid back, optimism allowed for.

Like those in `consistency.py` and `cautions.py`, where they are listed: each yields the path of what is
wrong or odd with what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sim.config.faults import Path
from sim.config.references import Problems
from sim.lengths import months_after
from sim.money.projects import first_day
from sim.settings import Change, Cost, Intervention, Settings


def changes_end_after_they_start(settings: Settings) -> Problems:
    for path, each in _dated(settings):
        if each.start and each.until and each.until <= each.start:
            yield (*path, "until"), f"{each.until}, must be after from, {each.start}"


def _dated(settings: Settings) -> Iterator[tuple[Path, Change | Cost]]:
    """Every change and every cost with its path."""
    for name, intervention in settings.interventions.items():
        for part in ("changes", "displaces", "cost"):
            for position, each in enumerate(getattr(intervention, part)):
                yield ("interventions", name, part, position), each
    for name, scenario in settings.scenarios.items():
        for position, each in enumerate(scenario.changes):
            yield ("scenarios", name, "changes", position), each


def advances_are_repaid(settings: Settings) -> Problems:
    for path, intervention, cost in _costs(settings):
        if (cost.repaid_on is None) is not (cost.repaid_by is None):
            given, missing = ("repaid_on", "repaid_by") if cost.repaid_on else ("repaid_by", "repaid_on")
            yield (*path, given), f"repaid_on and repaid_by go together, give {missing} too"
        elif cost.repaid_on and cost.repaid_by:
            begins = first_day(intervention, cost, settings.run.start)
            if cost.one_off == 0:
                yield (*path, "repaid_on"), "only a one_off sum is repaid; give one"
            if cost.repaid_by == cost.fund:
                yield (*path, "repaid_by"), f"{cost.repaid_by!r}, must be another fund than the one that pays"
            if cost.repaid_on <= begins:
                yield (*path, "repaid_on"), f"{cost.repaid_on}, must be after it is spent, {begins}"


def _costs(settings: Settings) -> Iterator[tuple[Path, Intervention, Cost]]:
    for name, intervention in settings.interventions.items():
        for position, cost in enumerate(intervention.cost):
            yield ("interventions", name, "cost", position), intervention, cost


def idle_interventions(settings: Settings) -> Problems:
    """What is allowed but has no effect, or takes a promise at its word."""
    end = months_after(settings.run.start, settings.run.months)
    for path, _, cost in _costs(settings):
        yield from _idle_cost(path, cost, end)
    for name, intervention in settings.interventions.items():
        if intervention.slip and not (intervention.changes or intervention.displaces):
            yield (
                ("interventions", name, "slip"),
                f"{intervention.slip!r}, there is no change that could slip",
            )
        if name in unbiased(settings) and intervention.cost and not _says_so(intervention):
            message = "no optimism bias: its effects and costs are taken as promised; give optimism_bias"
            yield ("interventions", name), message


def _idle_cost(path: Path, cost: Cost, end: date) -> Problems:
    if cost.start and cost.start >= end:
        yield (*path, "from"), f"{cost.start}, after the end of the run, so it costs nothing"
    elif cost.repaid_on and cost.repaid_on >= end:
        message = f"{cost.repaid_on}, after the end of the run, so the advance is not paid back in it"
        yield (*path, "repaid_on"), message


def unbiased(settings: Settings) -> list[str]:
    """Interventions whose effects and costs are taken as promised: those that do or cost something."""
    return [
        name
        for name, intervention in settings.interventions.items()
        if intervention.optimism_bias == 0
        and (_does_something(intervention) or _costs_something(intervention))
    ]


def _does_something(intervention: Intervention) -> bool:
    """Has it a change that is no identity as it is written?"""
    identity = {"add": 0, "multiply": 1}
    return any(identity.get(change.operation) != change.value for change in intervention.changes)


def _costs_something(intervention: Intervention) -> bool:
    return any(cost.one_off or cost.per_year for cost in intervention.cost)


def _says_so(intervention: Intervention) -> bool:
    """Is its bias written as 0, so that somebody has thought of it?"""
    return "optimism_bias" in intervention.model_fields_set
