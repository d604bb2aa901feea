"""What each month of delay costs: the option run again, later by whole months, on the same luck.

Each replication is paired with the one that is not late, so the difference is the lateness alone. It is
taken over the whole run: what comes later than its end is not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.appraisal.arrival import told_arrivals
from experiments.appraisal.lateness import can_be_late, slip_overrides
from experiments.errors import ExperimentError, InputError
from experiments.plan import Options, Plan, choose, cores, make
from experiments.task import Result
from sim.config.faults import nearest
from sim.measures.measures import FLOW, MEASURES

if TYPE_CHECKING:
    from sim.config.documents import Document

MONTHS = (0, 1, 3, 6, 12)
MONEY = "cost"
PART = "(part)"
Told = dict[str, Any]
Follow = Callable[[Iterable[Any], int], Iterator[Any]]


def delay(
    config: Path,
    options: Options,
    scenario: str | None = None,
    intervention: str | None = None,
    measures: Sequence[str] = (),
    jobs: int | None = None,
    follow: Follow | None = None,
) -> Told:
    """When a scenario's interventions arrive, and what it costs if they, or one of them, are late.

    Without `scenario` it is the only one beside the baseline. `measures` are looked at besides cost.
    InputError for an unknown name, or where nothing has a date.
    """
    from sim.config.documents import read

    document = read(config, options.as_overrides())
    scenario = scenario or _only_option(config, document)
    _refuse_unknown(config, document, scenario, intervention, measures)
    known = document.plain.data["scenarios"][scenario].get("interventions", [])
    late = [
        name for name in ([intervention] if intervention else known) if can_be_late(document, scenario, name)
    ]
    if not late:
        raise InputError(
            f"{config}: {scenario}: no change of its interventions has a date, so none can be late"
        )
    plans = {
        months: _plan(config, options, scenario, slip_overrides(document, scenario, late, months))
        for months in MONTHS
    }
    found = _gathered(plans, jobs or cores(), follow or (lambda results, _: iter(results)))
    first = plans[MONTHS[0]]
    return {
        "config": str(config),
        "scenario": scenario,
        "late": late,
        "not_late": [name for name in known if name not in late],
        "replications": first.replications,
        "draft": first.quick,
        "arrivals": told_arrivals(document, scenario),
        "effects": list(_effects(found, measures)),
    }


def _only_option(config: Path, document: Document) -> str:
    _, *options = document.scenario_names
    if len(options) != 1:
        raise InputError(
            f"{config}: --scenario: name one of {', '.join(options) or 'its scenarios, there are none'}"
        )
    return options[0]


def _refuse_unknown(
    config: Path, document: Document, scenario: str, intervention: str | None, measures: Sequence[str]
) -> None:
    choose(document.scenario_names, [scenario])
    known = document.plain.data["scenarios"][scenario].get("interventions", [])
    faults = [
        f"--measure: {name!r}, no such measure{nearest(name, MEASURES)}"
        for name in measures
        if name not in MEASURES
    ]
    if intervention is not None and intervention not in known:
        faults.append(f"--intervention: {intervention!r} is not in {scenario}{nearest(intervention, known)}")
    if faults:
        raise InputError("\n".join(f"{config}: {fault}" for fault in faults))


def _plan(config: Path, options: Options, scenario: str, slips: list[str]) -> Plan:
    """The scenario by itself, so many months late."""
    asked = replace(options, scenarios=(scenario,), overrides=(*options.overrides, *slips))
    return replace(make(config, asked), scenarios=(scenario,))


def _gathered(plans: dict[int, Plan], jobs: int, follow: Follow) -> dict[int, list[Result]]:
    """Every result by how many months late it is, replications in order. ExperimentError if one fails."""
    from experiments import runner

    numbered = ((months, result) for months, plan in plans.items() for result in runner.run(plan, jobs))
    found: dict[int, list[Result]] = {months: [] for months in plans}
    for months, result in follow(numbered, sum(len(plan.units) for plan in plans.values())):
        if result.failure:
            where = f"{months} months late, replication {result.unit.replication}"
            raise ExperimentError(f"{where}: {result.failure.message}")
        found[months].append(result)
    return found


def _effects(found: dict[int, list[Result]], measures: Sequence[str]) -> Iterator[Told]:
    """What lateness does to cost, over all and by fund, and to the measures that were asked for."""
    keys = {key for results in found.values() for result in results for key in result.keys}
    groups = sorted({key.split(",", 3)[3] for key in keys if f",{MONEY},fund=" in key})
    funds = [(MONEY, group) for group in groups if ";" not in group]
    for measure, group in [(MONEY, "all"), *funds, *((name, "all") for name in measures if name != MONEY)]:
        table = {months: _values(results, measure, group) for months, results in found.items()}
        draws = np.array([result.unit.draw for result in found[0]])
        changes = {months: values - table[0] for months, values in table.items() if months}
        if group == "all" or any(np.nan_to_num(each).any() for each in changes.values()):
            yield {
                "measure": measure,
                "group": group,
                "unit": MEASURES[measure].unit,
                "over": "the whole run" if MEASURES[measure].over == FLOW else "the last whole year",
                "by_months": [_late(months, change, draws) for months, change in changes.items()],
            }


def _late(months: int, change: np.ndarray, draws: np.ndarray) -> Told:
    return {
        "months": months,
        "change": _figures(change, draws),
        "per_month": _figures(change / months, draws),
    }


def _figures(values: np.ndarray, draws: np.ndarray) -> Told:
    """Mean, its 95 % interval and the band of eight in ten; None where too little is known."""
    from experiments.summary import describe

    figures = describe(values[None, :], draws)["all"]
    names = {"mean": "mean", "ci_low": "ci_low", "ci_high": "ci_high", "low": "p10", "high": "p90"}
    told = {name: float(figures[column][0]) for name, column in names.items()}
    return {name: value if np.isfinite(value) else None for name, value in told.items()}


def _values(results: list[Result], measure: str, group: str) -> np.ndarray:
    """A measure in each replication: a flow over the whole run, anything else in the last whole year."""
    return np.array([_value(result, measure, group) for result in results])


def _value(result: Result, measure: str, group: str) -> float:
    by_calendar: dict[str, dict[str, float]] = {}
    for key, value in zip(result.keys, result.values.tolist(), strict=True):
        calendar, period, name, its_group = key.split(",", 3)
        if name == measure and its_group == group:
            by_calendar.setdefault(calendar, {})[period] = value
    if MEASURES[measure].over == FLOW:
        return float(np.sum(list(by_calendar.get("financial", {}).values())))
    periods = by_calendar.get("financial") or by_calendar.get("calendar") or {}
    whole = [period for period in sorted(periods) if not period.endswith(PART)]
    return periods[whole[-1]] if whole else float("nan")
