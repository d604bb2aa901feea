"""The run, the authority, its needs, who asks, and what is decided."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.schedule import Schedule
from sim.settings.numbers import (
    AGES,
    AgeBand,
    Amount,
    FixedAmount,
    FixedShare,
    Multiplier,
    Name,
    Rate,
    Section,
    Share,
    Variation,
)


class Run(Section):
    start: date
    years: Annotated[float, Field(gt=0, le=40)]
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    replications: Annotated[int, Field(ge=1)] | Literal["auto"] = 20

    @property
    def months(self) -> int:
        return round(self.years * 12)

    @model_validator(mode="after")
    def _whole_months(self) -> Run:
        if abs(self.years * 12 - self.months) > 1e-9:
            raise ValueError("years must be a whole number of months, such as 10 or 11.25")
        if self.start.day != 1:
            raise ValueError("start must be the first day of a month")
        return self


class Authority(Section):
    name: str
    code: str = ""
    districts: dict[Name, FixedShare] = {}
    """Share of requests by district; must sum to 1."""
    district_population: dict[Name, Amount] = {}
    """People aged 0 to 25 by district; with it plans are also given for each 1,000 of them."""
    population: dict[int, Annotated[list[FixedAmount], Field(min_length=AGES, max_length=AGES)]]
    """People by single year of age 0 to 25, by mid-year; between years it is interpolated."""


class Need(Section):
    """One SEN2 primary need and how its request rate grows."""

    growth_per_year: Rate
    """Drift of the request rate a year after `demand.base_year` (0.05 = 5 % a year)."""
    volatility: FixedAmount = 0.0
    """Standard deviation of this need's own yearly shock to the log rate."""


class Source(Section):
    """Who asks for an assessment."""

    share: FixedShare
    refusal_odds: FixedAmount = 1.0
    """Odds of refusal against the other sources; only ratios matter."""


class Held(Section):
    """Requests that stay what they were, for asking what their change has done.

    From the first month that begins on or after a date: `requests_from` keeps how many ask, that is
    the twelve months before, spread over the year by `month_weights`; `mix_from` keeps who asks, that
    is each need's and age's share of those twelve months. With both, every need and age stands
    still. Districts' own multipliers go on changing.
    """

    requests_from: date | None = None
    mix_from: date | None = None


class Demand(Section):
    request_rate_multiplier: Multiplier = Schedule.constant(1.0)
    growth_per_year: Rate = Schedule.constant(0.0)
    """Drift that all needs share, on top of each need's own."""
    base_year: int
    requests_per_1000: Annotated[list[FixedAmount], Field(min_length=AGES, max_length=AGES)]
    """Requests a year per 1,000 people, by single year of age on 31 August, in the base year."""
    need_shares: dict[AgeBand, dict[Name, FixedShare]]
    """Share of requests by primary need within each age band; each must sum to 1."""
    common_volatility: FixedAmount = 0.0
    """Standard deviation of the yearly shock to the log rate that all needs share."""
    month_weights: Annotated[list[FixedAmount], Field(min_length=12, max_length=12)]
    """Requests by calendar month, January first; only ratios matter."""
    shocks: Multiplier = Schedule.constant(1.0)
    district_multipliers: dict[Name, Multiplier] = {}
    """Requests of a district against what its share of all requests would give; 1 where it is missing.
    Nothing is scaled back: more in one district is not fewer in another. Whoever is there or under way
    at the start lives where shares and the multipliers of that day put them; so do families who move in."""
    sources: dict[Name, Source]
    complexity_cv: Variation = 0.0
    """Coefficient of variation of the hours a child needs, common to all its tasks."""
    transfers_in_per_year: Amount = Schedule.constant(0.0)
    held: Held = Held()


class Decisions(Section):
    refuse_to_assess: Share
    refusal_odds_by_age: dict[AgeBand, FixedAmount] = {}
    refusal_odds_by_need: dict[Name, FixedAmount] = {}
    refuse_to_issue: Share
    withdraw_per_year: Share
    """Share of requests that would be withdrawn, or move away, if they stayed open for a year."""
    advice_reuse: Share
    """Share of cases in which recent EP advice is enough and is not sought again (reg 6(4))."""
    exception: Share
    """Share of issued plans recorded with a regulation 10(4) exception."""
    outside_timeliness: Share
    """Share of issued plans that the LA leaves out of the 20-week return."""
    hold_plan_for_place: bool = False
