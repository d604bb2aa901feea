"""What interventions cost, followed cost by cost, and advances, which come to nothing over all funds."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from sim.audit.evidence import Evidence
from sim.lengths import later
from sim.money.charges import Account
from sim.money.ledger import Ledger
from sim.settings import Cost, Intervention, Settings


def pay_interventions(evidence: Evidence, settings: Settings) -> Counter:
    """The active scenario's own costs: one-off cash on a day, yearly sums by the day, advances given back."""
    total: Counter[Account] = Counter()
    start = evidence.log.start
    finish = start + timedelta(days=evidence.log.days)
    for name in next(iter(settings.scenarios.values())).interventions:
        intervention = settings.interventions[name]
        more = 1 + intervention.optimism_bias
        for cost in intervention.cost:
            first = _begins(intervention, cost, start)
            days = (min(cost.until or finish, finish) - max(first, start)).days
            pence = max(days, 0) * round(cost.per_year * more * 100 / 365.25)
            pence += round(cost.one_off * more * 100) if start <= first < finish else 0
            total[Account("interventions", cost.fund, name)] += pence
            if cost.repaid_on and start <= cost.repaid_on < finish:
                total[Account("advances", cost.repaid_by, name)] += round(cost.one_off * more * 100)
                total[Account("advances", cost.fund, name)] -= round(cost.one_off * more * 100)
    return total


def _begins(intervention: Intervention, cost: Cost, start: date) -> date:
    starts = [change for change in intervention.changes if change.start]
    if cost.start or not starts:
        return cost.start or start
    return later(later(starts[0].start, starts[0].slip), intervention.slip)


def audit_advances(ledger: Ledger, settings: Settings) -> int:
    """Entries that only a repayment could be and is not, and months in which funds gain by repaying.

    Of an advance, one fund is paid back what another pays, in the month of its day and in no other.
    """
    wrong, by_month = 0, Counter()
    days = {(cost.repaid_on.year, cost.repaid_on.month) for cost in _advances(settings)}
    entries = zip(ledger.account.tolist(), ledger.month.tolist(), ledger.pence.tolist(), strict=True)
    for account, month, pence in entries:
        if ledger.accounts[account].line == "advances":
            by_month[month] += pence
            first = settings.run.start.year * 12 + settings.run.start.month - 1 + month
            wrong += (first // 12, first % 12 + 1) not in days
        else:
            wrong += pence < 0
    return wrong + sum(pence != 0 for pence in by_month.values())


def _advances(settings: Settings) -> list[Cost]:
    names = next(iter(settings.scenarios.values())).interventions
    return [cost for name in names for cost in settings.interventions[name].cost if cost.repaid_on]
