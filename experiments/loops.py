"""What each closed loop is worth: the same config with one loop cut, and with all of them cut.

The scenarios are laid over the config as if its author had written them, and are run, stored and
reported like any others. A loop that is off, or that no section gives anything to work on, is left
out. Turnover is cut in two ways: nobody leaves at all, and people leave at their usual rate whatever
their workload, which is the loop by itself. Loops act on each other, so their parts need not add up
to the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.errors import InputError
from experiments.plan import Options, Plan, make

if TYPE_CHECKING:
    import pandas as pd

    from experiments.experiment import Finished
    from sim.schedule import Schedule
    from sim.settings import Settings

LOOPS = {
    "preventive_time": "preventive time",
    "disputes": "disputes",
    "turnover": "people leaving at all",
    "late_reviews": "late reviews",
    "no_local_place": "no local place",
    "bought_reports": "bought reports",
}
WORKLOAD = "workload"
"""What workload adds to turnover; people then leave at their usual rate."""
NAMES = LOOPS | {WORKLOAD: "workload on turnover"}
MEANINGS = {
    "turnover": "without it every post is always filled, by the same people",
    WORKLOAD: "without it people leave and fall ill at their usual rate, however much there is to do",
}
"""What it means to be without a loop, where its name does not say so."""
ALL = "without_loops"
MEASURES = ("plans_active", "timeliness_20w_excl", "open_assessments_over_20w", "cost")
COMMAND = "send-sim loops"


def plan(config: Path, options: Options) -> Plan:
    """The baseline, a scenario without each loop at work, and one without any of them."""
    from sim.config.documents import Addition, read

    document = read(config, options.as_overrides())
    settings = document.settings()
    loops = list(at_work(settings))
    if not loops:
        raise InputError(f"{config}: no loop is on that has anything to work on")
    scenarios = dict(_scenarios(loops, settings))
    taken = [name for name in scenarios if name in document.scenario_names]
    if taken:
        raise InputError(f"{config}: the scenario {taken[0]!r} must have another name for this command")
    text = "scenarios:\n" + "".join(f"  {name}: {scenario}\n" for name, scenario in scenarios.items())
    names = (document.scenario_names[0], *scenarios)
    return make(config, replace(options, scenarios=names), Addition(COMMAND, text))


def _scenarios(loops: list[str], settings: Settings) -> Iterator[tuple[str, str]]:
    for loop in loops:
        yield f"without_{loop}", _scenario(loop, _cut([loop]))
        if loop == "turnover" and settings.loops.turnover.strength > 0:
            yield f"without_{WORKLOAD}", _scenario(WORKLOAD, "{loops.turnover.strength: 0}")
    if len(loops) > 1:
        yield ALL, f'{{label: "Without any loop", set: {_cut(loops)}}}'


def _scenario(loop: str, changes: str) -> str:
    return f'{{label: "Without the loop: {NAMES[loop]}", set: {changes}}}'


def _cut(loops: list[str]) -> str:
    return "{" + ", ".join(f"loops.{loop}.on: false" for loop in loops) + "}"


def at_work(settings: Settings) -> Iterator[str]:
    """The loops that are on and that some section gives something to work on."""
    pools, schools = settings.staff_pools.values(), settings.settings.values()
    multipliers = (
        settings.reviews.unattended_multiplier,
        settings.placement.late_review_breakdown_multiplier,
    )
    described = {
        "preventive_time": any(pool.preventive for pool in pools),
        "disputes": settings.disputes is not None,
        "turnover": any(pool.turnover for pool in pools),
        "late_reviews": any(_ever(multiplier, 1.0) for multiplier in multipliers),
        "no_local_place": any(
            school.places and school.when_full and _ever(school.when_full.share, 0.0) for school in schools
        ),
        "bought_reports": any(pool.bought for pool in pools),
    }
    for loop in LOOPS:
        if described[loop] and getattr(settings.loops, loop).on:
            yield loop


def _ever(schedule: Schedule, neutral: float) -> bool:
    """Is a number ever anything but neutral?"""
    return any(value != neutral for value in schedule.values)


def worth(folder: Path) -> pd.DataFrame:
    """One row a loop and measure of a stored run: the last whole year with the loop less without it."""
    from experiments import key_figures

    table = key_figures.at_the_end(key_figures.read_totals(folder))
    without = table[table["measure"].isin(MEASURES) & table["scenario"].str.startswith("without_")]
    rows = without[["measure", "unit", "calendar", "period", "replications"]].copy()
    rows.insert(0, "loop", without["scenario"].str.removeprefix("without_"))
    rows["without"] = without["mean"]
    rows["with"] = without["mean"] - without["diff_mean"]
    rows["worth"] = -without["diff_mean"]
    rows["ci_low"], rows["ci_high"] = -without["diff_ci_high"], -without["diff_ci_low"]
    rows["worth"], rows["ci_low"], rows["ci_high"] = (
        rows[name] + 0.0 for name in ("worth", "ci_low", "ci_high")
    )
    return rows.reset_index(drop=True)


def of(finished: Finished) -> dict[str, Any]:
    """The worth of every loop of a run that has just ended, as plain data."""
    return told(finished.folder)


def told(folder: Path) -> dict[str, Any]:
    """The worth of every loop as plain data."""
    from experiments import key_figures

    return {"folder": str(folder), "loops": key_figures.as_records(worth(folder))}


def in_words(told: dict[str, Any]) -> str:
    """The same as a table for a reader."""
    from experiments.key_figures import LABELS
    from experiments.reports.wording import say, say_change

    lines = [["", "", "with it", "without", "what it adds (95 %)"]]
    before = None
    for row in sorted(told["loops"], key=lambda row: MEASURES.index(row["measure"])):
        heading = f"{LABELS[row['measure']]}, {row['period']}"
        worth = say_change(row["worth"], row["unit"])
        if row["ci_low"] is not None:
            ends = (say_change(row[end], row["unit"]) for end in ("ci_low", "ci_high"))
            worth += f" ({' to '.join(ends)})"
        name = NAMES.get(row["loop"], "all of them")
        shown = heading if heading != before else ""
        lines.append([shown, name, say(row["with"], row["unit"]), say(row["without"], row["unit"]), worth])
        before = heading
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    table = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    there = {row["loop"] for row in told["loops"]}
    meanings = [f"{NAMES[loop]}: {meaning}." for loop, meaning in MEANINGS.items() if loop in there]
    notes = (
        "A loop that makes children wait can lower the cost: read it beside the cases over 20 weeks.",
        "Loops act on each other, so their parts need not add up to all of them.",
    )
    return "\n".join([*table, *meanings, *notes])
