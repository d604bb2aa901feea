"""Every forecast beside its outcome: one row an authority, figure, horizon and method.

Counts are also scored as a share of the authority's last known value, so that a county does not
decide everything; the 20-week rate is scored in points. Methods are compared only where all of them
have a forecast of the same outcome.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from experiments.backtest import naive_methods as naive
from experiments.backtest import scores
from experiments.backtest.freezing import Frozen, LeftOut
from experiments.backtest.targets import TARGETS, Target
from sim import luck

SIMULATED = "simulated"
Draws = Mapping[str, Mapping[str, list[float | None]]]
"""Target → horizon → values, as forecasts are stored."""

KEYS = ["code", "name", "target", "january", "horizon", "year", "method"]
FORECAST_COLUMNS = [*KEYS, "draws", *scores.QUANTILES, "mean"]
STATUS_WORDS = {
    "suppressed": "suppressed in the publication (x)",
    "not_applicable": "not applicable in the publication (z)",
    "not_available": "marked as not available in the publication",
    "absent": "not in the published tables that were imported",
    "not_credible": "published as nought after a year with many, so not believed",
}


@dataclass
class Records:
    """The rows, and what is not among them."""

    forecasts: pd.DataFrame
    scores: pd.DataFrame
    left_out: list[LeftOut]
    missing: list[dict[str, Any]]
    """Outcomes that were not published: code, name, target, horizon, year, why."""
    naive: dict[str, naive.Naive] = field(default_factory=dict)
    """Target → the naive forecasters as they stood at the freeze."""

    @property
    def methods(self) -> dict[str, list[str]]:
        """Target → the naive methods that have any earlier errors to go by."""
        return {target: forecaster.methods for target, forecaster in self.naive.items()}


def gather(frozen: Frozen, simulated: Mapping[str, Draws]) -> Records:
    """All forecasts and scores of a backtest. `simulated` may be empty: then the naive ones alone."""
    records = Records(pd.DataFrame(), pd.DataFrame(), list(frozen.left_out), [])
    forecasts: list[dict[str, Any]] = []
    scored: list[dict[str, Any]] = []
    for target in TARGETS.values():
        history = frozen.history(target.name)
        last = target.last_known(frozen.january)
        frozen_naive = naive.freeze(history, target, last, frozen.horizons)
        records.naive[target.name] = frozen_naive
        for code in frozen.asked:
            reason = _unfit(frozen_naive, history.get(code, {}))
            if reason:
                records.left_out.append(LeftOut(code, frozen.names[code], target.name, reason))
                continue
            made = _of_one(frozen, frozen_naive, records, code, target, simulated.get(code))
            for forecast, score in made:
                forecasts.append(forecast)
                if score:
                    scored.append(score)
    records.forecasts = pd.DataFrame(forecasts, columns=FORECAST_COLUMNS)
    records.scores = _compared(pd.DataFrame(scored), records, bool(simulated))
    return records


def _unfit(forecaster: naive.Naive, years: Mapping[int, float]) -> str:
    """Why an authority's series cannot be forecast by every method, or nothing."""
    if forecaster.last not in years:
        return f"no figure for {forecaster.last}"
    short = [naive.LABELS[m].lower() for m in forecaster.methods if forecaster.draws(m, years, 1) is None]
    return f"too few earlier figures for the naive forecast: {', '.join(short)}" if short else ""


def _of_one(
    frozen: Frozen,
    forecaster: naive.Naive,
    records: Records,
    code: str,
    target: Target,
    simulated: Draws | None,
) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Rows of one authority's series: each horizon and method, with a score where there is an outcome."""
    years = frozen.history(target.name)[code]
    size = 1.0 if target.is_rate else years[forecaster.last]
    for horizon in range(1, frozen.horizons + 1):
        year = target.year(frozen.january, horizon)
        outcome = frozen.outcome(code, target.name, horizon)
        keys = dict(
            zip(KEYS, (code, frozen.names[code], target.name, frozen.january, horizon, year), strict=False)
        )
        if outcome is None or outcome.value is None:
            why = STATUS_WORDS[outcome.status if outcome else "absent"]
            records.missing.append({name: keys[name] for name in KEYS if name in keys} | {"why": why})
        for method, draws in _draws(forecaster, years, horizon, simulated):
            row = keys | {"method": method}
            forecast = row | {"draws": len(draws), **scores.quantiles(draws), "mean": float(draws.mean())}
            if outcome is None or outcome.value is None:
                yield forecast, None
                continue
            facts: dict[str, Any] = {
                "collection": outcome.collection,
                "small": frozen.is_small(code),
                "size": size,
            }
            facts |= {name: forecast[name] for name in scores.QUANTILES}
            u = luck.uniform(luck.key_of("pit", code, target.name, frozen.january, horizon, method))
            yield forecast, row | facts | score_of(draws, forecast, outcome.value, size, u)


def _draws(
    forecaster: naive.Naive, years: Mapping[int, float], horizon: int, simulated: Draws | None
) -> Iterator[tuple[str, np.ndarray]]:
    if simulated is not None:
        kept = [value for value in simulated[forecaster.target.name][str(horizon)] if value is not None]
        if kept:
            yield SIMULATED, np.array(kept)
    for method in forecaster.methods:
        draws = forecaster.draws(method, years, horizon)
        if draws is not None:
            yield method, draws


def score_of(
    draws: np.ndarray, quantiles: Mapping[str, Any], observed: float, size: float, u: float
) -> dict[str, Any]:
    """The scores of one forecast. What is scaled is a share of `size`; none where that is nought."""
    error = quantiles["p50"] - observed
    found: dict[str, Any] = {
        "observed": observed,
        "median": quantiles["p50"],
        "absolute_error": abs(error),
        "relative_error": abs(error) / observed if observed > 0 else np.nan,
        "crps": scores.crps(draws, observed),
        "pit": scores.pit(draws, observed, u),
    }
    for level, (low, high) in scores.ENDS.items():
        found[f"in_{level}"] = bool(quantiles[low] <= observed <= quantiles[high])
        found[f"width_{level}"] = quantiles[high] - quantiles[low]
    for name in ("absolute_error", "crps", *(f"width_{level}" for level in scores.LEVELS)):
        found[f"scaled_{name}"] = found[name] / size if size > 0 else np.nan
    return found


def _compared(rows: pd.DataFrame, records: Records, with_simulation: bool) -> pd.DataFrame:
    """Mark the rows of outcomes that every method has a forecast of."""
    if rows.empty:
        return rows
    needed = {target: len(names) + with_simulation for target, names in records.methods.items()}
    scaled = rows["scaled_crps"].notna()
    there = scaled.groupby([rows["code"], rows["target"], rows["horizon"]]).transform("sum")
    rows["compared"] = there == rows["target"].map(needed)
    return rows


def chosen_beforehand(frozen: Frozen, target: Target, records: Records) -> str | None:
    """The naive method that had the lowest mean scaled CRPS at earlier freezes, by what was known then.

    Each of the last `horizons` Januaries before the freeze is played through as a backtest of its own
    with outcomes known by the freeze. Where no earlier freeze lets all methods be compared, the one
    with the least mean error at earlier origins; None where there is no method at all.
    """
    methods = records.methods[target.name]
    if len(methods) < 2:
        return methods[0] if methods else None
    history, last = frozen.history(target.name), target.last_known(frozen.january)
    found: dict[str, list[float]] = {method: [] for method in methods}
    for earlier in range(last - frozen.horizons, last):
        known = {c: {y: v for y, v in years.items() if y <= earlier} for c, years in history.items()}
        forecaster = naive.freeze(known, target, earlier, last - earlier)
        for code, years in history.items():
            _play(forecaster, methods, known[code], years, found)
    if found[methods[0]]:
        return min(methods, key=lambda method: float(np.mean(found[method])))
    return min(methods, key=lambda method: _mean_error(records.naive[target.name].errors[method]))


def _play(
    forecaster: naive.Naive,
    methods: list[str],
    known: Mapping[int, float],
    years: Mapping[int, float],
    found: dict[str, list[float]],
) -> None:
    target = forecaster.target
    size = 1.0 if target.is_rate else known.get(forecaster.last, 0.0)
    for horizon in forecaster.errors[methods[0]].by_horizon:
        outcome = years.get(forecaster.last + horizon)
        draws = {method: forecaster.draws(method, known, horizon) for method in methods}
        if outcome is None or size <= 0 or any(each is None for each in draws.values()):
            continue
        for method, each in draws.items():
            if each is not None:
                found[method].append(scores.crps(each, outcome) / size)


def _mean_error(errors: naive.Errors) -> float:
    return float(np.mean([np.abs(each).mean() for each in errors.by_horizon.values()]))
