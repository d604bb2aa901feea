"""Disputes and complaints: who disputes what, by which route, how it ends and what it takes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.schedule import Schedule
from sim.settings.casework import Delay, Task
from sim.settings.numbers import FixedShare, Multiplier, Name, Price, Section, Share


class Dispute(Section):
    """How families dispute one kind of decision, and how that ends."""

    share: Share
    """Share of such decisions that the family disputes."""
    mediate: Share
    """Share of disputes that go to mediation; the others take a certificate and appeal, or appeal at
    once where only the placement is in dispute."""
    agreed: Share
    """Share of mediations in which the authority gives way."""
    appeal_after_mediation: Share
    """Share of mediations without agreement that are followed by an appeal."""
    withdrawn: Share
    """Share of appeals that the family withdraws."""
    conceded: Share
    """Share of appeals that the authority concedes before the hearing; the rest is heard."""
    upheld: Share
    """Share of the appeals heard that the family wins, wholly or in part."""
    hearing: Delay | None = None
    """Days from the registration of such an appeal to its hearing, if not as of all others: refusals
    to assess are usually decided on papers, and sooner."""


class Complaints(Section):
    """Complaints about cases past their 20 weeks, and what the Ombudsman or the council then pays."""

    after_weeks: Annotated[int, Field(ge=0, le=200)]
    """Weeks past the 20 from which families complain."""
    per_year: Share
    """Share of the families of such cases that would complain in a year of it."""
    upheld: Share
    """Share of complaints that are upheld and remedied."""
    remedy: Price
    """Paid to the family for each complaint upheld."""
    tasks: list[Task]


class Disputes(Section):
    """Sections 51 to 57 of the Act: mediation and appeals about decisions of the authority."""

    refusal_to_assess: Dispute
    refusal_to_issue: Dispute
    contents: Dispute
    """About the contents of a first plan."""
    amended: Dispute
    """About the contents of an amended plan."""
    placement: Dispute
    """About the setting that a first plan, a move or a phase transfer names; no certificate is needed."""
    ceasing: Dispute
    refusal_to_amend: Dispute | None = None
    """About a review that leaves the plan as it is (section 51(2)(e)); without it nobody disputes that."""
    rather: dict[Name, dict[Name, FixedShare]]
    """Setting named → setting that a family in dispute would rather have; each must sum to 1. Placement
    is disputed only where the setting named stands here, or where the family's preference was refused:
    then about that very setting."""
    multiplier: Multiplier = Schedule.constant(1.0)
    """Multiplies the shares of decisions that families dispute, and of late cases they complain about."""
    late_multiplier: Multiplier = Schedule.constant(1.0)
    """Share of late decisions disputed against those in time; part of the loop `disputes`."""
    act: Delay
    """Days from the decision until the family acts; the law allows two months."""
    mediation: Delay
    """Days from then to the mediation meeting; the authority must arrange it within 30, or the family has
    its certificate."""
    hearing: Delay
    """Days from the registration of an appeal to its hearing."""
    settled: Delay
    """Days from the registration to a concession or withdrawal, if the hearing has not come first."""
    mediation_tasks: list[Task]
    appeal_tasks: list[Task]
    """Registering, answering and preparing every appeal."""
    hearing_tasks: list[Task]
    """What a hearing takes beyond it. The tasks of a stage are queued at once; if nobody has begun the
    first of either stage by the hearing, the appeal is lost."""
    mediation_price: Price
    """Mediator's fee and other outside costs, for each mediation."""
    appeal_price: Price
    """Outside costs of each appeal, heard or not."""
    hearing_price: Price
    """Further outside costs of each hearing: counsel and witnesses."""
    complaints: Complaints | None = None


DECISIONS = (
    "refusal_to_assess",
    "refusal_to_issue",
    "contents",
    "amended",
    "placement",
    "ceasing",
    "refusal_to_amend",
)
"""What may be disputed: the fields of `Disputes` that are one `Dispute` each, or none."""
