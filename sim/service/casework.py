"""Work and meetings: the tasks of each stage in the staff's pools, and the panels' tables.

A stage is tasks in order, or in a dispute all at once. A task becomes a job in a pool; somebody takes
it when it is the best waiting, and the case goes on the morning after it is done. A panel hears a case
on one of its days. A child who leaves cancels what is queued, never what has started.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim import event_log as events
from sim.calendars import DAY
from sim.luck import normal_quantile
from sim.service.child import Child, File, Matter
from sim.service.diary import PER_CHILD
from sim.service.resources import Job, Panel, StaffPool
from sim.service.timetables import NEVER
from sim.settings import Advice, Stages, Task

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority

STAGES = [name for name, field in Stages.model_fields.items() if field.annotation == list[Task]]


class Effort:
    """One task of one stage: which pool does it, how long it takes this child, and its codes."""

    __slots__ = (
        "_half_variance",
        "_luck",
        "_minutes",
        "_needed",
        "_share",
        "_sigma",
        "always",
        "bought",
        "cancelled",
        "finished",
        "number",
        "place",
        "pool",
        "queued",
        "started",
    )

    def __init__(
        self,
        la: LocalAuthority,
        number: int,
        stage: str,
        task: Task | Advice,
        pool: StaffPool,
        for_few: bool = False,
    ) -> None:
        self.number = number
        self.place = 3 + number % 60  # when its end is opened, in a child's morning post
        self.pool = pool
        self._minutes = la.steps(task.hours, times=60)
        self._share = la.steps(task.share)
        self.always = task.share.is_constant and task.share.values[0] == 1
        self.bought: int | None = None  # the code to note if it may be bought outside
        self._half_variance = math.log1p(task.cv**2) / 2
        self._sigma = math.sqrt(2 * self._half_variance)
        draw = la.luck.of_few if for_few else la.luck.of_children
        self._luck = draw(f"{stage}.{pool.name}.hours")
        self._needed = draw(f"{stage}.{pool.name}.needed")
        self.queued, self.started, self.finished, self.cancelled = (
            la.log.code(event, stage, pool.name, "minutes")
            for event in (events.QUEUED, events.STARTED, events.FINISHED, events.CANCELLED)
        )

    def is_needed(self, child: File, occasion: int, day: int) -> bool:
        return self.always or self._needed(child, occasion) < self._share.at(day)

    def minutes_for(self, child: File, occasion: int, day: int) -> int:
        """Lognormal about the mean, times what this child's complexity asks; at least a minute."""
        minutes = self._minutes.at(day) * child.complexity
        sigma = self._sigma
        if sigma:
            z = normal_quantile(self._luck(child, occasion))
            minutes *= math.exp(sigma * z - self._half_variance)
        return int(minutes + 0.5) or 1


class Meeting:
    """What a panel does with a case, in the place where a job has its task."""

    def __init__(self, la: LocalAuthority, number: int, name: str) -> None:
        self.number = number
        self.capacity = la.steps(la.settings.panels[name].cases)


class Casework:
    """The pools and panels of one authority, and what waits in them."""

    def __init__(self, la: LocalAuthority, pools: dict[str, StaffPool], panels: dict[str, Panel]) -> None:
        self.la = la
        self.pools = pools
        self.panels = panels
        for pool in pools.values():
            pool.on_start, pool.on_lapse = self._on_start, self._on_lapse
        self._numbers = itertools.count()
        self._efforts = {
            stage: [
                Effort(la, next(self._numbers), stage, task, pools[task.pool])
                for task in getattr(la.settings.stages, stage)
            ]
            for stage in STAGES
        }
        self._meetings = {name: Meeting(la, next(self._numbers), name) for name in panels}
        self._horizon = la.days * DAY
        self._then = self._done  # bound once: every job has it
        self._write, self._post = la.write, la.morning.add

    def effort(self, stage: str, task: Advice, pool: str) -> Effort:
        """The effort of a body's advice, which is written in one of the LA's own pools."""
        effort = Effort(self.la, next(self._numbers), stage, task, self.pools[pool])
        effort.always = True  # whether the body is asked at all has been decided before
        return effort

    def add_stage(self, stage: str, tasks: list[Task]) -> None:
        """Work for few children, beside the stages of the config; some pools' may be bought outside."""
        numbers, pools = self._numbers, self.pools
        efforts = [Effort(self.la, next(numbers), stage, task, pools[task.pool], True) for task in tasks]
        for effort in efforts:
            if self.la.workforce.may_buy(effort.pool.name, stage):
                effort.bought = self.la.log.code(events.REPORT_BOUGHT, stage, effort.pool.name)
        self._efforts[stage] = efforts

    def work(
        self,
        child: File,
        stage: str,
        deadline: int,
        occasion: int = 0,
        urgent: bool = False,
        give_up: int = NEVER,
        since: int | None = None,
    ) -> None:
        """The tasks of a stage, one after the other; the story goes on the morning after the last.

        `since` is the day on which the case's clock began (the request by default) and `deadline`
        its next statutory limit, for the pools' order of work. `urgent` jumps the queues. Work
        that nobody has begun by the day `give_up` is not done any more: the story goes on without.
        """
        rank = 0 if urgent else 1
        began = child.requested if since is None else since
        tasks = iter(self._efforts[stage])
        job = Job(child, began, deadline, self._then, rank, give_up, occasion, tasks)
        if not self._submit_next(job):
            self.la.until(child, self.la.today)

    def set_to_work(
        self, matter: Matter, stage: str, deadline: int, occasion: int = 0, urgent: bool = False
    ) -> Job | None:
        """All tasks of a stage at once, for a story that waits for a date and not for the jobs.

        Gives back the job of the first task, unless it is not needed or bought outside.
        """
        first = None
        for place, effort in enumerate(self._efforts[stage]):
            rank, rest = 0 if urgent else 1, iter((effort,))
            job = Job(matter, matter.requested, deadline, self._put_away, rank, NEVER, occasion, rest)
            if self._submit_next(job) and place == 0:
                first = job
        return first

    def queue_advice(self, child: Child, effort: Effort, deadline: int, then: Callable[[Job], None]) -> None:
        """A body's advice is to be written by one of the LA's own pools."""
        self._submit_next(Job(child, child.requested, deadline, then, rest=iter((effort,))))

    def _submit_next(self, job: Job) -> bool:
        """Queue the next task of the stage that the case needs; False when none is left."""
        la, child, occasion = self.la, job.child, job.occasion
        for effort in job.rest:
            if not (effort.always or effort.is_needed(child, occasion, la.today)):
                continue
            if effort.bought is None or not self._buy(effort, child, occasion):
                break
        else:
            return False
        job.task = effort
        minutes = effort.minutes_for(child, occasion, la.today)
        if child.handover:
            minutes += child.handover.pop(effort.pool.name, 0)
        job.minutes = minutes
        job.state = "waiting"
        child.jobs.append(job)
        self._write((la.now, child.number, effort.queued, minutes))
        effort.pool.submit(job, la.now)
        return True

    def _buy(self, effort: Effort, child: File, occasion: int) -> bool:
        """Have a task done outside instead, if its pool is overloaded."""
        buys = self.la.workforce.buys(effort.pool.name, child, occasion)
        if buys:
            self._write((self.la.now, child.number, effort.bought, 0))
        return buys

    def _done(self, job: Job) -> None:
        """A task is done: the next one of its stage, or the story goes on."""
        child = job.child
        if job.turn == child.turn:
            child.jobs.remove(job)
            if not self._submit_next(job):
                child.wake(job.turn)

    def _put_away(self, job: Job) -> None:
        """A task is done for which no story waits."""
        if job in job.child.jobs:
            job.child.jobs.remove(job)

    def _on_lapse(self, job: Job) -> None:
        """Nobody began the job before the next review was due: the case goes on without it."""
        child = job.child
        self.la.write((self.la.now, child.number, job.task.cancelled, job.minutes))
        child.jobs.remove(job)
        child.overtaken = True
        self.la.morning.add(self.la.today + 1, child.number * PER_CHILD + 2, child.wake, job.turn)

    def _on_start(self, job: Job, start: int, end: int) -> None:
        """Somebody has begun a job and is known to end it at `end`: the post of the next morning."""
        task, number, minutes = job.task, job.child.number, job.minutes
        if end < self._horizon:
            self._write((start, number, task.started, minutes, end, number, task.finished, minutes))
            self._post(end // DAY + 1, number * PER_CHILD + task.place, job.then, job)
        else:
            self._write((start, number, task.started, minutes))

    def drop_overtaken(self) -> None:
        """Work that nobody has begun before the next review was due is not waited for any longer."""
        overtaken = [job for pool in self.pools.values() for job in pool.lapse(self.la.today)]
        for job in sorted(overtaken, key=lambda job: job.child.number):
            self._on_lapse(job)

    def cancel(self, child: File) -> None:
        """Withdraw what waits in pools and panels for the child; what has started goes on."""
        for job in child.jobs:
            if isinstance(job.task, Meeting):
                job.state = "cancelled"
            elif job.task.pool.cancel(job):
                self.la.write((self.la.now, child.number, job.task.cancelled, job.minutes))
        child.jobs = []

    def panel(self, child: Child, name: str, deadline: int) -> None:
        """Put the case to a panel; the story goes on when it is heard."""
        case = Job(child, since=child.requested, deadline=deadline, then=self._heard)
        case.task = self._meetings[name]
        child.jobs.append(case)
        self.panels[name].submit(case, self.la.today)
        self.la.note(events.PANEL_JOINED, child, stage=name)

    def _heard(self, case: Job) -> None:
        case.child.jobs.remove(case)
        case.child.wake(case.turn)

    def sit(self, name: str) -> None:
        """A panel meets and the cases it hears go on."""
        capacity = int(self._meetings[name].capacity.at(self.la.today))
        for case in self.panels[name].sit(self.la.today, capacity):
            self.la.note(events.PANEL_HEARD, case.child, stage=name)
            case.then(case)
