"""What a planner may set: typed, frozen and checked at the door.

One model a section of the config file, in the order a child meets them. A field that is a
`Schedule` takes a plain number or dates with values; the reader (`config/documents.py`) has by then
replaced `{value, low, high, source, quality}` by its value. Unknown keys are errors. Nothing
here runs: the model copies what it needs into plain objects.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import core_schema

from sim.schedule import Schedule

SCHEMA_VERSION = 1
AGES = 26
"""Single years of age 0 to 25 on the 31 August before the academic year (SEN2's convention)."""


@dataclass(frozen=True)
class Dated:
    """Annotation for a number that may change on dates, with the range each value must keep."""

    low: float = -math.inf
    high: float = math.inf

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> Any:
        return core_schema.no_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        number: dict[str, Any] = {"type": "number"}
        if math.isfinite(self.low):
            number["minimum"] = self.low
        if math.isfinite(self.high):
            number["maximum"] = self.high
        by_date = {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "patternProperties": {r"^\d{4}-\d{2}-\d{2}$": number},
        }
        return {"anyOf": [number, by_date]}

    def _read(self, raw: Any) -> Schedule:
        for _, rule in self.faults(raw):
            raise ValueError(rule)
        if isinstance(raw, Schedule):
            return raw
        return Schedule.from_steps(raw) if isinstance(raw, dict) else Schedule.constant(raw)

    def faults(self, raw: Any) -> Iterator[tuple[Any, str]]:
        """What is wrong with a number or with dates → numbers: (the date or None, the rule)."""
        if isinstance(raw, Schedule):
            raw = dict(zip(raw.dates, raw.values, strict=True))
        entries = raw if isinstance(raw, dict) else {None: raw}
        if not entries:
            yield None, "must be a number, or dates with numbers; this is empty"
        for day, value in entries.items():
            if day is not None and not isinstance(day, date):
                yield day, "must be a date such as 2022-04-01"
            elif isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
                yield day, "must be a number"
            elif not self.low <= value <= self.high:
                yield day, f"must be {self._rule()}"

    def _rule(self) -> str:
        if math.isinf(self.high):
            return f"{self.low:g} or more"
        return f"between {self.low:g} and {self.high:g}"


Share = Annotated[Schedule, Dated(0, 1)]
Amount = Annotated[Schedule, Dated(0)]
Multiplier = Annotated[Schedule, Dated(0, 100)]
Rate = Annotated[Schedule, Dated(-1, 10)]
FixedShare = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
FixedAmount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Variation = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]
Hours = Annotated[Schedule, Dated(0, 10_000)]
Price = Annotated[Schedule, Dated(0, 100_000_000)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Fund = Literal["dsg", "general_fund", "nhs"]
AgeBand = Literal["under_5", "5_to_10", "11_to_15", "16_to_19", "20_to_25"]
AGE_BANDS: dict[str, tuple[int, int]] = {
    "under_5": (0, 4),
    "5_to_10": (5, 10),
    "11_to_15": (11, 15),
    "16_to_19": (16, 19),
    "20_to_25": (20, 25),
}


BAND_OF_AGE = [band for band, (low, high) in AGE_BANDS.items() for _ in range(low, high + 1)]


def age_band(age: int) -> str:
    """SEN2's five age bands."""
    return BAND_OF_AGE[age]


class Section(BaseModel):
    """A part of the config. `source` says where the numbers of the whole section come from."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)
    source: str = ""


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


class Demand(Section):
    request_rate_multiplier: Multiplier = Schedule.constant(1.0)
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
    sources: dict[Name, Source]
    complexity_cv: Variation = 0.0
    """Coefficient of variation of the hours a child needs, common to all its tasks."""
    transfers_in_per_year: Amount = Schedule.constant(0.0)


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


class Delay(Section):
    """Waiting for somebody outside the LA's staff, in whole days."""

    days: Amount
    cv: Variation = 0.0


class Task(Section):
    pool: Name
    hours: Hours
    cv: Variation = 0.0
    share: Share = Schedule.constant(1.0)
    """Share of cases that need this task."""


class Advice(Section):
    """One body asked for advice. All bodies are asked at once; the case waits for the last."""

    share: Share = Schedule.constant(1.0)
    delay: Delay | None = None
    """Time to arrange and to write, outside anybody's working hours."""
    pool: Name | None = None
    hours: Hours = Schedule.constant(0.0)
    cv: Variation = 0.0
    reusable: bool = False
    paused_by_closure: bool = False
    """School closures of four weeks or more lengthen the reply (reg 10(4)(a))."""


class Stages(Section):
    """Work of the LA's own staff in each step, task after task. Numbers only: the order is law."""

    first_information: Delay
    registration: list[Task]
    decide_to_assess: list[Task]
    refusal: list[Task]
    decide_to_issue: list[Task]
    refusal_to_issue: list[Task]
    draft_plan: list[Task]
    consultation: Delay
    final_plan: list[Task]
    annual_review: list[Task]
    phase_transfer: list[Task]
    emergency_review: list[Task]
    amendment: list[Task]


class StaffPool(Section):
    fte: Amount
    agency_fte: Amount = Schedule.constant(0.0)
    hours_per_day: Annotated[float, Field(gt=0, le=12)] = 7.4
    leave_days_per_year: Annotated[float, Field(ge=0, le=200)] = 33.0
    """Days of leave, training and sickness a person takes out of the working days of a year."""
    term_time_only: bool = False
    order: Literal["first_come", "earliest_deadline", "oldest_first", "twin_track"] = "earliest_deadline"
    on_time_share: FixedShare = 0.7
    """For twin_track: share of working time kept for cases that can still be on time."""
    fund: Fund = "general_fund"
    cost_per_fte_year: Price
    agency_cost_per_day: Price = Schedule.constant(0.0)


class Panel(Section):
    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday"]
    every_weeks: Annotated[int, Field(ge=1, le=26)] = 1
    term_time_only: bool = True
    cases: Amount
    """The most cases one meeting can take."""
    paper_days: Annotated[int, Field(ge=0, le=60)] = 6
    order: Literal["first_come", "earliest_deadline", "oldest_first"] = "first_come"


class WhenFull(Section):
    setting: Name
    share: Share
    """Share of the children turned away who go there instead of waiting."""


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
    price_per_child_year: Price
    price_cv: Variation = 0.0
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


class Prices(Section):
    base_date: date
    inflation_per_year: Rate
    """Every price rises by this each 1 April after `base_date`."""
    transport_per_child_year: Price


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


class Change(Section):
    path: str
    operation: Literal["set", "add", "multiply"]
    value: Any
    start: date | None = Field(None, alias="from")
    until: date | None = None
    ramp: str | None = None


class Cost(Section):
    """What a change costs beyond the pay, places and prices that the ledger charges anyway."""

    fund: Fund
    one_off: FixedAmount = 0.0
    per_year: FixedAmount = 0.0
    start: date | None = Field(None, alias="from")
    until: date | None = None


class Intervention(Section):
    label: str = ""
    changes: list[Change]
    cost: list[Cost] = []


class Scenario(Section):
    label: str = ""
    interventions: list[Name] = []
    set: dict[str, Any] = {}


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
    staff_pools: dict[Name, StaffPool]
    panels: dict[Name, Panel]
    settings: dict[Name, Setting]
    placement: Placement
    reviews: Reviews
    leaving: Leaving
    prices: Prices
    opening: Opening
    interventions: dict[Name, Intervention] = {}
    scenarios: dict[Name, Scenario]
