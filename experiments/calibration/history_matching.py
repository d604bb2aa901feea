"""History matching: which draws of the parameters the published figures rule out.

A draw is ruled out when an emulator puts some figure so far from the published one that neither the
chance of one run, nor the emulator's own doubt, nor the figure's reporting error explains it (Craig
et al. 1997; Vernon, Goldstein and Bower 2010). Each wave runs the draws numbered 1, 2, 3, ... that
earlier waves have left, so it is always the prior without what was ruled out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.calibration.bank import Bank, Follow
from experiments.calibration.emulator import Surface, fit
from experiments.calibration.problem import Problem, name_of
from experiments.errors import DifferenceError, InputError

BEYOND = 3.0
"""Standard deviations at which a draw is ruled out (Pukelsheim's rule: 95 % of any one-peaked spread)."""
LOOKED_AT = 10_000
MOST_LOOKED_AT = 200_000
HOPELESS = 6.0
"""Where every one of so many draws is as far away as this, more draws are not looked at."""
FEWEST = 50
"""Draws that must be left, for the next wave to be fitted to and for its share to be known."""


class RuledOut(DifferenceError):
    """No draw of the parameters gives the published figures."""


@dataclass(frozen=True)
class Wave:
    """One wave: its draws, the last draw number looked at for them, and what its runs taught."""

    draws: list[int]
    last: int
    surfaces: list[Surface]
    space_left: float
    """Share of the prior that this wave and those before it have not ruled out."""


@dataclass(frozen=True)
class Matched:
    """All runs of all waves. `weights`: how many draws of the prior each run stands for."""

    waves: list[Wave]
    draws: list[int]
    weights: np.ndarray


def match(problem: Problem, bank: Bank, jobs: int, follow: Follow) -> Matched:
    """Run every wave. RuledOut if nothing is left of the prior."""
    waves: list[Wave] = []
    for number in range(problem.calibration.waves):
        draws, last = _next_draws(problem, waves, _runs_of(problem, number))
        bank.fill(draws, jobs, follow)
        runs = sorted({*draws, *_left(problem, [d for wave in waves for d in wave.draws], waves)})
        figures = bank.figures(runs)
        _refuse_unknown(problem, figures)
        surfaces = _surfaces(problem, runs, figures)
        space = _space_left(problem, [*waves, Wave(draws, last, surfaces, 0.0)])
        waves.append(Wave(draws, last, surfaces, space))
    draws = [draw for wave in waves for draw in wave.draws]
    return Matched(waves, draws, _weights(problem, waves, draws))


def _runs_of(problem: Problem, number: int) -> int:
    """Runs of wave 0, 1, ...: equal parts of all, the first with what is left over."""
    runs, waves = problem.calibration.runs, problem.calibration.waves
    return runs // waves + (runs % waves if number == 0 else 0)


def _next_draws(problem: Problem, waves: Sequence[Wave], wanted: int) -> tuple[list[int], int]:
    """The next draws that no wave rules out, and the last draw looked at."""
    last = waves[-1].last if waves else 0
    found: list[int] = []
    while len(found) < wanted and last < MOST_LOOKED_AT:
        block = range(last + 1, last + 1 + max(2 * wanted, 1000))
        found += _left(problem, block, waves)
        last = block[-1]
    found = found[:wanted]
    return found, found[-1] if len(found) == wanted else last


def _left(problem: Problem, draws: Sequence[int], waves: Sequence[Wave]) -> list[int]:
    """Those draws that no wave rules out."""
    left = list(draws)
    for wave in waves:
        if left:
            furthest = implausibility(problem, wave.surfaces, left).max(axis=1)
            left = [draw for draw, away in zip(left, furthest, strict=True) if away < BEYOND]
    return left


def implausibility(problem: Problem, surfaces: Sequence[Surface], draws: Sequence[int]) -> np.ndarray:
    """Standard deviations between each figure's emulated mean and the published one: (draws, figures)."""
    places = places_of(problem, problem.parameters_of(draws))
    columns = []
    for surface, value, sd in zip(surfaces, problem.values, problem.sds, strict=True):
        mean, doubt = surface.predict(places)
        spread = np.sqrt(surface.run_variance + doubt + sd**2)
        columns.append(np.abs(value - mean) / np.maximum(spread, 1e-12 * (1 + abs(value))))
    return np.column_stack(columns)


def places_of(problem: Problem, parameters: np.ndarray) -> np.ndarray:
    """Parameters scaled so that their ranges are -1 to 1."""
    return 2 * (parameters - problem.low) / (problem.high - problem.low) - 1


def _surfaces(problem: Problem, runs: Sequence[int], figures: np.ndarray) -> list[Surface]:
    places = places_of(problem, problem.parameters_of(runs))
    return [fit(places, column) for column in figures.T]


def _refuse_unknown(problem: Problem, figures: np.ndarray) -> None:
    """A figure that most runs do not have cannot be learnt from."""
    there = np.isfinite(figures).mean(axis=0)
    rare = [name_of(each) for each, share in zip(problem.figures, there, strict=True) if share < 0.5]
    if rare:
        message = "most runs have no such figure; look at its measure, group and year"
        raise InputError(f"calibration.observed: {', '.join(rare)}: {message}")


def _space_left(problem: Problem, waves: Sequence[Wave]) -> float:
    """Share of the prior that no wave rules out; RuledOut if it is nought."""
    for looked_at in (LOOKED_AT, MOST_LOOKED_AT):
        before = _left(problem, range(1, looked_at + 1), waves[:-1])
        if not before:
            continue
        distances = implausibility(problem, waves[-1].surfaces, before)
        left = int((distances.max(axis=1) < BEYOND).sum())
        if left >= FEWEST:
            return left / looked_at
        if distances.max(axis=1).min() > HOPELESS:
            break
    if left:
        message = f"the figures leave only {left} of {looked_at:,} draws of the parameters"
        raise RuledOut(f"{message}: narrow the ranges around what is left, or give the figures an sd")
    raise RuledOut(_told(problem, waves[-1], before, distances))


def _told(problem: Problem, wave: Wave, draws: Sequence[int], distances: np.ndarray) -> str:
    """Which figures rule everything out, and by how much."""
    nearest = distances.min(axis=0)
    alone = nearest >= BEYOND
    if alone.any():
        lines = ["no value of the parameters within their ranges gives:"]
    else:
        nearest = distances[distances.max(axis=1).argmin()]
        alone = nearest >= BEYOND
        lines = ["the parameters can meet each figure but not all at once; the nearest draw misses:"]
    places = places_of(problem, problem.parameters_of(draws))
    for column in np.flatnonzero(alone):
        mean, _ = wave.surfaces[column].predict(places)
        figure, away = problem.figures[column], nearest[column]
        lines.append(
            f"  {name_of(figure)}: published {figure.value:g}, runs average {mean.min():.4g} to "
            f"{mean.max():.4g}, at best {away:.1f} standard deviations away"
        )
    lines.append("Look at the figures and at the ranges; no posterior was written.")
    return "\n".join(lines)


def _weights(problem: Problem, waves: Sequence[Wave], draws: Sequence[int]) -> np.ndarray:
    """Draws of the prior that each run stands for.

    A draw that wave k was the first to rule out was run only if its number is no higher than the last
    of wave k, while draws that are left were run up to the last of all: so it stands for more of them.
    """
    weights = dict.fromkeys(draws, 1.0)
    left = list(draws)
    for wave in waves[:-1]:
        still = _left(problem, left, [wave])
        weights.update(dict.fromkeys(set(left) - set(still), waves[-1].last / wave.last))
        left = still
    return np.array([weights[draw] for draw in draws])
