"""What came of a calibration, as plain data: kept beside the posterior and told with --json."""

from __future__ import annotations

from typing import Any

import numpy as np

from experiments.calibration.history_matching import BEYOND, Matched, implausibility
from experiments.calibration.identifiability import Learnt
from experiments.calibration.learning import DIGITS, Learning
from experiments.calibration.problem import Problem, name_of
from experiments.calibration.ranks import band
from experiments.calibration.simulation_based import Trial
from experiments.plan import model_version
from sim.measures.measures import MEASURES

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
STRONG = 0.5
"""Correlation from which two parameters are told to be learnt only together."""
SURPRISING = 0.025
"""Share of predicted figures beyond the published one, on either side, that is told."""


def told(problem: Problem, learning: Learning, predicted: np.ndarray) -> dict[str, Any]:
    """Everything but the posterior's rows, in as many digits as the posterior has."""
    accepted = learning.accepted
    content = {
        "name": problem.name,
        "authority": problem.document.data["authority"]["name"],
        "model": model_version(),
        "inputs": problem.inputs(),
        "bank": problem.bank_id(),
        "seed": problem.seed,
        "runs": len(learning.matched.draws),
        "accepted": len(accepted.rows),
        "accepted_effective": float(1 / np.sum(accepted.weights**2)),
        "waves": waves_of(problem, learning.matched),
        "parameters": parameters_of(learning),
        "together": together(problem, learning.rows),
        "figures": figures_of(problem, predicted),
        "trial": trial_of(problem, learning.trial, learning.learnt),
    }
    return _rounded(content)


def _rounded(value: Any) -> Any:
    """Numbers without the last digits, in which machines may differ."""
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def waves_of(problem: Problem, matched: Matched) -> list[dict[str, Any]]:
    """Each wave's runs and how much of the prior it left."""
    return [
        {
            "wave": number,
            "runs": len(wave.draws),
            "last_draw": wave.last,
            "space_left": wave.space_left,
            "furthest": _furthest(problem, matched, number - 1),
        }
        for number, wave in enumerate(matched.waves, 1)
    ]


def _furthest(problem: Problem, matched: Matched, number: int) -> str:
    """The figure that rules out most of the wave's own draws."""
    wave = matched.waves[number]
    distances = implausibility(problem, wave.surfaces, wave.draws)
    ruled_out = (distances >= BEYOND).mean(axis=0)
    return name_of(problem.figures[int(ruled_out.argmax())]) if ruled_out.any() else "none"


def parameters_of(learning: Learning) -> list[dict[str, Any]]:
    """Prior and posterior of each parameter, and what figures such as these can say of it."""
    return [
        {
            "path": each.parameter.name,
            "low": each.parameter.spread.low,
            "value": each.parameter.spread.value,
            "high": each.parameter.spread.high,
            "prior": {str(share): each.parameter.prior_quantile(share) for share in QUANTILES},
            "posterior": {str(share): float(np.quantile(column, share)) for share in QUANTILES},
            "contraction": float(taken),
            "mean_contraction": each.mean_contraction,
            "identifiable": each.identifiable,
            "reason": each.reason,
        }
        for each, column, taken in zip(learning.learnt, learning.rows.T, learning.contraction, strict=True)
    ]


def trial_of(problem: Problem, trial: Trial, learnt: list[Learnt]) -> dict[str, Any]:
    """Ranks of the true values among the rows, and the verdict on each parameter's."""
    count = len(trial.shares)
    limits = band(count)
    return {
        "authorities": count,
        "rows": problem.calibration.rows,
        "band": {
            "points": limits.points.tolist(),
            "low": (limits.least / count).tolist(),
            "high": (limits.most / count).tolist(),
        },
        "parameters": [
            {
                "path": each.parameter.name,
                "inside_band": each.verdict.inside,
                "largest_difference": each.verdict.largest,
                "difference": each.verdict.difference.tolist(),
                "coverage": {str(share): found for share, found in each.verdict.coverage.items()},
                "ranks": ranks.tolist(),
            }
            for each, ranks in zip(learnt, trial.ranks.T, strict=True)
        ],
    }


def figures_of(problem: Problem, predicted: np.ndarray) -> list[dict[str, Any]]:
    """The published figures beside those that runs of the posterior give, reporting error included."""
    return [
        {
            "name": name_of(figure),
            "calendar": figure.calendar,
            "period": str(figure.period),
            "measure": figure.measure,
            "group": figure.group,
            "unit": MEASURES[figure.measure].unit,
            "value": figure.value,
            "sd": figure.sd,
            "source": figure.source or problem.calibration.source,
            **_beside(figure.value, column[np.isfinite(column)]),
        }
        for figure, column in zip(problem.figures, predicted.T, strict=True)
    ]


def _beside(published: float, predicted: np.ndarray) -> dict[str, Any]:
    if not len(predicted):
        return {"predicted": None, "surprising": True}
    below, above = np.mean(predicted <= published), np.mean(predicted >= published)
    return {
        "predicted": {str(share): float(np.quantile(predicted, share)) for share in (0.1, 0.5, 0.9)},
        "surprising": bool(min(below, above) < SURPRISING),
    }


def together(problem: Problem, rows: np.ndarray) -> list[dict[str, Any]]:
    """Pairs of parameters that the figures tie to each other."""
    table = np.corrcoef(rows, rowvar=False).reshape(rows.shape[1], rows.shape[1])
    names = [each.name for each in problem.parameters]
    return [
        {"first": names[one], "second": names[other], "correlation": float(table[one, other])}
        for one in range(len(names))
        for other in range(one + 1, len(names))
        if abs(table[one, other]) >= STRONG
    ]
