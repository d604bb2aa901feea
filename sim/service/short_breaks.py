"""Overnight short breaks, week by week.

1  an assistant       a family that would take a direct payment looks for one until it is found
2  nights wanted      each family wants its share of the year
3  nights given       by the assistant, then in a home to whoever has waited longest, or not at all
4  a family too many nights short can go on no more, and its child comes into care
5  the next rota      learns what was wanted from the homes
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim import event_log as events
from sim.calendars import WEEK
from sim.service.assistants import Assistants
from sim.service.clients import DAYS_A_YEAR, MILLION, NEVER
from sim.service.families import SERVICE, Families, Family
from sim.service.homes import Homes, Staffed
from sim.settings import ShortBreaks as Terms

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority

HOME, DIRECT_PAYMENT, UNMET = "home", "direct_payment", "unmet"


def _place_in_the_queue(family: Family) -> tuple[float, ...]:
    """By the week since which nights have been unmet, then by nights missed, need and number."""
    return family.waits_since, -family.missed, -family.nights_a_year, family.number


class ShortBreaks:
    """The offer of one replication."""

    def __init__(self, la: LocalAuthority, terms: Terms) -> None:
        self.la = la
        self.families = Families(la, terms)
        self.assistants = Assistants(la, self.families, terms.direct_payments)
        self.new_month = self.families.new_month
        self._terms = terms
        self._multiplier = la.steps(terms.nights_multiplier)
        columns = {
            events.BEDS_STAFFED: "beds",
            events.CARERS_NEEDED: "thousandths",
            events.CARERS_IN_POST: "thousandths",
            events.CARERS_FROM_AGENCY: "thousandths",
        }
        self._codes = [la.log.code(name, resource=SERVICE, unit=unit) for name, unit in columns.items()]

    def open(self) -> None:
        """The families of the first day, and the rota that their nights take."""
        self.families.open()
        nights = sum(family.nights_a_year for family in self.families.at_home()) * self._multiplier.at(0)
        self.homes = Homes(self._terms, self.la.steps, nights * WEEK / DAYS_A_YEAR)

    def new_week(self) -> None:
        """A week of breaks, or what is left of one at the end of the run."""
        days = min(WEEK, self.la.days - self.la.today)
        staffed = self.homes.this_week(self.la.today)
        self._write_staff(staffed, days)
        from_homes: dict[Family, int] = {}
        for family in self.families.at_home():
            self.assistants.new_week(family)
            wanted = self._wants(family, days)
            if rest := wanted - self._from_assistant(family, wanted, days):
                from_homes[family] = rest
        self._from_homes(from_homes, staffed.beds * days)
        self.homes.wanted(sum(from_homes.values()))

    def _write_staff(self, staffed: Staffed, days: int) -> None:
        for code, number in zip(self._codes, staffed, strict=True):
            self.la.write((self.la.now, events.NOBODY, code, number * days))

    def _wants(self, family: Family, days: int) -> int:
        """Whole nights; what is left of one is wanted in a later week."""
        a_year = family.nights_a_year * self._multiplier.at(self.la.today)
        family.owed += round(a_year * days / DAYS_A_YEAR * MILLION)
        nights, family.owed = divmod(family.owed, MILLION)
        if nights:
            self.la.note(events.NIGHTS_WANTED, family, nights, unit="nights")
        return nights

    def _from_assistant(self, family: Family, wanted: int, days: int) -> int:
        nights = self.assistants.give(family, wanted, days)
        self._note_nights(family, nights, DIRECT_PAYMENT)
        return nights

    def _from_homes(self, wanted: dict[Family, int], room: int) -> None:
        """Who has waited longest comes first; without a bed a night is unmet."""
        for family in sorted(wanted, key=_place_in_the_queue):
            nights = min(wanted[family], room)
            room -= nights
            self._note_nights(family, nights, HOME)
            if unmet := wanted[family] - nights:
                self._goes_without(family, unmet)
            else:
                family.waits_since = NEVER

    def _goes_without(self, family: Family, nights: int) -> None:
        self._note_nights(family, nights, UNMET)
        family.missed += nights
        family.waits_since = min(family.waits_since, self.la.today)
        if family.missed >= family.breaks_after:
            self.families.break_down(family)

    def _note_nights(self, family: Family, nights: int, way: str) -> None:
        if nights:
            self.la.note(events.NIGHTS, family, nights, resource=way, unit="nights")
