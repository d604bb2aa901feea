"""The few numbers a planner asks for first, picked from a stored summary."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

PART = " (part)"
STOCKS_ON_A_DAY = ("plans_active",)
"""Measured on one day, so the year need not be whole."""


@dataclass(frozen=True)
class KeyFigure:
    """A measure worth naming, and the kind of year it is read by."""

    measure: str
    label: str
    calendar: str = "calendar"


KEY_FIGURES = (
    KeyFigure("plans_active", "plans at the January census"),
    KeyFigure("requests", "requests for an assessment"),
    KeyFigure("plans_issued", "plans issued"),
    KeyFigure("timeliness_20w_excl", "issued within 20 weeks, exceptions left out"),
    KeyFigure("wait_request_to_plan_mean", "weeks from request to plan"),
    KeyFigure("open_assessments", "open assessments at the end of the year"),
    KeyFigure("open_assessments_over_20w", "open assessments over 20 weeks"),
    KeyFigure("reviews_overdue", "annual reviews overdue"),
    KeyFigure("waiting_for_place", "children waiting for a place"),
    KeyFigure("weeks_without_provision", "child-weeks without provision"),
    KeyFigure("weeks_lost_to_refusals", "child-weeks lost to refusals that were overturned"),
    KeyFigure("appeals", "appeals registered"),
    KeyFigure("vacancies", "posts vacant (FTE)"),
    KeyFigure("cost", "cost", "financial"),
    KeyFigure("dsg_cumulative", "balance of the high needs account", "financial"),
)
LABELS = {figure.measure: figure.label for figure in KEY_FIGURES}


def read_totals(folder: Path) -> pd.DataFrame:
    """The rows of a stored summary for everybody and for whole years, both kinds of uncertainty."""
    texts = ["scenario", "measure", "unit", "calendar", "period", "group", "uncertainty"]
    table = pd.read_csv(
        folder / "summary.csv", dtype=dict.fromkeys(texts, str), keep_default_na=False, na_values=[""]
    )
    totals = table[table["group"] == "all"].copy()
    stocks = totals["measure"].isin(STOCKS_ON_A_DAY)
    totals.loc[stocks, "period"] = totals.loc[stocks, "period"].str.removesuffix(PART)
    return totals[~totals["period"].str.endswith(PART)]


def at_the_end(totals: pd.DataFrame) -> pd.DataFrame:
    """Each key figure in the last whole year it is known for, one row a scenario."""
    everything = totals[totals["uncertainty"] == "all"]
    rows = []
    for figure in KEY_FIGURES:
        found = everything[
            (everything["measure"] == figure.measure) & (everything["calendar"] == figure.calendar)
        ]
        rows.append(found[found["period"] == found["period"].max()])
    return pd.concat(rows, ignore_index=True)


def as_records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """A table as plain data; what is not known is null."""
    return table.astype(object).where(table.notna(), None).to_dict(orient="records")
