"""Checks of the sections on services beside SEND casework: short breaks and the edge of care.

Like those in `consistency.py`, where they are listed: each yields the path of what is wrong with
what to do about it.
"""

from __future__ import annotations

from sim.config.faults import Path
from sim.config.references import Problems
from sim.money.services import LONG_TERM, posts_of_all_beds
from sim.settings import Settings, ShortBreaks


def short_breaks_fit(settings: Settings) -> Problems:
    """Homes with room for whom they keep, a price that pays their carers, and ages in order."""
    terms = settings.short_breaks
    if terms is None:
        return
    for name in ("bands", "homes"):
        if not getattr(terms, name):
            yield ("short_breaks", name), "empty, at least one is needed"
    for name in ("opening_ages", "joining_ages"):
        yield from _ages(("short_breaks", name), getattr(terms, name))
    yield from _more_kept_than_beds(terms)
    yield from _carers_beyond_the_price(terms, settings)


def _more_kept_than_beds(terms: ShortBreaks) -> Problems:
    for name, home in terms.homes.items():
        for day in sorted({*home.beds.dates, *home.kept_beds.dates}):
            if home.kept_beds.at(day) > home.beds.at(day):
                words = f"{home.kept_beds.at(day):g}, must be within its {home.beds.at(day):g} beds"
                yield ("short_breaks", "homes", name, "kept_beds"), words
                break


def _carers_beyond_the_price(terms: ShortBreaks, settings: Settings) -> Problems:
    """What the price pays beside carers goes on in-house, so there must be something left."""
    fte, price = posts_of_all_beds(terms, settings), terms.homes_price_per_year
    for day in sorted({*price.dates, *terms.carers.cost_per_fte_year.dates}):
        pay = fte * terms.carers.cost_per_fte_year.at(day)
        if pay > price.at(day):
            words = f"{price.at(day):g}, must pay all {fte:g} carers of the homes, {pay:,.0f}"
            yield ("short_breaks", "homes_price_per_year"), words
            return


def edge_of_care_fits(settings: Settings) -> Problems:
    """Kinds of care by names of their own, and ages in order."""
    terms = settings.edge_of_care
    if terms is None:
        return
    if not terms.placements:
        yield ("edge_of_care", "placements"), "empty, at least one is needed"
    if LONG_TERM in terms.placements:
        words = f"{LONG_TERM!r}, the name of care after short breaks; choose another"
        yield ("edge_of_care", "placements", LONG_TERM), words
    yield from _ages(("edge_of_care", "ages"), terms.ages)


def _ages(path: Path, ages: list[int]) -> Problems:
    low, high = ages
    if low > high:
        yield path, f"from {low} to {high}, the first must not be above the second"
