"""When things fall due in the life of a plan, and what reviews decide.

The next thing to come is an annual review, a phase transfer review in the autumn of the year
before the move, or the breakdown of the placement. Dates hang on the child's own luck.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sim import event_log as events
from sim.calendars import DAY
from sim.service.child import Child
from sim.service.placing import POST_16, SCHOOL_ENTRY, SECONDARY
from sim.settings import AGES, age_band

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority

PERIOD = 365
"""Section 44(1): within 12 months of the plan, then within 12 months of each review."""
AFTER_TRANSFER = 92
"""Regulation 15: days after a move between authorities within which a plan may still be reviewed."""
CATCH_UP = 90
"""Days within which a meeting that should have been held before is arranged: assumed."""
MOVING_AGES = (9, 10, 14, 15)
"""Ages in the years in which, and before which, every child changes phase."""
AUTUMN = 60
"""Phase transfer reviews are held in the first days of October to the end of November: assumed."""


class Reviews:
    """The review calendar of every plan-holder, and the chances of each decision."""

    def __init__(self, la: LocalAuthority) -> None:
        self.la = la
        reviews, placement, draw = la.settings.reviews, la.settings.placement, la.luck.of_children
        self._held_luck, self._meeting_luck = draw("review.held"), draw("review.meeting")
        self._outcome_luck, self._transfer_luck = draw("review.outcome"), draw("transfer.meeting")
        self._breakdown_luck = draw("placement.breakdown")
        self._moved_in_luck = draw("transfer_in.since_review")
        self._held = la.steps(reviews.held)
        self._spread = reviews.meeting_spread_days + 1
        self._pool = la.casework.pools[reviews.pool]
        self._officers = la.workforce.at_work(reviews.pool)
        loop = la.settings.loops.late_reviews
        self._unattended = la.steps(loop.widen(reviews.unattended_multiplier))
        outcomes = {
            band: (la.steps(outcome.amend), la.steps(outcome.cease))
            for band, outcome in reviews.outcomes.items()
        }
        self._outcomes_at_age = [outcomes[age_band(age)] for age in range(AGES)]
        self._breakdowns = {name: la.steps(share) for name, share in placement.breakdown_per_year.items()}
        self._next_term = 0
        self._late = la.steps(loop.widen(placement.late_review_breakdown_multiplier))
        self._last_age = {name: setting.ages[1] for name, setting in la.settings.settings.items()}

    # What comes next.

    def next(self, child: Child) -> tuple[str, int]:
        """What comes next in the life of the plan, and on which day."""
        child.reviews += 1
        what, day = "annual", self._meeting_day(child)
        transfer = self._next_transfer(child, before=day)
        if transfer is not None:
            what, day = transfer
        breakdown = self._breakdown_day(child, before=day)
        return (what, day) if breakdown is None else ("breakdown", breakdown)

    def due_after_transfer(self, child: Child) -> int:
        """Regulation 15: within 12 months of the last review, or 3 months of the move if that is later."""
        return self.la.today + max(AFTER_TRANSFER, int(self._moved_in_luck(child) * PERIOD))

    def skip_transfer_already_named(self, child: Child) -> None:
        """A plan that begins after the autumn, or stands on the opening day, names the next phase itself."""
        year = self.la.academic_year
        if self.transfer_is_under_way(child):
            child.transfer_year = year
            named = self.setting_in_next_phase(child, self.phase(child, year))
            self.la.placing.name_setting_on(self.first_of_september(), child, named)

    def transfer_is_under_way(self, child: Child) -> bool:
        """Whether the child changes phase at the end of this academic year, and its autumn has begun."""
        year = self.la.academic_year
        return self.phase(child, year) is not None and self.la.day_of(year, 10, 1) < self.la.today

    def setting_in_next_phase(self, child: Child, phase: str) -> str:
        """The setting for the academic year after the transfer, at the age the child then has."""
        year, placing = child.transfer_year, self.la.placing
        age = min(max(year + 1 - child.cohort, 0), 25)
        choice = placing.choose_by_table(child, phase, year, age=age)
        return placing.preferences.settle(child, choice, age, year)

    def _meeting_day(self, child: Child) -> int:
        """Within the spread before the anniversary; if that has passed, within the term to come."""
        u = self._meeting_luck(child, child.reviews)
        day, today = child.review_due - int(u * self._spread), self.la.today
        return day if day >= today else today + int(u * CATCH_UP)

    def _next_transfer(self, child: Child, before: int) -> tuple[str, int] | None:
        """The phase transfer review of this academic year or the next, if it comes first."""
        this_year = self.la.academic_year
        age = this_year - child.cohort
        if age + 1 < self._last_age[child.setting.name] and age not in MOVING_AGES:
            return None
        for year in (this_year, this_year + 1):
            if child.transfer_year < year and (phase := self.phase(child, year)):
                autumn = self.la.day_of(year, 10, 1)
                if autumn > before:
                    return None
                day = max(autumn + int(self._transfer_luck(child, year) * AUTUMN), self.la.today)
                return (phase, day) if day <= before else None
        return None

    def phase(self, child: Child, year: int) -> str | None:
        """The phase transfer a child makes at the end of the academic year that begins in `year`."""
        age = year - child.cohort
        if age == 10:
            return SECONDARY
        if age == 15:
            return POST_16
        if age < self._last_age[child.setting.name]:
            return None
        return SCHOOL_ENTRY if age <= 4 else SECONDARY if age <= 10 else POST_16

    def transfer_limit(self, phase: str) -> int:
        """Regulation 18: 31 March before a move to post-16, 15 February before any other."""
        year = self.la.academic_year + 1
        return self.la.day_of(year, 3, 31) if phase == POST_16 else self.la.day_of(year, 2, 15)

    def first_of_september(self) -> int:
        """When children move to the next phase."""
        return self.la.day_of(self.la.academic_year + 1, 9, 1)

    def next_term(self) -> int:
        """The first day of the next term: other moves wait for it."""
        if self._next_term <= self.la.today:
            self._next_term = self._term_after(self.la.calendar.date_of(self.la.today))
        return self._next_term

    def _term_after(self, now: date) -> int:
        terms = (date(year, month, 1) for year in (now.year, now.year + 1) for month in (1, 4, 9))
        return self.la.calendar.number(next(first for first in terms if first > now))

    def _breakdown_day(self, child: Child, before: int) -> int | None:
        """The day before `before` on which the placement breaks down, if it does."""
        chance = self._breakdowns.get(child.setting.name)
        if chance is None:
            return None
        today = self.la.today
        per_year = chance.at(today)
        if child.review_is_late:
            per_year = min(1.0, per_year * self._late.at(today))
        if child.price_cut_by is not None:
            per_year = min(1.0, per_year * child.price_cut_by.strain)
        u = self._breakdown_luck(child, child.reviews)
        if u >= per_year * 2:
            return None
        day = today + 1 + int(u / per_year * 365)
        return day if day < before else None

    # What a review decides.

    def is_held(self, child: Child) -> bool:
        return self._held_luck(child, child.reviews) < self._held.at(self.la.today)

    def officer_can_attend(self) -> bool:
        """Officers attend while no more decisions wait than there are officers in post."""
        return self._pool.waiting <= self._officers(self.la.today)

    def outcome(self, child: Child, well_run: bool) -> str:
        """maintain, amend or cease; unattended or late reviews cease less."""
        today = self.la.today
        amend, cease = self._outcomes_at_age[self.la.age(child)]
        chance_to_cease = cease.at(today) * self._weight(well_run)
        u = self._outcome_luck(child, child.reviews)
        if u < chance_to_cease:
            return "cease"
        return "amend" if u < chance_to_cease + amend.at(today) else "maintain"

    def setting_after(self, child: Child, well_run: bool, occasion: int | None = None) -> str:
        """The setting an amended plan names: most stay; a well-run review may step down.

        A step down is agreed with the family; about any other move it may have a preference. The luck is
        that of the `occasion`: the child's review by default.
        """
        occasion = child.reviews if occasion is None else occasion
        placing = self.la.placing
        child.preferred = None  # what it asked for at an earlier naming
        now = placing.named(child)
        down = placing.choose_by_table(child, "step_down", occasion, self._weight(well_run))
        if down != now:
            return down
        choice = placing.choose_by_table(child, "at_review", -occasion)
        if choice == now:
            return now
        return placing.preferences.settle(child, choice, self.la.age(child), occasion)

    def _weight(self, well_run: bool) -> float:
        return 1.0 if well_run else self._unattended.at(self.la.today)

    # What the log is told.

    def close(self, child: Child, meeting: int) -> None:
        """This year's review is done or has lapsed; the next is due a year after the meeting."""
        self.note_due(child)
        child.review_due = meeting + PERIOD

    def lapse(self, child: Child, meeting: int) -> None:
        """Nobody held this year's review, or decided it before the next was due."""
        child.review_is_late = True
        self.la.note(events.REVIEW_LAPSED, child)
        self.close(child, meeting)

    def note_due(self, child: Child) -> None:
        # A review decided before its anniversary falls due, for the count, when it is decided.
        due, now = child.review_due * DAY, self.la.now
        self.la.note_at(due if due < now else now, events.REVIEW_DUE, child)

    def note_those_still_due(self) -> None:
        """At the end of the run: reviews that fell due and are not yet decided."""
        for child in self.la.plan_holders_in_order():
            if child.review_due < self.la.days:
                self.la.note_at(child.review_due * DAY, events.REVIEW_DUE, child)
