"""What a comparison found, in sentences worked out from the very numbers that are shown."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from experiments.logs.counts import COMINGS_AND_GOINGS
from experiments.logs.side_by_side import ALIKE, LONGER, OTHERWISE, SHORTER, TOO_FEW, Comparison
from experiments.logs.small_cells import FEWEST
from experiments.reports.wording import NO_BREAK, inside_sentence, listed, month_name, say

RANGE = f"80{NO_BREAK}% range"
ENOUGH_REPLICATIONS = 19
"""From so many on, being the farthest of all happens by chance at most once in twenty times."""


def day_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def said_days(days: float) -> str:
    """A number of days: 1 day, 2.5 days."""
    text = say(days, "count")
    return f"{text} day" if text == "1" else f"{text} days"


def stage_headline(row: pd.Series) -> str:
    """Gathering advice: 14 days longer in the log than in the simulation."""
    if row["finding"] == ALIKE:
        return f"{row['label']}: the log and the simulation differ no more than by chance"
    if row["finding"] == OTHERWISE:
        return f"{row['label']}: spread otherwise in the log than in the simulation"
    return f"{row['label']}: {said_days(abs(row['longer_days']))} {row['finding']} in the log than simulated"


def stage_sentence(row: pd.Series) -> str:
    """The medians as far as they are shown, how far apart the two are, and what chance would do."""
    parts = []
    if np.isfinite(row["log_median_days"]) and np.isfinite(row["simulated_median_days"]):
        spread = (
            f"{say(row['simulated_median_low'], 'count')} to {say(row['simulated_median_high'], 'count')}"
        )
        parts.append(
            f"Half are over within {said_days(row['log_median_days'])} in the log and within "
            f"{said_days(row['simulated_median_days'])} in the simulation on average ({RANGE} {spread})."
        )
    parts.append(
        f"The log lies {said_days(row['area_days'])} from the replications on average; a replication lies "
        f"{said_days(row['area_by_chance_mean'])} from the others, and at most "
        f"{said_days(row['area_by_chance_most'])}."
    )
    return " ".join([*parts, chance_sentence(row)])


def chance_sentence(row: pd.Series) -> str:
    """How far the difference is more than chance."""
    total = int(row["replications"])
    if row["finding"] == ALIKE:
        return "That is within chance."
    if total >= ENOUGH_REPLICATIONS:
        return f"None of the {total} replications lies as far from the rest: that is more than chance."
    return (
        f"None of the {total} replications lies as far from the rest, but they are few: chance alone "
        f"does that for one stage in {total + 1}."
    )


def in_short(found: Comparison) -> list[str]:
    """The comparison in a few sentences: what differs first, then what does not."""
    stages = found.stages
    differ = stages[stages["finding"].isin([LONGER, SHORTER, OTHERWISE])]
    told = [f"{stage_headline(row)}. {chance_sentence(row)}" for _, row in differ.iterrows()]
    for finding, words in (
        (ALIKE, "Within chance"),
        (TOO_FEW, f"Not compared, as fewer than {FEWEST} ended"),
    ):
        labels = [inside_sentence(label) for label in stages.loc[stages["finding"] == finding, "label"]]
        if labels:
            told.append(f"{words}: {listed(labels)}.")
    return [*told, *_caution(found, len(stages) - int((stages["finding"] == TOO_FEW).sum()))]


def _caution(found: Comparison, compared: int) -> list[str]:
    """What many comparisons or few replications mean."""
    if not compared:
        return []
    by_chance = say(compared / (found.replications + 1), "count")
    return [
        f"Of the {compared} times compared, with {found.replications} replications each, about {by_chance} "
        "would be told as different by chance alone."
    ]


def counts_headline(what: str, table: pd.DataFrame) -> str:
    """In how many of the months shown the log lies inside the simulation's range."""
    seen = table.dropna(subset="log")
    inside = int(seen["inside"].sum())
    name = COMINGS_AND_GOINGS.get(what, "Open cases")
    return f"{name}: the log lies inside the simulation’s range in {inside} of {len(seen)} {_periods(table)}"


def counts_sentence(table: pd.DataFrame) -> str:
    """Where both stand at the last month that is shown, and how far apart they are on average."""
    seen = table.dropna(subset="log")
    last = seen.iloc[-1]
    apart = float((seen["log"] - seen["simulated"]).mean())
    over = f"{say(abs(apart), 'count')} {'more' if apart > 0 else 'fewer'}"
    when = month_name(last["period"]) if "-" in last["period"] else last["period"]
    return (
        f"In {when}: {say(last['log'], 'count')} in the log, {say(last['simulated'], 'count')} simulated on "
        f"average ({RANGE} {say(last['low'], 'count')} to {say(last['high'], 'count')}). Over all that is "
        f"shown the log has {over} on average."
    )


def _periods(table: pd.DataFrame) -> str:
    return "months" if "-" in str(table["period"].iloc[0]) else "quarters"
