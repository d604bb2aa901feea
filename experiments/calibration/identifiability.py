"""Which parameters the figures say something about, and which keep what was believed before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.calibration.problem import Parameter
from experiments.calibration.ranks import LEVEL, Verdict
from experiments.calibration.simulation_based import Trial

LEAST_CONTRACTION = 0.1
"""Figures that take less than this off a parameter's variance, on average, do not identify it."""


@dataclass(frozen=True)
class Learnt:
    """What figures such as these teach about one parameter."""

    parameter: Parameter
    mean_contraction: float
    """Over simulated authorities; the variance of the prior is 1."""
    verdict: Verdict

    @property
    def identifiable(self) -> bool:
        return self.mean_contraction >= LEAST_CONTRACTION and self.verdict.inside

    @property
    def reason(self) -> str:
        """Why it is not identifiable; empty if it is."""
        if self.mean_contraction < LEAST_CONTRACTION:
            off = max(self.mean_contraction, 0)
            return f"figures like these take only {off:.0%} off its variance"
        if not self.verdict.inside:
            return f"ranks of true values leave the {LEVEL:.0%} band, so its interval cannot be trusted"
        return ""


def learnt(parameters: tuple[Parameter, ...], trial: Trial) -> list[Learnt]:
    means = np.mean(trial.contraction, axis=0)
    told = zip(parameters, means.tolist(), trial.verdicts(), strict=True)
    return [Learnt(*each) for each in told]
