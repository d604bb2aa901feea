"""When what an option does has arrived in full, as far as its dates are known.

A start or a slip that is a range is drawn as it is for a run, more often and by itself, so nothing is
simulated. A change is in full on the first day of its ramp's last step; an intervention when all its
changes are. What has no date is there from the start of the run, and what ends before it is in full never is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np

from sim.config.documents import Document
from sim.config.interventions import Listed, list_changes
from sim.config.parameters import sample
from sim.config.tables import copied
from sim.lengths import later, months_after
from sim.schedule import arrival

DRAWS = 1_000
NEVER = date.max
EVERYTHING = "all of them"
MOVABLE = ("interventions", "scenarios")
Told = dict[str, Any]


def arrivals(document: Document, scenario: str, draws: int = DRAWS) -> dict[str, list[date]]:
    """The day each intervention of a scenario has arrived in full, one for each parameter draw.

    `NEVER` where it is over before. With several interventions the last entry is that of all of them.
    """
    ranges = {path: spread for path, spread in document.plain.ranges.items() if path[0] in MOVABLE}
    moving = any(spread.form != "number" for spread in ranges.values())
    found: dict[str, list[date]] = {}
    for draw in range(1, draws + 1 if moving else 2):
        data = {name: copied(document.plain.data.get(name, {})) for name in MOVABLE}
        if moving:
            sample(data, ranges, document.plain.data["run"]["seed"], draw)
        for name, day in _arrived(data, scenario, document.plain.data["run"]["start"]).items():
            found.setdefault(name, []).append(day)
    if len(found) > 1:
        found[EVERYTHING] = [max(days) for days in zip(*found.values(), strict=True)]
    return found


def _arrived(data: dict[str, Any], scenario: str, start: date) -> dict[str, date]:
    arrived: dict[str, date] = {}
    for each in list_changes(data, scenario):
        if each.origin[0] == "interventions" and each.origin[2] == "changes":
            name = str(each.origin[1])
            arrived[name] = max(arrived.get(name, start), full_day(each, start))
    return arrived


def full_day(made: Listed, start: date) -> date:
    """The day a change is in full, ramp and slips counted; `start` for one that holds all along."""
    first, change = made.first_day, made.change
    if first is None:
        return start
    if first == NEVER:
        return NEVER
    ramp = (later(first, change.ramp) - first).days
    full = arrival(first, None, ramp).dates[-1]
    return NEVER if change.until is not None and change.until <= full else full


def told_arrivals(document: Document, scenario: str) -> list[Told]:
    """By intervention: the range of its arrival, and the chance that it is there by each quarter's end."""
    run = document.settings(scenario).run
    end = months_after(run.start, run.months)
    return [
        _told(name, days, list(quarter_ends(run.start, end)))
        for name, days in arrivals(document, scenario).items()
    ]


def _told(name: str, days: list[date], quarters: list[date]) -> Told:
    ordered = np.sort(np.array([day.toordinal() for day in days]))
    ends = np.quantile(ordered, [0.0, 0.1, 0.5, 0.9, 1.0], method="inverted_cdf")
    first, early, middle, late, last = (date.fromordinal(int(each)) for each in ends)
    chances = [(day, float((ordered <= day.toordinal()).mean())) for day in quarters]
    return {
        "intervention": name,
        "draws": len(days),
        **{
            key: None if day == NEVER else day.isoformat()
            for key, day in (
                ("first", first),
                ("early", early),
                ("middle", middle),
                ("late", late),
                ("last", last),
            )
        },
        "by": [{"date": day.isoformat(), "probability": chance} for day, chance in chances],
    }


def quarter_ends(start: date, end: date) -> Iterator[date]:
    """The last day of each March, June, September and December from `start` up to, not including, `end`."""
    first = date(start.year, 3 * ((start.month - 1) // 3) + 1, 1)
    while first < end:
        following = months_after(first, 3)
        last = date.fromordinal(following.toordinal() - 1)
        if start <= last < end:
            yield last
        first = following
