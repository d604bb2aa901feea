"""Counts from witan.send's transitions: who has a plan each January, who joins, leaves and moves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from experiments import store
from experiments.logs.witan_files import NONSEND, read_witan

STATE = ["need", "setting", "academic_year"]
STEP = ["setting_1", "need_1", "academic_year_1", "setting_2", "need_2", "academic_year_2"]
JOINER, LEAVER, MOVER, STAYER = "joiner", "leaver", "mover", "stayer"


def import_witan(folder: Path, out: Path) -> dict[str, Any]:
    """Read a folder of witan.send files and write `stock.csv`, `flows.csv` and `totals.csv` into `out`.

    Raises DataError with every fault; then nothing is written.
    """
    files = read_witan(folder)
    totals = totals_by_year(files.transitions)
    with store.Staging(out) as staging:
        for name, table in (
            ("stock", stock(files.transitions)),
            ("flows", flows(files.transitions)),
            ("totals", totals),
        ):
            store.write_text(staging.folder / f"{name}.csv", table.to_csv(index=False, lineterminator="\n"))
        staging.publish()
    years = totals["calendar_year"]
    return {
        "kind": "witan import",
        "folder": str(out),
        "steps": len(files.transitions),
        "first_january": int(years.min()),
        "last_january": int(years.max()) + 1,
        "settings": sorted(files.states),
        "plans_at_end": int(totals["at_end"].iloc[-1]),
        "warnings": [*files.warnings, *chain_warnings(totals)],
    }


def stock(transitions: pd.DataFrame) -> pd.DataFrame:
    """Plans by January, need, setting and school year, as the rows from and to that January have them.

    `from_here` counts the steps that begin there, `to_here` those that end there; where there are no
    such steps at all it is missing.
    """
    begins = _ends(transitions, "1", 0).rename("from_here")
    arrives = _ends(transitions, "2", 1).rename("to_here")
    table = pd.concat([begins, arrives], axis=1).sort_index().reset_index()
    for column, shift in (("from_here", 0), ("to_here", 1)):
        covered = table["january"].isin(transitions["calendar_year"] + shift)
        table[column] = table[column].fillna(0).where(covered).astype("Int64")
    return table


def _ends(transitions: pd.DataFrame, end: str, later: int) -> pd.Series:
    """Plans at one end of the steps, by January and state."""
    rows = transitions[transitions[f"setting_{end}"] != NONSEND]
    state = rows[[f"{name}_{end}" for name in STATE]].set_axis(STATE, axis=1)
    return state.assign(january=rows["calendar_year"] + later).groupby(["january", *STATE]).size()


def kinds(transitions: pd.DataFrame) -> pd.Series:
    """What each step is: somebody joins, leaves, moves to another setting or need, or stays."""
    joins, leaves = transitions["setting_1"] == NONSEND, transitions["setting_2"] == NONSEND
    same = (transitions["setting_1"] == transitions["setting_2"]) & (
        transitions["need_1"] == transitions["need_2"]
    )
    kind = same.map({True: STAYER, False: MOVER})
    return kind.mask(joins, JOINER).mask(leaves, LEAVER)


def flows(transitions: pd.DataFrame) -> pd.DataFrame:
    """How many steps of each kind, by year, from each state to each."""
    rows = transitions.assign(kind=kinds(transitions))
    counts = rows.groupby(["calendar_year", "kind", *STEP]).size().rename("children")
    return counts.reset_index()


def totals_by_year(transitions: pd.DataFrame) -> pd.DataFrame:
    """For each step from one January to the next: plans at its start, joiners and so on, at its end."""
    counts = transitions.assign(kind=kinds(transitions)).pivot_table(
        index="calendar_year", columns="kind", values="setting_1", aggfunc="size", fill_value=0
    )
    counts = counts.reindex(columns=[JOINER, LEAVER, MOVER, STAYER], fill_value=0)
    table = counts.rename(columns=lambda kind: f"{kind}s").reset_index()
    stay = table["movers"] + table["stayers"]
    table.insert(1, "at_start", stay + table["leavers"])
    return table.assign(at_end=stay + table["joiners"]).rename_axis(columns=None)


def chain_warnings(totals: pd.DataFrame) -> list[str]:
    """Januaries for which the steps before and after do not have the same number of plans."""
    at_start = dict(zip(totals["calendar_year"], totals["at_start"], strict=True))
    at_end = dict(zip(totals["calendar_year"] + 1, totals["at_end"], strict=True))
    return [
        f"January {year}: {at_end[year]:,} plans at the end of one step and {at_start[year]:,} at the start "
        "of the next; they should be the same children"
        for year in sorted(at_start.keys() & at_end.keys())
        if at_start[year] != at_end[year]
    ]
