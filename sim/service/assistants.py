"""Personal assistants: families that would take a direct payment look for one, find one and lose one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim import event_log as events
from sim.luck import lognormal
from sim.service.clients import DAYS_A_YEAR, MILLION, NEVER, Pace, days_until
from sim.service.families import Families, Family
from sim.settings import DirectPayments

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority


class Assistants:
    """The search for assistants, week by week, and the nights they give."""

    def __init__(self, la: LocalAuthority, families: Families, terms: DirectPayments) -> None:
        self.la = la
        self.terms = terms
        self._families = families
        few = la.luck.of_few
        self._search_luck, self._stay_luck = few("short_breaks.search"), few("short_breaks.assistant")
        self._take_up, self._availability = la.steps(terms.take_up), la.steps(terms.availability)
        self._search = la.steps(terms.search.days)
        self._gives_up = la.steps(terms.assistants_leave_per_year)

    def new_week(self, family: Family) -> None:
        """An assistant stays or gives up; a family that would take a direct payment looks for one."""
        if family.has_assistant and family.assistant_goes_on <= self.la.today:
            self._families.part_with_assistant(family)
        if not family.has_assistant and family.inclination < self._take_up.at(self.la.today):
            self._look(family)

    def _look(self, family: Family) -> None:
        today = self.la.today
        if family.search is None:
            days = lognormal(
                self._search_luck(family, family.assistants), self._search.at(today), self.terms.search.cv
            )
            family.search = Pace(days, today)
            self.la.note(events.ASSISTANT_SOUGHT, family)
        family.search.go_on(today, self._availability.at(today))
        if family.search.due <= today:
            self._find(family)

    def _find(self, family: Family) -> None:
        today = self.la.today
        goes = days_until(self._gives_up.at(today), DAYS_A_YEAR, self._stay_luck(family, family.assistants))
        family.assistant_goes_on = today + math.ceil(min(goes, NEVER))
        family.search, family.has_assistant, family.assistant_nights = None, True, 0
        family.assistants += 1
        self.la.note(events.ASSISTANT_FOUND, family)

    def give(self, family: Family, wanted: int, days: int) -> int:
        """Nights given of those wanted in so many days, within what the assistant can give in a year."""
        if not family.has_assistant:
            return 0
        family.assistant_nights += round(self.terms.nights_per_year * days / DAYS_A_YEAR * MILLION)
        nights = min(wanted, family.assistant_nights // MILLION)
        family.assistant_nights -= nights * MILLION
        return nights
