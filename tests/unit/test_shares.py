"""Shares of a whole: they add up exactly, whatever the parts do to each other."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.bridge.shares import every_set, round_to_total, sets_of_two_orders, shapley, two_orders

PENCE = st.integers(-(10**13), 10**13)
METHODS = (shapley, two_orders)
FEW = settings(max_examples=40, deadline=None, derandomize=True)


@st.composite
def games(draw, most: int = 4, runs: int = 2) -> tuple[list[str], dict[frozenset[str], np.ndarray]]:
    """Names of parts in any order, and what each set of them gives in two replications."""
    ids = draw(st.lists(st.sampled_from("abcdef"), unique=True, min_size=1, max_size=most))
    values = {each: np.array(draw(st.lists(PENCE, min_size=runs, max_size=runs))) for each in every_set(ids)}
    return ids, values


def added_on_average(orders: list[tuple[str, ...]], values: dict[frozenset[str], np.ndarray]) -> dict:
    """By the word of the definition: what each part adds to those before it, averaged over orders."""
    sums: dict[str, list[Fraction]] = {}
    for order in orders:
        for place, part in enumerate(order):
            before, after = (values[frozenset(order[:end])].tolist() for end in (place, place + 1))
            steps = [Fraction(b - a, len(orders)) for a, b in zip(before, after, strict=True)]
            sums[part] = [x + y for x, y in zip(sums.get(part, [0] * len(steps)), steps, strict=True)]
    return sums


def as_lists(shares: dict[str, np.ndarray]) -> dict[str, list]:
    return {part: share.tolist() for part, share in shares.items()}


@pytest.mark.parametrize("share_out", METHODS)
@FEW
@given(game=games())
def test_shares_make_up_the_whole_change_in_every_replication(share_out, game) -> None:
    ids, values = game
    shares = share_out(values.__getitem__, ids)
    change = values[frozenset(ids)] - values[frozenset()]
    assert list(shares) == sorted(ids)
    assert np.sum(list(shares.values()), axis=0).tolist() == change.tolist()


@FEW
@given(game=games())
def test_a_shapley_share_is_what_a_part_adds_on_average_over_all_orders(game) -> None:
    ids, values = game
    assert as_lists(shapley(values.__getitem__, ids)) == added_on_average(list(permutations(ids)), values)


@FEW
@given(game=games())
def test_two_orders_are_the_sorted_one_and_its_reverse(game) -> None:
    ids, values = game
    forward = tuple(sorted(ids))
    shares = as_lists(two_orders(values.__getitem__, ids))
    assert shares == added_on_average([forward, forward[::-1]], values)
    if len(ids) <= 2:
        assert shares == as_lists(shapley(values.__getitem__, ids))


@FEW
@given(game=games(), other=games())
def test_shares_of_a_sum_are_sums_of_shares(game, other) -> None:
    ids, one = game
    two = {each: other[1][frozenset()] * len(each) ** 2 for each in one}
    for share_out in METHODS:
        first, second = (share_out(values.__getitem__, ids) for values in (one, two))
        both = share_out(lambda each: one[each] + two[each], ids)
        assert as_lists(both) == {part: (first[part] + second[part]).tolist() for part in sorted(ids)}


@FEW
@given(game=games(), adds=PENCE)
def test_a_part_that_always_adds_the_same_gets_just_that(game, adds: int) -> None:
    ids, values = game

    def with_idler(parts: frozenset[str]) -> np.ndarray:
        return values[parts - {"idler"}] + adds * ("idler" in parts)

    for share_out in METHODS:
        shares = share_out(with_idler, [*ids, "idler"])
        assert shares["idler"].tolist() == [adds, adds]
        assert shares[ids[0]].tolist() == share_out(values.__getitem__, ids)[ids[0]].tolist()


@FEW
@given(game=games())
def test_parts_that_do_the_same_beside_all_others_share_alike(game) -> None:
    ids, values = game

    def with_twins(parts: frozenset[str]) -> np.ndarray:
        return values[parts - {"twin_1", "twin_2"}] * (1 + len(parts & {"twin_1", "twin_2"})) ** 2

    shares = shapley(with_twins, [*ids, "twin_1", "twin_2"])
    assert shares["twin_1"].tolist() == shares["twin_2"].tolist()


@pytest.mark.parametrize("share_out", METHODS)
def test_two_cuts_of_a_tenth_to_one_price_share_what_they_save_together_by_halves(share_out) -> None:
    price = {0: 1000_00, 1: 900_00, 2: 810_00}
    shares = share_out(lambda parts: [price[len(parts)]], ["first", "second"])
    assert as_lists(shares) == {"first": [-95_00], "second": [-95_00]}


def test_the_listing_order_of_parts_changes_nothing() -> None:
    values = {each: np.array([hash_free(each)]) for each in every_set("abcde")}
    for share_out in METHODS:
        shares = share_out(values.__getitem__, "abcde")
        assert as_lists(share_out(values.__getitem__, ["d", "a", "e", "c", "b"])) == as_lists(shares)


def hash_free(parts: frozenset[str]) -> int:
    """A number that differs for every set and is the same in every process."""
    return sum(ord(part) ** 3 for part in parts) ** 2 % 100_003


def test_each_set_is_asked_for_once_and_two_orders_need_twice_as_many_as_there_are_parts() -> None:
    for share_out, sets in ((shapley, every_set("abcde")), (two_orders, sets_of_two_orders("abcde"))):
        asked: list[frozenset[str]] = []

        def value(parts: frozenset[str], asked=asked) -> list[int]:
            asked.append(parts)
            return [len(parts)]

        share_out(value, "abcde")
        assert asked == sets
    assert (len(every_set("abcde")), len(sets_of_two_orders("abcde"))) == (32, 10)


def test_numbers_beyond_any_machine_word_stay_exact() -> None:
    shares = shapley(lambda parts: [10**30 * len(parts) ** 2 + ("b" in parts)], "abc")
    assert as_lists(shares) == {"a": [3 * 10**30], "b": [3 * 10**30 + 1], "c": [3 * 10**30]}


def test_floating_point_is_refused_because_its_sums_are_not_exact() -> None:
    with pytest.raises(TypeError, match=r"0\.1: shares need whole numbers or fractions"):
        shapley(lambda parts: np.array([0.1 * len(parts)]) + 0.1, "a")


@FEW
@given(
    parts=st.dictionaries(st.sampled_from("abcdef"), st.fractions(-1000, 1000), min_size=1),
    beyond=st.integers(-20, 20),
)
def test_rounded_parts_add_up_and_each_moves_as_little_as_it_can(parts, beyond: int) -> None:
    nearest = round(sum(parts.values()))
    rounded = round_to_total(parts, nearest)
    assert sum(rounded.values()) == nearest
    assert all(abs(rounded[part] - parts[part]) < 1 + Fraction(1, len(parts)) for part in parts)
    assert sum(round_to_total(parts, nearest + beyond).values()) == nearest + beyond
    assert round_to_total(dict(reversed(parts.items())), nearest) == rounded


def test_the_largest_remainders_are_rounded_up_and_of_equal_ones_the_first_by_name() -> None:
    assert round_to_total({"b": Fraction(1, 2), "a": Fraction(1, 2)}, 1) == {"a": 1, "b": 0}
    assert round_to_total({"a": Fraction(13, 10), "b": Fraction(26, 10)}, 4) == {"a": 1, "b": 3}
    assert round_to_total({"a": Fraction(-1, 3), "b": Fraction(-1, 3), "c": Fraction(-1, 3)}, -1) == {
        "a": 0,
        "b": 0,
        "c": -1,
    }
    assert round_to_total({"a": 5, "b": -2}, 3) == {"a": 5, "b": -2}


def test_nothing_cannot_add_up_to_something() -> None:
    assert round_to_total({}, 0) == {}
    with pytest.raises(ValueError, match="no parts to add up to 3"):
        round_to_total({}, 3)
