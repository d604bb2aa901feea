"""The tables of a backtest: who is compared with whom, by what measure, and in which order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_up_library import MadeUpLibrary, code_of, made_up_library

from experiments.backtest import freezing, league, records
from experiments.backtest.freezing import Frozen
from experiments.backtest.records import SIMULATED, Draws, Records
from experiments.backtest.targets import TARGETS

JANUARY, HORIZONS = 2020, 3


def frozen(library: MadeUpLibrary, authorities: list[str] | None = None) -> Frozen:
    return freezing.freeze(library, JANUARY, HORIZONS, authorities)


def told_right(found: Frozen, out_by: float = 0.0) -> dict[str, Draws]:
    """A simulation that knew every outcome, or was out by the same share of it everywhere."""
    simulated = {}
    for code in found.asked:
        by_target: dict[str, dict[str, list[float | None]]] = {}
        for target in TARGETS:
            for horizon in range(1, HORIZONS + 1):
                outcome = found.outcome(code, target, horizon)
                value = outcome.value if outcome and outcome.value is not None else 1.0
                draws: list[float | None] = [value * (1 + out_by)] * 3
                by_target.setdefault(target, {})[str(horizon)] = draws
        simulated[code] = by_target
    return simulated


def compared(gathered: Records) -> pd.DataFrame:
    rows = gathered.scores
    return rows[rows["compared"] & ~rows["small"]]


def test_a_simulation_that_knew_everything_has_a_skill_of_one() -> None:
    found = frozen(made_up_library())
    gathered = records.gather(found, told_right(found))
    skill = league.skills(compared(gathered), gathered, seed=1)
    assert set(skill["target"]) == set(TARGETS)
    assert (skill["skill"] == 1).all() and (skill["low"] == 1).all()
    assert (skill["better"] == skill["authorities"]).all()


def test_counts_are_scored_for_the_size_of_the_authority_and_rates_in_points() -> None:
    library = made_up_library()
    found = frozen(library)
    scores = records.gather(found, told_right(found, out_by=0.1)).scores
    ours = scores[(scores["method"] == SIMULATED) & (scores["code"] == code_of(3))]
    plans = ours[ours["target"] == "plans"].iloc[0]
    known = library.values[code_of(3), "plans", 2020]
    assert known and plans["scaled_crps"] == pytest.approx(0.1 * plans["observed"] / known)
    assert plans["crps"] == pytest.approx(0.1 * plans["observed"])
    rate = ours[ours["target"] == "timeliness"].iloc[0]
    assert rate["scaled_crps"] == rate["crps"] == pytest.approx(0.1 * rate["observed"])


def test_only_outcomes_that_every_method_forecasts_are_compared() -> None:
    found = frozen(made_up_library())
    simulated = told_right(found)
    del simulated[code_of(2)]
    gathered = records.gather(found, simulated)
    assert code_of(2) in set(gathered.scores["code"])
    assert code_of(2) not in set(compared(gathered)["code"])
    counts = compared(gathered).groupby(["code", "target", "horizon"]).size()
    assert (counts == 4).all()


def test_a_series_too_short_for_a_naive_forecast_is_left_out_and_named() -> None:
    library = made_up_library()
    for year in range(2015, 2019):
        del library.values[code_of(4), "requests", year]
    library.put(5, "plans", [2020], None)
    gathered = records.gather(frozen(library), {})
    told = {(each.name, each.target): each.reason for each in gathered.left_out}
    assert told == {
        (
            "Place 4",
            "requests",
        ): "too few earlier figures for the naive forecast: growth carried on, linear trend",
        ("Place 5", "plans"): "no figure for 2020",
    }


def test_outcomes_that_were_not_published_are_listed_and_score_nothing() -> None:
    library = made_up_library()
    library.put(4, "requests", [2021], None)
    del library.values[code_of(6), "plans", 2022]
    gathered = records.gather(frozen(library), {})
    told = {(each["name"], each["target"], each["year"]): each["why"] for each in gathered.missing}
    assert told == {
        ("Place 4", "requests", 2021): "suppressed in the publication (x)",
        ("Place 6", "plans", 2022): "not in the published tables that were imported",
    }
    rows = gathered.scores
    gone = rows[(rows["code"] == code_of(4)) & (rows["target"] == "requests") & (rows["year"] == 2021)]
    assert gone.empty


def test_a_draw_without_a_rate_leaves_the_other_draws() -> None:
    found = frozen(made_up_library())
    simulated = told_right(found)
    simulated[code_of(1)]["timeliness"]["1"][0] = None  # type: ignore[index]
    forecasts = records.gather(found, simulated).forecasts
    ours = forecasts[(forecasts["method"] == SIMULATED) & (forecasts["code"] == code_of(1))]
    by_target = ours[ours["horizon"] == 1].set_index("target")["draws"]
    assert (by_target["timeliness"], by_target["plans"]) == (2, 3)


def table(values: dict[str, list[float]]) -> pd.DataFrame:
    """Scaled scores of one target by method, an authority a value."""
    return pd.DataFrame(
        {"target": "plans", "method": method, "code": f"E{place}", "scaled_crps": value}
        for method, scores in values.items()
        for place, value in enumerate(scores)
    )


def test_the_hardest_naive_forecast_is_the_one_with_the_lowest_mean_score() -> None:
    rows = table({"last_value": [0.1, 0.2], "growth": [0.0, 0.25], "simulated": [0.0, 0.0]})
    gathered = Records(rows, rows, [], [])
    gathered.naive = {"plans": type("Methods", (), {"methods": ["last_value", "growth"]})()}  # type: ignore
    assert league.best_in_hindsight(rows, gathered) == {"plans": "growth"}


def test_the_choice_made_beforehand_looks_at_nothing_after_the_freeze() -> None:
    library, later = made_up_library(), made_up_library()
    for (code, series, year), value in list(later.values.items()):
        if year > (JANUARY if series == "plans" else JANUARY - 1) and value:
            later.values[code, series, year] = value / 3 + 40
    for target in TARGETS.values():
        chosen = [
            records.chosen_beforehand(each, target, records.gather(each, {}))
            for each in (frozen(library), frozen(later))
        ]
        assert chosen[0] is not None and chosen[0] == chosen[1]


def test_a_steady_drift_is_forecast_best_by_growth_and_so_chosen_beforehand() -> None:
    """Each authority grows at its own constant rate, which only growth carried on can know."""
    library = made_up_library()
    for number in range(24):
        for year in range(2015, 2024):
            value = 5_000 * (1.01 + number / 200) ** (year - 2015)
            library.put(number, "plans", [year], round(value))
    found = frozen(library)
    gathered = records.gather(found, {})
    assert records.chosen_beforehand(found, TARGETS["plans"], gathered) == "growth"
    assert league.best_in_hindsight(gathered.scores, gathered)["plans"] == "growth"


def test_intervals_that_hold_every_outcome_cover_all_and_their_width_is_told() -> None:
    found = frozen(made_up_library())
    simulated = told_right(found)
    for by_target in simulated.values():
        for values in by_target["plans"].values():
            values[:] = [values[0] * share for share in (0.5, 1.0, 1.5)]  # type: ignore
    covered = league.coverage(compared(records.gather(found, simulated)))
    ours = covered[(covered["method"] == SIMULATED) & (covered["target"] == "plans")]
    assert (ours["share"] == 100).all()
    one = ours[(ours["horizon"] == "1") & (ours["level"] == 80)].iloc[0]
    assert (one["covered"], one["outcomes"]) == (24, 24)
    assert (one["perfect_low"], one["perfect_high"]) == (14, 23)
    outcomes = [found.outcome(code, "plans", 1) for code in found.asked]
    assert one["mean_width"] == pytest.approx(np.mean([each.value for each in outcomes if each]))
    every = ours[(ours["horizon"] == "all") & (ours["level"] == 80)].iloc[0]
    assert every["outcomes"] == 72 and np.isnan(every["perfect_low"])


def test_the_league_puts_the_authority_with_the_largest_gain_first() -> None:
    found = frozen(made_up_library())
    simulated = told_right(found, out_by=0.05)
    right = told_right(found)
    simulated[code_of(9)] = right[code_of(9)]
    rows = compared(records.gather(found, simulated))
    table = league.by_authority(rows, {target: "last_value" for target in TARGETS})
    whole = table[table["target"] == league.ALL]
    assert list(whole["rank"]) == list(range(1, 25))
    plans = table[table["target"] == "plans"].set_index("code")
    mine = plans.loc[code_of(9)]
    assert mine["scaled_crps"] == 0
    assert mine["gain"] == pytest.approx(mine["naive_scaled_crps"] / plans["naive_scaled_crps"].mean())
    assert (whole["gain"].diff().dropna() <= 0).all()


def test_the_largest_miss_of_each_authority_is_listed_once_worst_first() -> None:
    found = frozen(made_up_library())
    simulated = told_right(found)
    for code, factor in ((code_of(8), 2.0), (code_of(2), 3.0)):
        for values in simulated[code]["plans"].values():
            values[:] = [value * factor for value in values if value is not None]  # type: ignore
    rows = compared(records.gather(found, simulated))
    misses = league.largest_misses(rows, {"plans": "last_value"}, most=2)
    assert list(misses["name"]) == ["Place 2", "Place 8"]
    assert (misses["median"] > misses["observed"]).all()


def test_the_same_rows_and_seed_give_the_same_interval_and_another_seed_another() -> None:
    found = frozen(made_up_library())
    gathered = records.gather(found, told_right(found, out_by=0.04))
    rows = compared(gathered)
    first, again, other = (league.skills(rows, gathered, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert (first["skill"] == other["skill"]).all() and (first["low"] != other["low"]).any()
