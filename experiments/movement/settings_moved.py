"""What was set to move: dated settings, and the requests they lead one to expect, on both dates."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from experiments.movement.causes import CAUSES, NEED_MIX, NEVER_HELD, OTHER, REQUESTS, named_cause, parts
from experiments.movement.question import Question
from sim.calendars import Calendar
from sim.config.faults import Path, dotted
from sim.luck import Luck
from sim.schedule import Schedule
from sim.service.demand import Demand, first_of_month
from sim.settings import Settings

YEAR = 12


def by_cause(settings: Settings, question: Question) -> dict[str, list[dict[str, Any]]]:
    """Cause → what has another value on the second date: what it is, before and after.

    Requests are those to be expected in the twelve months to each date, whatever the yearly shocks.
    """
    last, end = question.first.last, question.second.last
    found: dict[str, list[dict[str, Any]]] = {cause: [] for cause in CAUSES}
    found[REQUESTS] += _requests(settings, last, end)
    found[NEED_MIX] += _mix(settings, last, end)
    for path, schedule in dated(settings):
        cause, pair = named_cause(path) or OTHER, (schedule.at(last), schedule.at(end))
        if cause in found and pair[0] != pair[1]:
            found[cause].append({"what": dotted(path), "before": pair[0], "after": pair[1]})
    return found


def dated(value: Any, path: Path = ()) -> Iterator[tuple[Path, Schedule]]:
    """Every dated setting with its path."""
    if isinstance(value, Schedule):
        yield path, value
    for key, inner in parts(value):
        if path or key not in NEVER_HELD:
            yield from dated(inner, (*path, key))


def _requests(settings: Settings, last: date, end: date) -> Iterator[dict[str, Any]]:
    before, after = (round(sum(_expected(settings, day).values()), 1) for day in (last, end))
    if before != after:
        yield {"what": "requests expected in twelve months", "before": before, "after": after}


def _mix(settings: Settings, last: date, end: date) -> Iterator[dict[str, Any]]:
    years = [_expected(settings, day) for day in (last, end)]
    totals = [math.fsum(year.values()) or 1.0 for year in years]
    for need in settings.needs:
        before, after = (
            round(100 * year.get(need, 0.0) / total, 1) for year, total in zip(years, totals, strict=True)
        )
        if before != after:
            yield {"what": f"{need}, per cent of requests", "before": before, "after": after}


def _expected(settings: Settings, last: date) -> dict[str, float]:
    """Requests of each need in the twelve months that end by the day `last`."""
    calm = {name: need.model_copy(update={"volatility": 0.0}) for name, need in settings.needs.items()}
    demand = settings.demand.model_copy(update={"common_volatility": 0.0})
    start = settings.run.start
    model = Demand(
        settings.model_copy(update={"needs": calm, "demand": demand}),
        Luck(settings.run.seed, 1),
        Calendar(start, (last - start).days + 1),
    )
    end = first_of_month(last + timedelta(days=1), 0)
    found: dict[str, float] = defaultdict(float)
    for back in range(1, YEAR + 1):
        for (need, _), expected in model.expected(first_of_month(end, -back)).items():
            found[need] += expected
    return found
