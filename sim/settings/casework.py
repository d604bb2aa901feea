"""Work, advice, stages and panels: the hours and the waiting of each step."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.schedule import Schedule
from sim.settings.numbers import Amount, DatedWord, Hours, Name, Section, Share, Variation

ORDERS = ("first_come", "earliest_deadline", "oldest_first")
"""By the day of asking, by the next statutory limit, or by the age of the case."""


class Delay(Section):
    """Waiting for somebody outside the LA's staff, in whole days."""

    days: Amount
    cv: Variation = 0.0


class Task(Section):
    pool: Name
    hours: Hours
    cv: Variation = 0.0
    share: Share = Schedule.constant(1.0)
    """Share of cases that need this task."""


class Advice(Section):
    """One body asked for advice. All bodies are asked at once; the case waits for the last."""

    share: Share = Schedule.constant(1.0)
    delay: Delay | None = None
    """Time to arrange and to write, outside anybody's working hours."""
    pool: Name | None = None
    hours: Hours = Schedule.constant(0.0)
    cv: Variation = 0.0
    reusable: bool = False
    paused_by_closure: bool = False
    """School closures of four weeks or more lengthen the reply (reg 10(4)(a))."""


class Stages(Section):
    """Work of the LA's own staff in each step, task after task. Numbers only: the order is law."""

    first_information: Delay
    registration: list[Task]
    decide_to_assess: list[Task]
    refusal: list[Task]
    decide_to_issue: list[Task]
    refusal_to_issue: list[Task]
    draft_plan: list[Task]
    consultation: Delay
    final_plan: list[Task]
    annual_review: list[Task]
    phase_transfer: list[Task]
    emergency_review: list[Task]
    amendment: list[Task]
    transfer_review: list[Task] = []
    """From a statement to a plan; new advice of a pool is a task with a share."""


class Panel(Section):
    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday"]
    every_weeks: Annotated[int, Field(ge=1, le=26)] = 1
    term_time_only: bool = True
    cases: Amount
    """The most cases one meeting can take."""
    paper_days: Annotated[int, Field(ge=0, le=60)] = 6
    order: Annotated[Schedule, DatedWord(ORDERS)] = Schedule.constant("first_come")
    """Which case is heard first. From the date of a change on, all that wait are taken in the new order."""
