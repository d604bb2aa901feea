"""What happens on a day at a price: mediations, appeals, hearings, remedies and reports bought."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from sim.event_log import APPEAL_ENDED, APPEALED, MEDIATED, REMEDIED, REPORT_BOUGHT, Code
from sim.measures.periods import Months
from sim.measures.records import Rows
from sim.money.charges import Account, Charges, charge_once
from sim.money.prices import PENCE_A_POUND, price_by_day, price_steps
from sim.schedule import Schedule
from sim.settings import Settings

MEDIATION, TRIBUNAL, REMEDIES = "mediation", "tribunal", "remedies"
PRICED_EVENTS = (MEDIATED, APPEALED, APPEAL_ENDED, REMEDIED, REPORT_BOUGHT)
HEARD = ("upheld", "dismissed")
"""How appeals end that come to a hearing."""


class Priced(NamedTuple):
    """An event with a price each time; of appeals that ended and of reports only those `resources`."""

    account: Account
    event: str
    price: Schedule
    resources: Sequence[str] = ()


def price_list(settings: Settings) -> Iterator[Priced]:
    """Every event that costs something."""
    disputes = settings.disputes
    if disputes is not None:
        yield Priced(Account(MEDIATION, "general_fund", MEDIATION), MEDIATED, disputes.mediation_price)
        yield Priced(Account(TRIBUNAL, "general_fund", "appeals"), APPEALED, disputes.appeal_price)
        hearings = Account(TRIBUNAL, "general_fund", "hearings")
        yield Priced(hearings, APPEAL_ENDED, disputes.hearing_price, HEARD)
        if disputes.complaints is not None:
            remedies = Account(REMEDIES, "general_fund", "complaints")
            yield Priced(remedies, REMEDIED, disputes.complaints.remedy)
    for name, pool in settings.staff_pools.items():
        if pool.bought is not None:
            account = Account(pool.bought.line, pool.bought.fund, name)
            yield Priced(account, REPORT_BOUGHT, pool.bought.price, (name,))


def charge_happenings(
    settings: Settings, found: dict[str, Rows], codes: Sequence[Code], months: Months
) -> Iterator[tuple[Account, Charges]]:
    """Each event of the run, to its child, at the price of its day."""
    for account, event, price, resources in price_list(settings):
        rows = found[event]
        wanted = np.array([not resources or code.resource in resources for code in codes], dtype=bool)
        chosen = wanted[rows.code] & (rows.day >= 0) & (rows.day < months.days)
        day = rows.day[chosen].astype(np.int64)
        pounds = price_by_day(price_steps(price, settings.prices, months.start, months.days))
        pence = np.rint(pounds[day] * PENCE_A_POUND).astype(np.int64)
        yield account, charge_once(rows.child[chosen].astype(np.int64), day, pence)
