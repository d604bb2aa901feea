"""The way from runs to a posterior: match, accept, try the method out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from experiments.calibration.bank import Bank, Follow, simulated
from experiments.calibration.history_matching import Matched, match
from experiments.calibration.identifiability import Learnt, learnt
from experiments.calibration.posterior import (
    Accepted,
    equally_likely,
    infer_with,
    mean_and_variance,
    table_of,
)
from experiments.calibration.problem import Problem
from experiments.calibration.simulation_based import Trial, try_out
from sim import luck
from sim.config.posterior import JointDraws

MOST_PREDICTED = 100
DIGITS = 6
"""Significant digits of a posterior: far finer than what is known, coarser than rounding error."""


@dataclass(frozen=True)
class Learning:
    """What the figures teach. `rows` are (rows, parameters) in the units of the config."""

    matched: Matched
    accepted: Accepted
    rows: np.ndarray
    contraction: np.ndarray
    trial: Trial
    learnt: list[Learnt]


def learn(problem: Problem, bank: Bank, jobs: int, follow: Follow) -> Learning:
    """Run what the bank lacks, make the posterior and try the method on simulated authorities."""
    matched = match(problem, bank, jobs, follow)
    table, draws = table_of(problem, matched.draws, bank.figures(matched.draws), matched.weights)
    infer = infer_with(problem.calibration.accepted)
    accepted = infer(table, problem.values)
    _, variance = mean_and_variance(accepted, problem.from_logits(accepted.logits))
    there = set(draws)
    truths = [draw for draw in matched.waves[0].draws if draw in there][: problem.calibration.authorities]
    trial = try_out(problem, table, draws, truths, infer)
    prior = np.array([each.prior_variance for each in problem.parameters])
    return Learning(
        matched,
        accepted,
        rows_of(problem, accepted),
        1 - variance / prior,
        trial,
        learnt(problem.parameters, trial),
    )


def rows_of(problem: Problem, accepted: Accepted) -> np.ndarray:
    """The posterior's rows, in the units of the config and within the ranges."""
    key = luck.key_of(problem.seed, "posterior rows")
    values = problem.from_logits(equally_likely(accepted, problem.calibration.rows, key))
    rounded = [[float(f"{value:.{DIGITS}g}") for value in row] for row in values.tolist()]
    return np.clip(np.array(rounded), problem.low, problem.high)


def as_csv(problem: Problem, rows: np.ndarray) -> str:
    """The posterior file: a header of dotted paths and a row a draw."""
    lines = [",".join(each.name for each in problem.parameters)]
    lines += [",".join(map(repr, row)) for row in rows.tolist()]
    return "\n".join(lines) + "\n"


def predicted(problem: Problem, learning: Learning, jobs: int, follow: Follow) -> np.ndarray:
    """Figures of new runs that draw from the posterior as `run` does, with the error of published ones."""
    paths = tuple(each.path for each in problem.parameters)
    posterior = JointDraws("", b"", paths, tuple(map(tuple, learning.rows.tolist())))
    document = replace(problem.document, posterior=posterior)
    first = learning.matched.waves[-1].last + 1
    draws = range(first, first + min(MOST_PREDICTED, problem.calibration.runs // 10))
    baseline = document.scenario_names[0]
    runs = simulated(problem, draws, jobs, lambda draw: document.settings(baseline, draw))
    return np.array(list(follow(runs, len(draws)))) + problem.errors_of(draws)
