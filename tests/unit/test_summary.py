"""Means, intervals and bands against figures worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.summary import COLUMNS, Replications, as_csv, describe, percentiles

T_1, T_2, T_3 = 12.706204736, 4.30265273, 3.18244631
"""97.5 % points of Student's t with one, two and three degrees of freedom, from printed tables."""


def row(values, draws):
    figures = describe(np.array([values], dtype=float), np.array(draws))
    return {kind: {name: column[0] for name, column in table.items()} for kind, table in figures.items()}


def test_mean_and_both_intervals_of_two_draws_of_two():
    found = row([1, 3, 6, 10], [1, 1, 2, 2])
    # Draw means 2 and 8; within draws the squares about them sum to 2 + 8 = 10 on 2 degrees of freedom.
    assert found["all"]["mean"] == found["process"]["mean"] == 5
    half = T_1 * math.sqrt(((2 - 5) ** 2 + (8 - 5) ** 2) / 1 / 2)
    assert found["all"]["ci_low"] == pytest.approx(5 - half)
    assert found["all"]["ci_high"] == pytest.approx(5 + half)
    half = T_2 * math.sqrt(10 / 2 / 4)
    assert found["process"]["ci_low"] == pytest.approx(5 - half)
    assert found["process"]["ci_high"] == pytest.approx(5 + half)


def test_band_of_chance_alone_is_the_whole_band_drawn_in_to_the_share_of_chance():
    found = row([1, 3, 6, 10], [1, 1, 2, 2])
    # Within draws 10 / 2 = 5; between them (2 · (9 + 9) - 5) / 2 = 15.5; about the median 4.5.
    drawn_in = math.sqrt(5 / (5 + 15.5))
    for name, whole in (("p10", 1.6), ("p50", 4.5), ("p90", 8.8)):
        assert found["process"][name] == pytest.approx(4.5 + (whole - 4.5) * drawn_in)


def test_band_of_chance_alone_never_leaves_the_whole_band():
    generator = np.random.default_rng(3)
    draws = np.repeat(np.arange(1, 11), 2)
    skewed = generator.lognormal(sigma=1.5, size=(500, 20))
    figures = describe(skewed, draws)
    assert np.all(figures["process"]["p90"] <= figures["all"]["p90"] + 1e-9)
    assert np.all(figures["process"]["p10"] >= figures["all"]["p10"] - 1e-9)


def test_band_of_everything_is_the_percentiles_of_all_replications():
    found = row([1, 3, 6, 10], [1, 1, 2, 2])
    assert found["all"]["p10"] == pytest.approx(1.6)
    assert found["all"]["p50"] == pytest.approx(4.5)
    assert found["all"]["p90"] == pytest.approx(8.8)


def test_an_odd_last_replication_counts_once_in_the_mean_and_its_draw_once_in_the_interval():
    found = row([2, 4, 6, 8, 15], [1, 1, 2, 2, 3])
    assert found["all"]["mean"] == 7
    # n[d] · (mean[d] - 7) = 2·(-4), 2·0, 1·8; three draws of 5 replications.
    half = T_2 * math.sqrt(3 / 2 * (64 + 0 + 64) / 25)
    assert found["all"]["ci_high"] - 7 == pytest.approx(half)
    assert found["process"]["ci_high"] - 7 == pytest.approx(T_2 * math.sqrt((2 + 2) / 2 / 5))


def test_one_draw_says_nothing_about_parameters():
    found = row([1, 2, 3, 6], [1, 1, 1, 1])
    assert found["all"]["mean"] == 3
    assert all(math.isnan(found["all"][name]) for name in ("ci_low", "ci_high", "p10", "p50", "p90"))
    assert found["process"]["ci_high"] - 3 == pytest.approx(T_3 * math.sqrt(14 / 3 / 4))


def test_one_replication_a_draw_says_nothing_about_chance_alone():
    found = row([1, 5], [1, 2])
    assert all(math.isnan(found["process"][name]) for name in ("ci_low", "ci_high", "p10", "p50", "p90"))
    assert found["all"]["ci_high"] - 3 == pytest.approx(T_1 * 2)


def test_a_rate_without_a_denominator_is_passed_over_and_counted():
    with_gap = row([1, 3, 6, math.nan, 10], [1, 1, 2, 2, 3])
    without = row([1, 3, 6, 10], [1, 1, 2, 3])
    for kind in ("process", "all"):
        assert with_gap[kind]["replications"] == 4
        assert with_gap[kind] == pytest.approx(without[kind], nan_ok=True)


def test_percentiles_are_those_of_numpy():
    values = np.array([[4.0, 1.0, 9.0, 2.5, 7.0], [3.0, 3.0, 3.0, 3.0, 3.0]])
    found = percentiles(values)
    for name, share in (("p10", 10), ("p50", 50), ("p90", 90)):
        assert found[name] == pytest.approx(np.percentile(values, share, axis=1))


def small_table():
    replications = Replications()
    keys = ["calendar,2024,plans_issued,all", "calendar,2024,timeliness_20w_excl,all"]
    for number, (before, after) in enumerate([(10, 13), (12, 15), (30, 33), (34, 37)], start=1):
        draw = (number + 1) // 2
        replications.add("baseline", draw, number, keys, np.array([before, 50.0]))
        replications.add("more_eps", draw, number, keys[:1], np.array([float(after)]))
    return replications.summary(
        ["baseline", "more_eps"], {"plans_issued": "count", "timeliness_20w_excl": "percent"}
    )


def test_a_difference_pairs_the_replications_so_a_constant_effect_has_no_spread():
    table = small_table()
    effect = table[(table["scenario"] == "more_eps") & (table["measure"] == "plans_issued")]
    assert list(effect["uncertainty"]) == ["all", "process"]
    for name in ("diff_mean", "diff_ci_low", "diff_ci_high"):
        assert list(effect[name]) == [3, 3]
    assert effect["mean"].iloc[0] == 24.5


def test_the_baseline_has_no_difference_and_what_never_happened_has_no_row():
    table = small_table()
    baseline = table[table["scenario"] == "baseline"]
    assert baseline[["diff_mean", "diff_ci_low", "diff_ci_high"]].isna().all(axis=None)
    assert set(table.loc[table["scenario"] == "more_eps", "measure"]) == {"plans_issued"}


def test_the_stored_form_has_the_agreed_columns_and_leaves_the_unknown_empty():
    lines = as_csv(small_table()).splitlines()
    assert lines[0] == ",".join(COLUMNS)
    assert lines[0] == (
        "scenario,measure,unit,calendar,period,group,uncertainty,replications,mean,ci_low,ci_high,"
        "p10,p50,p90,diff_mean,diff_ci_low,diff_ci_high"
    )
    assert lines[1].startswith("baseline,plans_issued,count,calendar,2024,all,all,4,21.5,")
    assert lines[1].endswith(",,,")


def test_replications_may_come_in_any_order():
    keys = ["calendar,2024,requests,all"]
    values = {1: 4.0, 2: 8.0, 3: 15.0, 4: 16.0}

    def table_of(order):
        replications = Replications()
        for number in order:
            replications.add("baseline", (number + 1) // 2, number, keys, np.array([values[number]]))
        return as_csv(replications.summary(["baseline"], {"requests": "count"}))

    assert table_of([1, 2, 3, 4]) == table_of([4, 2, 3, 1])


def test_intervals_of_everything_hold_the_true_mean_as_often_as_they_say():
    generator = np.random.default_rng(7)
    draws = np.repeat(np.arange(1, 11), 2)
    worlds = 4000
    values = generator.normal(size=(worlds, 10)).repeat(2, axis=1) + generator.normal(size=(worlds, 20))
    everything = describe(values, draws)["all"]
    held = np.mean((everything["ci_low"] < 0) & (everything["ci_high"] > 0))
    assert held == pytest.approx(0.95, abs=0.012)


def test_a_band_of_chance_alone_is_as_wide_as_chance_whatever_the_parameters_do():
    generator = np.random.default_rng(11)
    draws = np.repeat(np.arange(1, 11), 2)
    chance = generator.normal(size=(4000, 20))
    parameters = 5 * generator.normal(size=(4000, 10)).repeat(2, axis=1)
    process = describe(parameters + chance, draws)["process"]
    plain = np.percentile(generator.normal(size=(4000, 20)), [10, 90], axis=1)
    assert np.mean(process["p90"] - process["p10"]) == pytest.approx(np.mean(plain[1] - plain[0]), rel=0.05)
