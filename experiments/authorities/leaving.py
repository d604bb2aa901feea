"""How many plans end, and how far published stocks and flows fail to close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.authorities.figures import Figures
from experiments.evidence.dfe.geography import ENGLAND

WEIGHT_OF_ENGLAND = 0.7
"""An authority's net leaving of one year says next to nothing about its next (correlations of -0.2 to
0.04 over 146 authorities, 2017 to 2020), so most of the weight is on England's."""
REVIEWS_CEASE = 0.004
"""Share of plans a year that end by a decision at a review, by england.yaml's outcomes."""
RESIDUAL = 0.09
"""Highest share of plans that may come, or go, unrecorded in a year. Over authorities the yearly net leaving
scatters by 3 % of the plans (robust standard deviation, 2017 to 2020)."""


@dataclass(frozen=True)
class Leaving:
    """Net leaving to aim at and what gives it."""

    net_per_year: float
    local_multiplier: float
    transferred_out_per_year: float
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


def leaving(figures: Figures, by_age: Sequence[int], at_31_august: Sequence[float]) -> Leaving:
    """What makes England's ages at leaving give this authority's expected net leaving."""
    years = range(figures.january - 3, figures.january)
    everywhere = net_leaving(figures, ENGLAND, years[-1:])
    own = net_leaving(figures, figures.code, years)
    if everywhere is None:
        everywhere = 0.05
    net = everywhere if own is None else WEIGHT_OF_ENGLAND * everywhere + (1 - WEIGHT_OF_ENGLAND) * own
    plans = max(sum(by_age), 1)
    by_ages = sum(count * rate for count, rate in zip(by_age, at_31_august, strict=True)) / plans
    out = transferred_out(figures)
    # Of what may come and go unrecorded, a third and two thirds of the highest are the means.
    unrecorded_in, unrecorded_out = (out + out + RESIDUAL) / 3 - out, RESIDUAL / 3
    other = REVIEWS_CEASE + 0.0016 + unrecorded_out - unrecorded_in
    multiplier = min(max((net - other) / by_ages, 0.05), 3.0) if by_ages else 1.0
    owns = "not known" if own is None else f"{100 * own:.1f} %"
    told = (
        f"SEN2, plans and new plans: net leaving in England {100 * everywhere:.1f} % in {years[-1]}, "
        f"{figures.name}'s {owns} a year in {years[0]}-{years[-1]}; "
        f"{100 * net:.1f} % aimed at, against England's ages at leaving"
    )
    return Leaving(net, round(multiplier, 3), round(out, 4), round(out * plans, 1), told)


def transferred_out(figures: Figures) -> float:
    """Share of plans a year that move to another authority."""
    year = figures.last_year
    for code in (figures.code, ENGLAND):
        gone = figures.library.value(code, "left_transfer", year)
        plans = figures.library.value(code, "plans", year)
        if gone is not None and plans and plans > 100:
            return min(gone / plans, 0.05)
    return 0.015
