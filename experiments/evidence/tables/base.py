"""The config that a layer is laid over, where the planner names one.

It is read for three things: names that only this config has, tasks that a layer would otherwise
replace, and its inflation. Prices of a config are those of `prices.base_date` and rise from then on,
so a price of another day has to be taken there first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.evidence.tables.spans import Steps

if TYPE_CHECKING:
    from sim.config.documents import Document
    from sim.settings import Settings


@dataclass(frozen=True)
class Base:
    """A config that was read and found right."""

    path: Path
    document: Document
    settings: Settings


def read_base(path: Path | None) -> Base | None:
    """The config at a path, or ConfigError with what is wrong with it."""
    if path is None:
        return None
    from sim.config.documents import read

    document = read(path)
    return Base(path, document, document.settings())


def at_base_prices(pounds: float, day: date, base: Base | None) -> float:
    """A price of a day in the prices of the config's base date, by the config's own inflation."""
    if base is None:
        return pounds
    from sim.schedule import index

    rate, base_date = base.settings.prices.inflation_per_year, base.settings.prices.base_date
    return pounds * index(rate, day, base_date) / index(rate, base_date, day)


def restated(steps: Steps, base: Base | None) -> Steps:
    """Prices by the day of which they are, in whole pounds of the base date."""
    return {day: round(at_base_prices(pounds, day, base)) for day, pounds in steps.items()}


def in_prices_of(base: Base | None) -> str:
    """The end of a source, about prices."""
    if base is None:
        return "in the prices of that time"
    return f"in prices of {base.settings.prices.base_date} by the config's inflation"


NOT_RESTATED = (
    "prices are left as the file has them; a config raises every price from its prices.base_date on, "
    "so name the config to have them taken to that date"
)
