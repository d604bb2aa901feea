"""What each part contributes to a whole, in exact numbers that add up.

A part may do more, or less, beside others than alone, so what it adds depends on which came before.
Its share is what it adds on average: over every order of the parts (the Shapley value: L. S. Shapley
1953, "A value for n-person games", *Contributions to the Theory of Games* II), or over the sorted order
and its reverse, which needs far fewer values and shares out as exactly. Either way the shares of all parts
make up the whole change in every replication, because within one order the steps do.

Numbers are whole numbers or fractions throughout; none of this rounds but `round_to_total`, which
rounds so that the rounded shares add up too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from math import factorial, floor
from numbers import Rational
from typing import Any

import numpy as np

Value = Callable[[frozenset[str]], Any]
"""What a set of parts gives: an array of whole numbers or fractions, one a replication."""


def shapley(value: Value, ids: Collection[str]) -> dict[str, np.ndarray]:
    """The exact Shapley share of each part: id → array of fractions, one a replication, ids sorted.

    Asks `value` once for each of the 2^n sets. Raises TypeError if a value is not exact.
    """
    known = _values(value, every_set(ids))
    orders = factorial(len(set(ids)))
    return {each: _quotient(_over_all_orders(known, each, ids), orders) for each in sorted(set(ids))}


def _over_all_orders(known: Mapping[frozenset[str], np.ndarray], part: str, ids: Collection[str]) -> Any:
    """What a part adds, summed over every order: a set of s parts stands before it in s! (n - s - 1)!."""
    others = len(set(ids)) - 1
    return sum(
        factorial(len(before)) * factorial(others - len(before)) * (known[before | {part}] - known[before])
        for before in known
        if part not in before
    )


def two_orders(value: Value, ids: Collection[str]) -> dict[str, np.ndarray]:
    """Each part's share as the mean of the sorted order and its reverse; exact for up to two parts.

    Asks `value` once for each of the 2n sets. Gives and raises what `shapley` does.
    """
    known = _values(value, sets_of_two_orders(ids))
    added = [_added(known, order) for order in (sorted(set(ids)), sorted(set(ids), reverse=True))]
    return {each: _quotient(added[0][each] + added[1][each], 2) for each in sorted(set(ids))}


def _added(known: Mapping[frozenset[str], np.ndarray], order: list[str]) -> dict[str, np.ndarray]:
    """What each part adds to those before it in one order."""
    return {
        part: known[frozenset(order[: place + 1])] - known[frozenset(order[:place])]
        for place, part in enumerate(order)
    }


def every_set(ids: Iterable[str]) -> list[frozenset[str]]:
    """Every set of parts, the smallest first and then by name: those that `shapley` asks for."""
    ordered = sorted(set(ids))
    return [frozenset(each) for size in range(len(ordered) + 1) for each in combinations(ordered, size)]


def sets_of_two_orders(ids: Iterable[str]) -> list[frozenset[str]]:
    """The sets that stand at the beginning of the sorted order or of its reverse, in the same order."""
    ordered = sorted(set(ids))
    found = {frozenset(ordered[:size]) for size in range(len(ordered) + 1)}
    found |= {frozenset(ordered[size:]) for size in range(len(ordered) + 1)}
    return sorted(found, key=lambda each: (len(each), sorted(each)))


def round_to_total(parts: Mapping[str, Fraction | int], total: int) -> dict[str, int]:
    """Each part rounded down or up to a whole number so that they add up to `total`, ids sorted.

    The largest remainders are rounded up, of equal ones the first by name. A total further from the
    sum than roundings reach moves all parts alike first. Raises ValueError if nothing can add up to it.
    """
    if not parts:
        if total:
            raise ValueError(f"no parts to add up to {total}")
        return {}
    ordered = sorted(parts)
    whole = {each: floor(parts[each]) for each in ordered}
    alike, more = divmod(total - sum(whole.values()), len(ordered))
    first = sorted(ordered, key=lambda each: (whole[each] - parts[each], each))[:more]
    return {each: whole[each] + alike + (each in first) for each in ordered}


def _values(value: Value, sets: Iterable[frozenset[str]]) -> dict[frozenset[str], np.ndarray]:
    return {each: _exact(value(each)) for each in sets}


def _exact(values: Any) -> np.ndarray:
    """The values as numbers of any size. Floating point is refused: its sums are not exact."""
    array = np.asarray(values)
    exact = np.empty(array.shape, dtype=object)
    for place, number in zip(np.ndindex(array.shape), _numbers(array), strict=True):
        exact[place] = number
    return exact


def _numbers(array: np.ndarray) -> Iterator[Rational]:
    for number in array.ravel().tolist():
        if not isinstance(number, Rational):
            raise TypeError(f"{number!r}: shares need whole numbers or fractions")
        yield number


def _quotient(numerators: Any, denominator: int) -> np.ndarray:
    shares = np.empty(np.shape(numerators), dtype=object)
    for place in np.ndindex(shares.shape):
        shares[place] = Fraction(numerators[place], denominator)
    return shares
