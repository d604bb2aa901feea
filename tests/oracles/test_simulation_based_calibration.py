"""Ranks of known parameters: the band is exact, a right method keeps to it and wrong ones do not."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("sklearn")

from toy_calibration import ToyBank, toy

from experiments.calibration.identifiability import learnt
from experiments.calibration.posterior import Accepted, Infer, Table, infer_with, table_of
from experiments.calibration.ranks import POINTS, band, chance_inside, judge
from experiments.calibration.simulation_based import Trial, try_out

AUTHORITIES = 200


def test_the_chance_of_staying_inside_is_exact_for_two_ranks() -> None:
    """With 2 ranks and only their number up to the middle limited, by hand: 1 of each side is 1/2."""
    low, high = np.zeros(POINTS - 1), np.full(POINTS - 1, 2.0)
    assert chance_inside(2, low, high) == pytest.approx(1)
    middle = POINTS // 2 - 1
    low[middle] = high[middle] = 1
    assert chance_inside(2, low, high) == pytest.approx(0.5)


def test_the_chance_of_staying_inside_is_that_of_every_path_added_up() -> None:
    """Three ranks, each in one of 40 cells: all 64,000 ways, counted."""
    low, high = np.zeros(POINTS - 1), np.full(POINTS - 1, 3.0)
    low[29], high[9], high[19] = 2, 1, 2
    cells = np.array(list(itertools.product(range(POINTS), repeat=3)))
    counts = [(cells <= number).sum(axis=1) for number in range(POINTS - 1)]
    inside = [
        (count >= least) & (count <= most) for count, least, most in zip(counts, low, high, strict=True)
    ]
    assert chance_inside(3, low, high) == pytest.approx(np.mean(np.all(inside, axis=0)))


def test_the_band_holds_99_of_100_curves_of_uniform_ranks() -> None:
    limits = band(AUTHORITIES)
    assert 0.99 <= chance_inside(AUTHORITIES, limits.least, limits.most) < 0.994
    uniform = np.random.Generator(np.random.Philox(key=[7, 7])).random((4000, AUTHORITIES))
    inside = np.mean([judge(row).inside for row in uniform])
    assert inside == pytest.approx(0.991, abs=0.005)


def toy_trial(wrong: Infer | None = None, parameters: int = 2, weights: object = ((1, 0), (1, 1))) -> Trial:
    problem = toy([0.5] * len(weights), parameters, runs=1200, authorities=AUTHORITIES)
    draws = list(range(1, 1201))
    figures = ToyBank(problem, weights, 0.15).figures(draws)
    table, kept = table_of(problem, draws, figures, np.ones(len(draws)))
    return try_out(problem, table, kept, kept[:AUTHORITIES], wrong or infer_with(0.2))


def changed(factor: float, shift: float) -> Infer:
    """The right method with draws brought nearer to their mean and moved, in standard deviations."""
    right = infer_with(0.2)

    def infer(table: Table, observed: np.ndarray) -> Accepted:
        accepted = right(table, observed)
        mean = accepted.weights @ accepted.logits
        spread = np.sqrt(accepted.weights @ (accepted.logits - mean) ** 2)
        return replace(accepted, logits=mean + shift * spread + factor * (accepted.logits - mean))

    return infer


def test_the_method_keeps_to_the_band_and_covers_what_it_says() -> None:
    for verdict in toy_trial().verdicts():
        assert verdict.inside
        for nominal, found in verdict.coverage.items():
            assert found == pytest.approx(nominal, abs=3 * np.sqrt(nominal * (1 - nominal) / AUTHORITIES))


@pytest.mark.parametrize(
    "factor, shift", [(0.5, 0.0), (2.0, 0.0), (1.0, 0.5), (1.0, -0.5)], ids=["narrow", "wide", "high", "low"]
)
def test_a_broken_method_leaves_the_band(factor: float, shift: float) -> None:
    assert not any(verdict.inside for verdict in toy_trial(changed(factor, shift)).verdicts())


def test_a_parameter_that_no_figure_depends_on_keeps_its_prior_and_is_told() -> None:
    trial = toy_trial(parameters=3, weights=((1, 0, 0), (1, 1, 0)))
    problem = toy([0.5, 0.5], 3)
    known, tied, idle = learnt(problem.parameters, trial)
    assert known.identifiable and tied.identifiable and not known.reason
    assert not idle.identifiable and "off its variance" in idle.reason
    assert idle.mean_contraction == pytest.approx(0, abs=0.05)
    assert known.mean_contraction > 0.4


def test_a_parameter_that_fails_its_ranks_is_not_identifiable_however_sure_it_looks() -> None:
    first, _ = learnt(toy([0.5, 0.5]).parameters, toy_trial(changed(0.5, 0.0)))
    assert first.mean_contraction > 0.5
    assert not first.identifiable and "leave the 99% band" in first.reason
