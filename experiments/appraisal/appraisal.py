"""An option appraised from a stored run: pay-back year, saving-to-investment ratio and present value.

Nothing is run again. Replications are paired with the baseline's, so each gives one appraisal, and all
that is told is their spread: the mean and the band that holds eight in ten of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from experiments import store
from experiments.appraisal.cash import ALL, CashFlows, cash_flows, read_costs
from experiments.appraisal.discounting import year_factors
from experiments.appraisal.measures import (
    TEN_YEARS,
    covered_at_the_end,
    pay_back_year,
    present_value,
    savings_investment_ratio,
    wilson,
)
from experiments.errors import DifferenceError, InputError
from experiments.plan import choose, draw_of
from experiments.reports import stored_results
from experiments.reports.savings import no_saving
from experiments.reports.stored_results import StoredResults
from sim.config.documents import Document
from sim.config.documents import read as read_config
from sim.settings import Settings

Told = dict[str, Any]
READ = ("config.yaml", "monthly.csv", "summary.csv", "yearly.csv")


def appraise(folder: Path, scenario: str | None = None) -> Told:
    """Every option of a results folder against its baseline, or one of them.

    InputError where the folder is no run, has no option or tells too little of who paid; DifferenceError
    where a file that is read is no longer what the run wrote.
    """
    manifest = store.read_manifest(folder)
    baseline, *options = manifest["scenarios"]
    if scenario is not None:
        options = [name for name in choose(manifest["scenarios"], [scenario]) if name == scenario != baseline]
    if not options:
        raise InputError(f"{folder}: an appraisal needs a scenario beside the baseline {baseline!r}")
    damaged = [name for name in store.changed_files(folder) if name in READ and (folder / name).is_file()]
    if damaged:
        raise DifferenceError(f"{folder}: changed since the run was made: {', '.join(damaged)}")
    costs, results = read_costs(folder), stored_results.read(folder)
    document = read_config(folder / "config.yaml")
    flows = {name: cash_flows(costs, name, baseline) for name in options}
    years = next(iter(flows.values())).years
    factors = year_factors(document.settings(baseline), years)
    return {
        "folder": str(folder),
        "experiment": manifest["experiment"],
        "draft": manifest["draft"],
        "baseline": baseline,
        "years": list(years),
        "discount_factors": None if factors is None else [float(factor) for factor in factors],
        "options": [_option(results, document, name, flows[name], factors) for name in options],
    }


def _option(
    results: StoredResults, document: Document, name: str, flows: CashFlows, factors: np.ndarray | None
) -> Told:
    return {
        "scenario": name,
        "label": results.scenario_label(name),
        "replications": len(flows.replications),
        "funds": {fund: _fund(flows, fund, factors) for fund in flows.funds},
        "optimism_bias": _biases(document.settings(name)),
        "spending_for_bias": spread(_for_bias(document, name, flows)),
        "harms": no_saving(results, name),
    }


def _fund(flows: CashFlows, fund: str, factors: np.ndarray | None) -> Told:
    """What one fund spends and saves, by year and over the horizon."""
    spending, savings = flows.spending[fund], flows.savings[fund]
    return {
        "spending": spread(spending.sum(axis=1)),
        "savings": spread(savings.sum(axis=1)),
        "pay_back": _pay_back(spending, savings),
        "ratio": spread(savings_investment_ratio(spending, savings)),
        "ratio_over_ten_years": spread(savings_investment_ratio(spending, savings, TEN_YEARS)),
        "net": spread(present_value(spending, savings)),
        "present_value": None if factors is None else spread(present_value(spending, savings, factors)),
        "by_year": [
            {
                "year": year,
                "spending": spread(spending[:, place]),
                "savings": spread(savings[:, place]),
                "net_so_far": spread((savings - spending)[:, : place + 1].sum(axis=1)),
            }
            for place, year in enumerate(flows.years)
        ],
    }


def _pay_back(spending: np.ndarray, savings: np.ndarray) -> Told | None:
    """When spending is covered, and in how many replications; None where nothing is spent."""
    if not spending.any():
        return None
    years = pay_back_year(spending, savings)
    paid = int(np.isfinite(years).sum())
    low, high = wilson(paid, len(years))
    # Never comes after every year, and between two years there is none.
    ordered = np.where(np.isnan(years), np.inf, years)
    early, middle, late = np.quantile(ordered, [0.1, 0.5, 0.9], method="inverted_cdf")
    return {
        "year": _known(middle),
        "early": _known(early),
        "late": _known(late),
        "share": paid / len(years),
        "share_low": low,
        "share_high": high,
        "covered_at_the_end": float(covered_at_the_end(spending, savings).mean()),
    }


def _biases(settings: Settings) -> dict[str, float]:
    """The optimism bias of each intervention of a scenario."""
    (scenario,) = settings.scenarios.values()
    return {name: settings.interventions[name].optimism_bias for name in scenario.interventions}


def _for_bias(document: Document, scenario: str, flows: CashFlows) -> np.ndarray:
    """Pounds of the option's own costs, by replication, that are there for optimism bias alone."""
    draws = [draw_of(replication) for replication in flows.replications]
    biases = {draw: _biases(document.settings(scenario, draw)) for draw in sorted(set(draws))}
    total = np.zeros(len(draws))
    for name, own in flows.own.items():
        bias = np.array([biases[draw].get(name, 0.0) for draw in draws])
        total += own.sum(axis=1) * bias / (1 + bias)
    return total


def spread(values: np.ndarray) -> Told | None:
    """The mean of replications and the band that holds eight in ten; None where nothing is known."""
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    low, high = np.quantile(known, [0.1, 0.9])
    return {"mean": float(known.mean()), "low": float(low), "high": float(high)}


def _known(value: float) -> int | None:
    return int(value) if np.isfinite(value) else None


__all__ = ["ALL", "appraise", "spread"]
