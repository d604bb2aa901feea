"""Advice from everybody the law names, asked for at once (regulations 6 to 8).

Bodies outside the LA's staff answer after a delay of their own. Those whose advice the LA's own
pools write first need time to arrange it, then wait for somebody; an overloaded pool's report is
bought outside. The case waits for the last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim import event_log as events
from sim.calendars import ADVICE, DAY, MORNING, after_closure
from sim.luck import lognormal
from sim.service.child import Child
from sim.service.diary import PER_CHILD
from sim.service.resources import Job
from sim.settings import Advice as AdviceSettings

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority


class Body:
    """One body that gives advice, with its luck and, if it is the LA's own, its effort."""

    def __init__(self, la: LocalAuthority, name: str, advice: AdviceSettings) -> None:
        self.name = name
        self.reusable = advice.reusable
        self.paused_by_closure = advice.paused_by_closure
        self.share = la.steps(advice.share)
        self.always = advice.share.is_constant and advice.share.values[0] == 1
        self.effort = la.casework.effort(f"{name}_advice", advice, advice.pool) if advice.pool else None
        self.delay = la.steps(advice.delay.days) if advice.delay else None
        self.cv = advice.delay.cv if advice.delay else 0.0
        self.may_be_bought = advice.pool is not None and la.workforce.may_buy(advice.pool, "advice")
        self.pool = advice.pool or ""
        self.bought = (
            la.log.code(events.REPORT_BOUGHT, f"{name}_advice", self.pool) if self.may_be_bought else 0
        )
        self.asked_luck = la.luck.of_children(f"advice.{name}.asked")
        self.delay_luck = la.luck.of_children(f"advice.{name}.delay")
        self.asked = la.log.code(events.ADVICE_ASKED, name)
        self.received = la.log.code(events.ADVICE_RECEIVED, name)


class Advice:
    """Everybody who is asked, and the wait for the last reply."""

    def __init__(self, la: LocalAuthority) -> None:
        self.la = la
        self._bodies = [Body(la, name, advice) for name, advice in la.settings.advice.items()]
        self._received = {body.effort: body.received for body in self._bodies if body.effort}
        self._reuse_luck = la.luck.of_children("advice.reuse")
        self._reuse = la.steps(la.settings.decisions.advice_reuse)

    def ask(self, child: Child) -> None:
        """Ask every body at once; the story goes on when the last has replied."""
        la, asked_on = self.la, child.stage_entered
        reuse = self._reuse_luck(child) < self._reuse.at(la.today)
        outside: list[tuple[int, Body]] = []
        child.replies_missing = 0
        for index, body in enumerate(self._bodies):
            if reuse and body.reusable:
                continue
            if not body.always and body.asked_luck(child) >= body.share.at(la.today):
                continue
            la.write((asked_on * DAY + MORNING, child.number, body.asked, 0))
            if body.may_be_bought and la.workforce.buys(body.pool, child, 0):
                outside.append((self._buy(child, body), body))
                continue
            day = self._reply_day(child, body, asked_on)
            if body.effort is None:
                outside.append((day, body))
                continue
            child.replies_missing += 1
            arranged = (child, child.turn, body)
            la.morning.add(day, child.number * PER_CHILD + 3 + index, self._arranged, arranged)
        if outside:
            child.replies_missing += 1
            last = max(day for day, _ in outside)
            replies = (child, child.turn, outside)
            la.morning.add(last, child.number * PER_CHILD + 2, self._replied, replies)
        if not child.replies_missing:
            la.until(child, la.today)

    def _buy(self, child: Child, body: Body) -> int:
        """Order the report outside, because the pool is overloaded; the day on which it comes."""
        la = self.la
        la.write((la.now, child.number, body.bought, 0))
        return la.today + la.workforce.days_until_bought(body.pool, child, 0)

    def _reply_day(self, child: Child, body: Body, asked_on: int) -> int:
        """When an outside body replies, or a visit of the LA's own can begin."""
        if body.delay is None:
            return asked_on
        if body.paused_by_closure:
            calendar = self.la.calendar
            asked_on = calendar.number(after_closure(calendar.date_of(asked_on)))
        days = lognormal(body.delay_luck(child), body.delay.at(self.la.today), body.cv)
        return asked_on + max(1, round(days))

    def _replied(self, replies: tuple[Child, int, list[tuple[int, Body]]]) -> None:
        """The last outside body has replied: each reply is written down on its own day."""
        child, turn, days = replies
        if turn == child.turn:
            for day, body in days:
                self.la.write((day * DAY + MORNING, child.number, body.received, 0))
            self._one_fewer(child)

    def _arranged(self, arranged: tuple[Child, int, Body]) -> None:
        """A visit has been arranged: the LA's own adviser can begin as soon as one is free."""
        child, turn, body = arranged
        if turn == child.turn:
            self.la.casework.queue_advice(child, body.effort, child.stage_entered + ADVICE, self._written)

    def _written(self, job: Job) -> None:
        child = job.child
        if job.turn == child.turn:
            child.jobs.remove(job)
            self.la.write((self.la.now, child.number, self._received[job.task], 0))
            self._one_fewer(child)

    def _one_fewer(self, child: Child) -> None:
        child.replies_missing -= 1
        if child.replies_missing == 0:
            child.wake(child.turn)
