"""What a pool of ages, months or names looks like inside: the proportions of the config below.

A pool is what few people made necessary. Its total is the return's; how it is shared out among its
members is the config's own, so nobody's figure is shown. Without a config members get equal rates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

from experiments.evidence.returns.cases import Return
from experiments.evidence.returns.decisions import EDUCATION, days_in_year, held_plan, left_as
from sim.settings import AGES, Settings


def factors(
    weights: Mapping[int, float], sizes: Mapping[int, float], members: Sequence[int]
) -> dict[int, float]:
    """For each member its rate against the pool's, so that the pool's total stays what it is.

    `weights` are the config's rates and `sizes` the people of each member.
    """
    total = math.fsum(sizes.get(each, 0.0) for each in members)
    weighted = math.fsum(sizes.get(each, 0.0) * weights.get(each, 0.0) for each in members)
    if not weighted:
        return dict.fromkeys(members, 1.0)
    return {each: weights.get(each, 0.0) * total / weighted for each in members}


def request_factors(
    base: Settings | None, people: Sequence[float] | None, members: Sequence[int]
) -> dict[int, float]:
    """Of ages in a pool of requests."""
    if base is None or people is None:
        return dict.fromkeys(members, 1.0)
    return factors(dict(enumerate(base.demand.requests_per_1000)), dict(enumerate(people)), members)


def leaving_factors(base: Settings | None, read: Return, members: Sequence[int]) -> dict[int, float]:
    """Of ages in a pool of leavers on 31 August."""
    if base is None:
        return dict.fromkeys(members, 1.0)
    return factors(dict(enumerate(base.leaving.at_31_august)), holders_by_age(read), members)


def holders_by_age(read: Return) -> dict[int, float]:
    """Plan-holders of the year, by age on the 31 August before it, who did not leave otherwise."""
    held = dict.fromkeys(range(AGES), 0.0)
    for case in read.cases:
        if held_plan(case) and left_as(read, case) in (None, EDUCATION):
            held[read.age_on(case, date(read.year, 1, 1))] += days_in_year(read, case.began, case.ceased) > 0
    return held


def month_factors(base: Settings | None, members: Sequence[int]) -> dict[int, float]:
    """Of months in a pool of requests."""
    weights = dict(enumerate(base.demand.month_weights, 1)) if base else {}
    return factors(weights, dict.fromkeys(members, 1.0), members)


def shared_out(
    shares: Mapping[str, float],
    merged: Sequence[str],
    base: Mapping[str, float],
    parents: Mapping[str, str],
) -> dict[str, float]:
    """Shares of one whole, those of `merged` names shared out again as the config below has it.

    A name that is not among the shares goes with the nearest of its parents that is.
    """
    result = dict(shares)
    for name in merged:
        inside = [
            name,
            *(each for each in base if each not in shares and row_of(each, shares, parents) == name),
        ]
        total = math.fsum(base.get(each, 0.0) for each in inside)
        if total:
            result |= {each: shares[name] * base.get(each, 0.0) / total for each in inside}
    return {name: share for name, share in result.items() if share > 0}


def row_of(name: str, shares: Mapping[str, float], parents: Mapping[str, str]) -> str | None:
    """The share in which a name is counted."""
    seen = {name}
    while name not in shares:
        above = parents.get(name)
        if above is None or above in seen:
            return max(shares, key=lambda each: shares[each], default=None)
        seen.add(above)
        name = above
    return name
