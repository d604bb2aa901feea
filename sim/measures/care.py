"""Stays in care, as stretches of days."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.event_log import Code
from sim.measures.records import NEVER, Rows, numbers_of
from sim.measures.spells import Spells


def stays_in_care(begun: Rows, ended: Rows, codes: Sequence[Code], placements: Sequence[str]) -> Spells:
    """Each stay from its first day to its end, NEVER where it goes on; its kind is a place in `placements`.

    A child's n-th stay ends with its n-th ending; `value` is its price multiplier in thousandths.
    """
    end = np.full(len(begun.child), NEVER, dtype=np.int64)
    first_of = _in_turn(begun.child)
    place = {turn: number for number, turn in enumerate(first_of)}
    for turn, day in zip(_in_turn(ended.child), ended.day.tolist(), strict=True):
        if turn in place:
            end[place[turn]] = day
    kind = numbers_of(codes, "resource", placements)[begun.code]
    return Spells(begun.child.astype(np.int64), kind, begun.day.astype(np.int64), end, begun.value)


def _in_turn(children: np.ndarray) -> list[tuple[int, int]]:
    """For each row its child, and how many rows of that child came before."""
    seen: dict[int, int] = {}
    turns = []
    for child in children.tolist():
        seen[child] = seen.get(child, 0) + 1
        turns.append((child, seen[child]))
    return turns
