"""Who leaves, and when: withdrawals, moves away, deaths, and the end of education.

Exits fire on their own date, even while a child waits. A date is fixed by the child's own luck
and the hazard's path, so nobody else's date moves when one more child comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim import event_log as events
from sim.calendars import academic_year
from sim.schedule import Schedule
from sim.service.child import PLAN_HOLDER, REQUEST, Child
from sim.service.decisions import Hazard
from sim.service.diary import PER_CHILD

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority

REASONS = ("transferred_out", "needs_met", "died", "unreconciled")
LAST_AGE = 24
"""Section 46: until the end of the academic year in which the young person becomes 25."""


class Leavers:
    """The ways out of the system."""

    def __init__(self, la: LocalAuthority) -> None:
        self.la = la
        leaving = la.settings.leaving
        self._withdraw_luck = la.luck.of_children("case.withdraws")
        self._withdrawal = self._hazard(la.settings.decisions.withdraw_per_year)
        self._luck = {reason: la.luck.of_children(f"leaving.{reason}") for reason in REASONS}
        self._hazards = {reason: self._hazard(getattr(leaving, f"{reason}_per_year")) for reason in REASONS}
        self._august_luck = la.luck.of_children("leaving.31_august")
        self._at_31_august = leaving.at_31_august
        self._multiplier = la.steps(leaving.local_multiplier)

    def _hazard(self, per_year: Schedule) -> Hazard:
        steps = self.la.steps(per_year)
        return Hazard([steps.at(day) for day in range(self.la.days)])

    def may_withdraw(self, child: Child) -> None:
        """Enter the day on which this request would be withdrawn, if it is still open then."""
        day = self._withdrawal.day(self.la.today, self._withdraw_luck(child, child.earlier_files))
        if day is not None:
            self.la.exits.add(day, child.number * PER_CHILD, self._due, (child, child.state, "withdrawn"))

    def may_leave(self, child: Child) -> None:
        """Enter the day on which this plan-holder would move away, die or stop needing the plan."""
        first, why = self.la.days, ""
        for reason in REASONS:
            day = self._hazards[reason].day(self.la.today, self._luck[reason](child))
            if day is not None and day < first:
                first, why = day, reason
        if why:
            self.la.exits.add(first, child.number * PER_CHILD, self._due, (child, child.state, why))

    def _due(self, exit_due: tuple[Child, str, str]) -> None:
        """The day has come: the child leaves, unless its state has changed since it was entered."""
        child, state, reason = exit_due
        if child.state == state:
            self.leave(child, reason)

    def on_31_august(self) -> None:
        """Young people leave at the end of the academic year, by their age when it began."""
        la = self.la
        year = academic_year(la.calendar.date_of(la.today))
        multiplier = self._multiplier.at(la.today)
        for child in la.plan_holders_in_order():
            age = year - child.cohort
            if age >= LAST_AGE:
                self.leave(child, "maximum_age")
            elif self._august_luck(child, year) < self._at_31_august[age] * multiplier:
                self.leave(child, "left_education")

    def leave(self, child: Child, reason: str) -> None:
        """The child leaves: its story ends and what is queued for it is cancelled."""
        la = self.la
        la.casework.cancel(child)
        la.disputes.drop(child)
        la.case_reviews.drop(child)
        la.conversions.drop(child)
        if child.state == REQUEST:
            la.cases.pop(child.number, None)
            la.placing.leave(child)
            la.note(events.WITHDRAWN, child, resource=reason)
        elif child.state == PLAN_HOLDER:
            if child.review_due <= la.today:
                la.reviews.note_due(child)
            la.note(events.PLAN_CEASED, child, resource=reason)
            la.placing.leave(child)
            del la.plan_holders[child.number]
        child.end()
