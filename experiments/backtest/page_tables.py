"""The tables of a backtest's page, with numbers written as sentences write them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from experiments.backtest.league import ALL
from experiments.backtest.naive_methods import LABELS
from experiments.backtest.records import SIMULATED
from experiments.backtest.scores import LEVELS, PIT_BINS
from experiments.backtest.targets import TARGETS
from experiments.reports.tables import Cell, Table
from experiments.reports.wording import NO_BREAK, inside_sentence, say, say_range

BEST_AND_WORST = 10
PERCENT = "percent"


def _interval(row: Any, prefix: str = "") -> Cell:
    ends = (100 * row[f"{prefix}low"], 100 * row[f"{prefix}high"])
    return say(100 * row[f"{prefix}skill"], PERCENT), f"({say_range(*ends, PERCENT)})"


def _horizon(name: str, horizon: str, january: int) -> str:
    if horizon == ALL:
        return f"{TARGETS[name].label}, all years"
    return f"{TARGETS[name].label}, {TARGETS[name].year(january, int(horizon))}"


def skill_table(skill: pd.DataFrame, told: dict[str, Any]) -> Table:
    """Skill against every naive method, the hardest one marked."""
    rows = []
    for name, target in told["targets"].items():
        part = skill[skill["target"] == name]
        for horizon, group in part.groupby("horizon", sort=False):
            by_method = group.set_index("method")
            cells: list[Cell] = []
            for method in (each for each in LABELS if each != SIMULATED):
                if method not in by_method.index:
                    cells.append(("none", "no earlier errors to go by"))
                    continue
                cell = _interval(by_method.loc[method])
                marked = method == target["best_naive"]["hindsight"]
                cells.append((*cell, "hardest") if marked else cell)
            plain = by_method.loc[target["best_naive"]["hindsight"]]
            cells.append(_interval(plain, "plain_"))
            cells.append((f"{plain['better']} of {plain['authorities']}",))
            rows.append((_horizon(name, str(horizon), told["january"]), cells))
    head = ["Figure and year", *(LABELS[m] for m in LABELS if m != SIMULATED)]
    head += ["Hardest, not scaled by size", "Authorities where we beat the hardest"]
    caption = f"How much smaller our error is than each naive forecast’s, with 95{NO_BREAK}% intervals"
    return Table("skill-table", "Skill against each naive forecast", caption, head, rows)


def error_table(means: pd.DataFrame, told: dict[str, Any]) -> Table:
    """Mean scores of all methods, and the error of the median, as a share of size or in points."""
    rows = []
    for name in told["targets"]:
        part = means[means["target"] == name]
        for horizon, group in part.groupby("horizon", sort=False):
            by_method = group.set_index("method")
            cells: list[Cell] = [
                _score_cell(by_method.loc[method], name) if method in by_method.index else ("none",)
                for method in LABELS
            ]
            rows.append((_horizon(name, str(horizon), told["january"]), cells))
    caption = "Mean score (CRPS) and, below it, mean error of the middle forecast: lower is better"
    return Table("scores", "Scores of every method", caption, ["Figure and year", *LABELS.values()], rows)


def _score_cell(row: Any, name: str) -> Cell:
    return (
        _scaled(row["mean_scaled_crps"], name),
        f"({_scaled(row['mean_scaled_error_of_median'], name)})",
    )


def _scaled(value: float, name: str) -> str:
    """A scaled score: points of a rate, percent of an authority's last known figure."""
    return f"{value:.1f} points" if TARGETS[name].is_rate else f"{100 * value:.1f}{NO_BREAK}%"


def coverage_table(coverage: pd.DataFrame, told: dict[str, Any]) -> Table:
    """How often our intervals held the outcome, beside what a perfect forecaster would reach."""
    rows = []
    ours = coverage[coverage["method"] == SIMULATED]
    for name, target in told["targets"].items():
        method = target["best_naive"]["hindsight"]
        rival = coverage[(coverage["target"] == name) & (coverage["method"] == method)]
        part = ours[ours["target"] == name]
        for horizon, group in part.groupby("horizon", sort=False):
            by_level = group.set_index("level")
            cells = [_coverage_cell(by_level.loc[level], name) for level in LEVELS]
            other = rival[(rival["horizon"] == horizon) & (rival["level"] == 80)].iloc[0]
            cells.append(_coverage_cell(other, name))
            rows.append((_horizon(name, str(horizon), told["january"]), cells))
    head = ["Figure and year", *(f"Our {level}{NO_BREAK}% range" for level in LEVELS)]
    head.append(f"80{NO_BREAK}% range of the hardest naive forecast")
    caption = "Outcomes within the range, of how many; how many a perfect forecaster would hold; mean width"
    return Table("coverage", "Ranges and outcomes, figure by figure", caption, head, rows)


def _coverage_cell(row: Any, name: str) -> Cell:
    lines = [f"{row['covered']} of {row['outcomes']} ({say(row['share'], PERCENT)})"]
    if pd.notna(row["perfect_low"]):
        inside = row["perfect_low"] <= row["covered"] <= row["perfect_high"]
        lines.append(f"{row['perfect_low']:.0f} to {row['perfect_high']:.0f}{'' if inside else ': outside'}")
    lines.append(f"width {_scaled(row['mean_scaled_width'], name)}")
    return tuple(lines)


def pit_table(pit: pd.DataFrame) -> Table:
    """Outcomes by the tenth of our forecast they fell into."""
    ours = pit[pit["method"] == SIMULATED].set_index("target")
    shown = [target for target in TARGETS if target in ours.index]
    rows = [
        (_ordinal(place), [(f"{ours.loc[target, f'tenth_{place}']}",) for target in shown])
        for place in range(1, PIT_BINS + 1)
    ]
    caption = "Outcomes by the tenth of our forecast they fell into; all the same would be right"
    head = ["Tenth of the forecast", *(TARGETS[target].label for target in shown)]
    return Table("pit", "Where in the forecast the outcome fell", caption, head, rows)


def _ordinal(place: int) -> str:
    return {1: "Lowest", PIT_BINS: "Highest"}.get(place, f"{place}")


def league_tables(league: pd.DataFrame) -> list[Table]:
    """The authorities we forecast best and worst, over all figures."""
    whole = league[league["target"] == ALL]
    if whole.empty:
        return []
    most = min(BEST_AND_WORST, -(-len(whole) // 2))
    sides = (
        ("best", f"The {most} authorities we forecast best", whole.head(most)),
        ("worst", f"The {most} authorities we forecast worst", whole.tail(most).iloc[::-1]),
    )
    return [_league_table(name, title, part, league) for name, title, part in sides]


def whole_league(league: pd.DataFrame) -> Table:
    whole = league[league["target"] == ALL]
    return _league_table("league", "The whole league", whole, league)


def _league_table(name: str, title: str, whole: pd.DataFrame, league: pd.DataFrame) -> Table:
    gains = league.pivot(index="code", columns="target", values="gain")
    shown = [target for target in TARGETS if target in gains]
    rows = [
        (
            f"{row['rank']}. {row['name']}",
            [(_gain(row["gain"]),), *((_gain(gains.loc[row["code"], target]),) for target in shown)],
        )
        for row in whole.to_dict("records")
    ]
    caption = "Gain over the hardest naive forecast, in shares of its usual error; below nought we are worse"
    head = ["Rank and authority", "All figures", *(TARGETS[target].label for target in shown)]
    return Table(name, title, caption, head, rows)


def _gain(value: float) -> str:
    return "none" if pd.isna(value) else say(100 * value, PERCENT)


def miss_tables(misses: pd.DataFrame) -> list[Table]:
    """For each figure the outcomes furthest from our forecast: what we said and what happened."""
    tables = []
    for name, part in misses.groupby("target", sort=False):
        unit = TARGETS[name].unit
        rows = [
            (
                f"{row['name']}, {row['year']}",
                [
                    (say(row["median"], unit), f"({say_range(row['p10'], row['p90'], unit)})"),
                    (say(row["observed"], unit),),
                    (say(row["naive_median"], unit), LABELS[row["naive_method"]].lower()),
                    (_scaled(row["scaled_crps"], name),),
                    (_scaled(row["naive_scaled_crps"], name),),
                ],
            )
            for row in part.to_dict("records")
        ]
        head = ["Authority and year", f"We forecast (80{NO_BREAK}% range)", "It was"]
        head += ["The hardest naive forecast said", "Our score", "Its score"]
        caption = f"{TARGETS[name].label}: the largest misses for the authority’s size"
        tables.append(Table(f"misses-{name}", TARGETS[name].label, caption, head, rows))
    return tables


def small_table(scores: pd.DataFrame) -> Table | None:
    """Mean scores of authorities too small to be in the means."""
    rows = scores[scores["small"] & scores["compared"]]
    if rows.empty:
        return None
    means = rows.groupby(["name", "target", "method"])["scaled_crps"].mean()
    found = []
    for name, target in dict.fromkeys(zip(rows["name"], rows["target"], strict=True)):
        by_method = means.loc[name, target]
        cells: list[Cell] = [
            (_scaled(by_method[method], target),) if method in by_method.index else ("none",)
            for method in LABELS
        ]
        found.append((f"{name}: {inside_sentence(TARGETS[target].label)}", cells))
    head = ["Authority and figure", *LABELS.values()]
    return Table("small", "Small authorities", "Mean scores (CRPS); lower is better", head, found)
