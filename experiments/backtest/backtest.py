"""`send-sim backtest`: freeze at a January, forecast the years after it, score against publication.

The folder that is written holds

- `backtest.json` what was asked, who could not be; `evidence.csv` every figure used, known or later;
- `configs/` the frozen configs, `forecasts/` the draws of each authority;
- `forecasts.csv` quantiles of every forecast, `scores.csv` each beside its outcome;
- `means.csv`, `skill.csv`, `coverage.csv`, `pit.csv`, `league.csv`, `left_out.csv`, `missing.csv`;
- `summary.json` the same in short, and `page.html`.

`score` makes all but the first two lines again, from the folder alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from experiments import console, store
from experiments.backtest import forecasting, freezing, league, records
from experiments.backtest.forecasting import Follow, MakeConfig
from experiments.backtest.freezing import Frozen
from experiments.backtest.naive_methods import LABELS
from experiments.backtest.records import SIMULATED, Records
from experiments.backtest.targets import TARGETS
from experiments.errors import InputError
from experiments.plan import model_version
from experiments.reports.wording import POINTS, say, say_change

SUMMARY, PAGE = "summary.json", "page.html"
FEWEST_DRAWS, MOST_DRAWS = 2, 2000
MOST_HORIZONS = 10


def backtest(
    library_folder: Path,
    january: int,
    horizons: int = 4,
    authorities: list[str] | None = None,
    draws: int = 40,
    seed: int = 1,
    jobs: int = 1,
    out: Path = Path("results/backtest"),
    make_config: MakeConfig | None = None,
    follow: Follow = console.followed,
    read_library: Callable[[Path], Any] | None = None,
) -> dict[str, Any]:
    """Run a backtest, or what is left of it to do, score it, and return what `score` returns.

    `authorities` are names or codes, None for all with an outcome. `draws` parameter draws are run for
    each, one replication a draw; 0 scores the naive forecasts alone. Raises InputError, with nothing
    written, where the question cannot be asked.
    """
    _check(january, horizons, draws, out)
    library = _library(library_folder, read_library)
    frozen = freezing.freeze(library, january, horizons, authorities)
    store.make_folder(out)
    asked = {"draws": draws, "seed": seed, "model": model_version()}
    prepared = forecasting.Prepared(forecasting.Forecasts(draws))

    def store_facts(complete: bool) -> None:
        """What is broken off can be scored as far as it got, but says that it is not complete."""
        done = {"complete": complete, "digests": prepared.digests, "failures": prepared.failures}
        freezing.store_facts(freezing.facts_of(frozen, asked | done), out)

    store_facts(complete=False)
    freezing.store_evidence(frozen, out)
    if draws:
        make = make_config or _usual_config()
        prepared = forecasting.prepare(library, frozen, draws, seed, out, make)
        store_facts(complete=False)
    forecasting.carry_out(prepared, frozen, jobs, out, follow)
    store_facts(complete=True)
    return score(out)


def _check(january: int, horizons: int, draws: int, out: Path) -> None:
    faults = []
    if not 2017 <= january <= 2100:
        faults.append(f"january: {january}, must be a year from 2017 to 2100")
    if not 1 <= horizons <= MOST_HORIZONS:
        faults.append(f"horizons: {horizons}, must be between 1 and {MOST_HORIZONS} years")
    if draws and not FEWEST_DRAWS <= draws <= MOST_DRAWS:
        faults.append(f"draws: {draws}, must be between {FEWEST_DRAWS} and {MOST_DRAWS}, or 0 for none")
    if out.exists() and not out.is_dir():
        faults.append(f"{out}: a file, must be a folder")
    elif out.is_dir() and any(out.iterdir()) and not (out / freezing.FACTS).is_file():
        faults.append(f"{out}: already holds something that is no backtest; choose another folder")
    elif (out / freezing.FACTS).is_file() and freezing.read_facts(out)["january"] != january:
        faults.append(f"{out}: already holds a backtest of another January; choose another folder")
    if faults:
        raise InputError("\n".join(faults))


def _library(folder: Path, read: Callable[[Path], Any] | None) -> Any:
    if read is None:
        from experiments.evidence.library import Library

        read = Library.read
    return read(folder)


def _usual_config() -> MakeConfig:
    from experiments.authorities.new import frozen_config

    return frozen_config


# Scoring.


def score(out: Path) -> dict[str, Any]:
    """Score a stored backtest again: every table, the summary and the page, without running anything."""
    facts = freezing.read_facts(out)
    frozen = freezing.read_frozen(out, facts)
    simulated = {}
    for code, digest in facts["digests"].items():
        draws = forecasting.read_draws(out, code, digest)
        if draws is not None:
            simulated[code] = draws
    gathered = records.gather(frozen, simulated)
    if gathered.scores.empty:
        raise InputError(f"{out}: nothing can be scored: no authority has both a forecast and an outcome")
    tables = tables_of(frozen, gathered, facts, bool(simulated))
    for name, table in tables.items():
        store.write_text(out / f"{name}.csv", _csv(table))
    told = summary_of(facts, frozen, gathered, tables, simulated)
    store.write_text(out / SUMMARY, json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    if simulated:
        from experiments.backtest.page import page_of

        store.write_text(out / PAGE, page_of(frozen, gathered, tables, told))
    return {"folder": str(out), "page": str(out / PAGE) if simulated else None, **told}


def tables_of(
    frozen: Frozen, gathered: Records, facts: dict[str, Any], with_simulation: bool
) -> dict[str, pd.DataFrame]:
    rows = gathered.scores[gathered.scores["compared"] & ~gathered.scores["small"]]
    tables = {
        "forecasts": gathered.forecasts,
        "scores": gathered.scores,
        "means": league.means(rows),
        "coverage": league.coverage(rows),
        "pit": league.pit_histograms(rows),
        "left_out": pd.DataFrame(
            [[each.code, each.name, each.target, each.reason] for each in gathered.left_out],
            columns=["code", "name", "target", "reason"],
        ),
        "missing": pd.DataFrame(gathered.missing, columns=[*records.KEYS[:-1], "why"]),
    }
    if with_simulation and len(rows):
        best = league.best_in_hindsight(rows, gathered)
        tables["skill"] = league.skills(rows, gathered, facts["seed"])
        tables["league"] = league.by_authority(rows, best)
        tables["misses"] = league.largest_misses(rows, best)
    return tables


def _csv(table: pd.DataFrame) -> str:
    return table.to_csv(index=False, float_format="%.10g", lineterminator="\n")


def summary_of(
    facts: dict[str, Any],
    frozen: Frozen,
    gathered: Records,
    tables: dict[str, pd.DataFrame],
    simulated: dict[str, Any],
) -> dict[str, Any]:
    rows = gathered.scores[gathered.scores["compared"] & ~gathered.scores["small"]]
    hindsight = league.best_in_hindsight(rows, gathered)
    small = gathered.scores.loc[gathered.scores["small"], "code"].unique()
    return {
        "january": frozen.january,
        "horizons": frozen.horizons,
        "draws": facts["draws"],
        "seed": facts["seed"],
        "model": facts["model"],
        "complete": facts["complete"],
        "asked": len(frozen.asked),
        "simulated": len(simulated),
        "scored": int(rows["code"].nunique()),
        "failures": {frozen.names[code]: reason for code, reason in facts["failures"].items()},
        "not_run": [
            frozen.names[code]
            for code in frozen.asked
            if facts["draws"] and code not in simulated and code not in facts["failures"]
        ],
        "small": sorted(frozen.names[code] for code in small),
        "left_out": len(gathered.left_out),
        "missing": len(gathered.missing),
        "break_in_series": {target: frozen.break_after(target) for target in TARGETS},
        "targets": {
            target.name: _told_of(target.name, gathered, tables, hindsight, frozen)
            for target in TARGETS.values()
            if target.name in hindsight
        },
    }


def _told_of(
    target: str,
    gathered: Records,
    tables: dict[str, pd.DataFrame],
    hindsight: dict[str, str],
    frozen: Frozen,
) -> dict[str, Any]:
    """One target: mean scores of every method, both choices of the best naive one, skill and coverage."""
    means, coverage = tables["means"], tables["coverage"]
    whole = means[(means["target"] == target) & (means["horizon"] == league.ALL)]
    rate = coverage[(coverage["target"] == target) & (coverage["level"] == 80)]
    chosen = {
        "hindsight": hindsight[target],
        "beforehand": records.chosen_beforehand(frozen, TARGETS[target], gathered),
    }
    told: dict[str, Any] = {
        "best_naive": chosen,
        "mean_scaled_crps": dict(zip(whole["method"], whole["mean_scaled_crps"], strict=True)),
        "covered_80": {
            method: dict(zip(part["horizon"], part["share"], strict=True))
            for method, part in rate.groupby("method", sort=False)
        },
    }
    if "skill" in tables:
        skill = tables["skill"]
        for name, method in chosen.items():
            part = skill[(skill["target"] == target) & (skill["method"] == method)]
            told[f"skill_{name}"] = {
                row["horizon"]: {key: row[key] for key in ("skill", "low", "high", "authorities", "better")}
                for row in part.to_dict("records")
            }
    return told


def in_words(told: dict[str, Any]) -> str:
    """The same for a reader: each figure in a line, and what failed."""
    head = (
        f"Frozen at January {told['january']}, {told['horizons']} years on, "
        f"{told['scored']} authorities scored of {told['asked']} asked for."
    )
    lines = [head]
    for name, target in told["targets"].items():
        label, unit = TARGETS[name].label, "percent" if TARGETS[name].is_rate else "share"
        chosen = target["best_naive"]["hindsight"]
        naive = f"{LABELS[chosen].lower()} {_score(target['mean_scaled_crps'][chosen], unit)}"
        if "skill_hindsight" not in target:
            lines.append(f"  {label}: best naive forecast {naive}")
            continue
        whole = target["skill_hindsight"][league.ALL]
        ours = _score(target["mean_scaled_crps"][SIMULATED], unit)
        held = say(target["covered_80"][SIMULATED][league.ALL], "percent")
        lines.append(
            f"  {label}: mean score {ours}, {naive}; skill {_skill(whole)}; 80 % intervals held {held}"
        )
    lines += [f"  failed: {name}: {reason}" for name, reason in told["failures"].items()]
    if told["not_run"]:
        lines.append(f"  not run yet: {', '.join(told['not_run'])}")
    if told["page"]:
        lines.append(told["page"])
    return "\n".join(lines)


def _score(value: float, unit: str) -> str:
    return f"{value:.1f} points" if unit == "percent" else f"{100 * value:.1f} % of size"


def _skill(whole: dict[str, Any]) -> str:
    middle, low, high = (_signed(100 * whole[part]) for part in ("skill", "low", "high"))
    return f"{middle} % ({low} to {high})"


def _signed(value: float) -> str:
    return say_change(value, "percent").removesuffix(POINTS)
