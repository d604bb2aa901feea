"""The caseload of the opening day."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from sim.schedule import Schedule
from sim.settings.casework import Delay
from sim.settings.numbers import AGES, AgeBand, Amount, FixedAmount, FixedShare, Name, Section


class OpenCases(Section):
    stage: Literal["deciding_to_assess", "advice", "deciding_to_issue", "drafting", "finalising"]
    weeks: Annotated[list[Annotated[float, Field(ge=0, le=500)]], Field(min_length=2, max_length=2)]
    """Age of the cases since the request, from and to, spread evenly."""
    count: Annotated[int, Field(ge=0)]


class MonthsSinceReview(Section):
    months: Annotated[list[Annotated[float, Field(ge=0, le=300)]], Field(min_length=2, max_length=2)]
    share: FixedShare


class OpeningPlans(Section):
    """Margins that hold exactly; the joint table is fitted to them (service/opening.py)."""

    by_age: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=AGES, max_length=AGES)]
    by_need: dict[Name, Annotated[int, Field(ge=0)]]
    by_setting: dict[Name, Annotated[int, Field(ge=0)]]
    need_by_age_seed: dict[Name, dict[AgeBand, FixedAmount]] = {}
    need_by_setting_seed: dict[Name, dict[Name, FixedAmount]] = {}
    setting_by_age_seed: dict[Name, dict[AgeBand, FixedAmount]] = {}
    """Weights from a larger population; only their association matters, margins come from above."""
    months_since_review: list[MonthsSinceReview]
    decision_outstanding: FixedShare = 0.0
    """Share of plans whose last review still waits for the LA's decision."""


class Statements(Section):
    """Plans of the opening day that are still statements of SEN, or learning difficulty assessments.

    Each is converted by a transfer review, the work of `stages.transfer_review` (Children and Families Act
    2014 (Transitional and Saving Provisions) (No. 2) Order 2014). They are among `opening.plans`.
    """

    count: Annotated[int, Field(ge=0)]
    ages: Annotated[list[Annotated[int, Field(ge=0, le=25)]], Field(min_length=2, max_length=2)] = [0, 25]
    settings: list[Name] = []
    """Only holders in these settings; without any, in all."""
    convert_by: date
    """The day by which all must have become plans: 31 March 2018 for statements, 31 December 2016 for
    learning difficulty assessments."""
    begin_by: date | None = None
    """The last day on which a transfer review begins; by default there is only just time left. The reviews
    are spread over the days until then."""
    weeks: Amount = Schedule.constant(20.0)
    """From the beginning of a transfer review to the final plan."""
    advice: Delay = Delay(days=Schedule.constant(42.0))
    """Until the meeting has been held and all advice is there, asked afresh or agreed to be enough."""
    counted_with_plans: bool = True
    """Whether published numbers of plans held them already; learning difficulty assessments came to them
    as plans."""


class Opening(Section):
    plans: OpeningPlans
    cases: list[OpenCases] = []
    statements: dict[Name, Statements] = {}
