"""The page of a backtest: what was asked, how well it went, for whom, where it failed and by how much.

Every sentence and number is made from the tables that stand beside the page.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd
from markupsafe import Markup

from experiments.backtest import drawing, page_tables, verdicts
from experiments.backtest.freezing import Frozen
from experiments.backtest.league import ALL
from experiments.backtest.naive_methods import (
    FEWEST_ERRORS,
    FEWEST_YEARS,
    LABELS,
    LEAST_FACTOR,
    MOST_FACTOR,
    MOST_POINTS,
    TREND_YEARS,
)
from experiments.backtest.records import Records
from experiments.backtest.targets import FIRST_ORIGIN, FIRST_YEAR, SMALLEST, TARGETS
from experiments.reports.report import environment
from experiments.reports.wording import inside_sentence, listed

TEMPLATE = "backtest.html.j2"
FIGURE = "skill"


def page_of(frozen: Frozen, gathered: Records, tables: dict[str, pd.DataFrame], told: dict[str, Any]) -> str:
    """The page as HTML. Raises nothing of its own: what is not known is said so."""
    compared = "skill" in tables and not tables["league"].empty
    context: dict[str, Any] = {
        "told": told,
        "targets": TARGETS,
        "years": verdicts.years,
        "compared": compared,
        "left_out": _left_out(tables["left_out"]),
        "missing": _missing(tables["missing"]),
        "small": page_tables.small_table(gathered.scores),
        "naive_notes": naive_notes(gathered, frozen),
        "smallest": SMALLEST,
        "breaks": breaks(told),
        "beforehand": verdicts.beforehand(told),
    }
    if compared:
        context |= {
            "short": verdicts.in_short(told),
            "headline": verdicts.headline(told),
            "losses": verdicts.losses(tables["skill"], told),
            "tails": list(verdicts.tails(tables["pit"])),
            "drawings": _drawings(tables["skill"], told),
            "skill_table": page_tables.skill_table(tables["skill"], told),
            "error_table": page_tables.error_table(tables["means"], told),
            "coverage_table": page_tables.coverage_table(tables["coverage"], told),
            "pit_table": page_tables.pit_table(tables["pit"]),
            "league_tables": page_tables.league_tables(tables["league"]),
            "whole_league": page_tables.whole_league(tables["league"]),
            "misses": page_tables.miss_tables(tables["misses"]),
        }
    return environment().get_template(TEMPLATE).render(**context)


# The figure.


def comparisons(skill: pd.DataFrame, told: dict[str, Any]) -> dict[str, list[drawing.Comparison]]:
    """Target → points against the hardest naive forecast and, where another, the one chosen before."""
    panels: dict[str, list[drawing.Comparison]] = {}
    for name, target in told["targets"].items():
        chosen = target["best_naive"]
        methods = [m for m in dict.fromkeys((chosen["hindsight"], chosen["beforehand"])) if m]
        for method in methods:
            rows = skill[
                (skill["target"] == name) & (skill["method"] == method) & (skill["horizon"] != ALL)
            ].copy()
            rows[["skill", "low", "high"]] *= 100
            panels.setdefault(name, []).append(drawing.Comparison(LABELS[method], rows))
    return panels


def _drawings(skill: pd.DataFrame, told: dict[str, Any]) -> list[Markup]:
    panels = comparisons(skill, told)
    title = verdicts.headline(told)
    text = f"{title}. {' '.join(verdicts.in_short(told))}"
    pair = (
        drawing.draw(FIGURE, title, text, panels, told["break_in_series"], size)
        for size in (drawing.WIDE, drawing.NARROW)
    )
    return [Markup(each) for each in pair]


def breaks(told: dict[str, Any]) -> str:
    """Where the figures begin to be collected in another way than those the forecasts started from."""
    found = [
        f"{inside_sentence(TARGETS[name].label)} from {TARGETS[name].year(told['january'], horizon)}"
        for name, horizon in told["break_in_series"].items()
        if horizon is not None
    ]
    return listed(found)


# What is not there.


def _left_out(table: pd.DataFrame) -> list[str]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in table.to_dict("records"):
        what = f" ({inside_sentence(TARGETS[row['target']].label)})" if row["target"] else ""
        found[row["reason"]].append(f"{row['name']}{what}")
    return [f"{reason[:1].upper()}{reason[1:]}: {listed(names)}." for reason, names in found.items()]


def _missing(table: pd.DataFrame) -> list[str]:
    """Outcomes that were not published, by reason and figure."""
    found = []
    for (why, target, year), part in table.groupby(["why", "target", "year"], sort=False):
        names = list(part["name"])
        said = listed(names) if len(names) <= 8 else f"{len(names)} authorities (in missing.csv)"
        found.append(f"{TARGETS[target].label}, {year}, {why}: {said}.")
    return found


def naive_notes(gathered: Records, frozen: Frozen) -> list[str]:
    """How the naive forecasts were made, and where a rule had to stretch."""
    notes = [
        "Last value: the last known year again.",
        f"Growth carried on: the last year’s growth factor repeated, kept between {LEAST_FACTOR:g} and "
        f"{MOST_FACTOR:g} a year; of the 20-week rate the last change in points, at most {MOST_POINTS:g}.",
        f"Linear trend: least squares through the last {TREND_YEARS} known years (at least {FEWEST_YEARS}), "
        "never below nought.",
        "Each is a distribution: its point is moved by every error the same method made, over as many years, "
        f"at all earlier origins (last known year {FIRST_ORIGIN} or later; for plans {FIRST_YEAR}) of all "
        "authorities whose outcome was known by the freeze. So a drift of earlier years is in it.",
    ]
    for name, forecaster in gathered.naive.items():
        absent = [LABELS[m].lower() for m, errors in forecaster.errors.items() if not errors.reach]
        if absent:
            notes.append(
                f"{TARGETS[name].label}: {listed(absent)} had no {FEWEST_ERRORS} earlier errors to go by at "
                "the freeze and could not be asked."
            )
        far = [
            f"{LABELS[method].lower()} beyond {verdicts.years(errors.reach)}"
            for method, errors in forecaster.errors.items()
            if 0 < errors.reach < frozen.horizons
        ]
        if far:
            notes.append(
                f"{TARGETS[name].label}: no earlier origin reaches that far for {listed(far)}; there the "
                "errors of the longest reach are stretched, mean and variance in proportion to the horizon."
            )
    return notes
