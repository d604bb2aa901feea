"""The tables of a backtest: skill against each naive forecast, coverage, PIT, and the league by authority."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from experiments.backtest import scores
from experiments.backtest.records import SIMULATED, Records
from experiments.backtest.targets import TARGETS
from sim.luck import key_of

ALL = "all"
"""Stands for all horizons together."""


def best_in_hindsight(rows: pd.DataFrame, records: Records) -> dict[str, str]:
    """Target → the naive method with the lowest mean scaled CRPS on the very outcomes that are scored.

    Nobody could have chosen it for that reason beforehand: it is the hardest comparison for us.
    """
    found = {}
    for target, methods in records.methods.items():
        part = rows[(rows["target"] == target) & rows["method"].isin(methods)]
        means = part.groupby("method")["scaled_crps"].mean()
        if len(means):
            found[target] = str(means.idxmin())
    return found


def means(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean scores by target, horizon (and all of them) and method, over the rows that are compared."""
    columns = {
        "mean_scaled_crps": ("scaled_crps", "mean"),
        "mean_crps": ("crps", "mean"),
        "mean_scaled_error_of_median": ("scaled_absolute_error", "mean"),
        "mean_error_of_median": ("absolute_error", "mean"),
        "mean_relative_error_of_median": ("relative_error", "mean"),
    }
    tables = []
    for keys in (["target", "method"], ["target", "method", "horizon"]):
        grouped = rows.groupby(keys, sort=False)
        table = grouped.agg(
            authorities=("code", "nunique"), outcomes=("code", "size"), **columns
        ).reset_index()
        table["horizon"] = table["horizon"].astype(str) if "horizon" in table else ALL
        tables.append(table)
    order = ["target", "method", "horizon", "authorities", "outcomes", *columns]
    return pd.concat(tables, ignore_index=True)[order]


def skills(rows: pd.DataFrame, records: Records, seed: int) -> pd.DataFrame:
    """Skill of the simulation over each naive method, by target and horizon, of scaled and plain CRPS."""
    found = []
    for target, methods in records.methods.items():
        of_target = rows[rows["target"] == target]
        if of_target.empty:
            continue
        for horizon in (ALL, *sorted(of_target["horizon"].unique())):
            part = of_target if horizon == ALL else of_target[of_target["horizon"] == horizon]
            for method in methods:
                found.append(_skill_row(part, target, str(horizon), method, seed))
    return pd.DataFrame(found)


def _skill_row(rows: pd.DataFrame, target: str, horizon: str, method: str, seed: int) -> dict[str, Any]:
    row: dict[str, Any] = {"target": target, "horizon": horizon, "method": method}
    for name, prefix in (("scaled_crps", ""), ("crps", "plain_")):
        key = key_of("backtest skill", seed, target, horizon)
        generator = np.random.Generator(np.random.Philox(key=key))
        skill = scores.skill(
            _by_authority(rows, SIMULATED, name), _by_authority(rows, method, name), generator
        )
        row |= {f"{prefix}{part}": value for part, value in skill._asdict().items()}
    return row


def _by_authority(rows: pd.DataFrame, method: str, score: str) -> np.ndarray:
    """Each authority's summed scores and the number of them, shape (2, authorities), by code."""
    grouped = rows[rows["method"] == method].groupby("code")[score]
    return np.array([grouped.sum().to_numpy(), grouped.size().to_numpy()], dtype=float)


def coverage(rows: pd.DataFrame) -> pd.DataFrame:
    """How often the intervals held the outcome, and how wide they were.

    `perfect_low` and `perfect_high` bound what a perfect forecaster would cover in 99 backtests of 100;
    they are given by horizon only, where each authority counts once. Authorities share their years, so
    even a good forecaster strays further than that.
    """
    found = []
    for (target, method), part in rows.groupby(["target", "method"], sort=False):
        for horizon in (ALL, *sorted(part["horizon"].unique())):
            some = part if horizon == ALL else part[part["horizon"] == horizon]
            for level in scores.LEVELS:
                found.append(
                    {"target": target, "method": method, "horizon": str(horizon), "level": level}
                    | _covered(some, level, horizon != ALL)
                )
    return pd.DataFrame(found)


def _covered(rows: pd.DataFrame, level: int, bounded: bool) -> dict[str, Any]:
    low, high = scores.perfect_range(len(rows), level) if bounded else (None, None)
    return {
        "outcomes": len(rows),
        "covered": int(rows[f"in_{level}"].sum()),
        "share": 100 * float(rows[f"in_{level}"].mean()),
        "perfect_low": low,
        "perfect_high": high,
        "mean_width": float(rows[f"width_{level}"].mean()),
        "mean_scaled_width": float(rows[f"scaled_width_{level}"].mean()),
    }


def pit_histograms(rows: pd.DataFrame) -> pd.DataFrame:
    """How many outcomes fell into each tenth of their forecast, by target and method."""
    found = []
    for (target, method), part in rows.groupby(["target", "method"], sort=False):
        bins = scores.pit_histogram(part["pit"].to_numpy())
        tenths = {f"tenth_{place}": count for place, count in enumerate(bins, 1)}
        found.append({"target": target, "method": method, "outcomes": len(part), **tenths})
    return pd.DataFrame(found)


def by_authority(rows: pd.DataFrame, best: dict[str, str]) -> pd.DataFrame:
    """One row an authority and target, and one for all targets together, best forecast first.

    `gain` is the naive forecast's mean scaled CRPS less ours, as a share of the naive forecast's mean
    over all authorities: 0.3 is 30 % of a usual score better. Over all targets it is their mean.
    """
    tables = []
    for target, method in best.items():
        part = rows[rows["target"] == target]
        sides = {
            name: part[part["method"] == chosen].groupby("code")["scaled_crps"].agg(["mean", "size"])
            for name, chosen in (("ours", SIMULATED), ("naive", method))
        }
        names = part.drop_duplicates("code").set_index("code")["name"]
        table = pd.DataFrame({"name": names.reindex(sides["ours"].index)})
        table["target"], table["method"] = target, method
        table["outcomes"] = sides["ours"]["size"]
        table["scaled_crps"], table["naive_scaled_crps"] = sides["ours"]["mean"], sides["naive"]["mean"]
        table["gain"] = (table["naive_scaled_crps"] - table["scaled_crps"]) / table[
            "naive_scaled_crps"
        ].mean()
        tables.append(table.reset_index())
    if not tables:
        return pd.DataFrame()
    every = pd.concat(tables, ignore_index=True)
    grouped = every.groupby(["code", "name"], as_index=False)
    together = grouped.agg(outcomes=("outcomes", "sum"), gain=("gain", "mean"), targets=("gain", "size"))
    whole = together[together["targets"] == len(best)].drop(columns="targets")
    whole["target"] = ALL
    every = pd.concat([whole, every], ignore_index=True)
    order = {name: place for place, name in enumerate((ALL, *TARGETS))}
    every["place"] = every["target"].map(order)
    every = every.sort_values(["place", "gain", "code"], ascending=[True, False, True], ignore_index=True)
    every["rank"] = every.groupby("target").cumcount() + 1
    columns = ["target", "rank", "code", "name", "outcomes", "gain"]
    return every[[*columns, "scaled_crps", "naive_scaled_crps", "method"]]


def largest_misses(rows: pd.DataFrame, best: dict[str, str], most: int = 6) -> pd.DataFrame:
    """The outcomes of each target furthest from what we forecast, for their size, one an authority."""
    found = []
    for target, method in best.items():
        part = rows[rows["target"] == target]
        ours = part[part["method"] == SIMULATED].sort_values(
            ["scaled_crps", "code", "horizon"], ascending=[False, True, True]
        )
        worst = ours.drop_duplicates("code").head(most)
        others = part[part["method"] == method].set_index(["code", "horizon"])
        for _, row in worst.iterrows():
            other = others.loc[(row["code"], row["horizon"])]
            found.append(
                {**row.to_dict(), "naive_method": method, "naive_median": other["median"]}
                | {"naive_scaled_crps": other["scaled_crps"]}
            )
    return pd.DataFrame(found)
