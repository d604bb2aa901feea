"""What a planner may set: typed, frozen and checked at the door.

One model a section of the config file. A field that is a `Schedule` takes a plain number or dates
with values; the reader (`config/documents.py`) has by then replaced `{value, low, high, source,
quality}` by its value. Unknown keys are errors. Nothing here runs: the model copies what it needs
into plain objects.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.schedule import grown
from sim.settings.calibration import Calibration, Observed, Posterior
from sim.settings.case_reviews import CaseReview, PriceCut
from sim.settings.casework import Advice, Delay, Panel, Stages, Task
from sim.settings.changes import Change, Intervention, Scenario
from sim.settings.demand import Authority, Decisions, Demand, Held, Need, Run, Source
from sim.settings.disputes import DECISIONS, Complaints, Dispute, Disputes
from sim.settings.edge_of_care import CarePlacement, EdgeOfCare, Team
from sim.settings.loops import Loop, Loops
from sim.settings.money import Account, Cost, Grant, Prices
from sim.settings.numbers import AGE_BANDS, AGES, SCHEMA_VERSION, Dated, DatedWord, Name, Section, age_band
from sim.settings.opening import MonthsSinceReview, OpenCases, Opening, OpeningPlans, Statements
from sim.settings.paper import Claim, Figure, Paper, Perturbed, Simulated
from sim.settings.places import (
    Band,
    Contract,
    Leaving,
    Outcome,
    Placement,
    Reviews,
    Setting,
    Transitions,
    WhenFull,
)
from sim.settings.short_breaks import (
    Carers,
    CouncilTerms,
    DirectPayments,
    FamilyBreakdown,
    Home,
    NightsBand,
    ShortBreaks,
)
from sim.settings.staff import (
    AGENCY_DAYS_A_YEAR,
    Agency,
    Bought,
    Caseload,
    Preventive,
    StaffPool,
    Trainees,
    Turnover,
    Workforce,
)

__all__ = [
    "AGENCY_DAYS_A_YEAR",
    "AGES",
    "AGE_BANDS",
    "DECISIONS",
    "SCHEMA_VERSION",
    "Account",
    "Advice",
    "Agency",
    "Authority",
    "Band",
    "Bought",
    "Calibration",
    "CarePlacement",
    "Carers",
    "CaseReview",
    "Caseload",
    "Change",
    "Claim",
    "Complaints",
    "Contract",
    "Cost",
    "CouncilTerms",
    "Dated",
    "DatedWord",
    "Decisions",
    "Delay",
    "Demand",
    "DirectPayments",
    "Dispute",
    "Disputes",
    "EdgeOfCare",
    "FamilyBreakdown",
    "Figure",
    "Grant",
    "Held",
    "Home",
    "Intervention",
    "Leaving",
    "Loop",
    "Loops",
    "MonthsSinceReview",
    "Name",
    "Need",
    "NightsBand",
    "Observed",
    "OpenCases",
    "Opening",
    "OpeningPlans",
    "Outcome",
    "Panel",
    "Paper",
    "Perturbed",
    "Placement",
    "Posterior",
    "Preventive",
    "PriceCut",
    "Prices",
    "Reviews",
    "Run",
    "Scenario",
    "Section",
    "Setting",
    "Settings",
    "ShortBreaks",
    "Simulated",
    "Source",
    "StaffPool",
    "Stages",
    "Statements",
    "Task",
    "Team",
    "Trainees",
    "Transitions",
    "Turnover",
    "WhenFull",
    "Workforce",
    "age_band",
]


class Settings(Section):
    """The whole config of one authority, one scenario and one parameter draw."""

    schema_version: Literal[1]
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$")]
    description: str = ""
    run: Run
    authority: Authority
    needs: dict[Name, Need]
    demand: Demand
    decisions: Decisions
    stages: Stages
    advice: dict[Name, Advice]
    workforce: Workforce = Workforce()
    staff_pools: dict[Name, StaffPool]
    panels: dict[Name, Panel]
    settings: dict[Name, Setting]
    placement: Placement
    reviews: Reviews
    leaving: Leaving
    case_reviews: dict[Name, CaseReview] = {}
    """Without any, placements change only at their yearly reviews."""
    prices: Prices
    opening: Opening
    disputes: Disputes | None = None
    """Without it nobody disputes anything."""
    short_breaks: ShortBreaks | None = None
    """Overnight short breaks of disabled children; without it nobody has any."""
    edge_of_care: EdgeOfCare | None = None
    """Young people at risk of coming into care, and a team; without it nobody is referred."""
    account: Account | None = None
    loops: Loops = Loops()
    calibration: Calibration | None = None
    """Only `send-sim calibrate` reads it."""
    posterior: Posterior | None = None
    """Without it every uncertain number is drawn from its own range."""
    paper: Paper | None = None
    """Only `send-sim papers` reads it."""
    interventions: dict[Name, Intervention] = {}
    scenarios: dict[Name, Scenario]

    @model_validator(mode="after")
    def _posts_grow(self) -> Settings:
        rate, start = self.workforce.fte_growth_per_year, self.run.start
        end = start + timedelta(days=round(self.run.years * 366))
        for name, pool in self.staff_pools.items():
            posts = grown(pool.fte, rate, start, end)
            if posts is not pool.fte:
                self.staff_pools[name] = pool.model_copy(update={"fte": posts})
        return self
