"""Who pays what, for what, in which month: whole pence, read from the event log and the prices.

What a place costs is charged by the day: a child is charged where it is at the close of the day.
The ledger adds the charges of all children up by day, then by month; it also holds what each
child cost. (The audit reckons the same from each child's stays and must find the same pence.)
Staff are charged by the month at the price of its first day. An intervention's own cost is cash
as its business case states it, so it does not rise with prices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from sim.event_log import AGENCY_FTE_DAYS, FTE_DAYS, PLACED, PLAN_CEASED, EventLog
from sim.measures.periods import Months
from sim.measures.records import NEVER, Rows, numbers_of, select
from sim.measures.spells import Spells, occupancy, placements_of
from sim.money.prices import PENCE_A_POUND, Step, pence_a_day, price_by_day, price_steps, whole_places
from sim.schedule import Schedule
from sim.settings import Cost, Settings

FUNDS = ("dsg", "general_fund", "nhs")
PLACE_FUNDING, TRANSPORT, STAFF, AGENCY, INTERVENTIONS = (
    "place_funding",
    "transport",
    "staff",
    "agency",
    "interventions",
)
AGENCY_DAYS_A_YEAR = 220
"""Agency people are paid by the day worked: 220 of the 365.25 days of a year."""


class Account(NamedTuple):
    """What money is spent on: `detail` is the setting, the staff pool or the intervention."""

    line: str
    fund: str
    detail: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """Entries, one for each account and month with money in it, and each child's total."""

    accounts: list[Account]
    months: int
    account: np.ndarray
    month: np.ndarray
    pence: np.ndarray
    pence_by_child: np.ndarray

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
        return self._by("fund", FUNDS)

    def _by(self, field: str, names: Iterable[str]) -> dict[str, np.ndarray]:
        table = self.by_account()
        own = np.array([getattr(account, field) for account in self.accounts])
        return {name: table[own == name].sum(axis=0) for name in names}


class Charges(NamedTuple):
    """Pence a day for a child from a first day up to an end."""

    child: np.ndarray
    first: np.ndarray
    end: np.ndarray
    pence: np.ndarray


def reckon(log: EventLog, settings: Settings) -> Ledger:
    """The ledger of one replication."""
    months = Months(log.start, log.days)
    found = select(log, PLACED, PLAN_CEASED, FTE_DAYS, AGENCY_FTE_DAYS)
    stays = _stays(log, found, list(settings.settings))
    by_child = np.zeros(len(log.children["need"]), dtype=np.int64)
    lines: list[tuple[Account, np.ndarray]] = []
    for number, name in enumerate(settings.settings):
        there = Spells(*(column[stays.kind == number] for column in stays))
        for account, charges in _child_charges(settings, name, there, months):
            lines.append((account, months.total(_by_day(charges, months.days))))
            by_child += _by_child(charges, len(by_child))
        lines += _place_funding(settings, name, there, months)
    lines += _staff_lines(log, found, settings, months)
    lines += _intervention_lines(settings, months)
    table = np.array([pence for _, pence in lines], dtype=np.int64).reshape(len(lines), months.count)
    row, month = np.nonzero(table)
    accounts = [account for account, _ in lines]
    return Ledger(accounts, months.count, row, month, table[row, month], by_child)


def _stays(log: EventLog, found: dict[str, Rows], settings: list[str]) -> Spells:
    """Stays in settings, cut to the days of the run."""
    placed, left = found[PLACED], found[PLAN_CEASED]
    ceased = np.full(len(log.children["need"]), NEVER, dtype=np.int64)
    ceased[left.child[::-1]] = left.day[::-1]
    stays = placements_of(placed, ceased, log.codes, settings)
    return stays._replace(first=np.clip(stays.first, 0, log.days), end=np.clip(stays.end, 0, log.days))


def _child_charges(
    settings: Settings, name: str, stays: Spells, months: Months
) -> Iterator[tuple[Account, Charges]]:
    """The place of each child in a setting, at its own multiple of the price, and its transport."""
    setting, prices = settings.settings[name], settings.prices
    steps = price_steps(setting.price_per_child_year, prices, months.start, months.days)
    yield Account(setting.line, setting.fund, name), charge(stays, stays.value, steps)
    transport = prices.transport_per_child_year
    steps = price_steps(transport, prices, months.start, months.days, setting.transport_share)
    whole = np.full(len(stays.child), 1000)
    yield Account(TRANSPORT, "general_fund", name), charge(stays, whole, steps)


def charge(stays: Spells, thousandths: np.ndarray, steps: list[Step]) -> Charges:
    """Each stay cut where its price changes, with the pence of a day of each piece."""
    firsts, ends, pounds = (np.array(column) for column in zip(*steps, strict=True))
    from_step = np.searchsorted(firsts, stays.first, side="right") - 1
    pieces = np.maximum(np.searchsorted(firsts, stays.end, side="left") - from_step, 0)
    pieces[stays.end <= stays.first] = 0
    stay = np.repeat(np.arange(len(pieces)), pieces)
    step = np.arange(len(stay)) - np.repeat(np.cumsum(pieces) - pieces - from_step, pieces)
    return Charges(
        stays.child[stay],
        np.maximum(stays.first[stay], firsts[step]),
        np.minimum(stays.end[stay], ends[step]),
        pence_a_day(pounds[step], thousandths[stay]),
    )


def _by_day(charges: Charges, days: int) -> np.ndarray:
    spells = Spells(charges.child, charges.child, charges.first, charges.end, charges.pence)
    return occupancy(spells, charges.pence, days)


def _by_child(charges: Charges, children: int) -> np.ndarray:
    # The sums stay far below 2**53, so adding them as floating-point numbers is exact.
    totals = np.bincount(charges.child, charges.pence * (charges.end - charges.first), children)
    return totals.astype(np.int64)


def _place_funding(
    settings: Settings, name: str, stays: Spells, months: Months
) -> Iterator[tuple[Account, np.ndarray]]:
    """Every commissioned place is paid, filled or not, and every child over their number."""
    setting = settings.settings[name]
    if setting.places is None:
        return
    places = whole_places(_by_date(setting.places, months))
    steps = price_steps(setting.place_funding_per_year, settings.prices, months.start, months.days)
    paid = np.maximum(places, occupancy(stays, None, months.days))
    pence = paid * pence_a_day(price_by_day(steps))
    yield Account(PLACE_FUNDING, setting.fund, name), months.total(pence)


def _by_date(schedule: Schedule, months: Months) -> np.ndarray:
    """A schedule's value on each day of the run."""
    days = np.array([(day - months.start).days for day in schedule.dates])
    place = np.searchsorted(days, np.arange(months.days), side="right") - 1
    return np.array(schedule.values, dtype=np.float64)[np.maximum(place, 0)]


def _staff_lines(
    log: EventLog, found: dict[str, Rows], settings: Settings, months: Months
) -> Iterator[tuple[Account, np.ndarray]]:
    """Contracted and agency people of each pool, by the FTE of each month's days."""
    pools = list(settings.staff_pools)
    contracted, agency = (
        _fte_days(log, found[event], pools, months) for event in (FTE_DAYS, AGENCY_FTE_DAYS)
    )
    for number, (name, pool) in enumerate(settings.staff_pools.items()):
        for line, fte_days, price, times in (
            (STAFF, contracted, pool.cost_per_fte_year, 1),
            (AGENCY, agency, pool.agency_cost_per_day, AGENCY_DAYS_A_YEAR),
        ):
            steps = price_steps(price, settings.prices, months.start, months.days)
            yearly = price_by_day(steps)[months.edges[:-1]] * times
            yield Account(line, pool.fund, name), pence_a_day(yearly, fte_days[number])


def _fte_days(log: EventLog, rows: Rows, pools: list[str], months: Months) -> np.ndarray:
    """Thousandths of FTE times days, by pool and month."""
    cell = numbers_of(log.codes, "resource", pools)[rows.code] * months.bins + months.bin_of(rows.day)
    table = np.bincount(cell, rows.value, len(pools) * months.bins).astype(np.int64)
    return table.reshape(len(pools), months.bins)[:, 1:-1]


def _intervention_lines(settings: Settings, months: Months) -> Iterator[tuple[Account, np.ndarray]]:
    """What the active scenario's interventions cost in themselves."""
    scenario = next(iter(settings.scenarios.values()))
    yield Account(INTERVENTIONS, "general_fund", ""), np.zeros(months.count, dtype=np.int64)
    for name in scenario.interventions:
        intervention = settings.interventions[name]
        default = next((change.start for change in intervention.changes if change.start), None)
        for cost in intervention.cost:
            by_day = _cash_by_day(cost, cost.start or default or months.start, months)
            yield Account(INTERVENTIONS, cost.fund, name), months.total(by_day)


def _cash_by_day(cost: Cost, start: date, months: Months) -> np.ndarray:
    """One-off cash on the first day, and the yearly sum spread over the days until the end."""
    first = (start - months.start).days
    end = (cost.until - months.start).days if cost.until else months.days
    by_day = np.zeros(months.days, dtype=np.int64)
    by_day[max(first, 0) : max(end, 0)] = pence_a_day(cost.per_year)
    if 0 <= first < months.days:
        by_day[first] += round(cost.one_off * PENCE_A_POUND)
    return by_day
