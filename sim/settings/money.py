"""Prices, what a change costs, and the high needs account."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from sim.schedule import Schedule
from sim.settings.numbers import (
    Balance,
    Budget,
    Discount,
    FixedAmount,
    FixedShare,
    Fund,
    Name,
    Pounds,
    Price,
    Rate,
    Section,
    Share,
)


class Prices(Section):
    base_date: date
    inflation_per_year: Rate
    """Every price rises by this each 1 April after `base_date`."""
    transport_per_child_year: Price


class Cost(Section):
    """What a change costs beyond the pay, places and prices that the ledger charges anyway."""

    fund: Fund
    one_off: FixedAmount = 0.0
    per_year: FixedAmount = 0.0
    start: date | None = Field(None, alias="from")
    until: date | None = None
    repaid_on: date | None = None
    """The one-off sum is an advance: on this day `repaid_by` gives it back to `fund`."""
    repaid_by: Fund | None = None


class Grant(Section):
    """Money paid into the high needs account on one day, if its conditions are met."""

    on: date
    amount: Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)] = 0.0
    share_of_deficit: FixedShare = 0.0
    """Paid besides: this share of the deficit as it stands at the end of `deficit_on`."""
    deficit_on: date | None = None
    deficit_at_most: FixedAmount | None = None
    """Paid only if the cumulative deficit on the day before is no larger."""
    approved: FixedShare = 1.0
    """Chance that the government's other conditions (such as an approved plan) are met."""


class Account(Section):
    """The high needs block of the dedicated schools grant, and how money is valued over time."""

    opening_balance: Balance
    """Pounds at the start of the run, a deficit negative."""
    allocation_per_year: Budget
    """Before recoupment; changes on 1 April. Cash, so prices do not raise it."""
    block_transfer_per_year: Budget = Schedule.constant(0.0)
    """From the schools block, with the forum's or the minister's consent."""
    imports_less_exports_per_year: Pounds = Schedule.constant(0.0)
    """Paid by other authorities for their pupils here, less what is paid for ours elsewhere."""
    other_spending_per_year: Budget = Schedule.constant(0.0)
    """High needs spending that is not simulated, at the prices of `prices.base_date`."""
    grants: dict[Name, Grant] = {}
    override_until: date | None = None
    """Last day on which a deficit may be kept off the general fund (the statutory override)."""
    backdated: Share = Schedule.constant(0.0)
    """Share of late plans whose setting is paid for the weeks since the plan was due."""
    deflator_per_year: Discount = Schedule.constant(0.0)
    """General inflation, to give money in the prices of `prices.base_date` (the GDP deflator)."""
    discount_per_year: Discount = Schedule.constant(0.0)
    """The Treasury's discount rate for present values, by year from the start of the run."""
