"""Checks of what a config is to be calibrated with: its parameters and the published figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from sim.config.faults import Fault, dotted, nearest, shown
from sim.config.parameters import Plain
from sim.config.posterior import is_overridden
from sim.settings import Calibration, Observed, Settings

YEAR = re.compile(r"(\d{4})(-(\d\d))?", re.ASCII)


def days_of(observed: Observed) -> tuple[date, date] | None:
    """The first day of the year of a figure and the day after its last; None if it names no such year."""
    from sim.measures.measures import CENSUS, MEASURES
    from sim.measures.periods import FIRST_MONTH

    match = YEAR.fullmatch(str(observed.period))
    if match is None or (match[3] is None) is not (observed.calendar == "calendar"):
        return None
    year = int(match[1])
    if not 1900 < year < 2200 or (match[3] and int(match[3]) != (year + 1) % 100):
        return None
    first = date(year, FIRST_MONTH[observed.calendar], 1)
    measure = MEASURES.get(observed.measure)
    if measure and measure.over is CENSUS:
        return first, date(year, 2, 1)
    return first, date(year + 1, first.month, 1)


def calibration_faults(content: Plain, settings: Settings) -> Iterator[Fault]:
    """What does not fit in the `calibration` of a config whose every section is right by itself."""
    calibration = getattr(settings, "calibration", None)
    if calibration is None:
        return
    yield from _parameters(content, calibration)
    yield from _figures(content, calibration, settings)


def _parameters(content: Plain, calibration: Calibration) -> Iterator[Fault]:
    ranges = {dotted(path): spread for path, spread in content.ranges.items()}
    whole = ("calibration", "parameters")
    if not calibration.parameters:
        yield Fault.at(content.place(whole), whole, "empty, name at least one uncertain number")
    for position, name in enumerate(calibration.parameters):
        path = (*whole, position)
        spread = ranges.get(name)
        if spread is None and is_overridden(name, whole, content):
            continue
        if spread is None:
            known = [each for each in ranges if not each.startswith("interventions.")]
            message = f"{shown(name)}, must be written as {{value, low, high}} here{nearest(name, known)}"
        elif name.startswith(("interventions.", "scenarios.")):
            message = f"{shown(name)}, makes no difference to the baseline; leave it out"
        elif spread.low == spread.high:
            message = f"{shown(name)}, its low and high are the same; nothing can be learnt of it"
        elif name in calibration.parameters[:position]:
            message = f"{shown(name)}, listed twice; keep one"
        else:
            continue
        yield Fault.at(content.place(path), path, message)


def _figures(content: Plain, calibration: Calibration, settings: Settings) -> Iterator[Fault]:
    whole = ("calibration", "observed")
    if not calibration.observed:
        yield Fault.at(content.place(whole), whole, "empty, at least one published figure is needed")
    if content.overrides(("run", "start"), whole):
        return
    seen = set()
    for position, observed in enumerate(calibration.observed):
        key, message = _fault_of(observed, settings)
        what = (observed.calendar, str(observed.period), observed.measure, observed.group)
        if not message and what in seen:
            key, message = "measure", "the same figure twice, keep one"
        seen.add(what)
        if message:
            path = (*whole, position, key)
            yield Fault.at(content.place(path), path, message)


def _fault_of(observed: Observed, settings: Settings) -> tuple[str, str]:
    """The key of a figure that is wrong, and the rule; both empty if none is."""
    from sim.measures.measures import CENSUS, MEASURES

    if observed.measure not in MEASURES:
        return "measure", f"{shown(observed.measure)}, no such measure{nearest(observed.measure, MEASURES)}"
    if MEASURES[observed.measure].over is CENSUS and observed.calendar != "calendar":
        return "calendar", f"{observed.measure} is counted in January, so its period is a year such as 2021"
    days = days_of(observed)
    if days is None:
        form = "2021" if observed.calendar == "calendar" else "2021-22"
        return "period", f"{shown(observed.period)}, must be a year such as {form}"
    if hasattr(settings, "run") and days[0] < settings.run.start:
        return "period", f"{observed.period} begins before the run does, on {settings.run.start}"
    return "", ""
