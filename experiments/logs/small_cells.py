"""What of an authority's own log may be seen by others: one policy, stated wherever it is used."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from experiments.evidence.disclosure import THRESHOLD, is_small

FEWEST = THRESHOLD
NEAREST = 5
POLICY = (
    f"Counts of 1 to {FEWEST - 1} in the log are not shown and others are rounded to the nearest "
    f"{NEAREST}, so that no child can be told from them, nor from taking one from another. A time is "
    f"shown only where at least {FEWEST} finished cases took as long or less and {FEWEST} as long or more."
)
HELD_BACK = "[c]"
"""In CSV files, what stands for a number that is not shown: c for confidential, as in official tables."""
NOT_KNOWN = "[x]"
NOT_SHOWN_WORDS = "not shown"


def shown(count: float) -> float:
    """A count as it may be shown: rounded, or NaN where it is small."""
    if not math.isfinite(count) or is_small(count, FEWEST):
        return math.nan
    return float(NEAREST * math.floor(count / NEAREST + 0.5))


def shown_quantiles(values: np.ndarray, shares: tuple[float, ...], finished: int) -> np.ndarray:
    """Quantiles with enough finished cases on either side; NaN for the others."""
    enough = [min(share, 1 - share) * finished >= FEWEST - 1e-9 for share in shares]
    return np.where(enough, values, np.nan)


def as_csv(table: pd.DataFrame, exact: pd.DataFrame | None = None, missing: str = NOT_KNOWN) -> str:
    """A table as text. A number that is in `exact` and not in the table is held back."""
    told = table.copy()
    for column in table.columns[table.isna().any()]:
        known = exact[column].notna() if exact is not None else np.zeros(len(table), bool)
        told[column] = [
            _text(value) if not pd.isna(value) else HELD_BACK if is_known else missing
            for value, is_known in zip(table[column], known, strict=True)
        ]
    return told.to_csv(index=False, lineterminator="\n", float_format="%.6g")


def _text(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
