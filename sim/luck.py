"""Keyed randomness: every number is found by its name, never by order of asking.

A uniform is a pure function of (root seed, replication, purpose, child or cell, occasion): the
five are mixed into 64 bits by the finaliser of SplitMix64 (Steele, Lea and Flood 2014), whose
integer arithmetic is the same on every machine. So a child keeps its luck whatever else a
scenario changes, on any number of workers, and one more purpose or one more child moves nobody.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import blake2b
from statistics import NormalDist
from typing import Protocol

import numpy as np

MASK = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15
BLOCK = 512
"""Children whose uniforms are dealt together."""
WORTH_DEALING = 24
"""So many children more than last time make it quicker to deal a whole neighbourhood again."""
OCCASIONS = 1 << 20
"""Room for the occasions of one purpose between a block and the next."""
normal_quantile: Callable[[float], float] = NormalDist().inv_cdf


def key_of(*name: object) -> int:
    """The 64-bit key that stands for a name, the same in every process."""
    return int.from_bytes(blake2b("/".join(map(str, name)).encode(), digest_size=8).digest(), "big")


def uniform(key: int, occasion: int = 0) -> float:
    """A number in (0, 1) for this key and occasion: never 0 and never 1."""
    z = (key + occasion * GOLDEN) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return (((z ^ (z >> 31)) >> 12) + 0.5) * 2.0**-52


def uniforms(keys: np.ndarray, own: int, occasion: int) -> np.ndarray:
    """What a purpose with the key `own` draws for each of many keys: the same numbers, all at once."""
    z = (keys ^ np.uint64(own)) + np.uint64(occasion * GOLDEN & MASK)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(12)).astype(float) * 2.0**-52 + 2.0**-53


class Dealt(Protocol):
    """A child to whom luck is dealt: its number, its key, and where its hand lies."""

    number: int
    key: int
    block: int
    place: int


class Luck:
    """All the randomness of one replication."""

    def __init__(self, root: int, replication: int) -> None:
        self.root = root
        self.replication = replication
        self.keys = array("Q")  # of every child met, by its number
        self._dealt: list[tuple[dict[int, array], dict[int, array]]] = []

    def purpose(self, name: str) -> Callable[[int, int], float]:
        """The uniforms of one purpose: call it with a child's or a cell's key and the occasion."""
        own = key_of(self.root, self.replication, name)

        def draw(key: int, occasion: int = 0) -> float:
            return uniform(key ^ own, occasion)

        return draw

    def of_children(self, name: str) -> Callable[[Dealt, int], float]:
        """The same uniforms of one purpose for children already met: call it with the child.

        A whole neighbourhood of children is dealt at once, because neighbours come to the same
        decision at about the same time: several times quicker than one by one.
        """
        own = key_of(self.root, self.replication, name)
        keys = self.keys
        hands: dict[int, array] = {}
        earlier: dict[int, array] = {}
        self._dealt.append((hands, earlier))

        def draw(child: Dealt, occasion: int = 0) -> float:
            try:
                return hands[child.block + occasion][child.place]
            except (KeyError, IndexError):  # not yet dealt, or dealt before this child was met
                hand = hands.get(child.block + occasion) or earlier.get(child.block + occasion, ())
                if len(hand) <= child.place:
                    first = child.number - child.place
                    if min(len(keys) - first, BLOCK) < len(hand) + WORTH_DEALING:
                        return uniform(child.key ^ own, occasion)
                    neighbours = np.array(keys[first : first + BLOCK])
                    hand = array("d", uniforms(neighbours, own, occasion).tobytes())
                hands[child.block + occasion] = hand
                return hand[child.place]

        return draw

    def of_few(self, name: str) -> Callable[[Dealt, int], float]:
        """The same numbers for a purpose that concerns few children: found one by one."""
        own = key_of(self.root, self.replication, name)

        def draw(child: Dealt, occasion: int = 0) -> float:
            return uniform(child.key ^ own, occasion)

        return draw

    def expect(self, keys: Sequence[int]) -> None:
        """The keys of children who will be met next, in this order: they are dealt to together."""
        self.keys.extend(keys)

    def meet(self, child: Dealt) -> None:
        """A child is met; its number says where its key stands."""
        if child.number == len(self.keys):
            self.keys.append(child.key)
        elif self.keys[child.number] != child.key:
            raise ValueError(f"child {child.number} is not the one who was expected")

    def forget(self) -> None:
        """Drop what nobody has asked for since the last call: it can be dealt again."""
        for hands, earlier in self._dealt:
            earlier.clear()
            earlier.update(hands)
            hands.clear()


def poisson_quantile(mean: float, u: float) -> int:
    """The smallest count whose Poisson probability of being reached is at least `u`.

    A larger mean never gives a smaller count for the same `u`, so a changed rate only appends
    or removes the last children of a cell.
    """
    if mean <= 0:
        return 0
    # Below this count the probability is under 1e-20 and cannot matter.
    count = max(0, int(mean - 10 * math.sqrt(mean)))
    chance = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
    reached = chance
    while reached < u:
        count += 1
        chance *= mean / count
        reached += chance
        if chance < 1e-18 and count > mean:
            break
    return count


def lognormal(u: float, mean: float, cv: float) -> float:
    """The `u` quantile of the lognormal with this mean and coefficient of variation."""
    if not cv:
        return mean
    sigma, half_variance = spread(cv)
    return mean * math.exp(sigma * normal_quantile(u) - half_variance)


@lru_cache(maxsize=256)
def spread(cv: float) -> tuple[float, float]:
    """Standard deviation and half the variance of the logarithm, for a coefficient of variation."""
    variance = math.log1p(cv * cv)
    return math.sqrt(variance), variance / 2


def triangular(u: float, low: float, mode: float, high: float) -> float:
    """The `u` quantile of the triangular distribution."""
    if high == low:
        return mode
    turn = (mode - low) / (high - low)
    if u <= turn:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1 - u) * (high - low) * (high - mode))
