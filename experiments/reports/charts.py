"""What one figure of the report shows and says, before anything is drawn.

The drawing and the tables beside it split the data in the same way, so a reader of either has
the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import pandas as pd

MOST_SHADED = 4
TOTAL = "Total"
RANGES, CHANCE, WHOLE = "80\u00a0% ranges", "for chance alone", "with uncertain inputs as well"


class Panel(NamedTuple):
    """One set of axes: its title and its named lines or bars, in order."""

    title: str
    lines: list[tuple[str, pd.DataFrame]]


@dataclass(frozen=True)
class Chart:
    """What one figure of the report shows and says."""

    name: str
    kind: Literal["lines", "stack"]
    headline: str
    subtitle: str
    unit: str
    data: pd.DataFrame
    sentence: str
    period_word: str
    scenario_labels: dict[str, str]
    notes: tuple[str, ...] = ()
    shaded: int = MOST_SHADED
    """How many lines of a panel show their ranges; lines that lie on each other shade only one."""

    @cached_property
    def periods(self) -> list[str]:
        return sorted(self.data["period"].unique())

    @property
    def has_bands(self) -> bool:
        return bool(self.data["whole_low"].notna().any())

    @property
    def compares_scenarios(self) -> bool:
        """One measure in several scenarios shares a panel; several measures get a panel a scenario."""
        return self.kind == "lines" and self.data["series"].nunique() == 1 and len(self.scenarios) > 1

    @cached_property
    def scenarios(self) -> list[str]:
        return list(self.data["scenario"].unique())

    @property
    def key_notes(self) -> tuple[str, ...]:
        """How the ranges are drawn, where the drawing itself does not say, and the chart's own notes."""
        if not self.has_bands:
            return self.notes
        if self.kind == "stack":
            return (f"Uprights show {RANGES} of the total: thick {CHANCE}, thin {WHOLE}.", *self.notes)
        shading = f"Shading shows {RANGES}: darker {CHANCE}, lighter {WHOLE}."
        if self.compares_scenarios:
            return (
                f"{shading} It is that of “{self.scenario_labels[self.scenarios[0]]}” alone.",
                *self.notes,
            )
        if self.shaded < self.data["series"].nunique():
            shading = f"{shading} It is that of “{self.data['series'].iloc[0]}” alone."
        return (shading, *self.notes)

    @cached_property
    def panels(self) -> list[Panel]:
        """How the data are split, the same for the drawing and for the tables beside it."""
        if self.compares_scenarios:
            groups = self.data.groupby("scenario", sort=False)
            return [Panel("", [(self.scenario_labels[name], rows) for name, rows in groups])]
        titled = len(self.scenarios) > 1
        return [
            Panel(self.scenario_labels[name] if titled else "", list(rows.groupby("series", sort=False)))
            for name, rows in self.data.groupby("scenario", sort=False)
        ]
