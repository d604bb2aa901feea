"""What an authority's own log says of each stage: how long, for how many, and how sure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from experiments.logs.activities import stage_label
from experiments.logs.case_logs import CaseLog
from experiments.logs.durations import lognormal, quantiles, spells
from experiments.logs.small_cells import FEWEST, shown, shown_quantiles

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
COLUMNS = [
    *("stage", "label", "cases", "finished", "still_open", "status"),
    *(f"days_p{round(100 * share)}" for share in SHARES),
    *("fitted_mean_days", "fitted_cv"),
]


def fit_log(log: CaseLog) -> list[dict[str, Any]]:
    """A row a stage: counts, quantiles in days (Kaplan and Meier) and the lognormal that fits best.

    Stages opened since the log's first day count, those still open at its last as censored. With
    fewer than 10 finished nothing but the status is told. A number that is not known is None.
    """
    return [_fit(str(stage), rows) for stage, rows in spells(log).groupby("stage", sort=False)]


def _fit(stage: str, rows: pd.DataFrame) -> dict[str, Any]:
    finished = int(rows["done"].sum())
    row: dict[str, Any] = {**dict.fromkeys(COLUMNS), "stage": stage, "label": stage_label(stage)}
    if finished < FEWEST:
        return row | {"status": f"suppressed: fewer than {FEWEST} finished"}
    days = shown_quantiles(quantiles(rows, SHARES), SHARES, finished)
    mean, cv = lognormal(rows)
    row |= {f"days_p{round(100 * share)}": _known(value) for share, value in zip(SHARES, days, strict=True)}
    return row | {
        "cases": _known(shown(len(rows))),
        "finished": _known(shown(finished)),
        "still_open": _known(shown(len(rows) - finished)),
        "status": "fitted",
        "fitted_mean_days": _known(mean, 1),
        "fitted_cv": _known(cv, 3),
    }


def _known(value: float, decimals: int = 0) -> float | None:
    if not np.isfinite(value):
        return None
    return round(float(value), decimals) if decimals else int(value)
