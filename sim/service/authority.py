"""The local authority a child meets: its departments, its log, its diaries and the time.

The pathway says what happens and in which order; the authority's departments arrange who does it
and when the story goes on. Nothing here knows the statutory order.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import date

import simpy

from sim.calendars import DAY, EXITS, FINAL_PLAN, MORNING, Calendar, academic_year
from sim.event_log import REINSTATED, REOPENED_AS, EventLog
from sim.luck import Luck, lognormal
from sim.schedule import Schedule, Steps
from sim.service.advice import Advice
from sim.service.case_reviews import CaseReviews
from sim.service.casework import Casework
from sim.service.child import PLAN_HOLDER, Child, File
from sim.service.conversions import Conversions
from sim.service.decisions import RefusalToAssess
from sim.service.demand import Demand
from sim.service.diary import PER_CHILD, Diary
from sim.service.disputes import Disputes
from sim.service.districts import slice_of
from sim.service.leavers import Leavers
from sim.service.placing import Placing
from sim.service.resources import Panel, StaffPool
from sim.service.reviews import Reviews
from sim.service.workforce import Workforce
from sim.settings import Settings


class LocalAuthority:
    """One replication's authority. `now` is the minute and `today` the day number."""

    def __init__(self, env: simpy.Environment, settings: Settings, luck: Luck, days: int) -> None:
        self.env = env
        self.settings = settings
        self.luck = luck
        self.days = days
        self.now = 0
        self.today = 0
        self.start = settings.run.start
        self.calendar = Calendar(self.start, days + 800)
        self.academic_year = academic_year(self.start)
        self.log = EventLog(self.start, days)
        self.write = self.log.write
        self.exits = Diary(env, EXITS, self.set_clock)
        self.morning = Diary(env, MORNING, self.set_clock)
        self._post = self.morning.add
        self.children: list[Child] = []
        self.cases: dict[int, Child] = {}
        self.plan_holders: dict[int, Child] = {}
        self._codes: dict[str | tuple[str, str, str], int] = {}
        self._days_of: dict[tuple[int, int, int], int] = {}
        self.demand = Demand(settings, luck, self.calendar)
        self._refusal = RefusalToAssess(settings, self.demand.usual_mix())
        self._set_chances()

    def open_departments(self, pools: dict[str, StaffPool], panels: dict[str, Panel]) -> None:
        """Take on the staff and the panels; the verbs of the pathway are the departments'."""
        self.casework = Casework(self, pools, panels)
        self.workforce = Workforce(self)
        self.advice = Advice(self)
        self.placing = Placing(self)
        self.reviews = Reviews(self)
        self.leavers = Leavers(self)
        self.disputes = Disputes(self)
        self.case_reviews = CaseReviews(self)
        self.conversions = Conversions(self)
        self.work = self.casework.work
        self.set_to_work = self.casework.set_to_work
        self.panel = self.casework.panel
        self.ask_for_advice = self.advice.ask

    def _set_chances(self) -> None:
        draw, decisions, stages = self.luck.of_children, self.settings.decisions, self.settings.stages
        demand = self.settings.demand
        self._sources = {name: source.share for name, source in demand.sources.items()}
        self._complexity_cv = demand.complexity_cv
        self._source_luck, self._district_luck = draw("child.source"), draw("child.district")
        self._complexity_luck = draw("child.complexity")
        self._assess_luck, self._issue_luck = draw("decision.assess"), draw("decision.issue")
        self._exception_luck, self._outside_luck = draw("plan.exception"), draw("plan.outside_return")
        self._refuse_to_assess = self.steps(decisions.refuse_to_assess)
        self._refuse_to_issue = self.steps(decisions.refuse_to_issue)
        self._exception = self.steps(decisions.exception)
        self._outside = self.steps(decisions.outside_timeliness)
        self._delays = {
            name: (self.steps(delay.days), delay.cv, draw(f"delay.{name}"))
            for name, delay in (
                ("first_information", stages.first_information),
                ("consultation", stages.consultation),
            )
        }

    # Time.

    def set_clock(self, minute: int) -> None:
        """Everything that makes time pass says so here first."""
        self.now = minute
        today = minute // DAY
        if today != self.today:
            self.today = today
            self.log.settle()
            self.academic_year = academic_year(self.calendar.date_of(today))

    def steps(self, schedule: Schedule, times: float = 1.0) -> Steps:
        """A schedule in day numbers, its values multiplied by `times`."""
        return Steps(schedule, self.start, times)

    def day_of(self, year: int, month: int, day: int) -> int:
        """The day number of a date."""
        number = self._days_of.get((year, month, day))
        if number is None:
            number = self._days_of[year, month, day] = self.calendar.number(date(year, month, day))
        return number

    def age(self, child: Child) -> int:
        """Age on the 31 August before the academic year, 0 to 25 (SEN2's convention)."""
        age = self.academic_year - child.cohort
        return 0 if age < 0 else 25 if age > 25 else age

    def until(self, child: File, day: int) -> None:
        """The story goes on on the morning of `day`."""
        self._post(day, child.number * PER_CHILD + child.letter, child.wake, child.turn)

    def reply(self, child: Child, name: str, since: int, at_least: int = 0) -> None:
        """Wait for somebody outside, whose delay runs from the day `since`."""
        days, cv, luck = self._delays[name]
        delay = round(lognormal(luck(child), days.at(self.today), cv))
        self.until(child, since + max(at_least, delay, 1))

    def was_overtaken(self, child: Child) -> bool:
        """Whether the last wait ended because the next review came first."""
        overtaken, child.overtaken = child.overtaken, False
        return overtaken

    # The log.

    def note(
        self, event: str, child: File, value: int = 0, stage: str = "", resource: str = "", unit: str = ""
    ) -> None:
        """Write down what has just happened."""
        what = (event, stage, resource) if stage or resource else event
        code = self._codes.get(what)
        if code is None:
            code = self._codes[what] = self.log.code(event, stage, resource, unit)
        self.write((self.now, child.number, code, value))

    def note_at(self, minute: int, event: str, child: Child, stage: str = "") -> None:
        """Write down what happened, or falls due, at another minute."""
        what = (event, stage, "") if stage else event
        code = self._codes.get(what)
        if code is None:
            code = self._codes[what] = self.log.code(event, stage)
        self.write((minute, child.number, code, 0))

    def enter_stage(self, event: str, child: Child) -> None:
        """A case enters its next stage: the milestone is written down and its day remembered."""
        child.stage_entered = self.today
        self.note(event, child)

    # Children come and go.

    def meet(self, key: int, need: str, cohort: int, origin: str, district: str = "") -> Child:
        """A child the authority has not met before, with its own luck; that says where it lives, too."""
        child = Child(len(self.children), key, need, cohort)
        self.luck.meet(child)
        self.children.append(child)
        child.source = source = slice_of(self._sources, self._source_luck(child))
        child.complexity = lognormal(self._complexity_luck(child), 1.0, self._complexity_cv)
        district = district or self.demand.districts.home(self._district_luck(child))
        self.log.describe(need, cohort, district, source, origin)
        return child

    def begin(self, child: File, story: Generator, day: int) -> None:
        """Start a story on the morning of `day`."""
        child.story = story
        self.until(child, day)

    def open_case(self, child: Child) -> None:
        """A request has come, or a refused one is taken up again: it may be withdrawn while it is open."""
        self.cases[child.number] = child
        self.leavers.may_withdraw(child)

    def close_case(self, child: Child) -> None:
        """The case ends without a plan; a dispute about that goes on."""
        del self.cases[child.number]
        child.end()

    def reinstate(self, refused: Child, plan_within: int) -> Child:
        """A refused child's new file, with so many days until its plan is due."""
        district = self.log.children["district"][refused.number]
        child = self.meet(refused.key, refused.need, refused.cohort, "reinstated", district)
        child.earlier_files = refused.earlier_files + 1
        child.stage_entered = self.today
        child.requested = self.today + plan_within - FINAL_PLAN  # so that the usual clocks end on that day
        self.note(REOPENED_AS, refused, child.number)
        self.note(REINSTATED, child, plan_within, unit="days")
        self.open_case(child)
        return child

    def hold_plan(self, child: Child, story: Generator | None = None) -> None:
        """The child now has a plan, may leave at any time, and goes on with the story of a plan."""
        child.state = PLAN_HOLDER
        self.cases.pop(child.number, None)
        self.plan_holders[child.number] = child
        self.leavers.may_leave(child)
        if story is not None:
            child.story = story
            next(story)

    def plan_holders_in_order(self) -> list[Child]:
        return [self.plan_holders[number] for number in sorted(self.plan_holders)]

    # Decisions: the child's own luck against the authority's rates.

    def refuses_to_assess(self, child: Child) -> bool:
        share = self._refuse_to_assess.at(self.today)
        chance = self._refusal.chance(share, child.need, self.age(child), child.source)
        return self._assess_luck(child) < chance

    def refuses_to_issue(self, child: Child) -> bool:
        return self._issue_luck(child) < self._refuse_to_issue.at(self.today)

    def facts_of_the_return(self, child: Child) -> int:
        """What the SEN2 return records of this plan: 1 an exception, 2 left out of the return.

        The 20 weeks are not the clock of an assessment that was refused at first.
        """
        if child.earlier_files:
            return 2
        exception = self._exception_luck(child) < self._exception.at(self.today)
        outside = self._outside_luck(child) < self._outside.at(self.today)
        return exception + 2 * outside

    def finish(self) -> None:
        """At the end of the run, write down what is still due."""
        self.now = self.days * DAY - 1
        self.reviews.note_those_still_due()
