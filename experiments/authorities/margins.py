"""Opening plans by age, by need and by setting, so that the three can hold at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linprog

from experiments.authorities.figures import Figures
from experiments.evidence.dfe.geography import ENGLAND
from sim.settings import AGE_BANDS, AGES

ANYWHERE = "other"
"""The setting that takes every age: children whose recorded setting their age rules out go here."""
MOST_OF_AN_AGE = 0.9
ENGLAND_BY_AGE = (
    30, 110, 341, 4576, 21470, 24832, 27548, 30267, 31901, 33986, 38631, 43228, 42652,
    42113, 41029, 39587, 36769, 32760, 26263, 19210, 13611, 9317, 6326, 3847, 2100, 325,
)  # fmt: skip
"""Plans by single year of age, England, January 2024 (SEN2 2025, caseload); under 3 split by us."""


def whole_parts(total: int, weights: Sequence[float]) -> list[int]:
    """A whole number split in proportion to weights, the largest remainders rounded up."""
    weights = np.asarray(weights, float)
    if not weights.sum():
        weights = np.ones_like(weights)
    exact = total * weights / weights.sum()
    parts = np.floor(exact).astype(int)
    order = np.argsort(parts - exact, kind="stable")
    parts[order[: total - int(parts.sum())]] += 1
    return parts.tolist()


def plans_by_age(figures: Figures) -> tuple[list[int], str]:
    """Plans at each age 0 to 25, and where they come from."""
    library, january = figures.library, figures.january
    ages = single_years(library.by_group(figures.code, "plans", january, "age"))
    if ages is not None:
        return ages, figures.source("plans", january)
    bands = library.by_group(figures.code, "plans", january, "band")
    if set(AGE_BANDS) <= set(bands):
        by_age = [
            part
            for band, (low, high) in AGE_BANDS.items()
            for part in whole_parts(round(bands[band]), ENGLAND_BY_AGE[low : high + 1])
        ]
        told = figures.source("plans", january, "band=under_5")
        return by_age, f"{told}, five bands; single years by England's January 2024"
    figures.national.append("plans by age")
    total = round(figures.count("plans", january) or 0)
    return whole_parts(total, ENGLAND_BY_AGE), "England's January 2024 shape, as the authority's is missing"


def single_years(by_age: Mapping[str, float]) -> list[int] | None:
    """Published single years as 26 numbers; an open-ended group is split as in England."""
    if len(by_age) < 10:
        return None
    ages = [0] * AGES
    for label, count in by_age.items():
        if not label[0].isdecimal():
            continue
        low, _, high = label.partition("-")
        span = range(int(low), int(high or low) + 1)
        for age, part in zip(span, whole_parts(round(count), [ENGLAND_BY_AGE[a] for a in span]), strict=True):
            ages[age] += part
    return ages


def plans_by_need(figures: Figures, total: int, england: Mapping[str, float]) -> tuple[dict[str, int], str]:
    """Plans by need; where the authority's are not published, England's shares."""
    known = figures.library.by_group(figures.code, "plans", figures.january, "need")
    weights = {need: known.get(need, 0.0) for need in england}
    if sum(weights.values()) < 0.8 * total:
        figures.national.append("plans by need")
        parts = whole_parts(total, list(england.values()))
        told = "England's shares of January 2025, as the authority's are missing"
    else:
        parts = whole_parts(total, list(weights.values()))
        told = f"{figures.source('plans', figures.january, 'need=ASD')}; unknown needs spread in proportion"
    return dict(zip(england, parts, strict=True)), told


def plans_by_setting(
    figures: Figures, by_age: Sequence[int], ages: Mapping[str, tuple[int, int]]
) -> tuple[dict[str, int], str]:
    """Plans by setting that the ages allow, and where they come from."""
    known = figures.library.by_group(figures.code, "plans", figures.january, "setting")
    told = figures.source("plans", figures.january, "setting=mainstream")
    if sum(known.values()) < 0.5 * sum(by_age):
        figures.national.append("plans by setting")
        known = figures.library.by_group(ENGLAND, "plans", figures.january, "setting")
        told = f"England's shares of January {figures.january}, as the authority's are missing"
    parts = whole_parts(sum(by_age), [known.get(name, 0.0) for name in ages])
    wanted = dict(zip(ages, parts, strict=True))
    held = nearest_that_fit(wanted, by_age, ages)
    moved = held[ANYWHERE] - wanted[ANYWHERE]
    if moved:
        told += f"; {moved} whose setting takes no such age are under `{ANYWHERE}`"
    return held, told


def nearest_that_fit(
    wanted: Mapping[str, int], by_age: Sequence[int], ages: Mapping[str, tuple[int, int]]
) -> dict[str, int]:
    """The numbers by setting closest to those wanted that children of these ages can fill.

    A transport problem: settings take children of their ages up to what was published, whoever is
    left goes to `other`, and as few as possible do. No setting takes more than nine in ten of an age,
    so that the table of age, need and setting keeps room to be fitted.
    """
    names = list(wanted)
    cells = [(s, age) for s, name in enumerate(names) for age in range(ages[name][0], ages[name][1] + 1)]
    cost = [float(names[s] == ANYWHERE) for s, _ in cells]
    bounds = [(0, by_age[age] * (1 if names[s] == ANYWHERE else MOST_OF_AN_AGE)) for s, age in cells]
    each_age = np.array([[float(age == of) for _, age in cells] for of in range(len(by_age))])
    limits = [s for s, name in enumerate(names) if name != ANYWHERE]
    each_setting = np.array([[float(s == of) for s, _ in cells] for of in limits])
    room = [wanted[names[s]] for s in limits]
    found = linprog(cost, each_setting, room, each_age, list(by_age), bounds, method="highs")
    filled = np.zeros(len(names))
    for (s, _), children in zip(cells, found.x, strict=True):
        filled[s] += children
    held = {name: math.floor(filled[s] + 1e-6) for s, name in enumerate(names) if name != ANYWHERE}
    return {name: held.get(name, sum(by_age) - sum(held.values())) for name in names}
