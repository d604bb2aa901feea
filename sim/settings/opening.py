"""The caseload of the opening day."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.settings.numbers import AGES, AgeBand, FixedAmount, FixedShare, Name, Section


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


class Opening(Section):
    plans: OpeningPlans
    cases: list[OpenCases] = []
