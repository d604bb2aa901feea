"""Keyed luck against published numbers, scipy's distributions and the tests any generator must pass."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.luck import GOLDEN, MASK, Luck, key_of, lognormal, poisson_quantile, triangular, uniform

ALPHA = 0.001
ROOT = Path(__file__).resolve().parents[2]
SPLITMIX64_FROM_0 = (0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC)
"""The published first outputs of SplitMix64 with seed 0."""
PURPOSES = ("demand.count", "demand.day", "decision.assess", "advice.ep.delay", "leaving.died")


def draws(purpose: str, count: int, occasion: int = 0, seed: int = 1) -> np.ndarray:
    draw = Luck(seed, 1).purpose(purpose)
    return np.array([draw(key_of("request", "ASD", 7, child), occasion) for child in range(count)])


def test_the_stream_is_splitmix64_as_published() -> None:
    ours = [uniform(0, occasion) for occasion in range(1, 5)]
    assert ours == [((output >> 12) + 0.5) / 2**52 for output in SPLITMIX64_FROM_0]


def unmix(z: int) -> int:
    """The state whose SplitMix64 output is `z`: every step of the finaliser turned round."""
    for shift, factor in ((31, 0x94D049BB133111EB), (27, 0xBF58476D1CE4E5B9), (30, 1)):
        output = z
        for _ in range(3):
            z = output ^ (z >> shift)
        z = z * pow(factor, -1, 2**64) & MASK
    return z


def test_the_smallest_and_the_largest_output_are_still_inside_0_and_1() -> None:
    assert uniform(unmix(0)) == 0.5 / 2**52
    assert uniform(unmix(MASK)) == 1 - 0.5 / 2**52 < 1
    assert uniform((unmix(MASK) - 3 * GOLDEN) & MASK, 3) == uniform(unmix(MASK))


@pytest.mark.parametrize("purpose", PURPOSES)
def test_the_numbers_of_a_purpose_are_uniform(purpose: str) -> None:
    assert stats.kstest(draws(purpose, 10_000), "uniform").pvalue > ALPHA


def test_one_childs_numbers_on_many_occasions_are_uniform() -> None:
    draw = Luck(1, 1).purpose("review.outcome")
    for child in range(3):
        numbers = [draw(key_of("request", child), occasion) for occasion in range(-3000, 3000)]
        assert stats.kstest(numbers, "uniform").pvalue > ALPHA


def assert_independent(first: np.ndarray, second: np.ndarray) -> None:
    """Chi-square on a table of tenths by tenths, and a correlation within chance."""
    table = np.histogram2d(first, second, bins=10, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(table.ravel()).pvalue > ALPHA
    assert abs(np.corrcoef(first, second)[0, 1]) < 3.3 / len(first) ** 0.5


@pytest.mark.parametrize("purpose", PURPOSES[1:])
def test_two_purposes_of_the_same_children_are_independent(purpose: str) -> None:
    assert_independent(draws(PURPOSES[0], 10_000), draws(purpose, 10_000))


def test_a_child_and_the_next_are_independent() -> None:
    numbers = draws("demand.day", 10_001)
    assert_independent(numbers[:-1], numbers[1:])


@pytest.mark.parametrize("apart", [1, 2, 12])
def test_an_occasion_and_a_later_one_are_independent(apart: int) -> None:
    assert_independent(draws("review.held", 10_000), draws("review.held", 10_000, occasion=apart))


def test_replications_and_seeds_are_independent() -> None:
    assert_independent(draws("demand.day", 10_000), draws("demand.day", 10_000, seed=2))
    second = Luck(1, 2).purpose("demand.day")
    numbers = np.array([second(key_of("request", "ASD", 7, child), 0) for child in range(10_000)])
    assert_independent(draws("demand.day", 10_000), numbers)


@pytest.mark.parametrize("mean", [1e-6, 0.003, 0.1, 0.5, 1, 2.5, 7, 20, 63.7, 150, 740, 1234.5, 5000])
def test_poisson_counts_are_scipys(mean: float) -> None:
    numbers = draws("demand.count", 2000)
    ours = [poisson_quantile(mean, u) for u in numbers]
    assert ours == stats.poisson.ppf(numbers, mean).astype(int).tolist()


def test_a_poisson_count_never_falls_when_the_mean_rises() -> None:
    means = np.linspace(0, 30, 301)
    for u in draws("demand.count", 50):
        counts = [poisson_quantile(mean, u) for mean in means]
        assert counts == sorted(counts)
    assert poisson_quantile(0, 0.999) == 0


@pytest.mark.parametrize("u", [2.0**-53, 1 - 2.0**-53])
@pytest.mark.parametrize("mean", [0.2, 12.0, 900.0])
def test_the_luckiest_and_unluckiest_counts_are_within_nine_deviations(mean: float, u: float) -> None:
    assert abs(poisson_quantile(mean, u) - mean) < 9 * mean**0.5 + 15


@pytest.mark.parametrize("cv", [0.05, 0.5, 1.0, 2.5])
def test_lognormal_times_are_scipys_and_keep_their_mean(cv: float) -> None:
    numbers = draws("delay.consultation", 500)
    sigma = np.log1p(cv**2) ** 0.5
    theirs = stats.lognorm(sigma, scale=20 * np.exp(-(sigma**2) / 2))
    np.testing.assert_allclose([lognormal(u, 20, cv) for u in numbers], theirs.ppf(numbers), rtol=1e-11)
    assert theirs.mean() == pytest.approx(20)
    assert theirs.std() == pytest.approx(20 * cv)


def test_a_time_without_spread_is_its_mean() -> None:
    assert lognormal(0.9, 20, 0) == 20


@pytest.mark.parametrize("ends", [(0, 3, 10), (2, 2, 5), (-4, 1, 1)])
def test_triangular_parameters_are_scipys(ends: tuple[float, float, float]) -> None:
    low, mode, high = ends
    numbers = draws("parameter", 500)
    theirs = stats.triang((mode - low) / (high - low), loc=low, scale=high - low).ppf(numbers)
    np.testing.assert_allclose([triangular(u, low, mode, high) for u in numbers], theirs, rtol=1e-11)
    assert triangular(0.4, 3, 3, 3) == 3


def test_another_process_finds_the_same_numbers_whatever_its_hash_seed() -> None:
    program = (
        "from sim.luck import Luck, key_of\n"
        "draw = Luck(7, 3).purpose('demand.day')\n"
        "print([draw(key_of('request', 'ASD', 7, child), child) for child in range(5)])"
    )
    here = Luck(7, 3).purpose("demand.day")
    expected = [here(key_of("request", "ASD", 7, child), child) for child in range(5)]
    for hash_seed in ("0", "42"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
        found = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert found.stdout.strip() == str(expected)
