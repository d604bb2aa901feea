"""Settings with their places and prices, which one a plan names, reviews, and leaving."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.schedule import Schedule
from sim.settings.numbers import (
    AGES,
    AgeBand,
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


class WhenFull(Section):
    setting: Name
    share: Share
    """Share of the children turned away who go there instead of waiting."""


class Contract(Section):
    """Block places, paid whether filled or not; children beyond them go by the spot price.

    The children who have been there longest fill the block. No block places: all spot. No more
    places than the block: no overflow. A spot price here is a framework rate, the same for all.
    """

    block_places: Amount
    block_price_per_place_year: Price
    spot_price_per_child_year: Price | None = None
    """Without it the setting's own price, with its spread and bands."""


class Band(Section):
    """A band of top-up, or a residential placement: which share of children, at which price."""

    share: FixedShare
    price_per_child_year: FixedAmount
    """In the prices of the setting's `price_per_child_year`, with which it rises."""


class Setting(Section):
    label: str
    ages: Annotated[list[Annotated[int, Field(ge=0, le=25)]], Field(min_length=2, max_length=2)] = [0, 25]
    places: Amount | None = None
    """Commissioned places; without it the setting takes everybody."""
    over_number: Share = Schedule.constant(0.0)
    when_full: WhenFull | None = None
    panel: Name | None = None
    """A panel that must agree the placement."""
    place_funding_per_year: Price = Schedule.constant(0.0)
    """Paid for each commissioned place, filled or not, and for each child over number."""
    over_number_price_per_child_year: Price = Schedule.constant(0.0)
    """Paid besides for each child above the commissioned places."""
    recouped: Share = Schedule.constant(0.0)
    """Share of the place funding that government pays direct (academies, free schools, colleges) and
    takes off the authority's allocation."""
    price_per_child_year: Price
    price_cv: Variation = 0.0
    bands: dict[Name, Band] = {}
    """Instead of `price_cv`, the bands a child may fall in; shares must sum to 1."""
    contract: Contract | None = None
    transport_share: Share = Schedule.constant(0.0)
    fund: Fund = "dsg"
    line: Name = "placement"


Transitions = dict[Name, dict[Name, Share]]


class Placement(Section):
    new_plans: dict[AgeBand, dict[Name, FixedShare]]
    """Setting named in a first plan, by age band; each must sum to 1."""
    special_odds: dict[Name, FixedAmount] = {}
    """Odds that a child with this need is named a setting marked `special_settings`."""
    special_settings: list[Name] = []
    interim_setting: Name
    """Where a child without any school waits for its place (tuition)."""
    interim_share: Share
    """Share of children waiting for a first place who wait there; the others stay in `waiting_setting`."""
    waiting_setting: Name
    school_entry: Transitions
    secondary: Transitions
    post_16: Transitions
    """Setting now → setting after the phase transfer; what is missing to 1 stays."""
    at_review: Transitions
    """Setting now → setting after an amended annual review."""
    preference: Transitions = {}
    """Setting the authority would name in a first plan, a move or a phase transfer → setting that the
    family prefers; what is missing to 1 agrees with the authority. Without it the other tables say
    what is named in the end."""
    preference_refused: Share = Schedule.constant(0.0)
    """Share of preferences found unsuitable, or incompatible with the efficient education of others."""
    breakdown_per_year: dict[Name, Share]
    after_breakdown: dict[Name, FixedShare]
    """Setting named by the emergency review; meanwhile the child has interim provision. Sums to 1."""
    late_review_breakdown_multiplier: Multiplier = Schedule.constant(1.0)


class Outcome(Section):
    amend: Share
    cease: Share


class Reviews(Section):
    held: Share
    """Share of review meetings held in their year."""
    meeting_spread_days: Annotated[int, Field(ge=0, le=180)]
    """Meetings fall evenly in this many days before the anniversary."""
    report_days: Annotated[int, Field(ge=0, le=60)]
    """The setting's report follows the meeting (at most two weeks, reg 20(9))."""
    pool: Name
    """Whose queue says whether an officer can attend."""
    outcomes: dict[AgeBand, Outcome]
    unattended_multiplier: Multiplier
    """Ceasing and stepping down when no officer attends or the decision is late, against attended."""
    step_down: Transitions = {}
    """Moves towards mainstream, agreed at attended reviews."""


class Leaving(Section):
    at_31_august: Annotated[list[FixedShare], Field(min_length=AGES, max_length=AGES)]
    """Share of plan-holders who leave on 31 August, by age on the 31 August a year before; from age
    24 all leave (section 46), whatever stands here."""
    local_multiplier: Multiplier = Schedule.constant(1.0)
    transferred_out_per_year: Share
    needs_met_per_year: Share
    died_per_year: Share
    unreconciled_per_year: Share = Schedule.constant(0.0)
    """Published stocks and flows do not close; the difference is carried here, by name."""
