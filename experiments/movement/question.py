"""What is asked: which measure moved, between which two periods, and from which day causes are held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from typing import NamedTuple

from experiments.errors import InputError
from experiments.key_figures import KEY_FIGURES, LABELS
from sim.config.papers import group_faults
from sim.measures.measures import CENSUS, MEASURES
from sim.measures.periods import FIRST_MONTH, Months
from sim.service.demand import first_of_month
from sim.settings import Settings

PLACES = {"GBP": 2, "count": 0}
"""Unit → decimal places that are told of it: pence, whole children, and tenths of all else."""
TENTHS = 1


class Period(NamedTuple):
    """A year as results name it; its last day, or the day of its census; the months of a run that has it."""

    name: str
    last: date
    months: int


@dataclass(frozen=True)
class Question:
    """A measure of a group and the two periods between which it moved."""

    measure: str
    group: str
    calendar: str
    first: Period
    second: Period

    @property
    def keys(self) -> tuple[str, str]:
        """Calendar, period, measure and group of both figures, as results have them."""
        names = (period.name for period in (self.first, self.second))
        return tuple(f"{self.calendar},{name},{self.measure},{self.group}" for name in names)

    @property
    def held_from(self) -> date:
        """The first day on which a cause that is held stays what it was."""
        return self.first.last + timedelta(days=1)

    @property
    def unit(self) -> str:
        return MEASURES[self.measure].unit

    @property
    def places(self) -> int:
        return PLACES.get(self.unit, TENTHS)

    @property
    def label(self) -> str:
        """The measure in words, for a sentence."""
        words = LABELS.get(self.measure) or self.measure.replace("_", " ")
        return words if self.group == "all" else f"{words} ({self.group.replace('=', ': ')})"


def pose(
    settings: Settings,
    measure: str,
    first: str,
    second: str,
    group: str = "all",
    calendar: str | None = None,
) -> Question:
    """Check what is asked against a config. InputError with everything that is wrong with it."""
    if measure not in MEASURES:
        near = get_close_matches(measure, MEASURES, n=1, cutoff=0.0)
        raise InputError(f"--measure: {measure!r}, no such measure, did you mean {near[0]!r}?")
    calendar = calendar or calendar_of(measure)
    if calendar not in FIRST_MONTH:
        raise InputError(f"--calendar: {calendar!r}, must be one of {', '.join(sorted(FIRST_MONTH))}")
    faults = [f"--group: {fault}" for fault in group_faults(group, settings)]
    known = {period.name: period for period in periods(settings, measure, calendar)}
    for option, name in (("--from", first), ("--to", second)):
        if name not in known:
            faults.append(f"{option}: {name!r}, {_there_are(measure, calendar, list(known))}")
    if not faults and known[second].last <= known[first].last:
        faults.append(f"--to: {second!r}, must come after --from, {first!r}")
    if faults:
        raise InputError("\n".join(faults))
    return Question(measure, group, calendar, known[first], known[second])


def calendar_of(measure: str) -> str:
    """The kind of year by which a measure is usually read: financial years for money."""
    usual = {figure.measure: figure.calendar for figure in KEY_FIGURES}
    return usual.get(measure, "financial" if MEASURES[measure].unit == "GBP" else "calendar")


def periods(settings: Settings, measure: str, calendar: str) -> list[Period]:
    """The whole years of a run, or its censuses, in which a measure is known."""
    start, count = settings.run.start, settings.run.months
    months = Months(start, (first_of_month(start, count) - start).days)
    if MEASURES[measure].over is CENSUS:
        days = months.census_days() if calendar == "calendar" else []
        return [
            Period(str(year), start + timedelta(days=day), int(months.bin_of(day)[()])) for year, day in days
        ]
    return [
        Period(period.label, months.last_dates[period.end - 1], period.end)
        for period in months.periods(calendar)
        if period.end - period.first == MONTHS_A_YEAR
    ]


MONTHS_A_YEAR = 12


def _there_are(measure: str, calendar: str, known: list[str]) -> str:
    if not known:
        return f"the run has no whole {calendar} year of {measure}"
    span = known[0] if len(known) == 1 else f"{known[0]} to {known[-1]}"
    return f"must be a whole {calendar} year of the run: {span}"
