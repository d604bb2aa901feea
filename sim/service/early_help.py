"""Time for early help, given up while the statutory queue is long (loop a).

Those whose time it is are people of the pool beside its statutory posts, and their pay is not
counted here. What a month gives up is settled on its first day by the queue, and given in whole
days from there on: one person's first, then the next one's. Whoever has begun a piece of work
finishes it; what that takes beyond the days given is made good in later months.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from dateutil.relativedelta import relativedelta

from sim import event_log as events
from sim.calendars import DAY
from sim.service.resources import StaffPool
from sim.service.staffing import days_open, posts, timetable
from sim.service.timetables import Timetable, minutes_by_day
from sim.settings import Preventive

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority

EARLY_HELP = 40_000
"""People whose time is for early help are numbered from here; see `staffing.AGENCY`."""
MONTH, WEEKS_A_MONTH = 28, 4


class EarlyHelp:
    """The preventive time of one pool, and what of it was lost."""

    def __init__(self, la: LocalAuthority, pool: StaffPool, terms: Preventive) -> None:
        self.la = la
        self.pool = pool
        self.terms = terms
        self._strength = la.settings.loops.preventive_time.gain
        self._requests = la.steps(terms.requests)
        settings = la.settings.staff_pools[pool.name]
        days, open_days = la.calendar.days, days_open(settings, la.calendar)
        self._whole: dict[int, np.ndarray] = {}  # minutes by day of each, if all were given up
        self._pace: dict[int, np.ndarray] = {}  # the same, and after the post has gone
        self._finishing: dict[int, np.ndarray] = {}  # minutes that work in hand took after the days given
        self._given_until: dict[int, int] = {}
        self._asked = 0.0  # minutes that the months so far were to give up
        for number, share in enumerate(posts(terms.fte, la.calendar), EARLY_HELP):
            hours = timetable(number, share, open_days, settings)
            self._whole[number], self._pace[number] = map(minutes_by_day, (hours.contracted, hours.kept_on))
            self._finishing[number] = np.zeros(days, dtype=np.int64)
            self._given_until[number] = 0
            pool.join(number, Timetable(np.zeros(days, dtype=np.int32)), la.now)

    # What is lost, and what comes of it.

    def more_requests(self, day: int) -> float:
        """By what share more families ask in the month of `day`, for early help lost long before."""
        today = self.la.calendar.date_of(day)
        first, end = (
            self.la.calendar.number(today - relativedelta(months=months))
            for months in (self.terms.after_months, self.terms.after_months - 1)
        )
        return self._strength * self._requests.at(day) * self.share_lost(first, end) if first >= 0 else 0.0

    def share_lost(self, first: int, end: int) -> float:
        """The share of the preventive minutes from day `first` up to `end`, all past, that was lost."""
        there, lost = (minutes[first:end].sum() for minutes in self.by_day().values())
        return float(lost / there) if there else 0.0

    def by_day(self) -> dict[tuple[str, str], np.ndarray]:
        """Minutes there for early help, and minutes of these lost, on each day."""
        self._count_finishing()
        days = self.la.calendar.days
        given = [minutes_by_day(self.pool.people[number].contracted) for number in self._whole]
        nobody = np.zeros(days, dtype=np.int64)
        return {
            (events.PREVENTIVE_MINUTES, "minutes"): np.sum([nobody, *self._whole.values()], axis=0),
            (events.PREVENTIVE_LOST, "minutes"): np.sum([nobody, *given, *self._finishing.values()], axis=0),
        }

    def _count_finishing(self) -> None:
        """What was in hand when the days given had passed took the next days, to the minute."""
        for number, took in self._finishing.items():
            person = self.pool.people[number]
            last, minute = divmod(person.busy_until, DAY)
            for day in range(self._given_until[number], min(last + 1, len(took))):
                whole = int(self._whole[number][day])
                took[day] = whole if day < last else min(max(minute - person.opens, 0), whole)

    # What a month gives up.

    def new_month(self, end: int) -> None:
        """Settle what is given up until the day `end`, on which the next month begins."""
        there, lost = self.by_day().values()
        share = self.share_given_up(self.weeks_of_work_waiting())
        self._asked += share * float(there[self.la.today : end].sum())
        wanted = self._asked - float(lost.sum()) if share > 0 else 0.0
        for number, whole in self._whole.items():
            wanted -= self._give_up(number, whole, wanted, end)

    def weeks_of_work_waiting(self) -> float:
        """The queue in weeks of the pool's own hours, as they were in the last four."""
        waiting = sum(job.minutes for job in self.pool.queue.jobs() if job.state == "waiting")
        first = max(self.la.today - MONTH, 0)
        a_month = sum(
            person.between(first, first + MONTH)
            for number, person in self.pool.people.items()
            if number not in self._whole
        )
        return waiting * WEEKS_A_MONTH / a_month if a_month else math.inf if waiting else 0.0

    def share_given_up(self, weeks: float) -> float:
        """None up to `from_weeks`, `most` from `full_weeks` on, and evenly more in between."""
        terms = self.terms
        part = (weeks - terms.from_weeks) / (terms.full_weeks - terms.from_weeks)
        return terms.most * min(max(part, 0.0), 1.0)

    def _give_up(self, number: int, whole: np.ndarray, wanted: float, end: int) -> float:
        """A person's next days, as many as come nearest to the minutes wanted; how many minutes they are."""
        person, now = self.pool.people[number], self.la.now
        first = person.can_change_from(now)
        minutes = whole[first : max(first, end)]
        given = int(np.count_nonzero(np.cumsum(minutes) - minutes / 2 < wanted)) if wanted > 0 else 0
        if first < len(whole):
            self._given_until[number] = first + given
            person.begin_again(first, minutes[:given], self._pace[number][first:])
            if person.busy_until <= now:
                self.pool.look_again(number, now)
        return float(minutes[:given].sum())
