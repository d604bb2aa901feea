"""Small numbers do not leave: what every table made from people goes through before it is written.

A cell that counts fewer people than the threshold is merged up a declared hierarchy. What cannot be
merged is held back, and with it so many of its neighbours that it cannot be found as a difference.
A count of nought may be shown. Smallest and largest values are never shown.

Numbers published in two places of one release are kept consistent by making both from one merged
table. Two releases of one base are not compared here: who publishes both must look at them together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache

import numpy as np

THRESHOLD = 10
"""The rule of thumb of the Office for National Statistics for outputs of a longitudinal study."""
LEAST_THRESHOLD = 3
MOST_ATOMS = 14
"""Of which every group can be looked at."""

Cell = tuple[str, str]


def policy(threshold: int) -> str:
    """What was done, in one sentence for the head of every output."""
    return (
        f"Cells of 1 to {threshold - 1} people are merged up (single age to neighbouring ages, band to "
        "neighbouring bands, need to OTH, setting to its nearest kind or other) or held back, and with "
        "them what would give them away; nothing smallest or largest is shown."
    )


def is_small(count: float, threshold: int) -> bool:
    """Whether so many people are too few to be shown; none at all is not."""
    return 0 < count < threshold


def at_least(count: int, threshold: int) -> int | str:
    """A count for a report in words: the number, or that it is small."""
    return f"fewer than {threshold}" if is_small(count, threshold) else count


def pooled(size: int, is_too_small: Callable[[Sequence[int]], bool]) -> list[list[int]]:
    """Neighbouring positions 0 to size - 1 joined until no pool is too small.

    A pool that is too small takes in the next one, the last one the one before. Nothing is left
    where even all together are too small.
    """
    pools: list[list[int]] = []
    gathering: list[int] = []
    for position in range(size):
        gathering.append(position)
        if not is_too_small(gathering):
            pools.append(gathering)
            gathering = []
    while gathering and pools:
        gathering = pools.pop() + gathering
        if not is_too_small(gathering):
            pools.append(gathering)
            gathering = []
    return pools


def pooled_counts(counts: Sequence[int], threshold: int) -> list[list[int]]:
    """Neighbouring counts pooled so that none is small; empty where the total is."""
    return pooled(len(counts), lambda pool: is_small(sum(counts[place] for place in pool), threshold))


def pooled_within(counts: Sequence[int], groups: Sequence[Sequence[int]], threshold: int) -> list[list[int]]:
    """The same, pooled within groups of neighbours first; a group too small is joined to another."""
    pools: list[list[int]] = []
    for group in groups:
        pools += [
            [group[place] for place in pool]
            for pool in pooled_counts([counts[position] for position in group], threshold)
        ] or [list(group)]
    joined = pooled_counts([sum(counts[place] for place in pool) for pool in pools], threshold)
    return [[place for pool in each for place in pools[pool]] for each in joined]


def merged_up(
    counts: Mapping[str, int], parents: Mapping[str, str], threshold: int
) -> tuple[dict[str, int], dict[str, str]]:
    """Small cells put into their parents, the smallest first: the counts, and where each cell went.

    A cell without a parent, when it is small, takes in the smallest other cell. Where even the total is
    small nothing is left.
    """
    kept = {name: count for name, count in counts.items() if count}
    went = {name: name for name in kept}
    while small := [name for name in kept if is_small(kept[name], threshold)]:
        if len(kept) == 1:
            return {}, {}
        name = min(small, key=lambda each: (kept[each], each))
        into = parents.get(name)
        if into is None:
            into, name = (
                name,
                min((each for each in kept if each != name), key=lambda each: (kept[each], each)),
            )
        kept[into] = kept.get(into, 0) + kept.pop(name)
        went.setdefault(into, into)
        went = {each: into if now == name else now for each, now in went.items()}
    return kept, went


def publishable(series: Mapping[str, Collection[str]], atoms: Mapping[str, int], threshold: int) -> list[str]:
    """Which of several counts that add up may be shown together, the first ones before the later ones.

    Each series counts the people in some of the `atoms`, which share out everybody. A series is shown
    only if no small group of people can be reckoned from all that is shown by adding and taking away.
    """
    signatures: dict[tuple[bool, ...], int] = {}
    for atom, count in atoms.items():
        if count:
            signature = tuple(atom in members for members in series.values())
            signatures[signature] = signatures.get(signature, 0) + count
    cells, sizes = np.array(list(signatures), dtype=float), np.array(list(signatures.values()))
    gives_away = _by_sums if len(sizes) <= MOST_ATOMS else _by_parts
    shown: list[int] = []
    for place in range(len(series)):
        if not len(sizes) or not gives_away(cells[:, [*shown, place]].T, sizes, threshold):
            shown.append(place)
    return [list(series)[place] for place in shown]


def _by_sums(shown: np.ndarray, sizes: np.ndarray, threshold: int) -> bool:
    """Whether a small group of whole atoms is a sum, with any weights, of the counts that are shown.

    `shown` has a row for each count and a column for each atom, 1 where the count holds the atom.
    """
    _, values, directions = np.linalg.svd(shown)
    unknown = directions[(values > 1e-9).sum() :]  # what no sum of the counts can tell
    groups = _subsets(len(sizes))
    counts = groups @ sizes
    small = groups[(counts > 0) & (counts < threshold)]
    return bool((np.abs(small @ unknown.T) < 1e-9).all(axis=1).any())


def _by_parts(shown: np.ndarray, sizes: np.ndarray, threshold: int) -> bool:
    """Whether the counts that are shown part those they hold into a small group: enough where each
    count lies within another or apart from it, as ages do in bands."""
    parts: dict[tuple[float, ...], int] = {}
    for signature, size in zip(map(tuple, shown.T.tolist()), sizes.tolist(), strict=True):
        parts[signature] = parts.get(signature, 0) + size
    return any(is_small(size, threshold) for signature, size in parts.items() if any(signature))


@lru_cache(maxsize=4)
def _subsets(atoms: int) -> np.ndarray:
    """Every group of atoms, a row each."""
    return (np.arange(1, 1 << atoms)[:, None] >> np.arange(atoms) & 1).astype(float)


def held_back(table: Mapping[Cell, int], threshold: int) -> set[Cell]:
    """The cells of a two-way table to hold back where both margins are shown.

    In every row and column with a cell held back there are at least two, which together count no small
    number, and the margins do not settle any of those that are small.
    """
    hidden = {cell for cell, count in table.items() if is_small(count, threshold)}
    lines = _lines(table)
    while more := _one_more(lines, table, hidden, threshold) or _settled(lines, table, hidden, threshold):
        hidden.add(more)
    return hidden


def _lines(table: Mapping[Cell, int]) -> list[list[Cell]]:
    """The cells of each row and of each column."""
    names = [sorted({cell[axis] for cell in table}) for axis in (0, 1)]
    return [[cell for cell in sorted(table) if cell[axis] == name] for axis in (0, 1) for name in names[axis]]


def _one_more(
    lines: Sequence[Sequence[Cell]], table: Mapping[Cell, int], hidden: set[Cell], threshold: int
) -> Cell | None:
    """A cell that must be hidden too because its line gives a hidden one away, if there is any."""
    for line in lines:
        inside = [cell for cell in line if cell in hidden]
        enough = len(inside) >= 2 and sum(table[cell] for cell in inside) >= threshold
        if inside and not enough and (more := _smallest_shown(line, table, hidden)):
            return more
    return None


def _settled(
    lines: Sequence[Sequence[Cell]], table: Mapping[Cell, int], hidden: set[Cell], threshold: int
) -> Cell | None:
    """A cell to hide because all margins together settle a small one, if there is any."""
    cells = sorted(hidden)
    if not cells:
        return None
    sums = np.array([[cell in line for cell in cells] for line in lines], dtype=float)
    _, values, directions = np.linalg.svd(sums)
    free = np.abs(directions[(values > 1e-9).sum() :]).sum(axis=0) > 1e-9
    for cell, is_free in zip(cells, free.tolist(), strict=True):
        if not is_free and is_small(table[cell], threshold):
            for line in lines:
                if cell in line and (more := _smallest_shown(line, table, hidden)):
                    return more
    return None


def _smallest_shown(line: Sequence[Cell], table: Mapping[Cell, int], hidden: set[Cell]) -> Cell | None:
    shown = [cell for cell in line if cell not in hidden and table[cell]]
    return min(shown, key=lambda cell: (table[cell], cell), default=None)


def span_label(kind: str, names: Sequence[str]) -> str:
    """The group of neighbours that are shown as one: `age=21-25`, `band=16_to_19+20_to_25`."""
    if len(names) == 1:
        return f"{kind}={names[0]}"
    if kind == "age":
        return f"{kind}={names[0]}-{names[-1]}"
    return f"{kind}={'+'.join(names)}"
