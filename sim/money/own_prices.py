"""Prices of single children that change while they stay where they are, after a case review."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from sim.event_log import PRICE_CUT, PRICE_RESTORED, Code
from sim.measures.records import Rows, numbers_of
from sim.measures.spells import Spells

PRICE_CHANGES = (PRICE_CUT, PRICE_RESTORED)


class Part(NamedTuple):
    """Part of a stay with a price of its own: from day `first` up to `end`, in thousandths."""

    first: int
    end: int
    thousandths: int


Parts = dict[int, list[Part]]
"""By child, in order of time; parts do not overlap."""


def own_prices(
    stays: Spells, found: dict[str, Rows], codes: Sequence[Code], settings: Sequence[str]
) -> Parts:
    """What the changes of price in the log mean: each holds until the next one or the end of the stay.

    `stays` are ordered by child and time, as `placements_of` gives them.
    """
    setting_of = numbers_of(codes, "resource", settings)
    changes = sorted(
        (int(child), int(minute), int(setting_of[code]), int(value), int(day))
        for rows in (found[event] for event in PRICE_CHANGES)
        for minute, child, code, value, day in zip(*rows, rows.day, strict=True)
    )
    parts: Parts = defaultdict(list)
    for child, _, setting, value, day in changes:
        until = _end_of_stay(stays, child, setting, day)
        if until is None:
            continue
        if parts[child] and parts[child][-1].end > day:
            parts[child][-1] = parts[child][-1]._replace(end=day)
        parts[child].append(Part(day, until, value))
    return parts


def _end_of_stay(stays: Spells, child: int, setting: int, day: int) -> int | None:
    """The end of the child's stay in a setting on a day; None if it is not there at the day's close."""
    theirs = slice(*np.searchsorted(stays.child, [child, child + 1]))
    there = (stays.kind[theirs] == setting) & (stays.first[theirs] <= day) & (stays.end[theirs] > day)
    return int(stays.end[theirs][there][0]) if there.any() else None


def at_own_prices(stays: Spells, parts: Parts) -> Spells:
    """Stays cut where the child's own price changes, each piece with the price that then holds."""
    if not parts:
        return stays
    changed = np.isin(stays.child, list(parts))
    pieces = [
        (child, kind, *piece)
        for child, kind, first, end, value in zip(*(c[changed].tolist() for c in stays), strict=True)
        for piece in _pieces(Part(first, end, value), parts[child])
    ]
    columns = np.array(pieces, dtype=np.int64).reshape(len(pieces), 5).T
    return Spells(*(np.append(old[~changed], new) for old, new in zip(stays, columns, strict=True)))


def _pieces(stay: Part, parts: list[Part]) -> Iterator[Part]:
    """A stay with the parts laid over it."""
    first = stay.first
    for part in parts:
        begins, ends = max(part.first, first), min(part.end, stay.end)
        if begins < ends:
            yield Part(first, begins, stay.thousandths)
            yield part._replace(first=begins, end=ends)
            first = ends
    yield Part(first, stay.end, stay.thousandths)
