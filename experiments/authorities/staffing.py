"""Posts inferred from throughput: hours asked of a pool in a year ÷ hours of a post ÷ utilisation.

No staffing is published. What a council completed took so many hours, and the published 20-week rate
says how near to its limit it was; so the range is wide and is for calibration to narrow.
"""

from __future__ import annotations

from dataclasses import dataclass

from experiments.authorities.figures import Estimate

HOURS_OF_A_POST = 1_628
"""220 days of 7.4 hours."""
BY_RATE = ("ep", "casework_officer", "send_manager")
PREVENTIVE = 0.36
"""Preventive posts for each statutory one, assumed: four beside eleven, as for Cambridgeshire 2020."""
AGENCY_A_POST = 13_500
"""GBP a year (April 2020) for agency psychologists, for each statutory one: a locum to eleven, assumed."""
FOLLOWS_DEMAND = 0.6
"""How far posts follow what was agreed rather than what was completed. Next year's new plans, against this
year's, rise with the ratio of requests agreed to new plans to the power 0.5, and 0.85 where under 40 % were
on time (441 authority-years 2018 to 2020; SEN2 2022, sen2_mi): councils find people for what they owe."""
LOWEST, HIGHEST = 0.75, 1.35
"""The range around what is inferred, assumed: councils lose posts and win them."""


@dataclass(frozen=True)
class Throughput:
    """What an authority did in its last known year."""

    requests: float
    refused: float
    agreed: float
    """Requests less those refused: what would be assessed in a steady state."""
    completed: float
    """Assessments completed, with or without a plan."""
    issued: float
    plans: float
    """Plans maintained on the first day."""
    on_time: float
    """20-week rate without exceptions, 0 to 1."""


def hours_by_pool(did: Throughput) -> dict[str, tuple[float, float]]:
    """Hours asked of each pool in a year and how much of its time they take up.

    Hours for each plan are DfE's (Time spent on process for new EHC plans, 2026), as england.yaml splits
    them over steps; utilisations are assumed, higher where fewer plans were on time.
    """
    late = 1 - did.on_time
    flow = min(max(did.agreed / max(did.completed, 1.0), 0.8), 1.6) ** FOLLOWS_DEMAND
    assessed, issued = did.completed * flow, did.issued * flow
    return {
        "ep": (assessed * 0.95 * 17.4, 0.68 + 0.10 * late),
        "casework_officer": (
            did.requests * 2.0 + assessed * 1.0 + issued * 8.3 + did.refused * 2.0,
            0.60 + 0.12 * late,
        ),
        "send_manager": (did.requests * 2.0 + assessed * 2.0 + issued * 5.9, 0.56 + 0.12 * late),
        "review_officer": (did.plans * 8.55, 0.99),
        "business_support": (did.requests * 1.0 + issued * 1.0 + did.plans * 0.7, 0.83),
        "tribunal_officer": (did.requests * 1.3, 0.95),
        "ot": (assessed * 0.2 * 6.0 + did.requests * 0.2, 0.75),
    }


def posts(did: Throughput) -> dict[str, Estimate]:
    """FTE of each pool on statutory work, with a range."""
    found = {}
    for pool, (hours, used) in hours_by_pool(did).items():
        fte = max(hours / HOURS_OF_A_POST / used, 0.1)
        why = f"assumed from {100 * did.on_time:.0f} % of plans on time" if pool in BY_RATE else "assumed"
        told = (
            f"inferred: {hours:,.0f} hours for what was asked and done in the year, "
            f"{HOURS_OF_A_POST:,} a post, {100 * used:.0f} % used ({why})"
        )
        found[pool] = Estimate(round(fte, 2), told, round(fte * LOWEST, 2), round(fte * HIGHEST, 2))
    return found


def weeks_under_way(on_time: float) -> float:
    """Assessments without a decision, in weeks of the flow, at a 20-week rate of 0 to 1.

    Fitted by eye to medians of 150 authorities in 2018 to 2020 (SEN2 2022, sen2_mi, AssnodecisionEHC over
    assessments completed): 12 weeks where nearly all were on time, 13 at a half, 32 where hardly any were.
    """
    return 11 + 20 * (1 - on_time) ** 2


@dataclass(frozen=True)
class OpenStage:
    """Open cases of one stage on the first day: how many, and their age in weeks, from and to."""

    stage: str
    first_week: float
    last_week: float
    count: int


DECIDED_BY, ISSUE_PANEL, DRAFTING, FINALISING = 5.0, 2.0, 0.8, 3.7
"""Weeks from the request to the decision to assess, and then of the last three stages (assumed)."""


def weeks_to_plan(on_time: float) -> float:
    """Mean weeks from request to plan at a 20-week rate of 0 to 1: from 18.5 where all are on time to 32.

    Assumed; authorities that publish waits had 19 to 24 weeks (Herefordshire 2018 to 2024), 33 and later 22
    (Shropshire 2024), 40 and later 30 (Southend 2024 and 2025).
    """
    return 18.5 + 13.5 * (1 - on_time) ** 2


def open_cases(did: Throughput, undecided_requests: float | None, undecided: float) -> list[OpenStage]:
    """Open cases by stage and age.

    `undecided` assessments are published, and undecided requests of late; the others are the flow times
    the weeks that a stage takes. Ages end where the authority's 20-week rate says that plans are issued; the
    more of them were on time, the less can the published count be a queue, so it is weighed against the
    flow (geometrically, by the rate).
    """
    plan = weeks_to_plan(did.on_time)
    draft = plan - FINALISING
    decision = draft - DRAFTING
    panel = decision - ISSUE_PANEL
    usual = max(did.agreed, did.completed) * (decision - DECIDED_BY) / 52
    if undecided > 0 and usual > 0:
        undecided = usual**did.on_time * undecided ** (1 - did.on_time)
    asked = did.requests * DECIDED_BY / 52 if undecided_requests is None else undecided_requests
    in_panel = min(did.completed * ISSUE_PANEL / 52, undecided / 2)
    stages = (
        ("deciding_to_assess", 0.0, DECIDED_BY + 1, asked),
        ("advice", DECIDED_BY, panel, undecided - in_panel),
        ("deciding_to_issue", panel, decision, in_panel),
        ("drafting", decision, draft, did.issued * DRAFTING / 52),
        ("finalising", draft, plan, did.issued * FINALISING / 52),
    )
    return [OpenStage(name, round(low, 1), round(high, 1), round(count)) for name, low, high, count in stages]


OTHERS_ADVICE = ("school", "health", "social_care", "slt")
"""Bodies outside the council's staff."""


def advice_days(usual: dict[str, float], on_time: float) -> dict[str, float]:
    """Days each body takes: a quarter less than usual where all plans are on time, 15 % more where none is.

    Assumed. Late advice from health and social care is a cause of late plans that more council staff do
    not remove, and nothing is published of it by authority.
    """
    return {body: round(days * (1.15 - 0.4 * on_time), 1) for body, days in usual.items()}
