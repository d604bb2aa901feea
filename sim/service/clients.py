"""Children of services beside SEND casework: how they come and go, stay in care, and how time runs for them.

They share the log, the clock and the way luck is dealt with the children who ask for an assessment, and
have numbers of the same row. Their `origin` in the log is the service they belong to.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeVar

from sim import event_log as events
from sim.luck import lognormal
from sim.service.child import GONE, File

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority

ADULT = 18
FIRST_MONTH_OF_SCHOOL = 9
DAYS_A_YEAR = 365.25
MILLION = 1_000_000
NEVER = 2**31 - 1
FROM_HOME, AT_REFERRAL = "from_home", "at_referral"
RETURNED_HOME, TURNED_18 = "returned_home", "turned_18"


class Client(File):
    """A child of one of these services; `adult_on` is the day of its eighteenth birthday."""

    letter = 1

    __slots__ = ("adult_on", "placement", "wants", "wants_since")

    def __init__(self, number: int, key: int, cohort: int, adult_on: int) -> None:
        super().__init__(number, key, "", cohort)
        self.adult_on = adult_on
        self.placement = ""  # the kind of care it is in
        self.wants: object = None  # what it waits for
        self.wants_since = 0

    @property
    def is_here(self) -> bool:
        return self.state != GONE

    def end(self) -> None:
        super().end()
        self.wants = None


Kind = TypeVar("Kind", bound=Client)


class Pace:
    """Something that is due when so many days have passed, at a pace that may change.

    Time left is kept in whole millionths of a day, so a pace of 1 is exactly no change.
    """

    def __init__(self, days: float, today: int) -> None:
        self._left = round(min(days, float(NEVER)) * MILLION)
        self._since = today
        self._pace = MILLION

    def go_on(self, today: int, pace: float) -> None:
        """Count the days since the last call at the pace there was; from today on it is `pace`."""
        self._left -= (today - self._since) * self._pace
        self._since, self._pace = today, round(pace * MILLION)

    @property
    def due(self) -> int:
        """The day on which it falls due if the pace stays as it is."""
        if self._left <= 0:
            return self._since
        if not self._pace:
            return NEVER
        return min(self._since - (-self._left // self._pace), NEVER)


def days_until(chance: float, within: float, u: float) -> float:
    """Days until what happens with this chance within so many days, at the same rate for ever."""
    if chance <= 0:
        return math.inf
    return 0.0 if chance >= 1 else within * math.log(u) / math.log1p(-chance)


def days_to_go(low: int, high: int, u: float) -> int:
    """Days until the eighteenth birthday, all ages from `low` up to the end of `high` being as likely."""
    return math.ceil((ADULT - low - u * (high + 1 - low)) * DAYS_A_YEAR)


class Clients:
    """What these services write about their children."""

    def __init__(self, la: LocalAuthority, service: str) -> None:
        self.la = la
        self.service = service
        self.here: dict[int, Client] = {}
        self._price_luck = la.luck.of_few(f"{service}.price")

    def join(self, kind: type[Kind], key: int, to_go: int, how: str) -> Kind:
        """A child not met before, `to_go` days before its eighteenth birthday."""
        la = self.la
        birthday = la.calendar.date_of(la.today + to_go)
        cohort = birthday.year - ADULT + (birthday.month >= FIRST_MONTH_OF_SCHOOL)
        client = kind(len(la.children), key, cohort, la.today + to_go)
        la.luck.meet(client)
        la.children.append(client)
        la.log.describe("", cohort, "", "", self.service)
        self.here[client.number] = client
        la.note(events.JOINED_SERVICE, client, stage=how, resource=self.service)
        return client

    def leave(self, client: Client, why: str) -> None:
        """The child leaves the service, and care if it is in care."""
        if client.placement:
            self.end_care(client, why)
        del self.here[client.number]
        client.end()
        self.la.note(events.LEFT_SERVICE, client, stage=why, resource=self.service)

    def begin_care(
        self, client: Client, how: str, placement: str, price_cv: float, occasion: int = 0
    ) -> None:
        """A stay in care begins, at the child's own multiple of the price."""
        client.placement = placement
        thousandths = round(1000 * lognormal(self._price_luck(client, occasion), 1.0, price_cv))
        self.la.note(events.CARE_BEGUN, client, thousandths, how, placement, "thousandths")

    def end_care(self, client: Client, why: str, with_team: bool = False) -> None:
        self.la.note(events.CARE_ENDED, client, int(with_team), why, client.placement)
        client.placement = ""
