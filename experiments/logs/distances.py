"""How far two logs' times of one stage lie apart, and whether replications lie as far from each other.

The area between two curves of the share of stages over by each day is the days by which they differ
on average. Each log's mean distance from all the others is compared with that of the authority's
own log: were it one more replication, it would be the farthest once in so many times.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from experiments.logs.durations import share_over

FEWEST_FOLLOWED = 10
"""Where many stages are never over, curves are compared as far as so many of every log were followed."""
NEARLY_ALL = 0.95


class Distance(NamedTuple):
    """How far the first log lies from the others; times are in days."""

    to_days: int
    """The longest stay up to which the curves are compared."""
    longer: float
    """How much longer the stage takes in the first log, on average, up to there."""
    area: float
    """The first log's mean distance from the others."""
    gap: float
    """The largest difference between the shares over by one day, on average over the others."""
    by_chance: np.ndarray
    """The same distance of each of the others, from all but those of its own draw."""

    @property
    def farther_than(self) -> int:
        """How many of the others lie nearer to the rest than the first log does."""
        return int(np.sum(self.by_chance < self.area))

    @property
    def chance(self) -> float:
        """How often a replication in the first log's place would lie as far from the rest or farther."""
        return (1 + len(self.by_chance) - self.farther_than) / (1 + len(self.by_chance))


def distance(stages: Sequence[pd.DataFrame], draws: Sequence[int]) -> Distance:
    """The first log's stages against the others', whose parameter draws are given."""
    longest = max(int(rows["days"].max()) for rows in stages)
    to_days = int(min([longest, *map(known_to, stages)]))
    days = np.arange(to_days + 1, dtype=float)
    over = np.array([curve(rows, days) for rows in stages])
    apart = np.abs(over[:, None] - over[None])
    area = apart.sum(axis=2)
    counted = _counted(draws)
    mean = (area * counted).sum(axis=1) / counted.sum(axis=1)
    longer = float((over[1:].mean(axis=0) - over[0]).sum())
    return Distance(to_days, longer, float(mean[0]), float(apart[0, 1:].max(axis=1).mean()), mean[1:])


def known_to(rows: pd.DataFrame) -> float:
    """The day up to which the share over is known well enough; for good where nearly all are over."""
    days = np.sort(rows["days"].to_numpy(float))
    if share_over(rows, days[-1:])[0] >= NEARLY_ALL:
        return np.inf
    return float(days[-FEWEST_FOLLOWED]) if len(days) >= FEWEST_FOLLOWED else float(days[0])


def curve(rows: pd.DataFrame, days: np.ndarray) -> np.ndarray:
    """The share over by each day. What little is open after the longest stay counts as over then (Efron)."""
    over = share_over(rows, days)
    return np.where(days >= rows["days"].max(), 1.0, over) if known_to(rows) == np.inf else over


def _counted(draws: Sequence[int]) -> np.ndarray:
    """Which logs each is compared with: not itself, nor another replication of its own draw."""
    draw = np.array([0, *draws])  # draws are numbered from 1
    return (draw[:, None] != draw[None]).astype(float)
