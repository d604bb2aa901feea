"""Event logs written by hand, a day and an event at a time, for tests that know the answer."""

from __future__ import annotations

from datetime import date

from sim import event_log as events
from sim.event_log import EventLog

DAY = 1440
Entry = tuple[int, int, str, str, str, int]  # minute, child, event, stage, resource, value
STEPS = (
    events.REQUESTED,
    events.AGREED,
    events.ADVICE_COMPLETE,
    events.AGREED_TO_ISSUE,
    events.DRAFT_SENT,
    events.PLAN_ISSUED,
)


class HandLog:
    """Entries that can still be changed; `build()` gives the event log."""

    def __init__(self, start: date = date(2020, 1, 1), days: int = 731) -> None:
        self.start = start
        self.days = days
        self.entries: list[Entry] = []
        self.children: list[tuple[str, int, str, str, str]] = []

    def child(self, need: str = "ASD", cohort: int = 2010, district: str = "North") -> int:
        self.children.append((need, cohort, district, "school", "request"))
        return len(self.children) - 1

    def note(
        self, day: float, child: int, event: str, value: int = 0, stage: str = "", resource: str = ""
    ) -> None:
        self.entries.append((round(day * DAY), child, event, stage, resource, value))

    def case(self, *days: int, need: str = "ASD", district: str = "North", facts: int = 0) -> int:
        """A child whose case took its steps, from request to plan, on these days."""
        child = self.child(need, district=district)
        for day, event in zip(days, STEPS, strict=False):
            self.note(day, child, event, facts if event == events.PLAN_ISSUED else 0)
        return child

    def plan(self, requested: int, issued: int, **facts: object) -> int:
        """A child whose plan was issued, with steps in between at no matter what time."""
        between = [requested + (issued - requested) * step // 8 for step in (2, 3, 4, 5)]
        return self.case(requested, *between, issued, **facts)

    def holder(self, setting: str = "mainstream", thousandths: int = 1000, **child: object) -> int:
        """A child with a plan in force at the start."""
        number = self.child(**child)
        self.note(0, number, events.OPENING_PLAN)
        self.note(0, number, events.PLACED, thousandths, resource=setting)
        return number

    def job(self, child: int, pool: str, minutes: int, *days: float, stage: str = "draft_plan") -> None:
        """Work queued, then started, then finished on these days, or as far as they go."""
        work = (events.QUEUED, events.STARTED, events.FINISHED)
        for day, event in zip(days, work, strict=False):
            self.note(day, child, event, minutes, stage, pool)

    def build(self) -> EventLog:
        log = EventLog(self.start, self.days)
        for minute, child, event, stage, resource, value in self.entries:
            log.write((minute, child, log.code(event, stage, resource), value))
        for columns in self.children:
            for column, value in zip(log.children.values(), columns, strict=True):
                column.append(value)
        return log
