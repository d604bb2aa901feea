"""A council paper beside its simulation: the figures it prints and what it claims. Nothing here runs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from sim.settings.numbers import Name, Section


class Figure(Section):
    """A figure as the paper prints it."""

    printed: float | date | str
    unit: str = ""
    period: str = ""
    where: str
    """Section, table and row."""
    note: str = ""
    """A misprint, a contradiction or what a reader may mistake."""


class Simulated(Section):
    """What in the simulation answers a claim: a measure, or a quantity of the option's appraisal."""

    scenario: Name
    against: Name | None = None
    """Another scenario: then the difference from it counts, replication by replication."""
    measure: str = ""
    group: str = "all"
    calendar: Literal["calendar", "financial", "academic"] = "financial"
    periods: list[str] = []
    """Added up; for a stock, name one."""
    since: str = ""
    """An earlier period: then the growth since it counts."""
    since_in: Literal["percent", "units"] = "percent"
    per: str = ""
    """Divided by this measure of the same periods, for everybody."""
    appraisal: Literal["", "pay_back_year", "savings_investment_ratio", "present_value"] = ""
    """Instead of a measure. The pay-back year counts financial years, the first with spending being 1."""
    fund: Literal["all", "dsg", "general_fund", "nhs", "reserve"] = "all"
    """Whose money an appraisal looks at."""
    times: Annotated[float, Field(allow_inf_nan=False)] = 1.0
    """-1 where the paper counts a fall as positive."""


class Claim(Section):
    """Something the paper says will happen, or the fact that it puts no number to it."""

    label: str
    figure: Name | None = None
    """Which of `figures` is claimed; without it, no quantified claim."""
    times: Annotated[float, Field(allow_inf_nan=False)] = 1.0
    """From the paper's unit to the simulation's: 1000 for thousands."""
    simulated: Simulated | None = None
    why: str = ""
    """Why nothing simulated answers it, or what to bear in mind."""


class Perturbed(Section):
    """The same run with the claim's mechanism altered, to show that the answer comes from it."""

    label: str
    set: dict[str, Any]
    """Paths with values, as after `--set`."""


class Paper(Section):
    title: str
    council: str
    meeting: date
    asks: str
    """What the paper asks the committee to approve, in one sentence."""
    option: Name
    """The scenario that is the paper's proposal."""
    headline: Name
    """The claim that is shown first."""
    figures: dict[Name, Figure]
    claims: dict[Name, Claim]
    assumptions: list[str] = []
    """Paths of uncertain numbers to try one by one, besides those of the option's interventions."""
    perturbed: Perturbed
    findings: list[str] = []
    """What a reader should know of the paper itself: contradictions, what is missing, what is not claimed."""
