"""The high needs account worked by hand, and money of different years made comparable.

The run has two years from January 2020. Its one cost to the grant is a special school of 60 places at
1,000 pence a day, so a month of 30 days costs £18,000; there is no inflation unless a test says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hand_log import HandLog
from small_settings import small_config

from sim.audit.account import audit_account
from sim.measures.measures import yearly_and_monthly
from sim.measures.periods import Months
from sim.money.account import HighNeeds, reckon_account, twelfths
from sim.money.ledger import reckon
from sim.money.valuation import at_present_value, in_real_terms
from sim.schedule import Schedule
from sim.settings import Settings

A_DAY = 600  # pounds
MONTHS = Months(date(2020, 1, 1), 731)
DAYS = np.diff(MONTHS.edges)


def account_of(inflation: float = 0.0, recouped: float = 0.0, **account: Any) -> Settings:
    config = small_config()
    config["prices"]["inflation_per_year"] = inflation
    special = config["settings"]["special"]
    special |= {"place_funding_per_year": 3_652.5, "places": 60, "recouped": recouped}
    config["account"] = {"opening_balance": 0, "allocation_per_year": 0} | account
    return Settings.model_validate(config)


def reckoned(settings: Settings, replication: int = 1) -> HighNeeds:
    ledger = reckon(HandLog().build(), settings)
    account = reckon_account(ledger, settings, replication)
    assert audit_account(settings, ledger, account) == 0
    return account


def pounds(pence: np.ndarray) -> list[float]:
    return (pence / 100).tolist()


def test_without_an_account_there_is_none() -> None:
    config = small_config()
    settings = Settings.model_validate(config)
    assert reckon_account(reckon(HandLog().build(), settings), settings, 1) is None


def test_the_balance_is_what_was_there_and_what_came_in_less_what_went_out() -> None:
    account = reckoned(
        account_of(
            opening_balance=-100_000,
            allocation_per_year={date(2020, 1, 1): 240_000, date(2020, 4, 1): 264_000},
            block_transfer_per_year=12_000,
            imports_less_exports_per_year=-2_400,
            other_spending_per_year=6_000,
        )
    )
    income = [20_000 + 1_000 - 200] * 3 + [22_000 + 1_000 - 200] * 21
    spending = [A_DAY * days + 500 for days in DAYS]
    assert pounds(account.in_year) == [i - s for i, s in zip(income, spending, strict=True)]
    assert pounds(account.cumulative)[1] == -100_000 + 2 * 20_800 - A_DAY * 60 - 1_000
    assert account.cumulative[-1] == account.opening + account.in_year.sum()


def test_twelve_months_of_a_yearly_sum_are_that_sum_to_the_penny() -> None:
    months = Months(date(2020, 4, 1), 730)
    pence = twelfths(Schedule.from_steps({date(2020, 4, 1): 100.01, date(2021, 4, 1): 777.77}), months)
    assert (pence[:12].sum(), pence[12:].sum()) == (10_001, 77_777)
    assert set(pence[:12].tolist()) == {833, 834}


def test_other_spending_rises_with_prices_and_the_allocation_does_not() -> None:
    account = reckoned(account_of(inflation=0.5, other_spending_per_year=12_000, allocation_per_year=12_000))
    assert pounds(account.spending["other_spending"]) == [1_000] * 3 + [1_500] * 12 + [2_250] * 9
    assert pounds(account.income["allocation"]) == [1_000] * 24


def test_the_balance_is_the_same_gross_and_net_of_recoupment() -> None:
    gross, net = (reckoned(account_of(recouped=share, allocation_per_year=300_000)) for share in (0, 0.4))
    assert gross.cumulative.tolist() == net.cumulative.tolist()
    assert pounds(net.recouped) == pytest.approx([0.4 * A_DAY * days for days in DAYS])
    for before, after in ((gross.income, net.income), (gross.spending, net.spending)):
        assert (sum(before.values()) - sum(after.values())).tolist() == net.recouped.tolist()
    assert gross.recouped.sum() == 0


def grant(**terms: Any) -> dict[str, Any]:
    return {"safety": {"on": date(2020, 3, 10)} | terms}


def paid(settings: Settings, replication: int = 1) -> dict[int, float]:
    """Pounds of the grant by month."""
    by_month = pounds(reckoned(settings, replication).income["grant_safety"])
    return {month: amount for month, amount in enumerate(by_month) if amount}


def test_a_grant_is_paid_in_the_month_of_its_day_and_only_in_the_run() -> None:
    assert paid(account_of(grants=grant(amount=5_000))) == {2: 5_000}
    assert paid(account_of(grants=grant(amount=5_000, on=date(2019, 12, 31)))) == {}
    assert paid(account_of(grants=grant(amount=5_000, on=date(2022, 1, 1)))) == {}


def test_a_grant_pays_a_share_of_the_deficit_as_it_stood_on_its_date() -> None:
    settings = account_of(grants=grant(amount=1, share_of_deficit=0.9, deficit_on=date(2020, 1, 31)))
    assert paid(settings) == {2: 1 + 0.9 * 31 * A_DAY}
    settings = account_of(
        grants=grant(share_of_deficit=0.5, deficit_on=date(2019, 12, 31)), opening_balance=-1_000
    )
    assert paid(settings) == {2: 500}


def test_a_share_of_a_surplus_is_nothing() -> None:
    terms = {"share_of_deficit": 0.9, "deficit_on": date(2020, 1, 31)}
    assert paid(account_of(grants=grant(**terms), opening_balance=10_000_000)) == {}


@pytest.mark.parametrize(("most", "expected"), [(60 * A_DAY, {2: 5_000.0}), (60 * A_DAY - 0.01, {})])
def test_a_grant_is_withheld_while_the_deficit_is_above_its_condition(most: float, expected: dict) -> None:
    assert paid(account_of(grants=grant(amount=5_000, deficit_at_most=most))) == expected


def test_an_earlier_grant_counts_towards_the_condition_of_a_later_one() -> None:
    first = {"first": {"on": date(2020, 2, 1), "amount": 5_000}}
    condition = grant(amount=1, deficit_at_most=60 * A_DAY - 5_000)
    assert paid(account_of(grants=condition | first)) == {2: 1}
    assert paid(account_of(grants=condition)) == {}


def test_approval_is_the_luck_of_the_replication_and_the_grant() -> None:
    def approved(share: float) -> list[bool]:
        settings = account_of(grants=grant(amount=1, approved=share))
        return [bool(paid(settings, replication)) for replication in range(1, 201)]

    assert not any(approved(0)) and all(approved(1))
    half, most = approved(0.5), approved(0.8)
    assert 80 < sum(half) < 120
    assert all(more or not less for less, more in zip(half, most, strict=True))


def test_the_general_fund_bears_the_deficit_when_the_override_is_over_and_then_what_it_grows_by() -> None:
    account = reckoned(account_of(opening_balance=-50_000, override_until=date(2020, 2, 29)))
    growth = [A_DAY * int(days) for days in DAYS]
    assert pounds(account.general_fund_call) == [0, 0, 50_000 + sum(growth[:3]), *growth[3:]]


def test_nothing_is_called_for_while_the_deficit_shrinks_or_the_override_lasts() -> None:
    shrinking = account_of(
        opening_balance=-50_000, allocation_per_year=480_000, override_until=date(2019, 12, 31)
    )
    assert pounds(reckoned(shrinking).general_fund_call) == [50_000 + 31 * A_DAY - 40_000, *[0] * 23]
    assert reckoned(account_of(override_until=date(2021, 12, 31))).general_fund_call.sum() == 0
    assert reckoned(account_of()).general_fund_call.sum() == 0


def spoil_a_balance(account: HighNeeds) -> HighNeeds:
    return replace(account, opening=account.opening + 1)


def spoil_an_income(account: HighNeeds) -> HighNeeds:
    return replace(account, income=account.income | {"recoupment": account.income["recoupment"] + 1})


def spoil_a_call(account: HighNeeds) -> HighNeeds:
    return replace(account, general_fund_call=account.general_fund_call + 1)


def move_a_grant(account: HighNeeds) -> HighNeeds:
    return replace(
        account, income=account.income | {"grant_safety": np.roll(account.income["grant_safety"], 1)}
    )


def pay_a_grant_in_part(account: HighNeeds) -> HighNeeds:
    """The balance still adds up: the other half is called a transfer."""
    income, half = account.income, account.income["grant_safety"] // 2
    moved = {"grant_safety": half, "block_transfer": income["block_transfer"] + income["grant_safety"] - half}
    return replace(account, income=income | moved)


@pytest.mark.parametrize(
    "fault", [spoil_a_balance, spoil_an_income, spoil_a_call, move_a_grant, pay_a_grant_in_part]
)
def test_a_fault_in_the_account_turns_the_audit_red(fault: Callable[[HighNeeds], HighNeeds]) -> None:
    settings = account_of(
        recouped=0.5, grants=grant(amount=7), opening_balance=-9, override_until=date(2020, 6, 30)
    )
    ledger = reckon(HandLog().build(), settings)
    assert audit_account(settings, ledger, fault(reckon_account(ledger, settings, 1))) > 0


def rows(settings: Settings) -> dict[tuple[str, str], float]:
    """Values of the financial year 2020-21 by measure and group."""
    log = HandLog().build()
    ledger = reckon(log, settings)
    yearly, _ = yearly_and_monthly(log, settings, ledger, reckon_account(ledger, settings, 1))
    return {row[2:4]: row[4] for row in yearly if row[:2] == ("financial", "2020-21")}


def test_measures_of_the_account_are_in_pounds_after_recoupment() -> None:
    found = rows(account_of(recouped=0.5, allocation_per_year=300_000, opening_balance=-1_000))
    places = 365 * A_DAY
    assert found["dsg_income", "line=allocation"] == 300_000
    assert found["dsg_recouped", "all"] == pytest.approx(places / 2)
    assert found["dsg_income", "all"] == pytest.approx(300_000 - places / 2)
    assert found["dsg_spending", "all"] == pytest.approx(places / 2)
    assert found["dsg_in_year", "all"] == 300_000 - places
    assert found["dsg_cumulative", "all"] == -1_000 + 300_000 / 4 * 5 - (91 + 365) * A_DAY


def test_an_authority_without_an_account_has_no_measures_of_it() -> None:
    config = small_config()
    log, settings = HandLog().build(), Settings.model_validate(config)
    yearly, _ = yearly_and_monthly(log, settings, reckon(log, settings), None)
    names = {row[2] for row in yearly}
    assert not {name for name in names if name.startswith(("dsg", "cost_real", "cost_present", "general"))}
    assert {"cost_not_spent_by_delay", "child_years"} <= names


def test_real_and_present_value_of_a_pound_a_month() -> None:
    terms = account_of(
        deflator_per_year={date(2020, 1, 1): 0.02, date(2021, 4, 1): 0.05}, discount_per_year=0.035
    )
    real = in_real_terms(np.full(24, 1_000_000), terms.account, terms.prices, MONTHS)
    assert (
        real.tolist()
        == [1_000_000] * 3 + [round(1_000_000 / 1.02)] * 12 + [round(1_000_000 / 1.02 / 1.05)] * 9
    )
    present = at_present_value(np.full(24, 1_000_000), terms.account, MONTHS)
    assert present[0] == 1_000_000
    assert present[12] == round(1_000_000 * 1.035 ** (-366 / 365.25))


def test_the_discount_rate_holds_from_its_date() -> None:
    terms = account_of(discount_per_year={date(2020, 1, 1): 0.035, date(2021, 1, 1): 0.0})
    present = at_present_value(np.full(24, 1_000_000), terms.account, MONTHS)
    assert set(present[12:].tolist()) == {round(1_000_000 * 1.035 ** (-366 / 365.25))}


def test_cost_without_deflator_and_discount_is_the_same_in_real_terms_and_at_present_value() -> None:
    found = rows(account_of(inflation=0.02))
    for group in ("all", "fund=dsg", "fund=general_fund"):
        assert found["cost_real", group] == found["cost", group] == found["cost_present_value", group]
    assert found["cost", "all"] > 0
