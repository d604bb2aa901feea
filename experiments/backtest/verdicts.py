"""What a backtest found, in sentences worked out from its tables: where it is good, and where it loses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from experiments.backtest.league import ALL
from experiments.backtest.naive_methods import LABELS
from experiments.backtest.records import SIMULATED
from experiments.backtest.scores import PIT_BINS
from experiments.backtest.targets import TARGETS
from experiments.reports.wording import NO_BREAK, inside_sentence, listed, say

PERCENT = "percent"


def percent(share: float) -> str:
    """A share of one as a percentage."""
    return say(100 * share, PERCENT)


def versus(skill: float, low: float, high: float, rival: str) -> str:
    """How our error stands to a rival's: smaller, larger, or not to be told apart; with its interval."""
    interval = f"95{NO_BREAK}% interval"
    if low > 0:
        return f"{percent(skill)} smaller than {rival} ({interval} {percent(low)} to {percent(high)})"
    if high < 0:
        ends = f"{percent(-high)} to {percent(-low)}"
        return f"{percent(-skill)} larger than {rival} ({interval} {ends})"
    side = f"{percent(abs(skill))} {'smaller' if skill >= 0 else 'larger'} than"
    size = "about the same as" if round(100 * skill) == 0 else side
    inside = f"{interval} from {percent(-low)} larger to {percent(high)} smaller"
    return f"{size} {rival}, no clear difference ({inside})"


def in_short(told: dict[str, Any]) -> list[str]:
    """A sentence a figure: score against the hardest naive forecast, and whether the ranges held."""
    found = []
    for name, target in told["targets"].items():
        if "skill_hindsight" not in target:
            continue
        whole, method = target["skill_hindsight"][ALL], target["best_naive"]["hindsight"]
        held = target["covered_80"][SIMULATED][ALL]
        rival = f"that of the hardest naive forecast, {inside_sentence(LABELS[method])}"
        found.append(
            f"{TARGETS[name].label}: our error is "
            f"{versus(whole['skill'], whole['low'], whole['high'], rival)}; smaller for "
            f"{whole['better']} of {whole['authorities']} authorities. Our 80{NO_BREAK}% ranges held "
            f"{say(held, PERCENT)} of outcomes."
        )
    return found


def headline(told: dict[str, Any]) -> str:
    """Which figures are forecast better than the hardest naive forecast does, and which are not."""
    sides: dict[str, list[str]] = {"better": [], "worse": [], "open": []}
    for name, target in told["targets"].items():
        whole = target.get("skill_hindsight", {}).get(ALL)
        if whole:
            side = "better" if whole["low"] > 0 else "worse" if whole["high"] < 0 else "open"
            sides[side].append(inside_sentence(TARGETS[name].label))
    words = {
        "better": "clearly better than the hardest naive forecast for {}",
        "worse": "clearly worse for {}",
        "open": "not clearly different for {}",
    }
    parts = [words[side].format(listed(names)) for side, names in sides.items() if names]
    return f"The simulation is {'; '.join(parts)}" if parts else "Nothing could be compared"


def losses(skill: pd.DataFrame, told: dict[str, Any]) -> list[str]:
    """Every figure and horizon with a larger error than the hardest naive forecast, worst first."""
    rows = [
        row
        for name, target in told["targets"].items()
        for row in skill[
            (skill["target"] == name)
            & (skill["method"] == target["best_naive"]["hindsight"])
            & (skill["horizon"] != ALL)
            & (skill["skill"] < 0)
        ].to_dict("records")
    ]
    return [_loss(row, told["january"]) for row in sorted(rows, key=lambda row: row["skill"])]


def _loss(row: dict[str, Any], january: int) -> str:
    target, horizon = TARGETS[row["target"]], int(row["horizon"])
    rival = f"that of {inside_sentence(LABELS[row['method']])}"
    by = row["difference"] if target.is_rate else 100 * row["difference"]
    unit = " points" if target.is_rate else f"{NO_BREAK}% of the authority’s last known figure"
    return (
        f"{target.label}, {target.year(january, horizon)} ({years(horizon)} on): our error is "
        f"{versus(row['skill'], row['low'], row['high'], rival)}; the mean score is worse by "
        f"{by:.2g}{unit}."
    )


def years(horizon: int) -> str:
    return "1 year" if horizon == 1 else f"{horizon} years"


def beforehand(told: dict[str, Any]) -> str:
    """Which naive forecasts earlier freezes would have chosen, where that differs from hindsight."""
    other = [
        f"{inside_sentence(LABELS[chosen['beforehand']])} for {inside_sentence(TARGETS[name].label)}"
        for name, target in told["targets"].items()
        if (chosen := target["best_naive"])["beforehand"] not in (None, chosen["hindsight"])
    ]
    if not other:
        return "Whoever had gone by earlier freezes would have chosen the same ones."
    return f"Whoever had gone by earlier freezes would have chosen another: {listed(other)}."


def tails(pit: pd.DataFrame) -> Iterator[str]:
    """What the places of outcomes within their forecasts say of each figure."""
    for row in pit[pit["method"] == SIMULATED].to_dict("records"):
        number = row["outcomes"]
        low, high = row["tenth_1"] / number, row[f"tenth_{PIT_BINS}"] / number
        label = TARGETS[row["target"]].label
        words = (
            f"{percent(low)} of outcomes fell into the lowest tenth of the forecast and {percent(high)} into"
        )
        verdict = _tail_verdict(low, high)
        yield f"{label}: {words} the highest; 10{NO_BREAK}% each would be right. {verdict}"


def _tail_verdict(low: float, high: float) -> str:
    if low + high > 0.3 and min(low, high) > 0.12:
        return "The forecasts were surer than they should have been."
    if high - low > 0.1:
        return "The forecasts were too low."
    if low - high > 0.1:
        return "The forecasts were too high."
    if low + high < 0.1:
        return "The forecasts were less sure than they could have been."
    return "Neither end is far off."
