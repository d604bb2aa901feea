"""Who pays what, for what, in which month: whole pence, read from the event log and the prices.

What a place costs is charged by the day: a child is charged where it is at the close of the day.
The ledger adds the charges of all children up by day, then by month; it also holds what each
child cost. (The audit reckons the same from each child's stays and must find the same pence.)
Staff are charged by the month at the price of its first day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from sim.event_log import (
    AGENCY_FTE_DAYS,
    FTE_DAYS,
    PLACED,
    PLAN_CEASED,
    PLAN_ISSUED,
    REINSTATED,
    REQUESTED,
    TRAINEE_FTE_DAYS,
    EventLog,
)
from sim.measures.periods import Months
from sim.measures.records import NEVER, Rows, numbers_of, select
from sim.measures.spells import Spells, occupancy, placements_of
from sim.money.charges import (
    Account,
    Charges,
    charge_whole,
    sum_by_child,
    sum_by_day,
    value_by_day,
)
from sim.money.contracts import block_lines, charge_over_number, charge_places
from sim.money.delay import charge_back_dating, late_plans
from sim.money.happenings import PRICED_EVENTS, charge_happenings
from sim.money.own_prices import PRICE_CHANGES, Parts, own_prices
from sim.money.prices import pence_a_day, price_by_day, price_steps, whole_places
from sim.money.projects import RESERVE, project_lines
from sim.money.services import SERVICE_EVENTS, charge_services, service_lines
from sim.settings import AGENCY_DAYS_A_YEAR, Settings

FUNDS = ("dsg", "general_fund", "nhs")
PLACE_FUNDING, TRANSPORT, STAFF, AGENCY, TRAINEES = (
    "place_funding",
    "transport",
    "staff",
    "agency",
    "trainees",
)
STAYS, CASES, PEOPLE = (
    (PLACED, PLAN_CEASED),
    (REQUESTED, REINSTATED, PLAN_ISSUED),
    (FTE_DAYS, AGENCY_FTE_DAYS, TRAINEE_FTE_DAYS),
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Entries, one for each account and month with money in it, and each child's total.

    `not_spent` is no entry: pence by month of issue that late plans would have cost while late.
    """

    accounts: list[Account]
    months: int
    account: np.ndarray
    month: np.ndarray
    pence: np.ndarray
    pence_by_child: np.ndarray
    not_spent: np.ndarray

    def by_account(self) -> np.ndarray:
        """Pence by account and month."""
        table = np.zeros((len(self.accounts), self.months), dtype=np.int64)
        table[self.account, self.month] = self.pence
        return table

    def by_month(self) -> np.ndarray:
        return self.by_account().sum(axis=0)

    def by_line(self) -> dict[str, np.ndarray]:
        return self._by("line", sorted({account.line for account in self.accounts}))

    def by_fund(self) -> dict[str, np.ndarray]:
        """The reserve only where an intervention of the config is paid from it."""
        reserve = any(account.fund == RESERVE for account in self.accounts)
        return self._by("fund", (*FUNDS, RESERVE) if reserve else FUNDS)

    def _by(self, field: str, names: Iterable[str]) -> dict[str, np.ndarray]:
        table = self.by_account()
        own = np.array([getattr(account, field) for account in self.accounts])
        return {name: table[own == name].sum(axis=0) for name in names}


def reckon(log: EventLog, settings: Settings) -> Ledger:
    """The ledger of one replication."""
    months = Months(log.start, log.days)
    found = select(log, *STAYS, *PRICE_CHANGES, *CASES, *PEOPLE, *PRICED_EVENTS, *SERVICE_EVENTS)
    stays = _stays(log, found, list(settings.settings))
    parts = own_prices(stays, found, log.codes, list(settings.settings))
    by_child = np.zeros(len(log.children["need"]), dtype=np.int64)
    late = late_plans(settings, stays, found, len(by_child), months)
    lines: list[tuple[Account, np.ndarray]] = []

    def enter(charged: Iterable[tuple[Account, Charges]]) -> None:
        for account, charges in charged:
            lines.append((account, months.total(sum_by_day(charges, months.days))))
            by_child[:] += sum_by_child(charges, len(by_child))

    for number, name in enumerate(settings.settings):
        there = Spells(*(column[stays.kind == number] for column in stays))
        enter(_child_charges(settings, name, there, months, parts))
        lines += _place_funding(settings, name, there, months)
        lines += block_lines(settings, name, months)
    enter(charge_happenings(settings, found, log.codes, months))
    enter(charge_back_dating(settings, late, months))
    enter(charge_services(settings, found, log.codes, months))
    lines += service_lines(settings, found, months)
    lines += _staff_lines(log, found, settings, months)
    lines += project_lines(settings, months)
    table = np.array([pence for _, pence in lines], dtype=np.int64).reshape(len(lines), months.count)
    row, month = np.nonzero(table)
    accounts = [account for account, _ in lines]
    not_spent = np.bincount(months.bin_of(late.day), late.pence, months.bins)[1:-1].astype(np.int64)
    return Ledger(accounts, months.count, row, month, table[row, month], by_child, not_spent)


def _stays(log: EventLog, found: dict[str, Rows], settings: list[str]) -> Spells:
    """Stays in settings, cut to the days of the run."""
    placed, left = found[PLACED], found[PLAN_CEASED]
    ceased = np.full(len(log.children["need"]), NEVER, dtype=np.int64)
    ceased[left.child[::-1]] = left.day[::-1]
    stays = placements_of(placed, ceased, log.codes, settings)
    return stays._replace(first=np.clip(stays.first, 0, log.days), end=np.clip(stays.end, 0, log.days))


def _child_charges(
    settings: Settings, name: str, stays: Spells, months: Months, parts: Parts
) -> Iterator[tuple[Account, Charges]]:
    """The place of each child in a setting, and its transport."""
    yield from charge_places(settings, name, stays, months, parts)
    yield from charge_over_number(settings, name, stays, months)
    share, transport = settings.settings[name].transport_share, settings.prices.transport_per_child_year
    steps = price_steps(transport, settings.prices, months.start, months.days, share)
    yield Account(TRANSPORT, "general_fund", name), charge_whole(stays, steps)


def _place_funding(
    settings: Settings, name: str, stays: Spells, months: Months
) -> Iterator[tuple[Account, np.ndarray]]:
    """Every commissioned place is paid, filled or not, and every child over their number."""
    setting = settings.settings[name]
    if setting.places is None:
        return
    places = whole_places(value_by_day(setting.places, months))
    steps = price_steps(setting.place_funding_per_year, settings.prices, months.start, months.days)
    paid = np.maximum(places, occupancy(stays, None, months.days))
    pence = paid * pence_a_day(price_by_day(steps))
    yield Account(PLACE_FUNDING, setting.fund, name), months.total(pence)


def _staff_lines(
    log: EventLog, found: dict[str, Rows], settings: Settings, months: Months
) -> Iterator[tuple[Account, np.ndarray]]:
    """People in post, agency people and people in training of each pool, by the FTE of each month's days."""
    pools = list(settings.staff_pools)
    in_post, agency, training = (_fte_days(log, found[event], pools, months) for event in PEOPLE)
    for number, (name, pool) in enumerate(settings.staff_pools.items()):
        paid = [
            (STAFF, in_post, pool.cost_per_fte_year, 1),
            (AGENCY, agency, pool.agency_cost_per_day, AGENCY_DAYS_A_YEAR),
        ]
        if pool.trainees:
            paid.append((TRAINEES, training, pool.trainee_cost_per_year, 1))
        for line, fte_days, price, times in paid:
            steps = price_steps(price, settings.prices, months.start, months.days)
            yearly = price_by_day(steps)[months.edges[:-1]] * times
            yield Account(line, pool.fund, name), pence_a_day(yearly, fte_days[number])


def _fte_days(log: EventLog, rows: Rows, pools: list[str], months: Months) -> np.ndarray:
    """Thousandths of FTE times days, by pool and month."""
    cell = numbers_of(log.codes, "resource", pools)[rows.code] * months.bins + months.bin_of(rows.day)
    table = np.bincount(cell, rows.value, len(pools) * months.bins).astype(np.int64)
    return table.reshape(len(pools), months.bins)[:, 1:-1]
