"""Pounds by child and post are pounds by line and month: the ledger reckoned again another way.

The ledger adds up what all children cost day by day. Here each child's stays are followed one
after the other and charged for their days. Only the price list is shared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain, pairwise

import numpy as np

from sim.audit.case_reviews import PricesPaid
from sim.audit.evidence import NONE, Evidence
from sim.audit.happenings import pay_happenings, pay_late_plans
from sim.audit.projects import audit_advances, pay_interventions
from sim.audit.services import pay_clients, pay_services
from sim.calendars import DAY
from sim.event_log import AGENCY_FTE_DAYS, FTE_DAYS, PLACED, PLAN_CEASED, TRAINEE_FTE_DAYS
from sim.money.charges import Account
from sim.money.ledger import Ledger
from sim.money.prices import Step, inflation, price_steps
from sim.schedule import Schedule
from sim.settings import AGENCY_DAYS_A_YEAR, Settings

Stays = tuple[np.ndarray, ...]  # child, first day, end, thousandths


def audit_money(evidence: Evidence, settings: Settings, ledger: Ledger) -> int:
    """The number of accounts and children whose pence differ, and of entries that cannot be."""
    again, by_child, not_spent = reckon_again(evidence, settings)
    total = Counter(dict(zip(ledger.accounts, [0] * len(ledger.accounts), strict=True)))
    for account, pence in zip(ledger.account.tolist(), ledger.pence.tolist(), strict=True):
        total[ledger.accounts[account]] += pence
    accounts = {*total, *again}
    wrong = sum(int(total.get(account, 0) != again.get(account, 0)) for account in accounts)
    wrong += int(np.count_nonzero(ledger.pence_by_child != by_child))
    wrong += int(ledger.not_spent.sum()) != not_spent
    wrong += audit_advances(ledger, settings)
    wrong += int(np.count_nonzero((ledger.month < 0) | (ledger.month >= ledger.months)))
    return wrong


def reckon_again(evidence: Evidence, settings: Settings) -> tuple[Counter, np.ndarray, int]:
    """Pence of the whole run by account and by child, and what late plans did not cost."""
    total: Counter[Account] = Counter()
    by_child = np.zeros(evidence.children, dtype=np.int64)
    stays, paid = follow_children(evidence, settings), PricesPaid(evidence)
    for name in settings.settings:
        for account, child, pence in charge_stays(evidence, settings, name, stays[name], paid):
            total[account] += int(pence.sum())
            by_child += np.bincount(child, pence, evidence.children).astype(np.int64)
        total.update(fund_places(evidence, settings, name, stays[name]))
        total.update(pay_blocks(evidence, settings, name))
    late, not_spent = pay_late_plans(evidence, settings, stays)
    on_days = pay_happenings(evidence, settings), pay_clients(evidence, settings), late
    for account, child, pence in chain(*on_days):
        total[account] += pence
        by_child[child] += pence
    total.update(pay_services(evidence, settings))
    total.update(pay_staff(evidence, settings))
    total.update(pay_interventions(evidence, settings))
    return total, by_child, not_spent


def follow_children(evidence: Evidence, settings: Settings) -> dict[str, Stays]:
    """Each child's stays, from being placed to being placed again, leaving or the end of the run."""
    placed = evidence.find(PLACED)
    order = np.lexsort((placed.minute, placed.child))
    child, first = placed.child[order], placed.minute[order] // DAY
    end = np.append(first[1:], NONE)[: len(child)]
    end[np.append(child[1:] != child[:-1], True)[: len(child)]] = NONE
    end = np.minimum(end, evidence.minute_of(PLAN_CEASED)[child] // DAY)
    first, end = (np.clip(days, 0, evidence.log.days) for days in (first, end))
    names, name = evidence.names("resource", placed.code[order])
    there = {one: np.flatnonzero(name == number) for number, one in enumerate(names)}
    nowhere = np.empty(0, dtype=np.int64)
    stays = (child, first, end, placed.value[order])
    return {one: tuple(column[there.get(one, nowhere)] for column in stays) for one in settings.settings}


def charge_stays(
    evidence: Evidence, settings: Settings, name: str, stays: Stays, paid: PricesPaid
) -> Iterator[tuple[Account, np.ndarray, np.ndarray]]:
    """For each price that held in turn: the account, the children there and their pence."""
    child, first, end, thousandths = stays
    setting, prices = settings.settings[name], settings.prices
    place, journey = Account(setting.line, setting.fund, name), Account("transport", "general_fund", name)
    span = prices, evidence.log.start, evidence.log.days
    whole = np.full(len(child), 1000)
    journeys = price_steps(prices.transport_per_child_year, *span, setting.transport_share)
    tariff = [(journey, step, whole) for step in journeys]
    if setting.contract is None:
        fees = price_steps(setting.price_per_child_year, *span)
        tariff += [(place, step, thousandths) for step in fees]
        yield place, *less_paid(stays, name, fees, paid)
    else:
        spot = setting.contract.spot_price_per_child_year
        own_price = spot is None
        fees = price_steps(setting.price_per_child_year if own_price else spot, *span)
        multiple = thousandths if own_price else whole
        changes = (name, paid) if own_price else None
        blocks = setting.contract.block_places
        yield place, child, pay_beyond(evidence, stays, blocks, fees, multiple, changes)
    for account, step, multiple in tariff:
        days = np.maximum(np.minimum(end, step.end) - np.maximum(first, step.first), 0)
        yield account, child, days * np.rint(step.pounds * 100 / 365.25 * multiple / 1000)
    if setting.places is not None:
        extra = price_steps(setting.over_number_price_per_child_year, *span)
        if any(step.pounds for step in extra):
            over = Account("over_number", setting.fund, name)
            yield over, child, pay_beyond(evidence, stays, setting.places, extra, whole)


def less_paid(stays: Stays, name: str, steps: list[Step], paid: PricesPaid) -> tuple[np.ndarray, np.ndarray]:
    """Children whose own price changed while they stayed, and by how many pence that lowered the bill."""
    child, *_ = stays
    rows = [
        (int(child[place]), (until - here) * (_rate(step, new) - _rate(step, old)))
        for place, begin, end, old, new in paid.differences(name, *stays)
        for step in steps
        for here, until in [(max(begin, step.first), min(end, step.end))]
        if here < until
    ]
    columns = np.array(rows, dtype=np.int64).reshape(len(rows), 2).T
    return columns[0], columns[1]


def _rate(step: Step, thousandths: int) -> int:
    return round(step.pounds * 100 / 365.25 * thousandths / 1000)


def pay_beyond(
    evidence: Evidence,
    stays: Stays,
    places: Schedule,
    steps: list[Step],
    thousandths: np.ndarray,
    own: tuple[str, PricesPaid] | None = None,
) -> np.ndarray:
    """Pence of each stay for its days beyond the first places, from one change of anything to the next.

    Where children pay their `own` prices in a setting, these may change too.
    """
    child, first, end, _ = stays
    start, days = evidence.log.start, evidence.log.days
    order = np.lexsort((child, first))
    changes = {*first.tolist(), *end.tolist(), *(step.first for step in steps), days}
    changes |= {(day - start).days for day in places.dates} | (own[1].days(own[0]) if own else set())
    pence = np.zeros(len(child))
    for here, until in pairwise(sorted(day for day in changes if 0 <= day <= days)):
        present = order[(first[order] <= here) & (end[order] > here)]
        extra = present[int(places.at(start + timedelta(days=here)) + 1e-9) :]
        pounds = next(step.pounds for step in steps if step.first <= here < step.end)
        multiple = thousandths[extra]
        if own is not None:
            multiple = own[1].on(here, own[0], child[extra], multiple)
        pence[extra] += (until - here) * np.rint(pounds * 100 / 365.25 * multiple / 1000)
    return pence


def pay_blocks(evidence: Evidence, settings: Settings, name: str) -> Counter:
    """Block places paid day after day, filled or not."""
    setting = settings.settings[name]
    if setting.contract is None:
        return Counter()
    pence, price = 0, setting.contract.block_price_per_place_year
    for step in price_steps(price, settings.prices, evidence.log.start, evidence.log.days):
        for day in range(step.first, step.end):
            places = setting.contract.block_places.at(evidence.log.start + timedelta(days=day))
            pence += int(places + 1e-9) * round(step.pounds * 100 / 365.25)
    return Counter({Account("block_contract", setting.fund, name): pence})


def fund_places(evidence: Evidence, settings: Settings, name: str, stays: Stays) -> Counter:
    """Places, or children where these are more, paid day after day."""
    setting = settings.settings[name]
    if setting.places is None:
        return Counter()
    _, first, end, _ = stays
    days = np.arange(evidence.log.days)
    there = np.searchsorted(np.sort(first), days, side="right")
    there -= np.searchsorted(np.sort(end), days, side="right")
    dates = [evidence.log.start + timedelta(days=day) for day in range(evidence.log.days)]
    pence = 0
    for step in price_steps(setting.place_funding_per_year, settings.prices, dates[0], len(dates)):
        rate = round(step.pounds * 100 / 365.25)
        for day in range(step.first, step.end):
            pence += rate * max(int(setting.places.at(dates[day]) + 1e-9), int(there[day]))
    return Counter({Account("place_funding", setting.fund, name): pence})


def pay_staff(evidence: Evidence, settings: Settings) -> Counter:
    """Each month's people at the price of its first day."""
    total: Counter[Account] = Counter()
    events = {FTE_DAYS: "staff", AGENCY_FTE_DAYS: "agency", TRAINEE_FTE_DAYS: "trainees"}
    for event, line in events.items():
        found = evidence.find(event)
        for minute, code, value in zip(
            *(c.tolist() for c in (found.minute, found.code, found.value)), strict=True
        ):
            name = evidence.codes[code].resource
            pool = settings.staff_pools[name]
            day = evidence.log.start + timedelta(days=minute // DAY)
            price = {
                "staff": pool.cost_per_fte_year,
                "agency": pool.agency_cost_per_day,
                "trainees": pool.trainee_cost_per_year,
            }[line]
            times = AGENCY_DAYS_A_YEAR if line == "agency" else 1
            yearly = price.at(day) * inflation(settings.prices, day) * times
            total[Account(line, pool.fund, name)] += round(yearly * 100 / 365.25 * value / 1000)
    return total
