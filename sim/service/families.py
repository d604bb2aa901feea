"""Families on the offer of overnight short breaks: who they are, when they join and when they leave."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim import event_log as events
from sim.luck import key_of, poisson_quantile
from sim.service.clients import (
    DAYS_A_YEAR,
    FROM_HOME,
    MILLION,
    NEVER,
    TURNED_18,
    Client,
    Clients,
    Pace,
    days_to_go,
    days_until,
)
from sim.service.diary import PER_CHILD
from sim.service.districts import slice_of
from sim.settings import ShortBreaks as Terms

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority

SERVICE = "short_breaks"
OPENING, JOINED, NO_LONGER_NEEDED = "opening", "joined", "no_longer_needed"
LONG_TERM = "long_term"


class Family(Client):
    """A child on the offer and its family. Parts of nights are kept in millionths, so that none is lost."""

    __slots__ = (
        "assistant_goes_on",
        "assistant_nights",
        "assistants",
        "breaks_after",
        "has_assistant",
        "inclination",
        "leaves_on",
        "missed",
        "nights_a_year",
        "owed",
        "search",
        "waits_since",
    )

    def __init__(self, number: int, key: int, cohort: int, adult_on: int) -> None:
        super().__init__(number, key, cohort, adult_on)
        self.leaves_on = adult_on
        self.nights_a_year = 0.0
        self.owed = 0  # millionths of a night that have not come to a night yet
        self.missed = 0  # nights gone without so far
        self.breaks_after = math.inf  # nights gone without after which the family can go on no more
        self.waits_since = NEVER  # the week since which nights have been unmet
        self.inclination = 1.0  # the share of families that must take a direct payment before this one does
        self.search: Pace | None = None  # for an assistant
        self.assistants = 0  # looked for so far: the occasions of their luck
        self.has_assistant = False
        self.assistant_goes_on = NEVER  # the day on which the assistant gives up
        self.assistant_nights = 0  # millionths of a night that the assistant could still give


class Families:
    """Everybody on the offer."""

    def __init__(self, la: LocalAuthority, terms: Terms) -> None:
        self.la = la
        self.terms = terms
        self.clients = Clients(la, SERVICE)
        purpose, few = la.luck.purpose, la.luck.of_few
        self._count_luck, self._day_luck = purpose("short_breaks.count"), purpose("short_breaks.day")
        self._age_luck, self._start_luck = purpose("short_breaks.age"), few("short_breaks.start")
        self._band_luck, self._leave_luck = few("short_breaks.band"), few("short_breaks.leave")
        self._break_luck = few("short_breaks.breakdown")
        self._inclination_luck = few("short_breaks.inclination")
        self._bands = {name: band.share for name, band in terms.bands.items()}
        self._joining, self._leaving = la.steps(terms.joining_per_month), la.steps(terms.leaving_per_year)

    def open(self) -> None:
        """The families of the first day."""
        for number in range(self.terms.opening):
            self._join(key_of(SERVICE, OPENING, number), OPENING)

    def at_home(self) -> list[Family]:
        """Families whose child lives with them."""
        return [family for family in self.clients.here.values() if not family.placement]

    def new_month(self, month: int, first: int, end: int) -> None:
        """Families who join, on days of their own."""
        count = self._count_luck(key_of(SERVICE), month)
        for number in range(poisson_quantile(self._joining.at(first), count)):
            key = key_of(SERVICE, month, number)
            day = first + math.floor(self._day_luck(key) * (end - first))
            self.la.morning.add(day, key, self._joins, key)

    def _joins(self, key: int) -> None:
        self._join(key, JOINED)

    def _join(self, key: int, how: str) -> None:
        terms, today = self.terms, self.la.today
        low, high = terms.opening_ages if how == OPENING else terms.joining_ages
        family = self.clients.join(Family, key, days_to_go(low, high, self._age_luck(key)), how)
        family.nights_a_year = terms.bands[slice_of(self._bands, self._band_luck(family))].nights_per_year
        family.owed = math.floor(self._start_luck(family) * MILLION)
        family.inclination = self._inclination_luck(family)
        family.breaks_after = days_until(terms.breakdown.per_unmet_night, 1, self._break_luck(family))
        goes = days_until(self._leaving.at(today), DAYS_A_YEAR, self._leave_luck(family))
        family.leaves_on = min(family.adult_on, today + math.ceil(min(goes, NEVER)))
        for day in {family.leaves_on, family.adult_on}:
            self.la.morning.add(day, family.number * PER_CHILD, self._leaves, family)

    def _leaves(self, family: Family) -> None:
        """A family leaves on its day; a child who is in care by then stays until it is 18."""
        if family.is_here and family.leaves_on <= self.la.today:
            self.part_with_assistant(family)
            adult = family.adult_on <= self.la.today
            self.clients.leave(family, TURNED_18 if adult else NO_LONGER_NEEDED)

    def break_down(self, family: Family) -> None:
        """The family can go on no more, and the child comes into care for good."""
        self.part_with_assistant(family)
        self.la.note(events.FAMILY_BREAKDOWN, family, resource=SERVICE)
        family.leaves_on = family.adult_on
        self.clients.begin_care(family, FROM_HOME, LONG_TERM, self.terms.breakdown.price_cv)

    def part_with_assistant(self, family: Family) -> None:
        """The assistant, if there is one, gives up or is needed no more."""
        if family.has_assistant:
            family.has_assistant = False
            self.la.note(events.ASSISTANT_LEFT, family)
