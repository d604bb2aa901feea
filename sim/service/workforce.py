"""The staff as a whole: who comes and goes, what is given up, and what is bought outside.

A pool whose people never come or go has no roster: its posts are always filled. Three loops of the
settings work here: workload makes people leave and fall ill, a long queue takes the time for early
help, and an overloaded pool's reports are bought outside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sim import event_log as events
from sim.luck import lognormal
from sim.service.child import File
from sim.service.early_help import EarlyHelp
from sim.service.resources import StaffPool
from sim.service.roster import Roster
from sim.service.staffing import by_calendar_day
from sim.settings import Bought, Settings

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority


def comes_and_goes(settings: Settings, name: str) -> bool:
    """Whether the people of a pool change in the course of the run."""
    pool = settings.staff_pools[name]
    return bool(pool.trainees) or (pool.turnover is not None and settings.loops.turnover.on)


class Workforce:
    """Everybody who works for one authority."""

    def __init__(self, la: LocalAuthority) -> None:
        self.la = la
        settings, pools = la.settings, la.casework.pools
        self._rosters = {
            name: Roster(la, pool) for name, pool in pools.items() if comes_and_goes(settings, name)
        }
        self._at_work = {name: self._people_at_work(name) for name in pools}
        self._early_help: dict[str, EarlyHelp] = {}
        self._markets: dict[str, Market] = {}
        for name, pool in pools.items():
            terms = settings.staff_pools[name]
            if terms.preventive is not None and settings.loops.preventive_time.on:
                self._early_help[name] = EarlyHelp(la, pool, terms.preventive)
            if terms.bought is not None and settings.loops.bought_reports.gain > 0:
                self._markets[name] = Market(la, pool, terms.bought, self._at_work[name])

    def _people_at_work(self, name: str) -> Callable[[int], float]:
        if name in self._rosters:
            return self._rosters[name].at_work
        pool = self.la.settings.staff_pools[name]
        own, agency = self.la.steps(pool.fte), self.la.steps(pool.agency_fte)
        return lambda day: own.at(day) + agency.at(day)

    def at_work(self, pool: str) -> Callable[[int], float]:
        """FTE in post or from an agency on a day, as a function of the day."""
        return self._at_work[pool]

    def new_month(self, month: int, end: int) -> None:
        """On the month's first day: who gives notice or falls ill, and what time is given up until `end`."""
        for roster in self._rosters.values():
            roster.new_month(month)
        for early_help in self._early_help.values():
            early_help.new_month(end)

    def more_requests(self, first: int) -> float:
        """What a month's request rate is multiplied by, for early help lost long before its first day."""
        return 1 + sum(one.more_requests(first) for one in self._early_help.values())

    # Work bought outside.

    def may_buy(self, pool: str, work: str) -> bool:
        """Whether such work of this pool's, advice or a stage of a dispute, is ever bought outside."""
        return pool in self._markets and work in self._markets[pool].terms.work

    def buys(self, pool: str, child: File, occasion: int) -> bool:
        """Whether this piece of work is bought outside, because the pool is overloaded."""
        market = self._markets.get(pool)
        return market is not None and market.buys(child, occasion)

    def days_until_bought(self, pool: str, child: File, occasion: int) -> int:
        """Days from the order to the delivery of what is bought."""
        return self._markets[pool].days_until_delivery(child, occasion)

    # Hours, for the log.

    def by_day(self, pool: StaffPool) -> dict[tuple[str, str], np.ndarray]:
        """What each day's rows of a pool are made of, by event and unit: FTE and minutes lost."""
        name = pool.name
        if name in self._rosters:
            found = self._rosters[name].by_day()
        else:
            terms = self.la.settings.staff_pools[name]
            found = {
                (event, "thousandths"): np.rint(1000 * by_calendar_day(fte, self.la.calendar)).astype(
                    np.int64
                )
                for event, fte in ((events.FTE_DAYS, terms.fte), (events.AGENCY_FTE_DAYS, terms.agency_fte))
            }
        if name in self._early_help:
            found |= self._early_help[name].by_day()
        return found


class Market:
    """Where an overloaded pool's work is bought: when, how much of it, and how long that takes."""

    def __init__(
        self, la: LocalAuthority, pool: StaffPool, terms: Bought, at_work: Callable[[int], float]
    ) -> None:
        self.la = la
        self.pool = pool
        self.terms = terms
        self._at_work = at_work
        self._luck = la.luck.of_children(f"bought.{pool.name}")
        self._delay_luck = la.luck.of_children(f"bought.{pool.name}.delay")
        self._share = la.steps(terms.share, times=la.settings.loops.bought_reports.gain)
        self._delay = la.steps(terms.delay.days)
        caseload = la.settings.staff_pools[pool.name].caseload
        self._most = None if caseload is None else caseload.most
        if caseload is not None:
            self._share_of_plans, self._fte = la.steps(caseload.share_of_plans), la.steps(caseload.fte)

    def buys(self, child: File, occasion: int) -> bool:
        return self.is_overloaded() and self._luck(child, occasion) < self._share.at(self.la.today)

    def is_overloaded(self) -> bool:
        """More jobs wait, or the service's own caseload is larger, than the pool's people can bear."""
        today, each = self.la.today, self.terms.waiting_per_fte
        if each is not None and self.pool.waiting > each * self._at_work(today):
            return True
        if self._most is None:
            return False
        on_the_books = len(self.la.plan_holders) * self._share_of_plans.at(today)
        return on_the_books > self._most * self._fte.at(today)

    def days_until_delivery(self, child: File, occasion: int) -> int:
        days = lognormal(
            self._delay_luck(child, occasion), self._delay.at(self.la.today), self.terms.delay.cv
        )
        return max(1, round(days))
