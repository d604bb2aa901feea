"""Small numbers do not leave, and cannot be found as differences of what does."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog

from experiments.evidence.disclosure import (
    held_back,
    merged_up,
    pooled_counts,
    pooled_within,
    publishable,
    span_label,
)

K = 10


def test_few_people_of_an_age_are_counted_with_the_neighbouring_ages() -> None:
    assert pooled_counts([12, 3, 4, 5, 20], K) == [[0], [1, 2, 3], [4]]


def test_few_people_at_the_end_are_counted_with_those_before() -> None:
    assert pooled_counts([12, 15, 3], K) == [[0], [1, 2]]
    assert pooled_counts([12, 0, 3, 0, 0], K) == [[0, 1, 2, 3, 4]]


def test_nobody_at_all_may_be_shown() -> None:
    assert pooled_counts([0, 0, 12, 0], K) == [[0], [1], [2], [3]]


def test_nothing_is_shown_where_everybody_together_is_few() -> None:
    assert pooled_counts([2, 0, 5], K) == []


def test_ages_are_pooled_within_their_band_as_long_as_the_band_has_enough() -> None:
    counts = [3, 8, 4, 30, 2]
    assert pooled_within(counts, [[0, 1], [2, 3, 4]], K) == [[0, 1], [2, 3, 4]]
    assert pooled_within([3, 2, 4, 30, 12], [[0, 1], [2, 3, 4]], K) == [[0, 1, 2, 3], [4]]


def test_a_small_need_is_counted_with_its_parent_and_everybody_stays_counted() -> None:
    counts = {"ASD": 120, "MSI": 2, "VI": 5, "OTH": 30}
    kept, went = merged_up(counts, {"MSI": "OTH", "VI": "OTH", "ASD": "OTH"}, K)
    assert kept == {"ASD": 120, "OTH": 37}
    assert went == {"ASD": "ASD", "MSI": "OTH", "VI": "OTH", "OTH": "OTH"}


def test_a_parent_that_is_still_small_takes_in_the_smallest_other() -> None:
    kept, went = merged_up({"ASD": 120, "PD": 11, "MSI": 2, "VI": 5}, {"MSI": "OTH", "VI": "OTH"}, K)
    assert kept == {"ASD": 120, "OTH": 18}
    assert went["PD"] == "OTH"


def test_a_setting_goes_up_through_its_kinds() -> None:
    parents = {"ap": "tuition", "tuition": "other"}
    assert merged_up({"mainstream": 80, "ap": 4, "tuition": 3, "other": 6}, parents, K)[0] == {
        "mainstream": 80,
        "other": 13,
    }


def test_nothing_is_left_of_a_table_of_few() -> None:
    assert merged_up({"ASD": 4, "OTH": 3}, {"ASD": "OTH"}, K) == ({}, {})


def test_a_sum_is_held_back_where_it_would_tell_the_small_rest() -> None:
    atoms = {"agreed": 46, "refused": 21, "undecided": 1, "withdrawn": 1}
    series = {"requests": tuple(atoms), **{name: (name,) for name in atoms}}
    assert publishable(series, atoms, K) == ["requests", "agreed"]


def test_sums_that_overlap_are_told_apart_from_sums_that_give_away() -> None:
    atoms = {"a": 30, "b": 4, "c": 40}
    series = {"first": ("a", "b"), "second": ("b", "c"), "all": ("a", "b", "c")}
    assert publishable(series, atoms, K) == ["first", "second"]  # first + second - all is b


def test_three_sums_of_two_are_seen_to_give_away_each_part() -> None:
    atoms = {"a": 4, "b": 8, "c": 7}
    series = {"ab": "ab", "bc": "bc", "ac": "ac"}
    assert publishable(series, atoms, K) == ["ab", "bc"]


@pytest.mark.parametrize("seed", range(20))
def test_no_small_group_can_be_reckoned_from_the_counts_that_are_shown(seed: int) -> None:
    luck = np.random.Generator(np.random.Philox(key=seed))
    names = "abcdefg"
    atoms = {name: int(number) for name, number in zip(names, luck.integers(0, 25, 7), strict=True)}
    series = {str(number): [n for n in names if luck.random() < 0.5] for number in range(8)}
    shown = publishable(series, atoms, K)
    assert shown
    counts = np.array([[name in series[each] for name in names] for each in shown], dtype=float)
    for size in range(1, 8):
        for group in combinations(names, size):
            if 0 < sum(atoms[name] for name in group) < K and all(atoms[name] for name in group):
                positive = [names.index(name) for name in names if atoms[name]]
                wanted = np.array([names[place] in group for place in positive], dtype=float)
                together = np.vstack([counts[:, positive], wanted])
                assert np.linalg.matrix_rank(together) > np.linalg.matrix_rank(counts[:, positive])


def attack(table: dict[tuple[str, str], int], hidden: set[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """How far apart the least and the most are that each hidden cell may hold, by the margins alone."""
    cells = sorted(hidden)
    lines = [(axis, name) for axis in (0, 1) for name in sorted({cell[axis] for cell in table})]
    sums = [[float(cell[axis] == name) for cell in cells] for axis, name in lines]
    totals = [float(sum(table[cell] for cell in cells if cell[axis] == name)) for axis, name in lines]
    widths = {}
    for place, cell in enumerate(cells):
        aim = [float(place == other) for other in range(len(cells))]
        low, high = (
            linprog([sign * each for each in aim], A_eq=sums, b_eq=totals, method="highs").fun
            for sign in (1, -1)
        )
        widths[cell] = -high - low
    return widths


@pytest.mark.parametrize("seed", range(12))
def test_the_margins_of_a_two_way_table_do_not_give_a_small_cell_away(seed: int) -> None:
    luck = np.random.Generator(np.random.Philox(key=100 + seed))
    numbers = luck.negative_binomial(1, 0.06, (5, 4)) + (luck.random((5, 4)) < 0.3) * 15
    table = {(f"need {r}", f"band {c}"): int(numbers[r, c]) for r in range(5) for c in range(4)}
    hidden = held_back(table, K)
    small = {cell for cell, count in table.items() if 0 < count < K}
    assert small <= hidden
    widths = attack(table, hidden)
    lines = [
        [cell for cell in table if cell[axis] == name] for axis in (0, 1) for name in {c[axis] for c in table}
    ]
    can_hide = all(sum(table[cell] for cell in line) >= K for line in lines)
    if can_hide:
        assert min((widths[cell] for cell in small), default=1.0) >= 1.0


def test_a_cell_that_the_margins_settle_is_hidden_with_more_of_its_line() -> None:
    hidden = held_back({("a", "x"): 3, ("a", "y"): 40, ("b", "x"): 50, ("b", "y"): 60}, K)
    assert hidden == {("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")}


def test_a_cell_that_only_all_margins_together_settle_is_not_given_away() -> None:
    block = {("a", "x"): 4, ("a", "y"): 9, ("b", "x"): 8, ("b", "y"): 7}
    other = {("c", "z"): 4, ("c", "w"): 9, ("d", "z"): 8, ("d", "w"): 7}
    # Rows a and b less columns x and y is what b has under z, were that all that is hidden.
    table = block | other | {("b", "z"): 2, ("b", "w"): 40}
    hidden = held_back(table, K)
    assert ("b", "w") in hidden
    assert attack(table, hidden)["b", "z"] >= 1.0


def test_neighbours_shown_as_one_are_named_as_one() -> None:
    assert span_label("age", ["21", "22", "25"]) == "age=21-25"
    assert span_label("band", ["16_to_19", "20_to_25"]) == "band=16_to_19+20_to_25"
    assert span_label("age", ["7"]) == "age=7"
