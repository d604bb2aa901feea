"""Overnight short breaks of disabled children: nights in homes, and nights by a personal assistant."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.schedule import Schedule
from sim.settings.casework import Delay
from sim.settings.edge_of_care import Ages
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

MostNights = Annotated[float, Field(ge=0, le=366, allow_inf_nan=False)]


class NightsBand(Section):
    """A band of the offer: which share of the children, and their nights a year."""

    share: FixedShare
    nights_per_year: MostNights


class Home(Section):
    label: str = ""
    beds: Amount
    """No bed from a date on: the home is closed, and its costs end."""
    kept_beds: Amount = Schedule.constant(0.0)
    """Of these, taken by children who live there or share their week with it: always staffed."""
    core_fte: FixedAmount
    """Manager and carers whom the home needs however few beds are in use."""


class Carers(Section):
    """Who staffs the homes, and how staffing follows what families want.

    Beds for short breaks are staffed by the rota, in whole beds: as many as the mean of the last rota's
    weeks fills at `beds_filled`. Posts follow what the rota needs `lead_weeks` later; agency people make up
    what is missing until then, and whoever is too many is paid until then. Agency people go first.
    """

    fte_per_bed: FixedAmount
    rota_weeks: Annotated[int, Field(ge=1, le=104)] = 13
    lead_weeks: Annotated[int, Field(ge=0, le=104)] = 13
    beds_filled: Annotated[float, Field(gt=0, le=1)] = 0.85
    """Nights used of those staffed, at which the rota is planned."""
    vacant: Share = Schedule.constant(0.0)
    """Share of the posts that nobody holds."""
    cost_per_fte_year: Price
    """Pay with on-costs on the provider's terms, a mean over carers and managers."""
    agency_cost_per_fte_year: Price


class CouncilTerms(Section):
    """What the same carers cost more once the council employs them, as shares of the provider's cost."""

    pension: Share = Schedule.constant(0.0)
    """The council's pension contributions, for everybody."""
    enhancements: Share = Schedule.constant(0.0)
    """Enhanced pay for nights, weekends and holidays, for everybody."""
    own_terms: Share = Schedule.constant(0.0)
    """Share of the carers who have taken posts on the council's own terms."""
    own_terms_pay: Share = Schedule.constant(0.0)
    """What those terms add for each of them."""


class DirectPayments(Section):
    """Nights at home with a personal assistant whom the family employs, if it can find one."""

    take_up: Share = Schedule.constant(0.0)
    """Share of families who would take a direct payment; each has its own inclination, so a larger share
    adds families and removes none."""
    search: Delay
    """Days to find an assistant when there is no shortage of them."""
    availability: Multiplier = Schedule.constant(1.0)
    """How fast a search gets on: 0.5 takes twice as long, 0 finds nobody."""
    assistants_leave_per_year: Share = Schedule.constant(0.0)
    nights_per_year: MostNights
    """The most that an assistant gives."""
    price_per_night: Price


class FamilyBreakdown(Section):
    """What nights that a family goes without may lead to: care for good, until the age of 18."""

    per_unmet_night: FixedShare = 0.0
    """Chance that a night without the break wanted is the one after which the family can go on no more."""
    price_per_week: Price
    price_cv: Variation = 0.0


class ShortBreaks(Section):
    """Children on the offer, the homes, who pays for them, and direct payments."""

    opening: Annotated[int, Field(ge=0)]
    """Children on the offer on the first day."""
    opening_ages: Ages = [5, 17]
    joining_per_month: Amount
    joining_ages: Ages = [5, 15]
    leaving_per_year: Share = Schedule.constant(0.0)
    """Share of families who leave the offer in a year before the child is 18."""
    bands: dict[Name, NightsBand]
    nights_multiplier: Multiplier = Schedule.constant(1.0)
    """Nights wanted against those of the bands."""
    homes: dict[Name, Home]
    homes_price_per_year: Price
    """What a provider is paid for all homes with every bed staffed. Run by the council itself, they cost
    their carers, by the rota, and what is left of this price beside them, home by home."""
    in_house: Share = Schedule.constant(0.0)
    """Share of the homes that the council runs itself; the provider's contract pays for the rest."""
    other_costs_kept: Share = Schedule.constant(1.0)
    """Share of what the price pays beside carers (rent, food, management) that goes on in-house."""
    carers: Carers
    council_terms: CouncilTerms = CouncilTerms()
    direct_payments: DirectPayments
    breakdown: FamilyBreakdown
    fund: Fund = "general_fund"
