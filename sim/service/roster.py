"""The people of one pool: who holds which post, who leaves, falls ill, learns and teaches.

A post is held by one person after another. Somebody gives notice, works it, finishes what is in
hand and leaves; the post stands vacant until the successor starts, learns the job week by week
and takes some of a colleague's hours meanwhile. People are numbered by post and holder, so that
everyone's luck is their own whoever else comes or goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import event_log as events
from sim.calendars import DAY, WEEK
from sim.luck import key_of, lognormal
from sim.service.agency import AgencyCover
from sim.service.child import Child
from sim.service.resources import StaffPool
from sim.service.staffing import by_calendar_day, days_open, posts, stretches, timetable
from sim.service.timetables import Timetable
from sim.settings import Trainees, Turnover

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority

COVER, TRAINEES = 20_000, 30_000
"""Agency people in vacant posts, and trainees, are numbered from here; see `staffing.AGENCY`."""
NEXT_HOLDER = 100_000
"""What each further holder of a post adds to its number."""
BEFORE_THE_POST = 1 << 40
"""Staff come and go before the morning's post is opened, in the order of their numbers."""
NOT_YET = 2**31 - 1
MONTHS_A_YEAR, DAYS_A_YEAR, MINUTES_AN_HOUR, QUARTER = 12, 365.25, 60, 91
CASEWORK = "casework_officer"
"""The pool that carries the open cases; the pool of the reviews carries the plans."""
LOSSES = (events.SICK_MINUTES, events.INDUCTION_MINUTES)


class Person:
    """Somebody in a post of the pool from day `since` until, at the latest, the post goes on day `end`."""

    def __init__(self, number: int, key: int, post: int | None, since: int, end: int, hours: Timetable):
        self.number = number
        self.key = key
        self.post = post  # None for somebody trained here, who is extra to the posts
        self.since = since
        self.end = end
        self.hours = hours
        self.last_day = NOT_YET
        self.learns_until = self.teaches_until = self.away_until = since
        self.bound_until = since  # a trainee owes some years of service
        self.lost: dict[str, np.ndarray] = {}  # minutes by day that sickness and induction took

    def is_in_post(self, day: int) -> bool:
        return self.since <= day < self.end and day <= self.last_day

    def is_present(self, day: int) -> bool:
        """In post, well, and with no notice given."""
        return self.since <= day < self.end and self.last_day == NOT_YET and self.away_until <= day

    def is_settled(self, day: int) -> bool:
        """Present, and neither learning nor teaching."""
        return self.is_present(day) and max(self.learns_until, self.teaches_until) <= day


class Roster:
    """Posts and their holders in one pool; thousandths of a post are counted by calendar day."""

    def __init__(self, la: LocalAuthority, pool: StaffPool) -> None:
        self.la = la
        self.pool = pool
        self.settings = settings = la.settings.staff_pools[pool.name]
        self.people: dict[int, Person] = {}
        self._days = la.calendar.days
        self._open_days = days_open(settings, la.calendar)
        self._posts = posts(settings.fte, la.calendar)
        self._holders = [0] * len(self._posts)  # how many each post has had
        self._fte, self._agency = la.steps(settings.fte), la.steps(settings.agency_fte)
        self._vacant, self._covered, self._training, self._trained = (
            np.zeros(self._days, dtype=np.int64) for _ in range(4)
        )
        self._counted_on, self._counted = -1, 0.0
        self._started, self._left = (
            la.log.code(event, resource=pool.name, unit="thousandths")
            for event in (events.STARTED_POST, events.LEFT_POST)
        )
        self.turnover = settings.turnover if la.settings.loops.turnover.on else None
        if self.turnover is not None:
            self._begin(self.turnover)
        trainees = [group for group in settings.trainees for _ in range(group.count)]
        for number, group in enumerate(trainees, TRAINEES):
            self._train(group, number)

    def _begin(self, turnover: Turnover) -> None:
        """Take on the first day's people; posts that begin later begin with newcomers."""
        draw, steps = self.la.luck.purpose, self.la.steps
        self._leaves_luck, self._recruitment_luck = draw("staff.leaves"), draw("staff.recruitment")
        self._sick_luck, self._spell_luck = draw("staff.sick"), draw("staff.sick_days")
        self._handover_luck = self.la.luck.of_children("staff.handover")
        self._leave_per_year = steps(turnover.leave_per_year)
        self._times = steps(self.la.settings.workforce.turnover_multiplier)
        self._recruitment, self._spell = steps(turnover.recruitment.days), steps(turnover.sick_spell.days)
        self._strength = self.la.settings.loops.turnover.gain
        agency = turnover.agency
        self._cover = None if agency is None else AgencyCover(self.la, self.settings, agency)
        for post, share in enumerate(self._posts):
            times = stretches(share)
            self.pool.remove(post)  # who would be there if nobody ever came or went
            if times[0][0] == 0:
                self._take_on(post, *times.pop(0))
            for first, end in times:
                self._expect(first, post, end)

    # What a pool has.

    def at_work(self, day: int) -> float:
        """FTE in post and from agencies; asked many times a day, and settled before it begins."""
        if day != self._counted_on:
            others = int(self._trained[day] + self._covered[day] - self._vacant[day])
            self._counted_on = day
            self._counted = self._fte.at(day) + self._agency.at(day) + others / 1000
        return self._counted

    def by_day(self) -> dict[tuple[str, str], np.ndarray]:
        """What each day's rows of the log are made of, by event and unit."""
        paid, agency = (
            np.rint(1000 * by_calendar_day(fte, self.la.calendar)).astype(np.int64)
            for fte in (self.settings.fte, self.settings.agency_fte)
        )
        found = {
            (events.FTE_DAYS, "thousandths"): paid - self._vacant + self._trained,
            (events.AGENCY_FTE_DAYS, "thousandths"): agency + self._covered,
            (events.VACANT_FTE_DAYS, "thousandths"): self._vacant,
            (events.TRAINEE_FTE_DAYS, "thousandths"): self._training,
        }
        for why in LOSSES:
            lost = [person.lost[why] for person in self.people.values() if why in person.lost]
            found[why, "minutes"] = np.sum([np.zeros(self._days, dtype=np.int64), *lost], axis=0)
        return found

    # The month's first day.

    def new_month(self, month: int) -> None:
        """Who gives notice and who falls ill, each by their own luck and the pool's workload."""
        if self.turnover is None:
            return
        today = self.la.today
        usual = self.workload() * self._times.at(today)
        leaves = 1 - (1 - self._leave_per_year.at(today)) ** (usual / MONTHS_A_YEAR)
        falls_ill = self.turnover.sick_spells_per_year * usual / MONTHS_A_YEAR
        for person in list(self.people.values()):
            if person.is_present(today):
                if person.bound_until <= today and self._leaves_luck(person.key, month) < leaves:
                    self._give_notice(person)
                elif self._sick_luck(person.key, month) < falls_ill:
                    self._fall_ill(person, self._spell_luck(person.key, month))

    def workload(self) -> float:
        """How many times the usual chance of leaving and falling ill people have; at least 1."""
        above = max(self._caseload_above(), self._utilisation_above(), 0.0)
        return min(1 + self._strength * above, self.turnover.workload_at_most)

    def _caseload_above(self) -> float:
        """By how much of itself the usual caseload of an FTE is exceeded."""
        usual, people = self.turnover.usual_caseload, self.at_work(self.la.today)
        return self._carried() / people / usual - 1 if usual is not None and people > 0 else 0.0

    def _carried(self) -> int:
        la, name = self.la, self.pool.name
        cases = len(la.cases) if name == CASEWORK else 0
        return cases + (len(la.plan_holders) if name == la.settings.reviews.pool else 0)

    def _utilisation_above(self) -> float:
        """By how much of itself the usual use of hours was exceeded in the last three months."""
        pool, today = self.pool, self.la.today
        first = max(0, today - QUARTER)
        there = sum(person.between(first, today) for person in pool.people.values())
        there += sum(pool.extra_by_day[first:today])
        if not there:
            return 0.0
        return sum(pool.used_by_day[first:today]) / there / self.turnover.usual_utilisation - 1

    # Leaving.

    def _give_notice(self, person: Person) -> None:
        """The last day comes after the notice, and after what is now in hand."""
        la = self.la
        first_free = person.hours.can_change_from(la.now)
        person.last_day = last = max(la.today + self.turnover.notice_days, first_free - 1)
        # Also where the post itself goes first: what comes before that day is then the same.
        self._hours_changed(person)
        if last >= person.end - 1:
            return
        person.hours.leave_after(last)
        for minutes in person.lost.values():
            minutes[last + 1 :] = 0
        la.morning.add(last, person.number - BEFORE_THE_POST, self._leave, person)
        if person.post is None:
            self._trained[last + 1 :] -= 1000
        else:
            self._fill(person.post, last, person.end)

    def _fill(self, post: int, last: int, end: int) -> None:
        """Look for a successor, and for somebody from an agency until then."""
        number = self._next_number(post)
        u = self._recruitment_luck(self._key(number))
        days = lognormal(u, self._recruitment.at(self.la.today), self.turnover.recruitment.cv)
        first = last + max(1, round(days))
        vacant = np.where(self._between(last + 1, min(first, end)), self._posts[post], 0.0)
        self._vacant += np.rint(1000 * vacant).astype(np.int64)
        if self._cover is not None:
            covered = self._cover.book(vacant, last + 1, min(first, end))
            if covered.any():
                self._covered += covered
                hours = timetable(COVER + number, covered / 1000, self._open_days, self.settings)
                self.pool.join(COVER + number, hours, self.la.now)
        if first < end:
            self._expect(first, post, end)

    def _leave(self, person: Person) -> None:
        """The last day: the open cases are handed over."""
        share = self._share_of(person, self.la.today)
        self.la.write((self.la.now, events.NOBODY, self._left, round(1000 * share)))
        minutes = round(self.turnover.handover_hours * MINUTES_AN_HOUR)
        if minutes:
            low, high = self._slice_of(person)
            for child in self._in_progress():
                if low <= self._handover_luck(child) < high:
                    owed = child.handover = child.handover or {}
                    owed[self.pool.name] = owed.get(self.pool.name, 0) + minutes

    def _slice_of(self, leaver: Person) -> tuple[float, float]:
        """Which part of the cases is a person's, if those in post share them by their hours."""
        today = self.la.today
        total = low = high = 0.0
        for person in self.people.values():
            if person.is_in_post(today):
                low, high = (
                    (total, total + self._share_of(person, today)) if person is leaver else (low, high)
                )
                total += self._share_of(person, today)
        return low / total, high / total

    def _share_of(self, person: Person, day: int) -> float:
        return 1.0 if person.post is None else float(self._posts[person.post][day])

    def _in_progress(self) -> list[Child]:
        """What the pool's people have open: cases, or plans with work under way."""
        la, name = self.la, self.pool.name
        cases = list(la.cases.values()) if name == CASEWORK else []
        if name == la.settings.reviews.pool:
            cases += [child for child in la.plan_holders.values() if child.jobs]
        return cases

    # Coming.

    def _expect(self, first: int, post: int, end: int) -> None:
        """A newcomer starts in a post on day `first`; the post goes on day `end`."""
        self.la.morning.add(first, post - BEFORE_THE_POST, self._start, (post, end))

    def _start(self, new: tuple[int, int]) -> None:
        post, end = new
        today = self.la.today
        newcomer = self._take_on(post, today, end)
        share = self._share_of(newcomer, today)
        self.la.write((self.la.now, events.NOBODY, self._started, round(1000 * share)))
        if self.turnover.induction_weeks:
            self._induct(newcomer)

    def _take_on(self, post: int, first: int, end: int) -> Person:
        """The next holder of a post."""
        number = self._next_number(post)
        self._holders[post] += 1
        share = np.where(self._between(first, end), self._posts[post], 0.0)
        hours = timetable(number, share, self._open_days, self.settings)
        person = self.people[number] = Person(number, self._key(number), post, first, end, hours)
        self.pool.join(number, hours, self.la.now)
        return person

    def _induct(self, newcomer: Person) -> None:
        """A newcomer works up to full hours in even weekly steps, and takes some of a colleague's."""
        today, weeks = self.la.today, self.turnover.induction_weeks
        newcomer.learns_until = until = min(today + weeks * WEEK, newcomer.end)
        week = np.arange(until - today) // WEEK
        self._lose(
            newcomer, events.INDUCTION_MINUTES, (1 - self.turnover.induction_share) * (1 - week / weeks)
        )
        settled = [person for person in self.people.values() if person.is_settled(today)]
        if settled and self.turnover.mentor_share:
            longest = min(settled, key=lambda person: (person.since, person.number))
            longest.teaches_until = until
            # What the colleague has in hand may last longer than the induction does.
            days = max(until - longest.hours.can_change_from(self.la.now), 0)
            self._lose(longest, events.INDUCTION_MINUTES, np.full(days, self.turnover.mentor_share))

    def _train(self, group: Trainees, number: int) -> None:
        """Somebody who learns the profession here, and then is one more person in the pool."""
        la, full_years = self.la, (group.training_years, group.service_years)
        start = la.calendar.number(group.start)
        trained, bound = start + np.rint(np.cumsum(full_years) * DAYS_A_YEAR).astype(int)
        day = np.arange(self._days)
        share = np.where(day < start, 0.0, np.where(day < trained, group.training_share, 1.0))
        hours = timetable(number, share, self._open_days, self.settings)
        person = self.people[number] = Person(
            number, self._key(number), None, int(trained), self._days, hours
        )
        person.bound_until = int(bound)
        self._training += self._between(start, trained) * 1000
        self._trained += self._between(trained, self._days) * 1000
        self.pool.join(number, hours, la.now)
        if trained >= 0:
            row = (int(trained) * DAY, events.NOBODY, self._started, 1000)
            la.morning.add(int(trained), number - BEFORE_THE_POST, la.write, row)

    # Hours lost.

    def _fall_ill(self, person: Person, u: float) -> None:
        """Away for a spell that begins once what is in hand is done."""
        la = self.la
        days = round(min(lognormal(u, self._spell.at(la.today), self.turnover.sick_spell.cv), self._days))
        days = max(1, days)
        first = person.hours.can_change_from(la.now)
        person.away_until = first + days
        self._lose(person, events.SICK_MINUTES, np.ones(days))
        self.pool.look_again(person.number, max(la.now, first * DAY))

    def _lose(self, person: Person, why: str, shares: np.ndarray) -> None:
        """Take these shares of the hours of the next days, from the first on which nothing is in hand."""
        first = person.hours.can_change_from(self.la.now)
        there = person.hours.minutes_from(first, min(first + len(shares), self._days))
        if not len(there):
            return
        lost = np.rint(there * shares[: len(there)]).astype(np.int32)
        person.hours.take(first, lost)
        days = person.lost.setdefault(why, np.zeros(self._days, dtype=np.int32))
        days[first : first + len(lost)] += lost
        self._hours_changed(person)

    def _hours_changed(self, person: Person) -> None:
        """When somebody can start next has to be found afresh, unless they are at work now."""
        if person.hours.busy_until <= self.la.now:
            self.pool.look_again(person.number, self.la.now)

    def _between(self, first: int, end: int) -> np.ndarray:
        day = np.arange(self._days)
        return (first <= day) & (day < end)

    def _next_number(self, post: int) -> int:
        return post + NEXT_HOLDER * self._holders[post]

    def _key(self, number: int) -> int:
        return key_of(self.pool.name, number)
