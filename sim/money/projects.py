"""What the active scenario's interventions cost in themselves, and advances that one fund makes to another.

Cash is as a business case states it, so it does not rise with prices; an intervention's optimism bias
makes its own cost dearer. A one-off sum may be an advance: one fund spends it, on the line `interventions`,
and on a later day another fund gives it back, on the line `advances`, which comes to nothing over all funds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from sim.lengths import later
from sim.measures.periods import Months
from sim.money.charges import Account
from sim.money.prices import PENCE_A_POUND, pence_a_day
from sim.settings import Cost, Intervention, Settings

INTERVENTIONS, ADVANCES = "interventions", "advances"
RESERVE = "reserve"


def project_lines(settings: Settings, months: Months) -> Iterator[tuple[Account, np.ndarray]]:
    """Pence by month of each cost with money in the run, interventions by name.

    The accounts of the whole config come first and empty, so that every scenario tells of the same.
    """
    for account in _opened(settings):
        yield account, np.zeros(months.count, dtype=np.int64)
    scenario = next(iter(settings.scenarios.values()))
    for name in sorted(scenario.interventions):
        intervention = settings.interventions[name]
        for cost in intervention.cost:
            for line, fund, by_day in _cash(intervention, cost, months):
                if by_day.any():
                    yield Account(line, fund, name), months.total(by_day)


def _opened(settings: Settings) -> list[Account]:
    costs = [cost for intervention in settings.interventions.values() for cost in intervention.cost]
    opened = [Account(INTERVENTIONS, "general_fund", "")]
    if any(cost.fund == RESERVE for cost in costs):
        opened.append(Account(INTERVENTIONS, RESERVE, ""))
    lent = {fund for cost in costs if cost.repaid_by for fund in (cost.fund, cost.repaid_by)}
    return [*opened, *(Account(ADVANCES, fund, "") for fund in sorted(lent))]


def _cash(intervention: Intervention, cost: Cost, months: Months) -> Iterator[tuple[str, str, np.ndarray]]:
    """Line, fund and pence by day: what is spent, and both sides of a repayment."""
    dearer = 1 + intervention.optimism_bias
    once = round(cost.one_off * dearer * PENCE_A_POUND)
    first = (first_day(intervention, cost, months.start) - months.start).days
    end = (cost.until - months.start).days if cost.until else months.days
    spent = _on(first, once, months)
    spent[max(first, 0) : max(end, 0)] += pence_a_day(cost.per_year * dearer)
    yield INTERVENTIONS, cost.fund, spent
    if cost.repaid_on and cost.repaid_by:
        given_back = _on((cost.repaid_on - months.start).days, once, months)
        yield ADVANCES, cost.repaid_by, given_back
        yield ADVANCES, cost.fund, -given_back


def _on(day: int, pence: int, months: Months) -> np.ndarray:
    """Pence on one day, if it is in the run."""
    by_day = np.zeros(months.days, dtype=np.int64)
    if 0 <= day < months.days:
        by_day[day] = pence
    return by_day


def first_day(intervention: Intervention, cost: Cost, start: date) -> date:
    """The day a cost begins: its own, else that of the first change with a date, slipped, else `start`."""
    if cost.start:
        return cost.start
    dated = (change for change in intervention.changes if change.start)
    first = next(dated, None)
    return later(first.start, first.slip, intervention.slip) if first and first.start else start
