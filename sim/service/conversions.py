"""Statements of SEN and learning difficulty assessments: who has one, and when each becomes a plan.

The story of a transfer review is in the pathway. It runs beside the child's own story, in the place of
one annual review: in the half year before a phase transfer if there is one in time, at the latest with
it; otherwise one of those to come, spread evenly over the time. Where a phase transfer is under way on
the opening day, it begins at once. What has not begun when there is only just time left begins then.
Without statements no luck is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from heapq import nsmallest
from typing import TYPE_CHECKING

from sim import event_log as events
from sim.calendars import WEEK
from sim.luck import lognormal
from sim.service.child import Child, Matter
from sim.service.diary import PER_CHILD
from sim.service.reviews import PERIOD
from sim.settings import Statements

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority

OWN_LUCK = 1 << 9
"""Transfer reviews draw where no yearly review does: a child has fewer of these than that."""
STAGE = "transfer_review"
NOT_BEGUN = -1
"""No day: a transfer review of no weeks that begins on the opening day is due on day 0."""

ConversionStory = Callable[["Conversion", "LocalAuthority"], Generator[None, None, None]]


class Conversion(Matter):
    """A statement in force; its story begins with the transfer review."""

    __slots__ = ("begin_from", "limit", "terms")

    def __init__(self, child: Child, kind: str, terms: Statements, today: int) -> None:
        super().__init__(child, kind, today, OWN_LUCK)
        self.terms = terms
        self.begin_from = 0  # the first day on which an annual review may be the transfer review
        self.limit = NOT_BEGUN  # the day by which the plan is due, once the review has begun


class Conversions:
    """The statements of one authority."""

    def __init__(self, la: LocalAuthority) -> None:
        self.la = la
        self._groups = la.settings.opening.statements
        self._in_force: dict[int, Conversion] = {}  # by the child's number
        self._who_luck, self._when_luck = la.luck.of_few("statement.who"), la.luck.of_few("statement.when")
        self._advice_luck = la.luck.of_few("statement.advice")
        self._weeks = {kind: la.steps(terms.weeks) for kind, terms in self._groups.items()}
        self._advice = {kind: la.steps(terms.advice.days) for kind, terms in self._groups.items()}

    def take_on(self, holders: list[Child], story: ConversionStory) -> None:
        """On the opening day: which plan-holders have a statement still, and when each has its turn."""
        for kind, terms in self._groups.items():
            others = [child for child in holders if self._may_hold(child, terms)]
            chosen = nsmallest(terms.count, others, key=lambda child: (self._who_luck(child), child.number))
            for child in sorted(chosen, key=lambda child: child.number):
                self._take_on(Conversion(child, kind, terms, self.la.today), story)

    def _may_hold(self, child: Child, terms: Statements) -> bool:
        """Whether a plan-holder may be one of the group: nobody is in two."""
        low, high = terms.ages
        if child.number in self._in_force or not low <= self.la.age(child) <= high:
            return False
        return not terms.settings or child.setting.name in terms.settings

    def _take_on(self, statement: Conversion, story: ConversionStory) -> None:
        la, child = self.la, statement.child
        self._in_force[child.number] = statement
        la.note(events.STATEMENT, child, stage=statement.kind)
        last = self._last_day(statement)
        statement.story = story(statement, la)
        at_once = la.reviews.transfer_is_under_way(child)
        if not at_once:
            statement.begin_from = self._turn(child, last)
        la.morning.add(0 if at_once else max(last, 0), child.number * PER_CHILD, self._begin, statement)

    def _last_day(self, statement: Conversion) -> int:
        """On which a transfer review of this kind begins."""
        number = self.la.calendar.number
        if statement.terms.begin_by is not None:
            return number(statement.terms.begin_by)
        day = number(statement.terms.convert_by)
        return day - math.ceil(WEEK * self._weeks[statement.kind].at(day))

    def _turn(self, child: Child, last: int) -> int:
        """From when one of the child's annual reviews may be its transfer review."""
        la = self.la
        for year in range(la.academic_year, la.academic_year + math.ceil(max(last, 0) / PERIOD) + 1):
            autumn = la.day_of(year, 10, 1)
            if autumn <= last and la.reviews.phase(child, year):
                return autumn - PERIOD // 2
        # Days spread evenly over the time there is, each for the annual review that is nearest to it.
        return la.today + int(self._when_luck(child) * (last - la.today)) - PERIOD // 2

    def replaces(self, child: Child) -> bool:
        """Whether this annual review of the child is its transfer review; the next is that of the plan."""
        if not self.begins_with(child):
            return False
        child.review_due = self._in_force[child.number].limit + PERIOD
        return True

    def begins_with(self, child: Child) -> bool:
        """Whether the child's transfer review begins with this review of its own."""
        statement = self._in_force.get(child.number)
        if statement is None or statement.limit != NOT_BEGUN or self.la.today < statement.begin_from:
            return False
        self._begin(statement)
        return True

    def _begin(self, statement: Conversion) -> None:
        """Unless it stands for one of them, the child's own reviews go on beside it and fall due as ever."""
        child = statement.child
        if self._in_force.get(child.number) is not statement or statement.limit != NOT_BEGUN:
            return
        today, weeks = self.la.today, self._weeks[statement.kind].at(self.la.today)
        statement.requested, statement.limit = today, today + round(weeks * WEEK)
        self.la.note(events.CONVERSION_BEGUN, child, statement.limit - today, statement.kind, unit="days")
        next(statement.story)

    def advice_day(self, statement: Conversion) -> int:
        """The day on which the meeting has been held and all advice is there."""
        delay, u = statement.terms.advice, self._advice_luck(statement, statement.occasion)
        days = lognormal(u, self._advice[statement.kind].at(self.la.today), delay.cv)
        return self.la.today + max(1, round(days))

    def setting_after(self, statement: Conversion) -> str:
        """The setting that the plan names: as after an annual review, unless a move is to come anyway."""
        child, la = statement.child, self.la
        if child.is_to_move:
            return la.placing.named(child)
        return la.reviews.setting_after(child, True, statement.occasion)

    def complete(self, statement: Conversion) -> None:
        """The statement has become a plan."""
        del self._in_force[statement.number]
        late = self.la.today - statement.limit
        self.la.note(events.CONVERTED, statement, late, statement.kind, unit="days")
        statement.end()

    def drop(self, child: Child) -> None:
        """The child leaves with its statement."""
        if (statement := self._in_force.pop(child.number, None)) is not None:
            self.la.casework.cancel(statement)
            statement.end()
