"""The high needs account, walked through month by month and gross of recoupment."""

from __future__ import annotations

from datetime import date, timedelta

from sim.money.account import OTHER, RECOUPMENT, HighNeeds
from sim.money.ledger import Ledger
from sim.settings import Grant, Settings


def audit_account(settings: Settings, ledger: Ledger, account: HighNeeds | None) -> int:
    """Months whose balance is not the opening one with money in and out, calls on the general fund that
    are not the growth of the deficit, and grants against their terms; nothing without an account."""
    if account is None:
        return 0
    income = sum(line for name, line in account.income.items() if name != RECOUPMENT)
    spending = ledger.by_fund()["dsg"] + account.spending[OTHER]
    override, firsts = settings.account.override_until, _first_days(settings)
    balances, borne, wrong = [account.opening], 0, 0
    for month, first in enumerate(firsts):
        balance = balances[-1] + int(income[month]) - int(spending[month])
        balances.append(balance)
        wrong += balance != int(account.cumulative[month])
        call = max(-balance - borne, 0) if override is not None and first > override else 0
        wrong += call != int(account.general_fund_call[month])
        borne += call
    for name, grant in settings.account.grants.items():
        paid = account.income[f"grant_{name}"].tolist()
        wrong += sum(pence not in _due(grant, month, firsts, balances) for month, pence in enumerate(paid))
    return wrong


def _due(grant: Grant, month: int, firsts: list[date], balances: list[int]) -> tuple[int, ...]:
    """What a grant may pay in a month; `balances[month]` is the balance before it."""
    if (grant.on.year, grant.on.month) != (firsts[month].year, firsts[month].month):
        return (0,)
    before = max(-balances[month], 0)
    if grant.deficit_at_most is not None and before > round(grant.deficit_at_most * 100):
        return (0,)
    if grant.deficit_on is not None:
        closed = sum(first <= grant.deficit_on + timedelta(days=1) for first in firsts[1 : month + 1])
        before = max(-balances[closed], 0)
    pence = round(grant.amount * 100) + round(grant.share_of_deficit * before)
    return (pence,) if grant.approved == 1 else (0, pence)


def _first_days(settings: Settings) -> list[date]:
    day, days = settings.run.start, []
    for _ in range(settings.run.months):
        days.append(day)
        day = (day + timedelta(days=31)).replace(day=1)
    return days
