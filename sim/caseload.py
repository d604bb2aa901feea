"""Take on the opening caseload: children already part-way through their story.

A plan-holder starts with the date of the last review, some with a decision still outstanding. An
open case starts at the beginning of the stage it stands in, with the age it has; its earlier
milestones are written down before the start of the run.
"""

from __future__ import annotations

from sim import event_log as events
from sim.calendars import DAY, MORNING, WEEK
from sim.luck import key_of
from sim.pathway import STEPS, assessment, conversion, plan_life
from sim.service.authority import LocalAuthority
from sim.service.child import Child
from sim.service.opening import Chooser, Holder, plan_holders
from sim.service.reviews import PERIOD
from sim.settings import OpenCases

TYPICAL_WEEKS = (0, 6, 13, 15, 17)
"""The age in weeks at which a case usually enters each stage: assumed, from the limits of the law."""


class Caseload:
    """The plans and cases of the opening day."""

    def __init__(self, la: LocalAuthority) -> None:
        self.la = la
        draw, opening = la.luck.purpose, la.settings.opening
        self._case_luck, self._review_luck = draw("opening.case"), draw("opening.since_review")
        self._outstanding_luck = draw("opening.outstanding")
        self._usual_request = Chooser(la.demand.usual_mix())
        bands = {tuple(band.months): band.share for band in opening.plans.months_since_review}
        self._since_review = Chooser(bands)

    def take_on(self) -> None:
        """Everybody who is there on the first day, in a fixed order."""
        holders = list(plan_holders(self.la.settings))
        self.la.luck.expect([holder.key for holder in holders])
        children = [self._plan(holder) for holder in holders]
        self.la.conversions.take_on(children, conversion)
        for group, cases in enumerate(self.la.settings.opening.cases):
            keys = [key_of("opening_case", group, index) for index in range(cases.count)]
            self.la.luck.expect(keys)
            for index, key in enumerate(keys):
                self._case(key, index, cases)

    def _plan(self, holder: Holder) -> Child:
        la = self.la
        child = la.meet(holder.key, holder.need, la.academic_year - holder.age, "opening_plan")
        la.note(events.OPENING_PLAN, child)
        low, high = self._since_review.choose(self._review_luck(child.key))
        months = low + (high - low) * self._review_luck(child.key, 1)
        held = -max(1, round(months * 365 / 12))
        plans, reviews = la.settings.opening.plans, la.settings.reviews
        decided = self._outstanding_luck(child.key) >= plans.decision_outstanding
        # A meeting that still waits for its decision was held within the spread before it was due.
        child.review_due = held + (PERIOD if decided else reviews.meeting_spread_days // 2)
        la.hold_plan(child)
        la.placing.open_with(child, holder.setting)
        la.begin(child, plan_life(child, la, None if decided else held), 0)
        return child

    def _case(self, key: int, index: int, cases: OpenCases) -> None:
        la = self.la
        need, age = self._usual_request.choose(self._case_luck(key))
        child = la.meet(key, need, la.academic_year - age, "opening_case")
        low, high = cases.weeks
        weeks = low + (high - low) * (index + 0.5) / cases.count
        child.requested = -max(1, round(weeks * WEEK))
        step = events.CASE_STAGES.index(cases.stage)
        self._write_past(child, step)
        la.open_case(child)
        la.begin(child, assessment(child, la, STEPS[step:]), 0)

    def _write_past(self, child: Child, step: int) -> None:
        """The milestones that brought an open case to its stage."""
        for stage, event in enumerate(list(events.STAGE_OPENED_BY)[: step + 1]):
            usual = child.requested + WEEK * TYPICAL_WEEKS[stage]
            child.stage_entered = min(usual, -1)
            self.la.note_at(child.stage_entered * DAY + MORNING, event, child)
