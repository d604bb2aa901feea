"""How many plans end, and how far published stocks and flows fail to close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.authorities.figures import Estimate, Figures
from experiments.evidence.dfe.geography import ENGLAND

WEIGHT_OF_ENGLAND = 0.7
"""An authority's net leaving of one year says next to nothing about its next (correlations of -0.2 to
0.04 over 146 authorities, 2017 to 2020), so most of the weight is on England's."""
FEWEST_PLANS, MOST_TRANSFERS = 100, 0.05
RESIDUAL = 0.09
"""Highest share of plans that may come, or go, unrecorded in a year. Over authorities the yearly net leaving
scatters by 3 % of the plans (robust standard deviation, 2017 to 2020)."""


@dataclass(frozen=True)
class Leaving:
    """What gives the net leaving that is aimed at."""

    local_multiplier: float
    transferred_out: Estimate
    transfers_in_per_year: float
    source: str


def net_leaving(figures: Figures, code: str, years: Sequence[int]) -> float | None:
    """Plans that went, less those that came other than new, as a share of plans, mean of some years."""
    library = figures.library
    rates = []
    for year in years:
        before, after = library.value(code, "plans", year), library.value(code, "plans", year + 1)
        issued = library.value(code, "plans_issued", year)
        if before and after is not None and issued is not None:
            rates.append((before + issued - after) / before)
    return sum(rates) / len(rates) if rates else None


def leaving(
    figures: Figures, by_age: Sequence[int], at_31_august: Sequence[float], other_endings: float
) -> Leaving:
    """What makes England's ages at leaving give this authority's expected net leaving.

    `other_endings` is the share of plans a year that end by review, by needs met or by death.
    """
    years = range(figures.january - 3, figures.january)
    everywhere = net_leaving(figures, ENGLAND, years[-1:])
    own = net_leaving(figures, figures.code, years)
    plans = max(sum(by_age), 1)
    out = transferred_out(figures)
    arrivals = round(out.value * plans, 1)
    if everywhere is None:
        return Leaving(
            1.0, out, arrivals, f"England's ages at leaving as they are: no flows of {years[-1]} known"
        )
    net = everywhere if own is None else WEIGHT_OF_ENGLAND * everywhere + (1 - WEIGHT_OF_ENGLAND) * own
    by_ages = sum(count * rate for count, rate in zip(by_age, at_31_august, strict=True)) / plans
    # A triangle's mean is a third of the sum of its lowest, likeliest and highest.
    unrecorded_in, unrecorded_out = (2 * out.value + RESIDUAL) / 3 - out.value, RESIDUAL / 3
    other = other_endings + unrecorded_out - unrecorded_in
    multiplier = min(max((net - other) / by_ages, 0.05), 3.0) if by_ages else 1.0
    owns = "not known" if own is None else f"{100 * own:.1f} % a year"
    told = (
        f"SEN2, plans and new plans: net leaving in England {100 * everywhere:.1f} % in {years[-1]}, "
        f"{figures.name}'s in {years[0]}-{years[-1]} {owns}; "
        f"{100 * net:.1f} % aimed at, against England's ages at leaving"
    )
    return Leaving(round(multiplier, 3), out, arrivals, told)


def transferred_out(figures: Figures) -> Estimate:
    """Share of plans a year that move to another authority: its own, England's, or assumed."""
    year, library = figures.last_year, figures.library
    for code in (figures.code, ENGLAND):
        gone = library.value(code, "left_transfer", year)
        plans = library.value(code, "plans", year) or library.value(code, "plans", year + 1)
        if gone is None or plans is None or plans < FEWEST_PLANS:
            continue
        told = f"SEN2, plans transferred to another authority, {library.name(code)} {year}"
        if code == ENGLAND:
            figures.national.append("moves to other authorities")
        if gone / plans > MOST_TRANSFERS:
            told += f" ({100 * gone / plans:.1f} %, taken as no more than 5 %)"
        return Estimate(min(gone / plans, MOST_TRANSFERS), told)
    return Estimate(0.015, "assumed: about England's share of 2020; none is known")
