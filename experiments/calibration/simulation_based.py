"""Simulation-based calibration: the method tried on authorities whose parameters are known.

Runs of the bank play the published authority in turn. Each is left out of the table, its figures are
given to the same method, and the rank of its true parameters among the posterior's rows is kept. The
runs come from the prior, so over many of them the ranks must be uniform and 80 % of the true values
must lie inside the 80 % interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.calibration.posterior import Infer, Table, equally_likely, mean_and_variance
from experiments.calibration.problem import Problem
from experiments.calibration.ranks import Verdict, judge
from sim import luck


@dataclass(frozen=True)
class Trial:
    """What came of the simulated authorities: a row each, a column a parameter."""

    ranks: np.ndarray
    """Rows of the posterior below the true value."""
    shares: np.ndarray
    """The same as a share in (0, 1), ties broken by keyed luck."""
    contraction: np.ndarray
    """1 less posterior over prior variance: 1 is known exactly, 0 nothing was learnt."""

    def verdicts(self) -> list[Verdict]:
        return [judge(column) for column in self.shares.T]


def try_out(problem: Problem, table: Table, draws: list[int], truths: list[int], infer: Infer) -> Trial:
    """Let the runs of these draws be the published authority in turn. `draws` are the table's rows."""
    rows_of = {draw: row for row, draw in enumerate(draws)}
    found = [_one(problem, table, rows_of[draw], draw, infer) for draw in truths]
    ranks, shares, contraction = (np.array(part) for part in zip(*found, strict=True))
    return Trial(ranks, shares, contraction)


def _one(
    problem: Problem, table: Table, row: int, draw: int, infer: Infer
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ranks, ranks as shares and contraction of one simulated authority."""
    others = table.without(row)
    accepted = infer(others, table.figures[row])
    key = luck.key_of(problem.seed, "simulated authority", draw)
    rows = equally_likely(accepted, problem.calibration.rows, key)
    ranks = np.sum(rows < table.logits[row], axis=0)
    shares = [
        (rank + luck.uniform(key, occasion)) / (len(rows) + 1) for occasion, rank in enumerate(ranks, 1)
    ]
    _, variance = mean_and_variance(accepted, problem.from_logits(accepted.logits))
    prior = np.array([each.prior_variance for each in problem.parameters])
    return ranks, np.array(shares), 1 - variance / prior
