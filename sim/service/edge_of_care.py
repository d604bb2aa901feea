"""Young people in danger outside their families: home, care and home again, with or without a team.

    1  at home      the danger lasts some weeks; care may come first
    2  in care      until the young person can go home, or turns 18

A team works with those it has room for. It changes the pace at which care comes and a stay passes, never
what becomes of a young person outright: most who are feared for would have stayed at home without it.
"""

from __future__ import annotations

from collections.abc import Generator
from math import floor
from typing import TYPE_CHECKING

from sim import event_log as events
from sim.calendars import WEEK
from sim.luck import key_of, lognormal, poisson_quantile
from sim.service.clients import (
    AT_REFERRAL,
    FROM_HOME,
    RETURNED_HOME,
    TURNED_18,
    Client,
    Clients,
    Pace,
    days_to_go,
    days_until,
)
from sim.service.diary import PER_CHILD
from sim.service.districts import slice_of
from sim.service.resources import Places
from sim.settings import EdgeOfCare as Terms

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority

SERVICE = "edge_of_care"
OPENING, REFERRED, AT_HOME = "opening", "referred", "at_home"
MONTHS_A_YEAR = 12
ROUNDING = 1e-9
Story = Generator[None, None, bool | None]


class YoungPerson(Client):
    """One young person; `reached` once the team has begun to work with it."""

    __slots__ = ("pace_of_danger", "pace_of_stay", "reached", "stays", "times_home", "with_team")

    def __init__(self, number: int, key: int, cohort: int, adult_on: int) -> None:
        super().__init__(number, key, cohort, adult_on)
        self.times_home = self.stays = 0  # begun so far: the occasions of their luck
        self.reached = self.with_team = False
        self.pace_of_danger = self.pace_of_stay = 1.0


def life_at_the_edge(young: YoungPerson, service: EdgeOfCare, weeks_gone: float) -> Story:
    """From referral until the danger is past or childhood over; `weeks_gone` is a share of the first wait."""
    service.ask_team(young)
    while True:
        if not young.placement and not (yield from at_home(young, service, weeks_gone)):
            return service.close(young, AT_HOME)
        if not (yield from in_care(young, service)):
            return service.close(young, TURNED_18)
        weeks_gone = 0.0


def at_home(young: YoungPerson, service: EdgeOfCare, weeks_gone: float) -> Story:
    """1. The danger lasts some weeks, unless care begins before. True if it does."""
    care, past = service.danger(young, weeks_gone)
    while True:
        care.go_on(service.today, young.pace_of_danger)
        day = min(care.due, past)
        if day <= service.today:
            break
        yield service.until(young, day)
    if care.due > past:
        return False
    service.begin_care(young, FROM_HOME)
    return True


def in_care(young: YoungPerson, service: EdgeOfCare) -> Story:
    """2. The stay ends with a return home, or at 18. True if it was a return."""
    stay = service.stay(young)
    while True:
        stay.go_on(service.today, young.pace_of_stay)
        day = min(stay.due, young.adult_on)
        if day <= service.today:
            break
        yield service.until(young, day)
    if young.adult_on <= service.today:
        return False
    service.return_home(young)
    return True


class EdgeOfCare:
    """Referrals, the team and care of one replication."""

    def __init__(self, la: LocalAuthority, terms: Terms) -> None:
        self.la = la
        self.terms = terms
        self.until = la.until
        self.clients = Clients(la, SERVICE)
        few, purpose, team = la.luck.of_few, la.luck.purpose, terms.team
        self._count_luck, self._day_luck = purpose("edge_of_care.count"), purpose("edge_of_care.day")
        self._age_luck, self._care_luck = purpose("edge_of_care.age"), purpose("edge_of_care.in_care")
        self._gone_luck = purpose("edge_of_care.weeks_gone")
        self._danger_luck, self._stay_luck = few("edge_of_care.danger"), few("edge_of_care.stay")
        self._placement_luck, self._work_luck = few("edge_of_care.placement"), few("edge_of_care.work")
        self._shares = {name: placement.share for name, placement in terms.placements.items()}
        self._referrals = la.steps(terms.referrals_per_year)
        self._chances = la.steps(terms.come_into_care), la.steps(terms.come_into_care_again)
        self._fte = la.steps(team.fte)
        self._entry, self._after = la.steps(team.entry_multiplier), la.steps(team.entry_multiplier_after)
        self._return = la.steps(team.return_multiplier)
        self.team = Places("team", self._room)
        self._team_code = la.log.code(events.TEAM_FTE_DAYS, resource=SERVICE, unit="thousandths")

    @property
    def today(self) -> int:
        return self.la.today

    # Who comes.

    def open(self) -> None:
        """Those there on the first day."""
        for number in range(self.terms.opening):
            key = key_of(SERVICE, OPENING, number)
            self._meet(key, OPENING, self._gone_luck(key))

    def new_month(self, month: int, first: int, end: int) -> None:
        """The team's people of a month, and its referrals, on days of their own."""
        fte_days = sum(round(1000 * self._fte.at(day)) for day in range(first, end))
        self.la.write((self.la.now, events.NOBODY, self._team_code, fte_days))
        count = self._count_luck(key_of(SERVICE), month)
        for number in range(poisson_quantile(self._referrals.at(first) / MONTHS_A_YEAR, count)):
            key = key_of(SERVICE, month, number)
            day = first + floor(self._day_luck(key) * (end - first))
            self.la.morning.add(day, key, self._refer, key)

    def new_week(self) -> None:
        """A team that has become larger takes on who waits."""
        self._offer()

    def _refer(self, key: int) -> None:
        self._meet(key, REFERRED, 0.0)

    def _meet(self, key: int, how: str, weeks_gone: float) -> None:
        """A young person is referred, at home or in care already, and the story begins."""
        low, high = self.terms.ages
        young = self.clients.join(YoungPerson, key, days_to_go(low, high, self._age_luck(key)), how)
        if self._care_luck(key) < self.terms.in_care_already:
            self.begin_care(young, AT_REFERRAL)
        young.story = life_at_the_edge(young, self, weeks_gone)
        next(young.story, None)

    def close(self, young: YoungPerson, why: str) -> None:
        """The danger is past, or childhood over, at home or in care."""
        if young.with_team:
            self._end_work(young)
        self.clients.leave(young, why)

    # Home and care.

    def danger(self, young: YoungPerson, weeks_gone: float) -> tuple[Pace, int]:
        """When care would begin, and the last day of the danger: at the latest the day before 18."""
        within = self.terms.at_risk_weeks * WEEK
        chance = self._chances[young.stays > 0].at(self.today)
        days = days_until(chance, within, self._danger_luck(young, young.times_home))
        young.times_home += 1
        past = self.today + floor(within * (1 - weeks_gone))
        return Pace(days, self.today), min(past, young.adult_on - 1)

    def begin_care(self, young: YoungPerson, how: str) -> None:
        name = slice_of(self._shares, self._placement_luck(young, young.stays))
        self.clients.begin_care(young, how, name, self.terms.placements[name].price_cv, young.stays)

    def stay(self, young: YoungPerson) -> Pace:
        """When the young person could go home."""
        placement = self.terms.placements[young.placement]
        days = lognormal(self._stay_luck(young, young.stays), placement.weeks * WEEK, placement.weeks_cv)
        young.stays += 1
        return Pace(max(days, 1.0), self.today)

    def return_home(self, young: YoungPerson) -> None:
        self.clients.end_care(young, RETURNED_HOME, young.with_team)

    # The team.

    def ask_team(self, young: YoungPerson) -> None:
        """The team begins with the young person if it has room; else the young person waits for it."""
        if self.team.has_room(self.today):
            self._begin_work(young)
        else:
            young.wants, young.wants_since = self.team, self.today
            self.team.wait(young, self.today)

    def _room(self, day: int) -> int:
        return floor(self._fte.at(day) * self.terms.team.cases_per_fte + ROUNDING)

    def _begin_work(self, young: YoungPerson) -> None:
        team = self.terms.team
        self.team.taken += 1
        young.wants, young.reached, young.with_team = None, True, True
        young.pace_of_danger = self._entry.at(self.today)
        young.pace_of_stay = self._return.at(self.today)
        self.la.note(events.TEAM_BEGAN, young, resource=SERVICE)
        days = max(1, round(lognormal(self._work_luck(young), team.weeks * WEEK, team.weeks_cv)))
        self.la.morning.add(self.today + days, young.number * PER_CHILD, self._work_is_done, young)
        self.until(young, self.today)

    def _work_is_done(self, young: YoungPerson) -> None:
        if young.with_team:
            self._end_work(young)
            self.until(young, self.today)

    def _end_work(self, young: YoungPerson) -> None:
        """The work ends, its effect after it begins, and somebody else has the place."""
        self.team.taken -= 1
        young.with_team = False
        young.pace_of_danger, young.pace_of_stay = self._after.at(self.today), 1.0
        self.la.note(events.TEAM_ENDED, young, resource=SERVICE)
        self._offer()

    def _offer(self) -> None:
        while young := self.team.next_offer(self.today):
            self._begin_work(young)
