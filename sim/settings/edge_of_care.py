"""Young people in danger outside their families, who may come into care, and a team that works with them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.schedule import Schedule
from sim.settings.numbers import (
    Amount,
    FixedAmount,
    FixedShare,
    Fund,
    Multiplier,
    Name,
    Price,
    Section,
    Share,
    Variation,
)

Ages = Annotated[list[Annotated[int, Field(ge=0, le=17)]], Field(min_length=2, max_length=2)]
Weeks = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]


class CarePlacement(Section):
    """A kind of care, paid by the week for as long as it lasts, at the longest until the age of 18."""

    share: FixedShare
    """Share of those who come into care who come here; must sum to 1."""
    price_per_week: Price
    price_cv: Variation = 0.0
    weeks: Weeks
    """Mean length if no team helps; a stay also ends at 18."""
    weeks_cv: Variation = 0.0


class Team(Section):
    """A team that works with as many young people at a time as it has room for; the others wait.

    What it does is a pace: care comes, or a stay in care passes, so many times as fast while the work
    lasts and after it. 1 is no effect. The paces of the day on which work begins or ends hold on.
    """

    fte: Amount = Schedule.constant(0.0)
    cost_per_fte_year: Price = Schedule.constant(0.0)
    """Besides what an intervention that makes the team says it costs."""
    cases_per_fte: FixedAmount
    """Young people whom an FTE can work with at a time."""
    weeks: Weeks
    """Mean length of the work with one of them."""
    weeks_cv: Variation = 0.0
    entry_multiplier: Multiplier
    """Chance of coming into care while the work lasts, against that without the team."""
    entry_multiplier_after: Multiplier = Schedule.constant(1.0)
    """The same once the work has ended."""
    return_multiplier: Multiplier = Schedule.constant(1.0)
    """How many times as fast a stay in care passes while the work lasts."""
    fund: Fund = "general_fund"


class EdgeOfCare(Section):
    """Referrals of young people at high risk of care, what becomes of them, and what their care costs."""

    opening: Annotated[int, Field(ge=0)] = 0
    """Young people there on the first day, anywhere in their weeks of risk; `in_care_already` is a share of
    them too."""
    referrals_per_year: Amount
    ages: Ages = [13, 17]
    """Youngest and oldest at referral, all ages being as likely."""
    in_care_already: FixedShare = 0.0
    """Share of those referred who are in care on that day."""
    at_risk_weeks: Weeks
    """How long the danger lasts after the referral, or after a return home."""
    come_into_care: Share
    """Chance that care begins within those weeks if no team helps, as on the day of the referral."""
    come_into_care_again: Share = Schedule.constant(0.0)
    """The same after a return home from care."""
    placements: dict[Name, CarePlacement]
    team: Team
    fund: Fund = "general_fund"
    """Who pays for care."""
