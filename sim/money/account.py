"""The high needs account: income and spending by month, what is carried forward, and who bears it.

Income is the high needs block of the dedicated schools grant, transfers from the schools block, what
other authorities pay for their pupils less what is paid for ours, and grants. Spending is what the
ledger charges to the grant and what is not simulated. Government pays some places itself and takes
them off the allocation: that is recoupment, and it stands in neither income nor spending here, so
the balance is the same gross and net. Sums of a year are spread over its twelve months to the penny,
at the rate of each month's first day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from sim.luck import Luck, key_of
from sim.measures.periods import FIRST_MONTH, Months
from sim.money.ledger import PLACE_FUNDING, Ledger
from sim.money.prices import PENCE_A_POUND, inflation
from sim.schedule import Schedule
from sim.settings import Account as Terms
from sim.settings import Grant, Settings

DSG = "dsg"
ALLOCATION, BLOCK_TRANSFER, IMPORTS, RECOUPMENT, OTHER = (
    "allocation",
    "block_transfer",
    "imports_less_exports",
    "recoupment",
    "other_spending",
)


@dataclass(frozen=True, slots=True)
class HighNeeds:
    """Pence by line and month, net of recoupment (a negative line of both); a deficit is negative.

    `general_fund_call` is what the general fund must bear in each month once the override is over.
    """

    opening: int
    income: dict[str, np.ndarray]
    spending: dict[str, np.ndarray]
    recouped: np.ndarray
    general_fund_call: np.ndarray

    @property
    def in_year(self) -> np.ndarray:
        return sum(self.income.values()) - sum(self.spending.values())

    @property
    def cumulative(self) -> np.ndarray:
        """The balance at each month's close."""
        return self.opening + np.cumsum(self.in_year)


def reckon_account(ledger: Ledger, settings: Settings, replication: int) -> HighNeeds | None:
    """The account of one replication, or None where the settings have none."""
    terms = settings.account
    if terms is None:
        return None
    months = _months_of(settings)
    recouped = _recouped(ledger, settings, months)
    income = {
        ALLOCATION: twelfths(terms.allocation_per_year, months),
        BLOCK_TRANSFER: twelfths(terms.block_transfer_per_year, months),
        IMPORTS: twelfths(terms.imports_less_exports_per_year, months),
        RECOUPMENT: -recouped,
    }
    spending = _spending(ledger) | {
        OTHER: _other_spending(settings, terms, months),
        RECOUPMENT: -recouped,
    }
    opening = round(terms.opening_balance * PENCE_A_POUND)
    in_year = sum(income.values()) - sum(spending.values())
    income |= dict(_grants(settings, terms, opening, in_year, months, replication))
    balance = opening + np.cumsum(sum(income.values()) - sum(spending.values()))
    call = _call_on_general_fund(balance, terms, months)
    return HighNeeds(opening, income, spending, recouped, call)


def _months_of(settings: Settings) -> Months:
    start = settings.run.start
    end = start.year * 12 + start.month - 1 + settings.run.months
    return Months(start, (date(end // 12, end % 12 + 1, 1) - start).days)


def twelfths(per_year: Schedule, months: Months, prices: np.ndarray | float = 1.0) -> np.ndarray:
    """Pence of each month for a yearly sum in pounds; twelve months of one sum are that sum exactly."""
    pounds = np.array([per_year.at(first) for first in months.firsts])
    pence = np.rint(pounds * prices * PENCE_A_POUND)
    place = np.array([(first.month - FIRST_MONTH["financial"]) % 12 for first in months.firsts])
    paid, before = np.rint(pence * (place + 1) / 12), np.rint(pence * place / 12)
    return (paid - before).astype(np.int64)


def _spending(ledger: Ledger) -> dict[str, np.ndarray]:
    """What the ledger charges to the grant, by line."""
    table = ledger.by_account()
    lines: dict[str, np.ndarray] = {}
    for account, pence in zip(ledger.accounts, table, strict=True):
        if account.fund == DSG:
            lines[account.line] = lines.get(account.line, 0) + pence
    return lines


def _other_spending(settings: Settings, terms: Terms, months: Months) -> np.ndarray:
    """High needs spending that is not simulated; it rises with prices."""
    prices = np.array([inflation(settings.prices, first) for first in months.firsts])
    return twelfths(terms.other_spending_per_year, months, prices)


def _recouped(ledger: Ledger, settings: Settings, months: Months) -> np.ndarray:
    """The part of the place funding that government pays direct."""
    table = ledger.by_account()
    recouped = np.zeros(months.count, dtype=np.int64)
    for account, pence in zip(ledger.accounts, table, strict=True):
        if account.line == PLACE_FUNDING and account.fund == DSG:
            share = settings.settings[account.detail].recouped
            shares = np.array([share.at(first) for first in months.firsts])
            recouped += np.rint(pence * shares).astype(np.int64)
    return recouped


def _grants(
    settings: Settings,
    terms: Terms,
    opening: int,
    in_year: np.ndarray,
    months: Months,
    replication: int,
) -> Iterator[tuple[str, np.ndarray]]:
    """What each grant pays in the month of its day, if its conditions are met.

    Balances are struck at the close of months: a deficit on a day is that of the last month closed by
    then. Whether government approves is drawn once for each grant and replication.
    """
    approval = Luck(settings.run.seed, replication).purpose("grant.approved")
    in_year = in_year.copy()
    for name, grant in sorted(terms.grants.items(), key=lambda item: item[1].on):
        paid = np.zeros(months.count, dtype=np.int64)
        if months.start <= grant.on <= months.last_dates[-1] and approval(key_of(name)) < grant.approved:
            balances = np.concatenate(([opening], opening + np.cumsum(in_year)))
            month = _closed(months, grant.on - timedelta(days=1))
            paid[_month_of(months, grant.on)] = _grant(grant, balances, month, months)
        in_year += paid
        yield f"grant_{name}", paid


def _grant(grant: Grant, balances: np.ndarray, month: int, months: Months) -> int:
    """Pence that a grant pays after `month` months are closed; `balances[0]` is the opening one."""
    deficit = max(-int(balances[month]), 0)
    if grant.deficit_at_most is not None and deficit > round(grant.deficit_at_most * PENCE_A_POUND):
        return 0
    if grant.deficit_on is not None:
        deficit = max(-int(balances[min(_closed(months, grant.deficit_on), month)]), 0)
    return round(grant.amount * PENCE_A_POUND) + round(grant.share_of_deficit * deficit)


def _closed(months: Months, day: date) -> int:
    """How many months are over at the close of a day."""
    return sum(last <= day for last in months.last_dates)


def _month_of(months: Months, day: date) -> int:
    return sum(last < day for last in months.last_dates)


def _call_on_general_fund(balance: np.ndarray, terms: Terms, months: Months) -> np.ndarray:
    """The deficit when the override is over, and by what it grows beyond what was borne before.

    Without an end of the override nothing is called.
    """
    if terms.override_until is None:
        return np.zeros(months.count, dtype=np.int64)
    over = np.array([first > terms.override_until for first in months.firsts])
    borne = np.maximum.accumulate(np.where(over, np.maximum(-balance, 0), 0))
    return np.diff(borne, prepend=0)
