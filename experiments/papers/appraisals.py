"""Claims that an appraisal answers: pay-back year, saving-to-investment ratio, present value."""

from __future__ import annotations

import numpy as np

from experiments.appraisal import measures
from experiments.appraisal.cash import COST, cash_flows_of
from experiments.appraisal.discounting import year_factors
from experiments.errors import InputError
from experiments.papers.answers import Answers
from experiments.papers.claims import Appraise
from sim.settings import Settings, Simulated

MEASURES_NEEDED = frozenset({COST})


def appraiser(settings: Settings) -> Appraise:
    """What works out the appraisals of a run; its account says how money of later years is discounted."""

    def appraise(simulated: Simulated, answers: Answers) -> np.ndarray:
        flows = cash_flows_of(
            answers.values, answers.replications, simulated.scenario, simulated.against or ""
        )
        if simulated.fund not in flows.spending:
            raise InputError(f"{simulated.scenario}: nothing in this run is paid by {simulated.fund!r}")
        spending, savings = flows.spending[simulated.fund], flows.savings[simulated.fund]
        if simulated.appraisal == "pay_back_year":
            return measures.pay_back_year(spending, savings)
        if simulated.appraisal == "savings_investment_ratio":
            return measures.savings_investment_ratio(spending, savings)
        factors = year_factors(settings, flows.years)
        if factors is None:
            raise InputError("a present value needs an `account` with its discount rates")
        return measures.present_value(spending, savings, factors)

    return appraise
