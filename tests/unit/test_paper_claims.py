"""A claim beside its simulation: the numbers by hand, the band, and the verdict."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.errors import InputError
from experiments.papers.answers import Answers, measured
from experiments.papers.claims import (
    ABOVE,
    BELOW,
    INSIDE,
    NO_NUMBER,
    NOT_KNOWN,
    NOT_SIMULATED,
    Judged,
    band,
    judge_one,
)
from experiments.papers.wording import answer, tally, verdict
from experiments.reports.wording import NO_BREAK
from sim.settings import Claim, Figure, Paper, Simulated


def answers(**scenarios: dict[tuple[str, str, str, str], list[float]]) -> Answers:
    """(calendar, period, measure, group) → one number a replication, of each scenario."""
    values = {
        (scenario, *key): np.array(numbers, dtype=float)
        for scenario, table in scenarios.items()
        for key, numbers in table.items()
    }
    count = len(next(iter(values.values())))
    return Answers(tuple(range(1, count + 1)), values)


def cost(period: str, group: str = "all") -> tuple[str, str, str, str]:
    return ("financial", period, "cost", group)


TWO_YEARS = answers(
    baseline={cost("2020-21"): [100, 200], cost("2021-22"): [110, 220]},
    bid={cost("2020-21"): [90, 170], cost("2021-22"): [80, 240]},
)


def spending(**changes: object) -> Simulated:
    given = {"scenario": "bid", "measure": "cost", "periods": ["2020-21", "2021-22"], **changes}
    return Simulated.model_validate(given)


def test_years_are_added_up_replication_by_replication() -> None:
    assert measured(spending(), TWO_YEARS).tolist() == [170, 410]


def test_a_saving_is_the_paired_difference_with_its_sign_turned() -> None:
    assert measured(spending(against="baseline", times=-1), TWO_YEARS).tolist() == [40, 10]


def test_growth_is_in_per_cent_since_the_earlier_year() -> None:
    simulated = spending(periods=["2021-22"], since="2020-21")
    assert measured(simulated, TWO_YEARS) == pytest.approx([100 * (80 / 90 - 1), 100 * (240 / 170 - 1)])


def test_a_ratio_divides_by_everybody_in_the_same_years_before_the_difference_is_taken() -> None:
    half = ("financial", "2020-21", "requests", "all")
    found = answers(
        baseline={cost("2020-21", "fund=dsg"): [100, 200], half: [50, 50]},
        bid={cost("2020-21", "fund=dsg"): [90, 170], half: [45, 0]},
    )
    simulated = spending(periods=["2020-21"], group="fund=dsg", per="requests", against="baseline", times=10)
    ratios = measured(simulated, found)
    assert ratios[0] == 10 * (90 / 45 - 100 / 50)
    assert math.isnan(ratios[1])


def test_a_line_that_only_the_option_has_cost_nothing_before() -> None:
    found = answers(
        baseline={cost("2020-21"): [1, 1]}, bid={cost("2020-21", "line=interventions"): [7, math.nan]}
    )
    simulated = spending(periods=["2020-21"], group="line=interventions", against="baseline")
    assert measured(simulated, found).tolist() == [7, 0]


def test_a_group_the_run_does_not_have_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"cost of 'line=al': the run has no such group, .*all"):
        measured(spending(group="line=al"), TWO_YEARS)


# Bands and verdicts.


def paper(printed: float | str, unit: str = "thousand pounds") -> Paper:
    figure = Figure(printed=printed, unit=unit, where="table 1")
    return Paper.model_construct(figures={"saving": figure}, claims={})


def judged(printed: float | str, values: list[float], **claim: object) -> Judged:
    found = answers(bid={cost("2020-21"): values})
    simulated = spending(periods=["2020-21"])
    made = Claim.model_validate({"label": "Saving", "figure": "saving", "simulated": simulated, **claim})
    return judge_one("saving", made, paper(printed), found, lambda *_: np.array([]))


TWENTY = [1000.0 * number for number in range(1, 22)]
"""1,000 to 21,000: the 10th percentile is 3,000 and the 90th 19,000."""


@pytest.mark.parametrize(
    ("printed", "where"),
    [(3.0, INSIDE), (19.0, INSIDE), (2.0, BELOW), (20.0, ABOVE), (11.0, INSIDE), (-3.0, BELOW)],
)
def test_a_claim_is_inside_the_band_from_the_10th_to_the_90th_percentile(printed: float, where: str) -> None:
    found = judged(printed, TWENTY, times=1000)
    assert (found.low, found.high, found.mean) == (3000, 19000, 11000)
    assert found.verdict == where
    assert found.inside is (where == INSIDE)


@pytest.mark.parametrize(
    ("printed", "where"),
    [(3.0, INSIDE), (3.1, BELOW), (2.0, BELOW), (19.0, INSIDE), (19.5, ABOVE), (20.0, ABOVE)],
)
def test_a_number_that_may_have_been_rounded_from_the_band_is_inside(printed: float, where: str) -> None:
    found = judged(printed, [400 + number for number in TWENTY], times=1000)
    assert (found.low, found.high) == (3400, 19400)
    assert found.verdict == where


def test_money_of_a_year_may_miss_a_claim_by_a_day() -> None:
    assert judged(365000.0, [364000.0] * 12).verdict == INSIDE
    assert judged(365000.0, [363900.0] * 12).verdict == ABOVE


def test_few_replications_give_their_range() -> None:
    found = judged(20.0, TWENTY[:4], times=1000)
    assert (found.low, found.high) == (1000, 4000)
    assert "range of 4 replications £1,000 to £4,000" in verdict(found, 4)
    assert f"80{NO_BREAK}% band £3,000 to £19,000" in verdict(judged(20.0, TWENTY, times=1000), 21)


def test_a_claim_without_a_number_is_answered_but_not_judged() -> None:
    found = judged(3.0, TWENTY, figure=None)
    assert found.verdict == NO_NUMBER and found.inside is None and found.mean == 11000
    assert verdict(found, 21).startswith("The paper puts no number to it; the simulation gives £11,000")


def test_a_claim_that_is_not_simulated_says_why() -> None:
    found = judged(3.0, TWENTY, simulated=None, why="nothing here makes friends")
    assert found.verdict == NOT_SIMULATED
    assert verdict(found, 21) == "Not simulated: nothing here makes friends."


def test_what_no_replication_can_answer_is_not_known() -> None:
    found = answers(bid={("financial", "2020-21", "timeliness_20w_excl", "all"): [math.nan] * 3})
    claim = Claim.model_validate(
        {
            "label": "Rate",
            "figure": "saving",
            "simulated": spending(measure="timeliness_20w_excl", periods=["2020-21"]),
        }
    )
    assert (
        judge_one("rate", claim, paper(60.0, "per cent"), found, lambda *_: np.array([])).verdict == NOT_KNOWN
    )


def test_percentages_differ_by_points() -> None:
    rate = ("financial", "2020-21", "timeliness_20w_excl", "all")
    found = answers(baseline={rate: [60.0] * 12}, bid={rate: [63.0] * 12})
    simulated = spending(measure="timeliness_20w_excl", periods=["2020-21"], against="baseline")
    claim = Claim.model_validate({"label": "Rate", "simulated": simulated})
    told = judge_one("rate", claim, paper(1.0), found, lambda *_: np.array([]))
    assert answer(told, 12) == f"3 points (80{NO_BREAK}% band 3 to 3 points)"


# Appraisals.


def appraised(kind: str, printed: str, values: list[float]) -> Judged:
    claim = Claim.model_validate(
        {
            "label": "Paid back",
            "figure": "saving",
            "simulated": {"scenario": "bid", "against": "baseline", "appraisal": kind},
        }
    )
    return judge_one("back", claim, paper(printed, ""), TWO_YEARS, lambda *_: np.array(values))


def test_a_sum_that_is_never_paid_back_comes_after_every_year() -> None:
    found = appraised("pay_back_year", "Year 2", [1.0] * 2 + [3.0] * 6 + [math.nan] * 4)
    assert (found.claimed, found.low, found.high, found.never) == (2, 1, math.inf, 4 / 12)
    assert found.verdict == INSIDE and found.mean == 3
    assert "never in 33" in answer(found, 12)


def test_a_sum_that_nobody_gets_back_is_said_so() -> None:
    found = appraised("pay_back_year", "Year 2", [math.nan] * 12)
    assert found.verdict == BELOW
    assert answer(found, 12) == "no pay-back within the run in any replication"


def test_a_ratio_printed_as_one_to_four_is_four() -> None:
    assert appraised("savings_investment_ratio", "1:4", [1.0] * 12).claimed == 4


def test_a_year_of_pay_back_is_never_between_two_years() -> None:
    simulated = Simulated(scenario="bid", appraisal="pay_back_year")
    assert band(np.array([1.0] * 9 + [2.0] * 9 + [math.inf] * 2), simulated) == (1, 2)


def test_all_verdicts_are_counted() -> None:
    found = [judged(number, TWENTY, times=1000) for number in (3.0, 4.0, 30.0)]
    found += [judged(3.0, TWENTY, figure=None), judged(3.0, TWENTY, simulated=None, why="no")]
    assert tally(found, 21) == (
        f"Of 3 claims with a number, 2 lie inside the band and 1 above the band (80{NO_BREAK}% band); "
        "1 claim has no number; 1 claim is not answered."
    )
