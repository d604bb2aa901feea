"""The same authority as a newcomer would write it from the SimPy tutorial.

One process a child, `AllOf` for advice that is written side by side, an interrupt for whoever
leaves; naive_office.py has the staff and the places, naive_county.py who comes and goes. It reads
the same settings as the engine and does the same work at the same hours: requests, panels, advice,
plans, reviews, transfers, places. It is not made slow on purpose: working time is looked up in
running totals, not stepped through.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta

import simpy

from experiments.benchmarks.naive_office import Child, Office
from sim.calendars import DAY, after_closure
from sim.settings import age_band


class Authority(Office):
    """The pathway of every child."""

    def new_child(self, need: str, age: int) -> Child:
        child = Child(self.children, need, self.academic_year - age)
        child.hours = self.lognormal(1.0, self.settings.demand.complexity_cv)
        self.children += 1
        return child

    def begin(self, child: Child, life: Generator) -> None:
        child.process = self.env.process(self.until_it_leaves(child, life))

    def until_it_leaves(self, child: Child, life: Generator) -> Generator:
        try:
            yield from life
        except simpy.Interrupt as leaving:
            self.note(child, "left", str(leaving.cause))
        if self.plan_holders.pop(child.number, None):
            child.has_plan = False
            self.vacate(child.setting)

    def leaves_in_time(self, child: Child, per_year: float, reason: str, with_plan: bool) -> Generator:
        yield self.env.timeout(self.rng.exponential(365.25 * DAY / per_year))
        if child.process.is_alive and child.has_plan == with_plan:
            child.process.interrupt(reason)

    def hold_plan(self, child: Child) -> None:
        child.has_plan = True
        self.plan_holders[child.number] = child
        leaving = self.settings.leaving
        for reason in ("transferred_out", "needs_met", "died", "unreconciled"):
            per_year = getattr(leaving, f"{reason}_per_year").at(self.start + timedelta(days=self.today))
            if per_year and self.days - self.today > 0:
                self.env.process(self.leaves_in_time(child, per_year, reason, with_plan=True))

    def request(self, child: Child, requested: int) -> Generator:
        yield self.until(requested)
        self.note(child, "requested")
        per_year = self.settings.decisions.withdraw_per_year.values[0]
        self.env.process(self.leaves_in_time(child, per_year, "withdrawn", with_plan=False))
        yield from self.assessment(child, requested)

    def assessment(self, child: Child, requested: int, stage: str = "deciding_to_assess") -> Generator:
        stages, decisions = self.settings.stages, self.settings.decisions
        week_16, week_20 = requested + 112, requested + 140
        if stage == "deciding_to_assess":
            yield from self.work(child, "registration", requested + 42)
            yield self.reply(stages.first_information, requested)
            yield from self.work(child, "decide_to_assess", requested + 42)
            yield self.panel(child, "assess")
            if self.happens(decisions.refuse_to_assess.values[0]):
                yield from self.work(child, "refusal", requested + 42)
                return self.note(child, "refused_to_assess")
            self.note(child, "agreed_to_assess")
        if stage != "drafting":
            yield from self.advice(child)
            yield from self.work(child, "decide_to_issue", week_16)
            yield self.panel(child, "issue")
            if self.happens(decisions.refuse_to_issue.values[0]):
                yield from self.work(child, "refusal_to_issue", week_16)
                return self.note(child, "refused_to_issue")
            self.note(child, "agreed_to_issue")
        yield from self.work(child, "draft_plan", week_16)
        self.note(child, "draft_sent")
        yield self.reply(stages.consultation, self.today, at_least=15)
        yield from self.work(child, "final_plan", week_20)
        exception = self.happens(decisions.exception.values[0])
        outside = self.happens(decisions.outside_timeliness.values[0])
        self.note(child, "plan_issued", value=exception + 2 * outside)
        self.place(child, self.first_setting(child))
        self.hold_plan(child)
        yield from self.plan_life(child, self.today + 365)

    def first_setting(self, child: Child) -> str:
        config = self.settings.placement
        odds = config.special_odds.get(child.need, 1.0)
        shares = config.new_plans[age_band(self.age(child))]
        return self.choose(
            {n: share * (odds if n in config.special_settings else 1) for n, share in shares.items()}
        )

    def advice(self, child: Child) -> Generator:
        reuse = self.happens(self.settings.decisions.advice_reuse.values[0])
        asked = [
            self.env.process(self.advice_from(child, name))
            for name, body in self.settings.advice.items()
            if self.happens(body.share.values[0]) and not (reuse and body.reusable)
        ]
        try:
            yield self.env.all_of(asked)
        except simpy.Interrupt:
            for process in asked:
                if process.is_alive:
                    process.interrupt()
            raise
        self.note(child, "advice_complete")

    def advice_from(self, child: Child, name: str) -> Generator:
        body, asked = self.settings.advice[name], self.today
        self.note(child, "advice_asked", name)
        if body.paused_by_closure:
            asked = self.calendar.number(after_closure(self.calendar.date_of(asked)))
        try:
            yield self.reply(body.delay, asked)
            if body.pool:
                yield from self.job(child, f"{name}_advice", body, self.today + 42)
            self.note(child, "advice_received", name)
        except simpy.Interrupt:
            self.note(child, "advice_cancelled", name)

    def plan_life(self, child: Child, due: int, decision_waits: bool = False) -> Generator:
        reviews, placement = self.settings.reviews, self.settings.placement
        if decision_waits:
            yield from self.decide_review(child, due - 365)
        while True:
            meeting = max(due - int(self.rng.random() * (reviews.meeting_spread_days + 1)), self.today)
            phase, autumn = self.phase_transfer_before(child, meeting)
            next_day = autumn if phase else meeting
            breakdown = placement.breakdown_per_year.get(child.setting)
            breaks_down = (
                self.today
                + 1
                + int(self.rng.exponential(365 / breakdown.values[0]) if breakdown else self.days)
            )
            if breaks_down < next_day:
                yield self.until(breaks_down)
                yield from self.emergency_review(child)
                continue
            yield self.until(next_day)
            due = self.today + 365
            if phase:
                yield from self.transfer(child, phase)
            elif self.happens(reviews.held.values[0]):
                self.note(child, "review_held")
                yield self.until(self.today + reviews.report_days)
                yield from self.decide_review(child, due - 365)
            else:
                self.note(child, "review_lapsed")
            self.note(child, "review_due")

    def phase_transfer_before(self, child: Child, day: int) -> tuple[str | None, int]:
        this_year = self.academic_year
        for year in (this_year, this_year + 1):
            age = year - child.born
            oldest = self.settings.settings[child.setting].ages[1]
            if child.transferred < year and (age in (10, 15) or age >= oldest):
                phase = "school_entry" if age <= 4 else "secondary" if age <= 10 else "post_16"
                autumn = max(self.day_of(year, 10, 1) + int(self.rng.random() * 60), self.today)
                return (phase, autumn) if autumn <= day else (None, 0)
        return None, 0

    def decide_review(self, child: Child, meeting: int) -> Generator:
        yield from self.work(child, "annual_review", meeting + 28)
        outcome = self.settings.reviews.outcomes[age_band(self.age(child))]
        amend, stop = outcome.amend.values[0], outcome.cease.values[0]
        decided = self.choose({"cease": stop, "amend": amend, "maintain": 1 - amend - stop})
        self.note(child, "review_decided", decided, self.today - meeting)
        if decided == "maintain":
            return
        if decided == "amend":
            yield from self.work(child, "amendment", meeting + 84)
        yield self.until(self.today + 15)
        if decided == "cease":
            raise simpy.Interrupt("ceased_at_review")
        self.note(child, "plan_amended", value=self.today - meeting)
        named = self.next_setting(child, "at_review")
        if named != child.setting:
            self.place(child, named)

    def transfer(self, child: Child, phase: str) -> Generator:
        meeting, child.transferred = self.today, self.academic_year
        september = self.day_of(child.transferred + 1, 9, 1)
        self.note(child, "review_held")
        yield from self.work(child, "phase_transfer", -1)
        self.note(child, "review_decided", "amend", self.today - meeting)
        yield self.until(self.today + 15)
        self.note(child, "phase_transfer_named", phase)
        self.note(child, "plan_amended", value=self.today - meeting)
        self.env.process(self.move(child, self.next_setting(child, phase), september))

    def move(self, child: Child, name: str, day: int) -> Generator:
        yield self.until(day)
        if child.has_plan:
            self.place(child, name)

    def emergency_review(self, child: Child) -> Generator:
        self.note(child, "placement_breakdown", child.setting)
        self.place(child, self.settings.placement.interim_setting)
        yield from self.work(child, "emergency_review", -1)
        yield self.until(self.today + 15)
        self.note(child, "plan_amended")
        self.place(child, self.choose(self.settings.placement.after_breakdown))
