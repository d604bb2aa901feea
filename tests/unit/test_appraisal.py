"""Cash flows, pay-back, savings to investment and present value against sums done by hand."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_config import SMALL
from small_settings import small_settings

from experiments import store
from experiments.appraisal.appraisal import appraise
from experiments.appraisal.cash import cash_flows
from experiments.appraisal.discounting import year_factors
from experiments.appraisal.measures import (
    covered_at_the_end,
    pay_back_year,
    present_value,
    savings_investment_ratio,
    wilson,
)
from experiments.appraisal.wording import in_words
from experiments.errors import DifferenceError, InputError
from experiments.experiment import YEARLY_COLUMNS
from experiments.summary import COLUMNS
from sim.settings import Account

NEVER = np.nan


def table(*rows: list[float]) -> np.ndarray:
    """Replications × years."""
    return np.array(rows, dtype=float)


# Pay-back


@pytest.mark.parametrize(
    "words, spending, savings, year",
    [
        ("a sum saved back in the next year", [274, 0, 0], [0, 325, 0], 2),
        ("a sum saved back within its own year", [100, 0, 0], [100, 0, 0], 1),
        ("year 1 is the first with spending", [0, 0, 100, 0], [0, 0, 50, 50], 2),
        ("what is saved before the spending counts", [0, 100, 0], [150, 0, 0], 1),
        ("too little saved", [100, 0, 0], [30, 30, 30], NEVER),
        ("nothing spent", [0, 0, 0], [30, 30, 30], NEVER),
        ("pounds that add up to the penny", [0.3, 0, 0], [0.1, 0.2, 0], 2),
        ("a penny short", [0.3, 0, 0], [0.1, 0.19, 0], NEVER),
        ("covered, and then spent again", [100, 0, 200], [100, 0, 0], 1),
        ("dearer from year to year", [100, 0, 0], [-50, -50, -50], NEVER),
    ],
)
def test_the_pay_back_year_is_the_first_by_whose_end_savings_cover_spending(
    words, spending, savings, year
) -> None:
    found = pay_back_year(table(spending), table(savings))
    np.testing.assert_array_equal(found, [year], err_msg=words)


def test_each_replication_has_its_own_pay_back_year() -> None:
    spending = table([100, 0, 0], [0, 100, 0], [100, 100, 100], [0, 0, 0])
    savings = table([0, 0, 100], [0, 0, 100], [60, 150, 60], [0, 5, 5])
    np.testing.assert_array_equal(pay_back_year(spending, savings), [3, 2, 2, NEVER])


def test_an_option_may_be_covered_for_a_time_and_not_when_the_run_ends() -> None:
    spending, savings = table([100, 0, 200], [100, 0, 0]), table([100, 0, 0], [0, 40, 60])
    assert covered_at_the_end(spending, savings).tolist() == [False, True]


# Savings to investment


def test_the_ratio_is_that_of_sums_over_the_years() -> None:
    spending = table([274, 0, 0, 0], [100, 100, 0, 0], [0, 0, 0, 0])
    savings = table([0, 225, 725, 100], [50, 50, 50, -25], [9, 9, 9, 9])
    np.testing.assert_allclose(savings_investment_ratio(spending, savings), [1050 / 274, 125 / 200, np.nan])


def test_the_ratio_over_ten_years_starts_with_the_first_spending() -> None:
    years = 13
    spending, savings = np.zeros((2, years)), np.full((2, years), 10.0)
    spending[0, 2] = spending[1, 4] = 50.0
    # The first spends in its third year, so its tenth year of ten is the twelfth; the second has only nine.
    np.testing.assert_allclose(
        savings_investment_ratio(spending, savings, years=10), [(2 + 10) * 10 / 50, np.nan]
    )


# Present value and discounting


def test_present_value_is_each_years_money_times_its_factor() -> None:
    spending, savings = table([100, 10, 0], [0, 0, 0]), table([0, 60, 90], [1, 1, 1])
    factors = np.array([1.0, 1 / 1.035, 1 / (1.035 * 1.04)])
    by_hand = -100 + 50 / 1.035 + 90 / (1.035 * 1.04)
    np.testing.assert_allclose(present_value(spending, savings, factors), [by_hand, factors.sum()])
    np.testing.assert_allclose(present_value(spending, savings), [40, 3])


def with_account(**terms):
    account = Account(opening_balance=0.0, allocation_per_year=1_000_000, **terms)
    return small_settings(account=account, run={"start": date(2020, 4, 1), "years": 2.5})


YEARS = ("2020-21", "2021-22", "2022-23 (part)")


def test_the_factor_of_a_year_is_the_mean_of_its_months_by_the_dated_table() -> None:
    settings = with_account(discount_per_year={date(2020, 4, 1): 0.035, date(2021, 4, 1): 0.07})
    firsts = [[date(2020 + (m > 12), m - 12 * (m > 12), 1) for m in range(4, 16)]]
    firsts.append([day.replace(year=day.year + 1) for day in firsts[0]])
    firsts.append([day.replace(year=day.year + 2) for day in firsts[0][:6]])

    def worth(day: date) -> float:
        before = min(day, date(2021, 4, 1)) - date(2020, 4, 1)
        after = max(day - date(2021, 4, 1), timedelta())
        return 1.035 ** (-before.days / 365.25) * 1.07 ** (-after.days / 365.25)

    by_hand = [sum(map(worth, days)) / len(days) for days in firsts]
    np.testing.assert_allclose(year_factors(settings, YEARS), by_hand, rtol=1e-9)


def test_the_factor_is_also_for_prices_of_the_base_date() -> None:
    settings = with_account(deflator_per_year={date(2020, 4, 1): 0.02, date(2022, 4, 1): 0.05})
    np.testing.assert_allclose(
        year_factors(settings, YEARS), [1 / 1.02, 1 / 1.02**2, 1 / (1.02**2 * 1.05)], rtol=1e-9
    )


def test_nothing_is_discounted_without_an_account() -> None:
    assert year_factors(small_settings(), ("2019-20 (part)",)) is None


def test_a_share_of_replications_has_wilsons_interval() -> None:
    assert wilson(8, 10) == pytest.approx((0.4901625, 0.9433178), abs=1e-6)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775328), abs=1e-6)
    assert wilson(0, 0) == (0.0, 1.0)


# Cash flows from a yearly table

RESERVE = "fund=reserve;intervention=team"
GENERAL = "fund=general_fund;intervention=team"


def costs(scenario: str, replication: int, year: str, **groups: float) -> list[tuple]:
    """Rows of cost of one financial year; `fund_dsg` stands for the group fund=dsg."""
    named = {"own_reserve": RESERVE, "own_general_fund": GENERAL, "all": "all"}
    return [
        (scenario, (replication + 1) // 2, replication, "financial", year, "cost", name, value)
        for group, value in groups.items()
        for name in [named.get(group) or group.replace("_", "=", 1)]
    ]


def team_with_an_advance(saved: float, replication: int = 1) -> list[tuple]:
    """A team paid from the reserve, which the general fund pays back next year, and what it saves the DSG."""
    before = {"all": 10_000.0, "fund_dsg": 9_000.0, "fund_general_fund": 1_000.0, "fund_reserve": 0.0}
    rows = costs("baseline", replication, "2019-20", line_interventions=0.0, **before)
    rows += costs("baseline", replication, "2020-21", line_interventions=0.0, **before)
    rows += costs(
        "option",
        replication,
        "2019-20",
        **{**before, "all": 10_274.0, "fund_reserve": 274.0},
        line_interventions=274.0,
        own_reserve=274.0,
    )
    after = {"all": 10_000 - saved, "fund_dsg": 9_000 - saved, "fund_general_fund": 1_274.0}
    rows += costs(
        "option",
        replication,
        "2020-21",
        **{**after, "fund_reserve": -274.0},
        line_interventions=0.0,
        line_advances=0.0,
        own_reserve=-274.0,
        own_general_fund=274.0,
    )
    return rows


def yearly(*parts: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame([row for part in parts for row in part], columns=YEARLY_COLUMNS.split(","))


def test_an_advance_repaid_next_year_counts_once_and_moves_between_funds() -> None:
    flows = cash_flows(yearly(team_with_an_advance(saved=325.0)), "option", "baseline")
    assert flows.years == ("2019-20", "2020-21")
    assert {fund: flows.spending[fund].tolist() for fund in flows.funds} == {
        "all": [[274, 0]],
        "dsg": [[0, 0]],
        "general_fund": [[0, 274]],
        "reserve": [[274, 0]],
    }
    assert {fund: flows.savings[fund].tolist() for fund in flows.funds} == {
        "all": [[0, 325]],
        "dsg": [[0, 325]],
        "general_fund": [[0, 0]],
        "reserve": [[0, 274]],
    }
    pays = {fund: pay_back_year(flows.spending[fund], flows.savings[fund]).tolist() for fund in flows.funds}
    assert pays["all"] == [2] and pays["reserve"] == [2]
    assert np.isnan(pays["general_fund"]).all() and np.isnan(pays["dsg"]).all()
    assert flows.own["team"].tolist() == [[274, 0]]


def test_what_an_option_makes_dearer_is_taken_off_its_savings() -> None:
    flows = cash_flows(yearly(team_with_an_advance(saved=-50.0)), "option", "baseline")
    assert flows.savings["all"].tolist() == [[0, -50]]


def test_only_replications_that_both_scenarios_have_are_paired() -> None:
    rows = yearly(
        *(team_with_an_advance(saved, number) for number, saved in ((1, 100.0), (2, 400.0), (3, 7.0)))
    )
    rows = rows[~((rows["scenario"] == "baseline") & (rows["replication"] == 3))]
    flows = cash_flows(rows, "option", "baseline")
    assert flows.replications == (1, 2)
    assert flows.savings["dsg"].tolist() == [[0, 100], [0, 400]]
    with pytest.raises(InputError, match="no replication has both"):
        cash_flows(rows[rows["scenario"] == "option"], "option", "baseline")


def test_tables_that_do_not_say_who_paid_are_refused() -> None:
    rows = yearly(team_with_an_advance(saved=325.0))
    rows = rows[~rows["group"].str.contains("intervention=")]
    with pytest.raises(InputError, match="do not say which fund pays"):
        cash_flows(rows, "option", "baseline")


# A whole folder

ACCOUNT = """\
account:
  opening_balance: 0
  allocation_per_year: 1_000_000
  deflator_per_year: 0.0
  discount_per_year: {2020-04-01: 0.0, 2021-04-01: 0.10}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A stored run of four replications, of which three save enough to pay back."""
    config = SMALL.replace("start: 2020-01-01, years: 3", "start: 2020-04-01, years: 2")
    config = config.replace("  more_eps:\n", "  option: {interventions: [team]}\n  more_eps:\n")
    config = config.replace(
        "interventions:\n",
        "interventions:\n  team:\n    optimism_bias: {value: 0.25, source: assumed}\n    changes: []\n",
        1,
    )
    (tmp_path / "config.yaml").write_text(config + ACCOUNT, encoding="utf-8")
    parts = [
        team_with_an_advance(saved, number) for number, saved in enumerate((274.0, 300.0, 548.0, 0.0), 1)
    ]
    rows = yearly(*parts).replace({"2019-20": "2020-21", "2020-21": "2021-22"})
    rows.to_csv(tmp_path / "yearly.csv", index=False)
    (tmp_path / "summary.csv").write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    manifest = {
        "schema_version": 1,
        "experiment": "small",
        "draft": False,
        "scenarios": ["baseline", "option"],
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return tmp_path


def test_an_option_is_appraised_over_its_replications(folder) -> None:
    (option,) = appraise(folder)["options"]
    everything = option["funds"]["all"]
    assert everything["spending"] == {"mean": 274, "low": 274, "high": 274}
    assert everything["savings"]["mean"] == (274 + 300 + 548 + 0) / 4
    assert everything["savings"]["low"] == pytest.approx(0.3 * 274)
    pay_back = everything["pay_back"]
    assert (pay_back["early"], pay_back["year"], pay_back["late"]) == (2, 2, None)
    assert pay_back["share"] == 0.75
    assert (pay_back["share_low"], pay_back["share_high"]) == pytest.approx(wilson(3, 4))
    assert everything["ratio"]["mean"] == pytest.approx(1122 / 4 / 274)
    assert everything["ratio_over_ten_years"] is None
    assert everything["net"]["mean"] == pytest.approx(1122 / 4 - 274)
    # A quarter of the planned cost is added for bias, so a fifth of what is spent is for it.
    assert option["optimism_bias"] == {"team": 0.25}
    assert option["spending_for_bias"]["mean"] == pytest.approx(274 / 5)


def test_present_value_uses_the_dated_table_of_the_stored_config(folder) -> None:
    told = appraise(folder, "option")
    days = [
        (date(2021 + (month > 12), month - 12 * (month > 12), 1) - date(2021, 4, 1)).days
        for month in range(4, 16)
    ]
    second = sum(1.10 ** (-day / 365.25) for day in days) / 12
    assert told["discount_factors"] == pytest.approx([1.0, second])
    worth = told["options"][0]["funds"]["all"]["present_value"]
    assert worth["mean"] == pytest.approx(1122 / 4 * second - 274)


def test_the_words_hold_the_year_the_share_the_ratio_and_the_bias(folder) -> None:
    words = in_words(appraise(folder)).replace("\u00a0", " ")
    assert (
        "Pays back: year 2 (eight in ten futures: year 2 to never); within the horizon in 75 % of futures"
        in words
    )
    assert "Saved for each pound spent: 1.02 (" in words
    assert "it is too short for ten years" in words
    assert "Optimism bias allowed for: team 25 %; £55 of the spending is for it" in words
    assert "Dedicated schools grant" in words and "Reserve" in words


def test_a_bias_of_nought_is_flagged(folder) -> None:
    path = folder / "config.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("value: 0.25", "value: 0.0"), encoding="utf-8")
    assert "No optimism bias is allowed for in team" in in_words(appraise(folder))


def test_an_option_that_is_not_in_the_run_gets_the_nearest_name(folder) -> None:
    with pytest.raises(InputError, match="the nearest is 'option'"):
        appraise(folder, "optoin")
    with pytest.raises(InputError, match="beside the baseline"):
        appraise(folder, "baseline")


@pytest.mark.parametrize("name", ["yearly.csv", "summary.csv", "config.yaml"])
def test_a_run_with_a_damaged_file_is_refused_by_the_name_of_the_file(folder, name) -> None:
    store.write_manifest(folder, store.read_manifest(folder))
    assert appraise(folder)["options"]
    (folder / name).write_text('scenario,"cut off', encoding="utf-8")
    with pytest.raises(DifferenceError, match=f"changed since the run was made: {name}"):
        appraise(folder)
