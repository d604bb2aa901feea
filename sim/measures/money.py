"""Measures of money: cost as it is and made comparable, the cost of a year's place, and the account."""

from __future__ import annotations

import numpy as np

from sim.measures.groups import labels
from sim.measures.series import Series
from sim.measures.spells import Spells, occupancy
from sim.money.account import HighNeeds
from sim.money.contracts import BLOCK, OVER_NUMBER
from sim.money.ledger import PLACE_FUNDING, Ledger
from sim.money.prices import DAYS_A_YEAR, PENCE_A_POUND
from sim.money.projects import ADVANCES, INTERVENTIONS
from sim.money.valuation import at_present_value, in_real_terms
from sim.settings import Settings

OWN_LINES = (INTERVENTIONS, ADVANCES)
Grouped = dict[str, np.ndarray]  # pence by month, by group


def measure_money(
    series: Series, ledger: Ledger, account: HighNeeds | None, stays: Spells, settings: Settings
) -> None:
    add_up_costs(series, ledger)
    give(series, "cost_not_spent_by_delay", {"all": ledger.not_spent})
    price_child_years(series, ledger, stays, settings)
    if settings.account is not None:
        value_costs(series, ledger, settings)
    if account is not None:
        measure_account(series, account)


def add_up_costs(series: Series, ledger: Ledger) -> None:
    """Pounds by line and by fund, and what each intervention costs each fund in itself."""
    for kind, by in (("line", ledger.by_line), ("fund", ledger.by_fund)):
        give(series, "cost", {f"{kind}={name}": pence for name, pence in by().items()})
    give(series, "cost", own_costs(ledger))
    give(series, "cost", {"all": ledger.by_month()})


def own_costs(ledger: Ledger) -> Grouped:
    """Cost of interventions in themselves, by fund and intervention; nothing for those without any.

    An advance counts in the fund that pays it, and its repayment in both funds.
    """
    own: Grouped = {}
    for account, pence in zip(ledger.accounts, ledger.by_account(), strict=True):
        if account.line in OWN_LINES and pence.any():
            group = f"fund={account.fund};intervention={account.detail}"
            own[group] = own.get(group, 0) + pence
    return own


def value_costs(series: Series, ledger: Ledger, settings: Settings) -> None:
    """Cost in the prices of the base date, and at its present value, by fund."""
    real: Grouped = {}
    present: Grouped = {}
    for fund, pence in ledger.by_fund().items():
        group = f"fund={fund}"
        real[group] = in_real_terms(pence, settings.account, settings.prices, series.months)
        present[group] = at_present_value(real[group], settings.account, series.months)
    for measure, by_fund in (("cost_real", real), ("cost_present_value", present)):
        give(series, measure, by_fund | {"all": sum(by_fund.values())})


def price_child_years(series: Series, ledger: Ledger, stays: Spells, settings: Settings) -> None:
    """Time in each setting, and what a year of it costs on all placement lines of the setting.

    These are place funding, top-ups or fees, block places and children over number.
    """
    table = ledger.by_account()
    for number, (name, setting) in enumerate(settings.settings.items()):
        there = Spells(*(column[stays.kind == number] for column in stays))
        days = series.months.total(occupancy(there, None, series.months.days))
        days = np.pad(days, 1)[None]
        lines = (PLACE_FUNDING, setting.line, BLOCK, OVER_NUMBER)
        own = [one.detail == name and one.line in lines for one in ledger.accounts]
        pence = np.pad(table[own].sum(axis=0), 1)[None]
        group = labels("setting", [name])
        series.flow("child_years", group, days, DAYS_A_YEAR)
        series.ratio("unit_cost", group, pence * DAYS_A_YEAR, days * PENCE_A_POUND)


def measure_account(series: Series, account: HighNeeds) -> None:
    """Income, spending and balance of the high needs account, after recoupment."""
    for measure, lines in (("dsg_income", account.income), ("dsg_spending", account.spending)):
        give(series, measure, {f"line={name}": pence for name, pence in lines.items()})
        give(series, measure, {"all": sum(lines.values())})
    give(series, "dsg_recouped", {"all": account.recouped})
    give(series, "dsg_in_year", {"all": account.in_year})
    give(series, "general_fund_call", {"all": account.general_fund_call})
    series.level("dsg_cumulative", ["all"], account.cumulative[None] / PENCE_A_POUND)


def give(series: Series, measure: str, grouped: Grouped) -> None:
    """Pence by month and group, given in pounds."""
    for group, pence in grouped.items():
        series.flow(measure, [group], np.pad(pence, 1)[None], PENCE_A_POUND)
