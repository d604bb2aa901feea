"""Homes for short breaks: the beds that are there, those that are staffed, and the carers it takes.

Staffing follows what families want, and only slowly: the rota is planned for a quarter or so from the
rota before, in whole beds, and posts follow the rota after a time of notice or recruitment.
"""

from __future__ import annotations

from collections import deque
from math import ceil, floor
from typing import NamedTuple

from sim.calendars import WEEK
from sim.schedule import Steps
from sim.settings import ShortBreaks as Terms

ROUNDING = 1e-9


class Staffed(NamedTuple):
    """A week's beds for short breaks, and carers in thousandths of an FTE."""

    beds: int
    needed: int
    in_post: int
    from_agency: int


class Homes:
    """All homes together, week by week. `steps` compiles a schedule to day numbers."""

    def __init__(self, terms: Terms, steps: type[Steps], nights_a_week: float) -> None:
        self.carers = terms.carers
        self._homes = [
            (steps(home.beds), steps(home.kept_beds), home.core_fte) for home in terms.homes.values()
        ]
        self._vacant = steps(terms.carers.vacant)
        self._week = 0
        self._wanted: list[int] = []  # nights of each week of the rota that runs
        self._planned = self._beds_for(nights_a_week)
        self._needed: deque[int] = deque(maxlen=terms.carers.lead_weeks + 1)

    def beds(self, day: int) -> int:
        """Beds for short breaks that are there, staffed or not."""
        return sum(_whole(beds.at(day)) - _whole(kept.at(day)) for beds, kept, _ in self._homes)

    def this_week(self, day: int) -> Staffed:
        """The week's staff: what the rota needs, who is in post, and who must come from an agency."""
        if len(self._wanted) == self.carers.rota_weeks:
            self._planned = self._beds_for(sum(self._wanted) / len(self._wanted))
            self._wanted.clear()
        beds = min(self._planned, self.beds(day))
        needed = self._carers(beds, day)
        self._needed.append(needed)
        posts = self._needed[0]
        in_post = round(posts * (1 - self._vacant.at(day)))
        return Staffed(beds, needed, in_post, max(0, needed - in_post))

    def wanted(self, nights: int) -> None:
        """The nights that families wanted from the homes this week, for the next rota."""
        self._wanted.append(nights)

    def _beds_for(self, nights: float) -> int:
        """Whole beds that so many nights a week fill as far as planned."""
        return ceil(nights / (WEEK * self.carers.beds_filled) - ROUNDING)

    def _carers(self, beds: int, day: int) -> int:
        """Thousandths of an FTE: the core of each open home, and every bed in use."""
        fte = 0.0
        for there, kept, core in self._homes:
            if _whole(there.at(day)):
                fte += core + self.carers.fte_per_bed * _whole(kept.at(day))
        return round(1000 * (fte + self.carers.fte_per_bed * beds))


def _whole(beds: float) -> int:
    return floor(beds + ROUNDING)
