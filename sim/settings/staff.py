"""Staff pools: how many people, what they cost, and how they come, go and run out of time."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from sim.schedule import Schedule
from sim.settings.casework import ORDERS, Delay
from sim.settings.numbers import (
    Amount,
    DatedWord,
    FixedAmount,
    FixedShare,
    Fund,
    Multiplier,
    Name,
    Price,
    Rate,
    Section,
    Share,
)

AGENCY_DAYS_A_YEAR = 220
"""Agency people are paid by the day worked: 220 of the 365.25 days of a year."""


class Agency(Section):
    """Agency people who stand in for vacant posts, within a budget."""

    cover: Share
    """Share of the vacant hours they cover."""
    after_days: Annotated[int, Field(ge=0, le=365)] = 28
    """Days after a post falls vacant from which it can be covered."""
    budget_per_year: Price | None = None
    """The most that may be spent on this cover in a financial year; without it there is no limit. A vacancy
    reserves its money when it begins, for all of its days, at the prices then known."""


class Turnover(Section):
    """Posts held by people who leave: the loop from workload to leavers, vacancies and agency.

    Leaving is a yearly chance at the usual workload. Above it the chance rises in proportion, times
    `loops.turnover.strength`: workload is the caseload of each FTE in post against `usual_caseload`,
    and the use of the pool's hours against `usual_utilisation`, whichever is further above.
    """

    leave_per_year: Share
    usual_caseload: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """What one FTE carries at that chance of leaving; only for pools that carry cases or plans."""
    usual_utilisation: Annotated[float, Field(gt=0, le=1)] = 0.9
    workload_at_most: Annotated[float, Field(ge=1, le=100)] = 3.0
    """How many times the usual chance of leaving or falling ill workload can make it: a queue that
    grows for years does not drive people away without end."""
    notice_days: Annotated[int, Field(ge=0, le=365)] = 28
    """Days between giving notice and the last day of work."""
    recruitment: Delay
    """Days from the last day of work to the successor's first."""
    induction_weeks: Annotated[int, Field(ge=0, le=104)] = 0
    induction_share: FixedShare = 0.25
    """Share of full hours that a newcomer works on cases at first; it rises evenly, week by week."""
    mentor_share: FixedShare = 0.0
    """Share of a colleague's hours that a newcomer takes while the induction lasts."""
    handover_hours: Annotated[float, Field(ge=0, le=100)] = 0.0
    """Hours that the next officer needs to take over each of a leaver's open cases."""
    sick_spells_per_year: FixedAmount = 0.0
    """Long spells of sickness for each person at the usual workload; they rise with it as leaving does.
    Ordinary sickness is in `leave_days_per_year`."""
    sick_spell: Delay = Delay(days=Schedule.constant(28.0))
    """Calendar days of a spell."""
    agency: Agency | None = None


class Trainees(Section):
    """People who train in the service, then owe it some years."""

    start: Annotated[date, Field(alias="from")]
    count: Annotated[int, Field(ge=1, le=100)]
    training_years: Annotated[float, Field(ge=0, le=6)] = 2.0
    training_share: FixedShare = 0.0
    """Share of a full person's hours on cases during the training."""
    service_years: Annotated[float, Field(ge=0, le=10)] = 3.0
    """Years after the training in which they do not leave; then they leave as others do."""


class Preventive(Section):
    """Time of the pool for early help, given up while its statutory queue is long (loop a).

    `from_weeks` and `full_weeks` are lengths of the queue, in weeks of the pool's own work: between
    them the share given up rises evenly from none to `most`. A month's lost hours raise the request
    rate `after_months` later, by `requests` times the share of the preventive hours that was lost.
    """

    fte: Amount
    from_weeks: FixedAmount
    full_weeks: FixedAmount
    most: FixedShare = 1.0
    requests: Share
    after_months: Annotated[int, Field(ge=1, le=60)] = 12


class Caseload(Section):
    """Plan-holders on the books of the pool's service beside its statutory work, such as therapy."""

    share_of_plans: Share
    fte: Amount
    """People in that service."""
    recommended: FixedAmount
    """What a professional body recommends for each FTE; only reported."""
    most: FixedAmount
    """Children for each FTE beyond which the service takes on no further request."""


class Bought(Section):
    """Reports and attendance bought outside, child by child, while the pool is overloaded (loop f).

    The pool is overloaded while more jobs wait than `waiting_per_fte` for each FTE in post, or while
    its `caseload` is above the most it takes.
    """

    waiting_per_fte: FixedAmount | None = None
    work: list[Literal["advice", "mediation", "appeal", "hearing", "complaint"]] = [
        "advice",
        "mediation",
        "appeal",
        "hearing",
        "complaint",
    ]
    """What may be bought; the pool's own people do the rest."""
    share: Share = Schedule.constant(1.0)
    """Share of new requests that are bought outside while the pool is overloaded."""
    price: Price
    delay: Delay
    line: Name = "commissioned_reports"
    fund: Fund = "general_fund"


class Workforce(Section):
    """What all staff pools share."""

    fte_growth_per_year: Rate = Schedule.constant(0.0)
    """Every pool's own posts rise by this share on each 1 April after the run's start."""
    turnover_multiplier: Multiplier = Schedule.constant(1.0)
    """Multiplies everybody's chances of leaving and of falling ill for long; at 0 nobody does."""


class StaffPool(Section):
    fte: Amount
    agency_fte: Amount = Schedule.constant(0.0)
    hours_per_day: Annotated[float, Field(gt=0, le=12)] = 7.4
    leave_days_per_year: Annotated[float, Field(ge=0, le=200)] = 33.0
    """Days of leave, training and sickness a person takes out of the working days of a year."""
    term_time_only: bool = False
    order: Annotated[Schedule, DatedWord((*ORDERS, "twin_track"))] = Schedule.constant("earliest_deadline")
    """Which job is begun first. From the date of a change on, all that wait are taken in the new order."""
    on_time_share: Share = Schedule.constant(0.7)
    """For twin_track: share of working time kept for cases that can still be on time."""
    fund: Fund = "general_fund"
    cost_per_fte_year: Price
    agency_cost_per_day: Price = Schedule.constant(0.0)
    turnover: Turnover | None = None
    """Without it every post is always filled."""
    trainees: list[Trainees] = []
    trainee_cost_per_year: Price = Schedule.constant(0.0)
    preventive: Preventive | None = None
    caseload: Caseload | None = None
    bought: Bought | None = None
