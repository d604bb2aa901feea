"""A calibration whose answer is known: figures that are sums of the parameters and a normal error."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from experiments.calibration.problem import Parameter, Problem
from sim import luck
from sim.config.parameters import Range
from sim.settings import Calibration, Observed

RANGE = Range(0.5, 0.0, 1.0)


def toy(
    values: Sequence[float], parameters: int = 2, sd: float = 0.0, seed: int = 3, **options: object
) -> Problem:
    """Parameters `a`, `b`, ... between 0 and 1, and a figure for each of these published values."""
    names = [chr(ord("a") + number) for number in range(parameters)]
    figures = [
        Observed(measure="requests", period=2000 + number, value=value, sd=sd)
        for number, value in enumerate(values)
    ]
    calibration = Calibration(parameters=names, observed=figures, **{"runs": 1000, **options})
    paths = tuple(Parameter((name,), RANGE) for name in names)
    return Problem(None, paths, tuple(figures), calibration, seed)  # type: ignore[arg-type]


class ToyBank:
    """Stands for a bank: figure i is a weighted sum of the parameters and a normal error."""

    def __init__(self, problem: Problem, weights: Sequence[Sequence[float]], spread: float) -> None:
        self.problem, self.weights, self.spread = problem, np.array(weights, dtype=float), spread
        self.filled: list[list[int]] = []

    def fill(self, draws: Sequence[int], jobs: int, follow: object) -> None:
        self.filled.append(list(draws))

    def figures(self, draws: Sequence[int]) -> np.ndarray:
        means = self.problem.parameters_of(draws) @ self.weights.T
        keys = [luck.key_of("toy", figure) for figure in range(len(self.weights))]
        errors = [[luck.normal_quantile(luck.uniform(key, draw)) for key in keys] for draw in draws]
        return means + self.spread * np.array(errors).reshape(means.shape)
