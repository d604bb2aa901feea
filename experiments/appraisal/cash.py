"""What an option spends and saves in each financial year, by fund, against its baseline.

Spending is what the option's interventions cost in themselves, an advance and its repayment included, so
that an advance counts once over all funds and moves from one fund to another between years. Savings are
the fall of everything else. A fund that gets money back in a year saves it. Replications are paired: the
same luck with the option and without.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.errors import InputError

ALL = "all"
COST, FINANCIAL = "cost", "financial"
OWN = "intervention="
"""In a group's name: what one intervention costs in itself, as `fund=dsg;intervention=panel`."""
OWN_LINES = ("line=interventions", "line=advances")
KEYS = ["scenario", "calendar", "period", "measure", "group"]
ROWS_AT_ONCE = 500_000
PENNY = 0.005

Values = Mapping[tuple[str, ...], np.ndarray]
"""(scenario, calendar, period, measure, group) → one number a replication, NaN where there is none."""


@dataclass(frozen=True)
class CashFlows:
    """Pounds by fund, `all` among them: arrays of shape (replications, years), years in order."""

    years: tuple[str, ...]
    replications: tuple[int, ...]
    spending: dict[str, np.ndarray]
    savings: dict[str, np.ndarray]
    own: dict[str, np.ndarray]
    """What each intervention costs in itself over all funds, less what it costs in the baseline."""

    @property
    def funds(self) -> list[str]:
        """Funds that any money moves in, after `all`."""
        moved = [fund for fund in self.spending if self.spending[fund].any() or self.savings[fund].any()]
        return [ALL, *(fund for fund in moved if fund != ALL)]


def read_costs(folder: Path) -> pd.DataFrame:
    """The rows of a run's yearly table that hold cost by financial year."""
    texts = dict.fromkeys(KEYS, str)
    pieces = pd.read_csv(
        folder / "yearly.csv",
        dtype=texts,
        keep_default_na=False,
        na_values={"value": ["", "nan"]},
        chunksize=ROWS_AT_ONCE,
    )
    wanted = [piece[(piece["measure"] == COST) & (piece["calendar"] == FINANCIAL)] for piece in pieces]
    return pd.concat(wanted, ignore_index=True)


def cash_flows(yearly: pd.DataFrame, scenario: str, baseline: str) -> CashFlows:
    """The cash flows of a scenario in a table with the columns of `yearly.csv`.

    InputError where no replication is there for both, or where the table does not tell who paid.
    """
    rows = yearly[(yearly["measure"] == COST) & (yearly["calendar"] == FINANCIAL)]
    rows = rows[rows["scenario"].isin([scenario, baseline])]
    replications = tuple(sorted(int(number) for number in rows["replication"].unique()))
    place = rows["replication"].map({number: place for place, number in enumerate(replications)})
    values: dict[tuple[str, ...], np.ndarray] = {}
    keys = rows[KEYS].itertuples(index=False, name=None)
    for key, column, value in zip(keys, place, rows["value"], strict=True):
        values.setdefault(key, np.full(len(replications), np.nan))[column] = value
    return cash_flows_of(values, replications, scenario, baseline)


def cash_flows_of(values: Values, replications: Sequence[int], scenario: str, baseline: str) -> CashFlows:
    """The same from values by key, each with one number for each of these replications."""
    found = _differences(values, scenario, baseline)
    if not found.shared.any():
        raise InputError(f"{scenario}: no replication has both its costs and those of {baseline}")
    kept = tuple(number for number, there in zip(replications, found.shared, strict=True) if there)
    funds = sorted(group.removeprefix("fund=") for group in found.groups if _is_fund(group))
    own = {fund: found.sum(_own(found.groups, fund=fund)) for fund in funds}
    total = {fund: found.sum([f"fund={fund}"]) for fund in funds}
    own[ALL], total[ALL] = found.sum(_own(found.groups)), found.sum([ALL])
    if np.abs(found.sum(OWN_LINES) - own[ALL]).max() > PENNY:
        raise InputError(f"{scenario}: these tables do not say which fund pays for it; run the config again")
    names = sorted({group.partition(OWN)[2] for group in _own(found.groups)})
    return CashFlows(
        found.years,
        kept,
        {fund: np.maximum(cost, 0.0) for fund, cost in own.items()},
        {fund: np.maximum(-cost, 0.0) - (total[fund] - cost) for fund, cost in own.items()},
        {name: found.sum(_own(found.groups, name=name)) for name in names},
    )


@dataclass(frozen=True)
class _Differences:
    """A scenario's costs less its baseline's, of the replications that have both."""

    values: Values
    scenario: str
    baseline: str
    years: tuple[str, ...]
    shared: np.ndarray

    @property
    def groups(self) -> set[str]:
        return {key[4] for key in self.values if _is_cost(key, self.scenario, self.baseline)}

    def sum(self, groups: Iterable[str]) -> np.ndarray:
        """Pounds by replication and year; a group without a row costs nothing."""
        table = np.zeros((int(self.shared.sum()), len(self.years)))
        for group in groups:
            for column, year in enumerate(self.years):
                for sign, name in ((1, self.scenario), (-1, self.baseline)):
                    found = self.values.get((name, FINANCIAL, year, COST, group))
                    if found is not None:
                        table[:, column] += sign * np.nan_to_num(found[self.shared])
        return table


def _differences(values: Values, scenario: str, baseline: str) -> _Differences:
    years = tuple(sorted({key[2] for key in values if _is_cost(key, scenario, baseline)}))
    there = [
        [~np.isnan(values[key]) for key in values if _is_cost(key, name) and key[4] == ALL]
        for name in (scenario, baseline)
    ]
    shared = [np.logical_or.reduce(each) for each in there if each]
    both = np.logical_and(*shared) if len(shared) == 2 else np.zeros(0, dtype=bool)
    return _Differences(values, scenario, baseline, years, both)


def _is_cost(key: tuple[str, ...], *scenarios: str) -> bool:
    return key[0] in scenarios and key[1] == FINANCIAL and key[3] == COST


def _is_fund(group: str) -> bool:
    return group.startswith("fund=") and ";" not in group


def _own(groups: Iterable[str], fund: str = "", name: str = "") -> list[str]:
    """The groups of interventions' own costs, of one fund or one intervention if asked."""
    return sorted(
        group
        for group in groups
        if f";{OWN}" in group
        and group.startswith(f"fund={fund};" if fund else "fund=")
        and (not name or group.endswith(f";{OWN}{name}"))
    )
