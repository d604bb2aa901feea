"""Charts of cost, of the high needs account, and of what delay costs beside the cost of each option."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date

import pandas as pd

from experiments.reports.chart_words import chart, counted, ends, leading, others, path
from experiments.reports.charts import TOTAL, Chart
from experiments.reports.savings import LATE, LOST, NOT_SPENT, SPENT, no_saving
from experiments.reports.stored_results import StoredResults, stacked
from experiments.reports.tables import (
    Cell,
    Column,
    Table,
    against_baseline,
    last_year,
    value,
)
from experiments.reports.wording import FUNDS, day_name, listed, plain_name, say, say_change
from sim.money.contracts import Terms, break_even_occupancy
from sim.money.prices import ROUNDING
from sim.settings import Setting


def cost(results: StoredResults) -> list[Chart | Table]:
    return [
        *_cost_by(results, "cost-by-line", "line", plain_name),
        *_cost_by(results, "cost-by-fund", "fund", lambda fund: plain_name(fund, FUNDS)),
        *_unit_costs(results),
        *_contracts(results),
        *_valued(results),
    ]


def _cost_by(results: StoredResults, name: str, kind: str, label: Callable[[str], str]) -> list[Chart]:
    frames = results.ranked("cost", kind, label, "financial")
    if not frames:
        return []
    name_of_largest, last = leading(results, frames)
    headline = (
        f"{name_of_largest} is the largest {'line' if kind == 'line' else 'payer'}: "
        f"{say(last['mean'], 'GBP')} in {last['period']}"
    )
    data = pd.concat([stacked(frames), results.series("cost", TOTAL, calendar="financial")])
    subtitle = f"Cost by {'line' if kind == 'line' else 'who pays'}, financial years from April to March"
    return [
        chart(
            results,
            name,
            headline,
            subtitle,
            "GBP",
            data,
            "stack",
            period_word="Financial year",
            notes=others(frames),
        )
    ]


def _unit_costs(results: StoredResults) -> list[Table]:
    """What a child's year costs in each setting, with the baseline."""
    rows = []
    for setting in results.groups("unit_cost", "setting"):
        found = [
            last_year(results, Column("", measure, f"setting={setting}", "financial"))
            for measure in ("child_years", "unit_cost")
        ]
        if len(found[0]) and len(found[1]) and results.scenarios[0] in found[1].index:
            lines = [table.loc[results.scenarios[0]] for table in found]
            rows.append((results.setting_label(setting), lines))
    if not rows:
        return []
    rows.sort(key=lambda row: -row[1][1]["mean"])
    name, dearest = rows[0][0], rows[0][1][1]
    headline = (
        f"{name} costs most for each child: {say(dearest['mean'], 'GBP')} a year in {dearest['period']}"
    )
    caption = f"Children and cost for each child in a year, by setting, baseline, {dearest['period']}"
    head = ["Setting", "Child-years", "Cost of a child-year"]
    note = (
        "All placement lines of the setting: place funding, top-ups or fees, block places and children over "
        "number. Transport and staff are not in it."
    )
    cells = [(label, [value(line) for line in lines]) for label, lines in rows]
    return [Table("unit-costs", headline, caption, head, cells, (note,))]


def _contracts(results: StoredResults) -> list[Table]:
    """Each setting's contract by scenario, how full it is, and from how many children it pays."""
    rows = [
        row
        for (scenario, name), setting in results.contracted.items()
        if (setting.contract or scenario == results.scenarios[0])
        and (row := _contract_row(results, scenario, name))
    ]
    if not rows:
        return []
    headline = "From how many children each contract costs no more than the baseline’s"
    caption = "Contracts for places at the end of the last full financial year, and the children of that year"
    head = [
        "Contract",
        "Block places",
        "Block place",
        "Spot place",
        "Mean children there",
        "Block filled",
        "Pays from",
    ]
    notes = (
        "A block place is paid for whether it is filled or not. Prices are those of the config, before "
        "inflation; without a spot price the setting’s own is meant.",
        "Block filled: mean children there for each hundred block places, at most 100.",
        "Pays from: the fewest children, the year round, for whom the contract costs no more than the "
        "baseline’s; exact numbers in brackets.",
    )
    return [Table("contracts", headline, caption, head, rows, notes)]


def _contract_row(results: StoredResults, scenario: str, name: str) -> tuple[str, list[Cell]] | None:
    setting = results.contracted[scenario, name]
    rows = last_year(results, Column("", "child_years", f"setting={name}", "financial"))
    if scenario not in rows.index:
        return None
    children, period = rows.loc[scenario, ["mean", "period"]]
    last_day = date(int(period[:4]) + 1, 3, 31)
    now, terms = (_terms(results.contracted[one, name], last_day) for one in (results.scenarios[0], scenario))
    filled = min(100 * children / terms.block_places, 100.0) if terms.block_places else math.nan
    cells: list[Cell] = [
        (say(terms.block_places, "count"),),
        (say(terms.block_price, "GBP") if setting.contract else "none",),
        (say(terms.spot_price, "GBP"),),
        (say(children, "count"),),
        (say(filled, "percent") if terms.block_places else "no block",),
        _pays_from(now, terms),
    ]
    return f"{results.setting_label(name)}: {results.scenario_label(scenario)}", cells


def _terms(setting: Setting, day: date) -> Terms:
    """What the config says for a day, in pounds a year."""
    own = setting.price_per_child_year.at(day)
    contract = setting.contract
    if contract is None:
        return Terms(0.0, 0.0, own)
    spot = contract.spot_price_per_child_year
    places, price = contract.block_places, contract.block_price_per_place_year
    return Terms(places.at(day), price.at(day), own if spot is None else spot.at(day))


def _pays_from(now: Terms, offer: Terms) -> Cell:
    if now == offer:
        return ("as the baseline",)
    at = break_even_occupancy(now, offer)
    if at is None:
        return ("never",)
    children = math.ceil(at - ROUNDING)
    if children == 0:
        return ("any number",)
    return (f"{children} children", f"({at:.1f})") if at != children else (f"{children} children",)


def _valued(results: StoredResults) -> list[Table]:
    """Cost in cash, in prices of the base date, and as a present value, over the whole run."""
    named = {
        "cost": "In the prices of each day",
        "cost_real": "In the prices of the base date",
        "cost_present_value": "Present value",
    }
    whole = {label: results.over_the_run(measure) for measure, label in named.items()}
    if any(total.empty for total in whole.values()):
        return []
    baseline = results.scenarios[0]
    first, *options = results.scenarios
    rows: list[tuple[str, list[Cell]]] = [
        (
            f"{results.scenario_label(first)} (baseline)",
            [(say(total[baseline], "GBP"),) for total in whole.values()],
        )
    ]
    rows += [
        (
            f"{results.scenario_label(option)}: difference",
            [(say_change(total[option] - total[baseline], "GBP"),) for total in whole.values()],
        )
        for option in options
        if all(option in total.index for total in whole.values())
    ]
    caption = "Mean cost over the whole run, part years included"
    headline = f"{say(whole[named['cost']][baseline], 'GBP')} are spent over the whole run"
    return [Table("valued", headline, caption, ["Scenario", *named.values()], rows)]


def account(results: StoredResults) -> list[Chart]:
    return [*_balance(results), *_income(results)]


def _balance(results: StoredResults) -> list[Chart]:
    measures = {"dsg_cumulative": "Balance at the end of the year", "dsg_in_year": "In the year alone"}
    data = pd.concat([results.series(name, label, calendar="financial") for name, label in measures.items()])
    whole = data[data["series"] == measures["dsg_cumulative"]]
    if whole.empty:
        return []
    first, last = ends(results, whole)
    headline = f"High needs ends {last['period']} with {_owed(last['mean'])}"
    if first["period"] != last["period"]:
        headline += f", after {_owed(first['mean'])} at the end of {first['period']}"
    subtitle = (
        "Balance of the high needs account, financial years from April to March; below nought is a deficit"
    )
    notes = _override(results)
    return [
        chart(results, "balance", headline, subtitle, "GBP", data, period_word="Financial year", notes=notes)
    ]


def _owed(balance: float) -> str:
    return f"a {'deficit' if balance < 0 else 'surplus'} of {say(abs(balance), 'GBP')}"


def _override(results: StoredResults) -> tuple[str, ...]:
    """When the deficit stops being kept apart, and what the general fund then has to meet."""
    until = results.given("account", "override_until")
    if until is None:
        return ("No end is set for the override that keeps a deficit off the council’s general fund.",)
    words = f"The statutory override keeps a deficit off the council’s general fund until {day_name(until)}."
    calls = results.series("general_fund_call", "Call", calendar="financial")
    calls = calls[(calls["scenario"] == results.scenarios[0]) & (calls["mean"] > 0)]
    if calls.empty:
        return (f"{words} In this run the general fund has nothing to meet in any full year.",)
    years = listed([f"{say(row['mean'], 'GBP')} in {row['period']}" for _, row in calls.iterrows()])
    return (f"{words} From then on the general fund has to meet {years} with the baseline, on average.",)


def _income(results: StoredResults) -> list[Chart]:
    measures = {"dsg_spending": "Spending", "dsg_income": "Income"}
    data = pd.concat([results.series(name, label, calendar="financial") for name, label in measures.items()])
    spending = data[data["series"] == "Spending"]
    if spending.empty or data["series"].nunique() < 2:
        return []
    headline = path(results, "Spending on high needs", spending, "GBP", plural=False)
    subtitle = "Income and spending of the high needs account, grants included, financial years"
    recouped = results.series("dsg_recouped", "Recouped", calendar="financial")
    notes: tuple[str, ...] = ()
    if len(recouped) and (last := ends(results, recouped)[1])["mean"] > 0:
        notes = (
            f"Neither holds what government takes off the allocation and pays direct to academies, free "
            f"schools and colleges: {say(last['mean'], 'GBP')} in {last['period']}.",
        )
    return [
        chart(
            results,
            "cost-and-income",
            headline,
            subtitle,
            "GBP",
            data,
            period_word="Financial year",
            notes=notes,
        )
    ]


BESIDE = (
    SPENT,
    LATE,
    LOST,
    NOT_SPENT,
    Column("Remedies paid", "cost", "line=remedies", "financial"),
)


def delay(results: StoredResults) -> list[Chart | Table]:
    return [*_late_weeks(results), *_not_spent(results), *_beside_every_cost(results)]


def _late_weeks(results: StoredResults) -> list[Chart]:
    subtitle = "Time past the 20 weeks in which children wait for their plan, child-weeks in the year"
    return counted(results, LATE.measure, "late-weeks", LATE.label, subtitle)


def _not_spent(results: StoredResults) -> list[Chart]:
    data = results.series("cost_not_spent_by_delay", "Not spent", calendar="financial")
    if data.empty:
        return []
    last = ends(results, data)[1]
    headline = f"{say(last['mean'], 'GBP')} are not spent in {last['period']} because plans are late"
    subtitle = "Price of the setting first named, for the time by which each plan was late, financial years"
    note = "This is money that children did without, not a saving."
    return [
        chart(
            results,
            "cost-of-delay",
            headline,
            subtitle,
            "GBP",
            data,
            period_word="Financial year",
            notes=(note,),
        )
    ]


def _beside_every_cost(results: StoredResults) -> list[Table]:
    options = results.scenarios[1:]
    if not options or last_year(results, SPENT).empty or last_year(results, LATE).empty:
        return []
    headline = "What each option costs, and how long children wait for it"
    notes: tuple[str, ...] = (
        "A fall in cost is not a saving where children wait for it or go without: read the cost together "
        "with the weeks beside it.",
    )
    if len(last_year(results, LOST)):
        notes += (
            "Weeks lost to refusals are those from the 20 weeks of a request that was wrongly refused to the "
            "limit of the new file; they are not in the weeks without provision, so the two can be added.",
        )
    notes += tuple(sentence for option in options if (sentence := no_saving(results, option)))
    return [against_baseline(results, "delay-by-option", headline, BESIDE, options, notes)]
