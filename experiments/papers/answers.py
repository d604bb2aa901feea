"""What a simulation answers to a claim, replication by replication.

The numbers are the yearly ones of a run. Of a measure that counts something over a year a group without a row
had none of it; of any other measure it is not known (NaN).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.errors import InputError
from experiments.task import Result
from sim.config.faults import nearest
from sim.measures.measures import FLOW, MEASURES
from sim.settings import Simulated

KEY = ["calendar", "period", "measure", "group"]


@dataclass(frozen=True)
class Answers:
    """Yearly values of one run: (scenario, calendar, period, measure, group) → one number a replication."""

    replications: tuple[int, ...]
    values: Mapping[tuple[str, ...], np.ndarray]

    def of(self, scenario: str, calendar: str, period: str, measure: str, group: str = "all") -> np.ndarray:
        """One number a replication; NaN where a replication has none."""
        found = self.values.get((scenario, calendar, period, measure, group))
        return np.full(len(self.replications), np.nan) if found is None else found

    def first(self, count: int) -> Answers:
        """Those of the first so many replications."""
        values = {key: numbers[:count] for key, numbers in self.values.items()}
        return Answers(self.replications[:count], values)

    def periods(self, scenario: str, calendar: str, measure: str) -> list[str]:
        """The whole years for which a scenario has a measure, in order."""
        found = {key[2] for key in self.values if key[:2] == (scenario, calendar) and key[3] == measure}
        return sorted(period for period in found if not period.endswith(")"))


def read_answers(folder: Path, measures: Iterable[str]) -> Answers:
    """The yearly values that a results folder keeps of some measures."""
    texts = dict.fromkeys(["scenario", *KEY], "category")
    table = pd.read_csv(folder / "yearly.csv", dtype=texts, keep_default_na=False, na_values=[""])
    table = table[table["measure"].isin(set(measures))]
    replications = tuple(sorted(int(each) for each in table["replication"].unique()))
    column = {replication: place for place, replication in enumerate(replications)}
    places = table["replication"].map(column).to_numpy()
    values: dict[tuple[str, ...], np.ndarray] = {}
    rows = zip(*(table[name].astype(str) for name in ("scenario", *KEY)), strict=True)
    for key, place, value in zip(rows, places, table["value"], strict=True):
        values.setdefault(key, np.full(len(replications), np.nan))[place] = value
    return Answers(replications, values)


def gathered(results: Sequence[Result], scenario_of: Mapping[int, str]) -> Answers:
    """The values of results that have just come; `scenario_of` names the scenario of each by its place."""
    replications = tuple(sorted({result.unit.replication for result in results}))
    column = {replication: place for place, replication in enumerate(replications)}
    values: dict[tuple[str, ...], np.ndarray] = {}
    for number, result in enumerate(results):
        for key, value in zip(result.keys, result.values, strict=True):
            whole = (scenario_of[number], *key.split(",", 3))
            values.setdefault(whole, np.full(len(replications), np.nan))[column[result.unit.replication]] = (
                value
            )
    return Answers(replications, values)


def measured(simulated: Simulated, answers: Answers) -> np.ndarray:
    """The answer of a measure, shape (replications,): times, periods, growth, ratio and difference made.

    Raises InputError where the run has no such group at all.
    """
    names = [simulated.scenario, *([simulated.against] if simulated.against else [])]
    _refuse_unknown_group(simulated, names, answers)
    own = _value(simulated, simulated.scenario, answers)
    other = _value(simulated, simulated.against, answers) if simulated.against else 0.0
    return simulated.times * (own - other) + 0.0  # never minus nought


def _value(simulated: Simulated, scenario: str, answers: Answers) -> np.ndarray:
    now = _level(simulated, scenario, simulated.periods, answers)
    if not simulated.since:
        return now
    before = _level(simulated, scenario, [simulated.since], answers)
    return now - before if simulated.since_in == "units" else 100 * (_divided(now, before) - 1)


def _level(simulated: Simulated, scenario: str, periods: list[str], answers: Answers) -> np.ndarray:
    total = _summed(scenario, simulated.calendar, periods, simulated.measure, simulated.group, answers)
    if not simulated.per:
        return total
    return _divided(total, _summed(scenario, simulated.calendar, periods, simulated.per, "all", answers))


def _summed(
    scenario: str, calendar: str, periods: list[str], measure: str, group: str, answers: Answers
) -> np.ndarray:
    rows = np.array([answers.of(scenario, calendar, period, measure, group) for period in periods])
    if MEASURES[measure].over == FLOW:
        rows = np.nan_to_num(rows)
    return rows.sum(axis=0)


def _divided(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below != 0)


def _refuse_unknown_group(simulated: Simulated, scenarios: list[str], answers: Answers) -> None:
    wanted = (simulated.calendar, simulated.measure)
    groups = {key[4] for key in answers.values if key[0] in scenarios and (key[1], key[3]) == wanted}
    if simulated.group not in groups:
        near = nearest(simulated.group, groups)
        raise InputError(f"{simulated.measure} of {simulated.group!r}: the run has no such group{near}")
