"""Case reviews: placements gone through one by one, outside their yearly review.

    case_reviews:
      top_ups:
        settings: [mainstream, state_special]   # whose children are looked at
        pool: casework_officer                  # who looks
        hours: 3
        starts_per_week: 0                      # raised by an intervention, from a date until a date
        price_cut: {share: 0.2, fraction: 0.3, begins: next_term, changes_provision: 1.0}
        moves:
          state_special: {mainstream: 0.02}

Nothing is begun while `starts_per_week` is 0. An outcome that changes the plan takes an amended plan
(the hours of `stages.amendment`, 15 days, a panel if the new setting has one, a right of appeal), and a
move waits for the next term and for a place, so no saving arrives at once.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.schedule import Schedule
from sim.settings.numbers import Amount, Hours, Multiplier, Name, Section, Share, Variation
from sim.settings.places import Transitions


class PriceCut(Section):
    """A lower price for the child's own place, until the child leaves that setting.

    It does nothing for a child on a block place or at a framework price (`contract`).
    """

    share: Share
    """Share of the cases looked at that end so."""
    fraction: Share
    """How much of the child's own price is cut off: 0.3 leaves 70 % of it."""
    begins: Literal["decision", "next_term"] = "next_term"
    """From when the lower price is paid: the day of the decision (of the amended plan, if the cut needs
    one), or the first day of the term after it."""
    changes_provision: Share = Schedule.constant(1.0)
    """Share of cuts that take provision from the child. They need an amended plan, which the family may
    dispute as any other (`disputes.amended`); if it wins the old price is back. The rest is the
    provider's price alone."""
    breakdown_multiplier: Multiplier = Schedule.constant(1.0)
    """Breakdowns of placements from which provision was taken, against others; from the next review on."""


class CaseReview(Section):
    """One programme. A child's own luck says how its review ends; what is left over to 1 changes nothing."""

    settings: Annotated[list[Name], Field(min_length=1)]
    """Children in these settings are looked at."""
    pool: Name
    hours: Hours
    """Working hours for each case, the amended plan aside."""
    cv: Variation = 0.0
    starts_per_week: Amount = Schedule.constant(0.0)
    """How many are begun a week, for as long as there are children to look at."""
    order: Literal["dearest_first", "by_chance"] = "dearest_first"
    """Dearest by the child's own price; chance decides between equals."""
    again_after_months: Annotated[int, Field(ge=1, le=240)] | None = None
    """Months until a child may be looked at again; without it, once in the run."""
    price_cut: PriceCut | None = None
    moves: Transitions = {}
    """Setting now → share of cases that are to move to each other setting. The family may prefer
    otherwise (`placement.preference`) or dispute it."""
