"""How many ask, at which ages, and how that may grow: from what was known at one January."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from experiments.authorities.figures import Estimate, Figures
from experiments.evidence.dfe.geography import ENGLAND
from sim.settings import AGES

ENGLAND_PER_1000 = (
    0.19, 1.18, 7.76, 33.78, 18.46, 13.63, 12.85, 12.35, 13.32, 16.48, 17.69, 9.16, 11.12,
    11.20, 9.25, 6.85, 2.77, 1.40, 0.70, 0.30, 0.16, 0.09, 0.05, 0.04, 0.02, 0.00,
)  # fmt: skip
"""Requests a year per 1,000 people by age on 31 August, England: only the shape counts. From new plans
of 2024 by age and the share agreed at that age (SEN2 2025, newplans and requests; ONS mid-2023)."""
REQUEST_AGES = {"under_5": (0, 3), "5_to_10": (4, 9), "11_to_15": (10, 14), "16_to_19": (15, 18),
                "20_to_25": (19, 25)}  # fmt: skip
"""Most children are a year older on the 31 August by which DfE dates their plan than on the one by
which we date their request."""
AGREED = {"under_5": 0.864, "5_to_10": 0.805, "11_to_15": 0.716, "16_to_19": 0.605, "20_to_25": 0.569}
"""Share of requests agreed by age, England 2024 (SEN2 2025, requests; england.yaml has the odds)."""
PANDEMIC_YEAR = 2020
PANDEMIC = 0.85
"""Requests of 2020 against those without school closures. England's fell 7.7 % after growing 13 % a year:
they were 18 % short of that, most but hardly all of it the pandemic."""
RECOVERY = (0.85, 0.93, 1.0)
"""Lowest, likeliest and highest for 2021, when schools closed again until March."""
LIKELY_SHARE, HIGHEST_SHARE = 2 / 3, 1.2
"""Growth that continues, as a share of recent growth. Trends carried on at full strength have
overshot in most forecasting comparisons, so the likeliest is damped."""


def requests(figures: Figures) -> Estimate:
    """Requests of the last known year as they would be without a pandemic, with the noise of a count."""
    year = figures.last_year
    counted = figures.count("requests", year)
    if counted is None:
        figures.national.append("requests")
        people = sum(under_25(figures)) / people_of_england(figures)
        counted = figures.england("requests", year) * people
        told = "England's per person aged 0 to 25, as the authority's are missing"
    else:
        told = figures.source("requests", year)
    level = counted
    if year == PANDEMIC_YEAR:
        level, told = counted / PANDEMIC, f"{told}, over {PANDEMIC} for the pandemic (assumed)"
    spread = math.sqrt(6) * math.sqrt(1 / max(counted, 1.0) + 0.03**2)
    return Estimate(level, told, max(1 - spread, 0.2), 1 + spread)


def under_25(figures: Figures) -> list[float]:
    people = figures.library.people(figures.code)
    return people[max(year for year in people)]


def people_of_england(figures: Figures) -> float:
    """People aged 0 to 25 in all authorities that have a population."""
    library = figures.library
    found = (library.people(code) for code in library.authorities())
    return sum(sum(people[max(people)]) for people in found if people)


def rates_per_1000(figures: Figures, people: Sequence[float], expected: float) -> tuple[list[float], str]:
    """Requests per 1,000 people by age, 26 numbers that give the `expected` requests of a year."""
    shape = np.array(ENGLAND_PER_1000)
    issued = figures.library.by_group(figures.code, "plans_issued", figures.last_year, "band")
    told = "England's shape of 2024"
    if sum(issued.values()) >= 30:
        told += (
            f", scaled by age group to {figures.source('plans_issued', figures.last_year, 'band=5_to_10')}"
        )
        shape = shape * _by_band(shape * np.array(people), issued)
    total = float(shape @ np.array(people)) / 1000
    rates = shape * (expected / total if total else 0.0)
    return [round(rate, 4) for rate in rates.tolist()], told


def _by_band(asked: np.ndarray, issued: dict[str, float]) -> np.ndarray:
    """What to multiply each age by, so that plans fall on the age groups as they did.

    Fewer requests are agreed at higher ages, so more of them lie behind a plan.
    """
    issued = {band: issued.get(band, 0.0) / agreed for band, agreed in AGREED.items()}
    england = {band: asked[low : high + 1].sum() for band, (low, high) in REQUEST_AGES.items()}
    all_asked, all_issued = sum(england.values()), sum(issued.values())
    factors = np.ones(AGES)
    for band, (low, high) in REQUEST_AGES.items():
        prior = 20 * england[band] / all_asked
        share = (issued.get(band, 0.0) + prior) / (all_issued + 20)
        factors[low : high + 1] = share / max(england[band] / all_asked, 1e-9)
    return factors


def growth(figures: Figures, series: str) -> Estimate:
    """Growth a year to expect, from England's recent growth, damped; 2020 is left out as a pandemic year."""
    known = figures.library.by_year(ENGLAND, series)
    years = sorted(year for year in known if year < figures.january and year != PANDEMIC_YEAR)[-4:]
    if len(years) < 2:
        return Estimate(0.06, "assumed: too few years of England's in the library", 0.0, 0.12)
    recent = (known[years[-1]] / known[years[0]]) ** (1 / (years[-1] - years[0])) - 1
    told = (
        f"England's {series} grew {100 * recent:.1f} % a year from {years[0]} to {years[-1]}; damping assumed"
    )
    low, high = sorted((0.0, HIGHEST_SHARE * recent))
    return Estimate(LIKELY_SHARE * recent, told, low, high)


def cohorts_moved_on(people: dict[int, list[float]], years: int) -> dict[int, list[float]]:
    """The last population and those after it, everybody a year older, births and adults as they are."""
    last = max(people)
    found = {last: people[last]}
    for year in range(last + 1, last + years + 1):
        before = found[year - 1]
        found[year] = [before[0], *before[:17], *before[18:]]
    return found
