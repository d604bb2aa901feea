"""An authority's own log beside the replications of a run: the tables of the comparison.

These tables hold the log's exact counts and are not for showing: `small_cells` says what may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from experiments.errors import InputError
from experiments.evidence.disclosure import is_small
from experiments.logs.activities import stage_label
from experiments.logs.case_logs import CaseLog
from experiments.logs.counts import Namer, backlog, follows, month_of, quarter_of, throughput
from experiments.logs.distances import distance
from experiments.logs.durations import DECILES, quantiles, spells
from experiments.logs.small_cells import FEWEST

FEWEST_DAYS_SHARED = 84
LOW, HIGH = 10, 90
"""Percentiles over replications between which their range is shown."""
ALIKE, LONGER, SHORTER, OTHERWISE, TOO_FEW = "alike", "longer", "shorter", "spread otherwise", "too few"
STAGES = [
    *("stage", "label", "finding", "log_cases", "log_finished", "simulated_cases"),
    *("log_median_days", "simulated_median_days", "simulated_median_low", "simulated_median_high"),
    *("longer_days", "area_days", "area_by_chance_mean", "area_by_chance_most", "largest_gap"),
    *("farther_than", "replications", "chance", "compared_to_days"),
]


@dataclass(frozen=True)
class Comparison:
    """The tables, each with the log and the simulation's mean and range, and what they cover."""

    log_days: tuple[date, date]
    run_days: tuple[date, date]
    replications: int
    stages: pd.DataFrame
    quantiles: pd.DataFrame
    follows: pd.DataFrame
    throughput: pd.DataFrame
    """Empty, as `backlog` is, where the log and the run share too few days."""
    backlog: pd.DataFrame
    warnings: tuple[str, ...]

    @property
    def shares_days(self) -> bool:
        return self.log_days == self.run_days


def compare_logs(
    real: CaseLog, simulated: Sequence[CaseLog], draws: Sequence[int] | None = None
) -> Comparison:
    """The log beside the replications, over the days they share or else each over its own.

    `draws` are the replications' parameter draws. Replications must hold the log's own steps.
    """
    if not simulated:
        raise InputError("no replication of the run to compare the log with")
    log_days, run_days = _windows(real, simulated[0])
    of_real = spells(real, *log_days)
    of_simulated = [spells(log, *run_days) for log in simulated]
    named = list(dict.fromkeys(of_real["stage"]))
    each = {stage: [_of(stage, rows) for rows in (of_real, *of_simulated)] for stage in named}
    draws = draws or range(1, len(simulated) + 1)
    shared = log_days == run_days
    told = "" if shared else f"the log and the run share fewer than {FEWEST_DAYS_SHARED} days: years differ"
    return Comparison(
        log_days,
        run_days,
        len(simulated),
        pd.DataFrame([_stage(name, rows, draws) for name, rows in each.items()], columns=STAGES),
        pd.concat([_deciles(name, rows) for name, rows in each.items()], ignore_index=True),
        _follows(real, simulated, log_days, run_days),
        _throughput(real, simulated, log_days) if shared else pd.DataFrame(),
        _backlog(real, simulated, log_days) if shared else pd.DataFrame(),
        (*real.warnings, *([told] if told else [])),
    )


def _windows(real: CaseLog, simulated: CaseLog) -> tuple[tuple[date, date], tuple[date, date]]:
    first, last = max(real.first, simulated.first), min(real.last, simulated.last)
    if (last - first).days >= FEWEST_DAYS_SHARED:
        return (first, last), (first, last)
    return (real.first, real.last), (simulated.first, simulated.last)


def _of(stage: str, rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["stage"] == stage]


def _stage(name: str, each: list[pd.DataFrame], draws: Sequence[int]) -> dict[str, object]:
    """What is found of one stage, the log's rows first."""
    row: dict[str, object] = {
        **dict.fromkeys(STAGES, np.nan),
        "stage": name,
        "label": stage_label(name),
        "finding": TOO_FEW,
        "log_cases": len(each[0]),
        "log_finished": int(each[0]["done"].sum()),
        "simulated_cases": float(np.mean([len(rows) for rows in each[1:]])),
        "replications": len(each) - 1,
    }
    if min(int(rows["done"].sum()) for rows in each) < FEWEST:
        return row
    medians = np.array([quantiles(rows, (0.5,))[0] for rows in each])
    found = distance(each, draws)
    return row | {
        "finding": _finding(found.farther_than == len(draws), found.longer, found.area),
        "log_median_days": medians[0],
        **_spread(medians[1:], "simulated_median", "simulated_median_days"),
        "longer_days": found.longer,
        "area_days": found.area,
        "area_by_chance_mean": float(found.by_chance.mean()),
        "area_by_chance_most": float(found.by_chance.max()),
        "largest_gap": found.gap,
        "farther_than": found.farther_than,
        "chance": found.chance,
        "compared_to_days": found.to_days,
    }


def _finding(is_farthest: bool, longer: float, area: float) -> str:
    if not is_farthest:
        return ALIKE
    if abs(longer) < area / 2:
        return OTHERWISE
    return LONGER if longer > 0 else SHORTER


def _spread(values: np.ndarray, name: str, mean: str) -> dict[str, float]:
    """Mean and range over replications; not known where it is not known of all."""
    low, high = np.percentile(values, [LOW, HIGH])
    return {mean: float(values.mean()), f"{name}_low": float(low), f"{name}_high": float(high)}


def _deciles(stage: str, each: list[pd.DataFrame]) -> pd.DataFrame:
    """Days by which a tenth, two tenths and so on of a stage are over."""
    if min(int(rows["done"].sum()) for rows in each) < FEWEST:
        return pd.DataFrame()
    days = np.array([quantiles(rows) for rows in each])
    table = pd.DataFrame({"stage": stage, "share": DECILES, "log": days[0]})
    return table.assign(**_ranges(days[1:]))


def _ranges(by_replication: np.ndarray) -> dict[str, np.ndarray]:
    """Mean and range over the first axis."""
    low, high = np.percentile(by_replication, [LOW, HIGH], axis=0)
    return {"simulated": by_replication.mean(axis=0), "low": low, "high": high}


def _follows(
    real: CaseLog,
    simulated: Sequence[CaseLog],
    log_days: tuple[date, date],
    run_days: tuple[date, date],
) -> pd.DataFrame:
    """How often each step is followed by each other; 0 where it never was."""
    counts = [follows(real, *log_days), *(follows(log, *run_days) for log in simulated)]
    table = pd.concat(counts, axis=1, keys=range(len(counts))).fillna(0)
    found = table.index.to_frame(index=False).assign(log=table[0].to_numpy(float))
    found = _inside(found.assign(**_ranges(table.drop(columns=0).to_numpy().T)))
    return found.sort_values(["log", "simulated"], ascending=False, kind="stable").reset_index(drop=True)


def _throughput(real: CaseLog, simulated: Sequence[CaseLog], days: tuple[date, date]) -> pd.DataFrame:
    """By month, or by quarter where most months' requests in the log are too few to be shown."""
    named: Namer = month_of
    of_real = throughput(real, *days, named)
    if of_real["requests"].map(lambda count: is_small(count, FEWEST)).mean() > 0.5:
        named = quarter_of
        of_real = throughput(real, *days, named)
    tables = [throughput(log, *days, named) for log in simulated]
    return pd.concat(
        [_by_period(of_real[what], [table[what] for table in tables]).assign(what=what) for what in of_real],
        ignore_index=True,
    )


def _backlog(real: CaseLog, simulated: Sequence[CaseLog], days: tuple[date, date]) -> pd.DataFrame:
    return _by_period(backlog(real, *days), [backlog(log, *days) for log in simulated])


def _by_period(real: pd.Series, simulated: Sequence[pd.Series]) -> pd.DataFrame:
    table = pd.DataFrame({"period": real.index, "log": real.to_numpy(float)})
    return _inside(table.assign(**_ranges(np.array([each.to_numpy(float) for each in simulated]))))


def _inside(table: pd.DataFrame) -> pd.DataFrame:
    """Whether the log's own count lies inside the simulation's range."""
    return table.assign(inside=table["log"].between(table["low"], table["high"]))
