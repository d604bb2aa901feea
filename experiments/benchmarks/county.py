"""The benchmark county: a synthetic authority of middling size with every part of the model at work.

In ten years it receives about 25,000 requests, holds about 98,000 reviews and grows from 6,000
plans to about 13,500. It is built in code, so that a benchmark reads no file. `scale` multiplies
its people, its staff, its places and its opening caseload, `ep_backlog` only the cases that wait
for advice on the first day, and `whole` adds disputes, turnover, contracts, the account and all loops.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from experiments.benchmarks.whole_service import add_whole_service
from sim.settings import AGE_BANDS, Settings

NEEDS = {"ASD": 0.30, "SEMH": 0.27, "SLCN": 0.28, "MLD": 0.10, "SLD": 0.05}
PEOPLE_OF_EACH_AGE = 7_500
REQUESTS_IN_BASE_YEAR = 1_760
REQUESTS_BY_AGE = [0, 0, 3, 18, 17, 11, 10, 10, 10, 12, 15, 9, 9, 9, 8, 7, 3, 1.5, 0.6, 0.3]
REQUESTS_BY_AGE += [0.1, 0.1, 0.1, 0, 0, 0]
OPENING_PLANS = 6_000
PLANS_BY_AGE = [0, 0, 20, 80, 100, 200, 230, 250, 260, 280, 300, 310, 310, 310, 310, 320, 280, 260]
PLANS_BY_AGE += [240, 180, 120, 80, 60, 40, 30, 20]
PLANS_BY_SETTING = {"mainstream": 0.45, "state_special": 0.33, "inmss": 0.05, "fe": 0.17}
MONTH_WEIGHTS = [9, 9, 9, 8, 8, 8, 7, 4, 8, 10, 11, 9]
LEAVING_IN_AUGUST = [0.0] * 16 + [0.01, 0.10, 0.20, 0.25, 0.28, 0.33, 0.36, 0.42, 0.82, 1.0]


def county(scale: float = 1.0, years: float = 10, ep_backlog: float = 1.0, whole: bool = False) -> Settings:
    """Settings of the benchmark county."""
    config = plain_county(scale, years, ep_backlog)
    return Settings.model_validate(add_whole_service(config, scale) if whole else config)


def plain_county(scale: float, years: float, ep_backlog: float) -> dict[str, Any]:
    """The county with fixed people, simple prices and undisputed decisions."""
    plans = opening_plans(scale)
    return {
        "schema_version": 1,
        "name": "benchmark_county",
        "run": {"start": date(2020, 1, 1), "years": years, "seed": 1},
        "authority": {
            "name": "Benchmark county",
            "districts": {"north": 0.5, "south": 0.5},
            "population": {2020: [PEOPLE_OF_EACH_AGE * scale] * 26},
        },
        "needs": {need: {"growth_per_year": 0.07, "volatility": 0.01} for need in NEEDS},
        "demand": demand(scale),
        "decisions": {
            "refuse_to_assess": 0.35,
            "refuse_to_issue": 0.08,
            "withdraw_per_year": 0.04,
            "advice_reuse": 0.05,
            "exception": 0.06,
            "outside_timeliness": 0.02,
        },
        "stages": stages(),
        "advice": advice(),
        "staff_pools": staff(scale),
        "panels": {
            "assess": {"weekday": "wednesday", "cases": 100 * scale},
            "issue": {"weekday": "thursday", "cases": 100 * scale},
        },
        "settings": settings(plans["by_setting"]["state_special"]),
        "placement": placement(),
        "reviews": {
            "held": 0.9,
            "meeting_spread_days": 40,
            "report_days": 14,
            "pool": "review_officer",
            "outcomes": {band: {"amend": 0.6, "cease": 0.01} for band in AGE_BANDS},
            "unattended_multiplier": 0.5,
        },
        "leaving": {
            "at_31_august": LEAVING_IN_AUGUST,
            "transferred_out_per_year": 0.014,
            "needs_met_per_year": 0.001,
            "died_per_year": 0.0008,
            "unreconciled_per_year": {date(2020, 1, 1): 0.024, date(2021, 1, 1): 0.0},
        },
        "prices": {
            "base_date": date(2020, 4, 1),
            "inflation_per_year": 0.02,
            "transport_per_child_year": 8_000,
        },
        "opening": {"plans": plans, "cases": open_cases(scale, ep_backlog)},
        "scenarios": {"baseline": {}},
    }


def demand(scale: float) -> dict[str, Any]:
    rate = 1_000 * REQUESTS_IN_BASE_YEAR / PEOPLE_OF_EACH_AGE / sum(REQUESTS_BY_AGE)
    return {
        "base_year": 2020,
        "requests_per_1000": [rate * share for share in REQUESTS_BY_AGE],
        "need_shares": dict.fromkeys(AGE_BANDS, NEEDS),
        "common_volatility": 0.01,
        "month_weights": MONTH_WEIGHTS,
        "sources": {
            "school": {"share": 0.6, "refusal_odds": 0.25},
            "parent": {"share": 0.4, "refusal_odds": 1.04},
        },
        "complexity_cv": 0.2,
        "transfers_in_per_year": 64 * scale,
    }


def task(pool: str, hours: float) -> dict[str, Any]:
    return {"pool": pool, "hours": hours, "cv": 0.3}


def stages() -> dict[str, Any]:
    """Hours of the authority's staff in each step."""
    manager, officer = "send_manager", "casework_officer"
    return {
        "first_information": {"days": 18, "cv": 0.2},
        "registration": [task("business_support", 1), task(officer, 1.5)],
        "decide_to_assess": [task(manager, 2)],
        "refusal": [task(officer, 2)],
        "decide_to_issue": [task(officer, 1.8), task(manager, 2)],
        "refusal_to_issue": [task(officer, 2)],
        "draft_plan": [task(officer, 5)],
        "consultation": {"days": 15},
        "final_plan": [task(officer, 3), task(manager, 1)],
        "annual_review": [task("review_officer", 4)],
        "phase_transfer": [task("review_officer", 5)],
        "emergency_review": [task("review_officer", 6)],
        "amendment": [task("review_officer", 3)],
    }


def advice() -> dict[str, Any]:
    """Six bodies, two of which are pools of the authority's own."""
    month = {"delay": {"days": 30, "cv": 0.3}}
    arranged = {"delay": {"days": 10, "cv": 0.3}}
    return {
        "ep": {"pool": "ep", "hours": 17.4, "cv": 0.3, "reusable": True, **arranged},
        "ot": {"pool": "ot", "hours": 6, "share": 0.2, **arranged},
        "school": {"delay": {"days": 20, "cv": 0.3}, "paused_by_closure": True},
        "health": month,
        "social_care": month,
        "family": {"delay": {"days": 14, "cv": 0.3}},
    }


def staff(scale: float) -> dict[str, Any]:
    people = {
        "ep": 26,
        "casework_officer": 18,
        "review_officer": 64,
        "business_support": 3,
        "tribunal_officer": 0.8,
        "ot": 2,
        "send_manager": 8,
    }
    return {pool: {"fte": fte * scale, "cost_per_fte_year": 50_000} for pool, fte in people.items()}


def settings(special_places: int) -> dict[str, Any]:
    """Where children are taught, at what price; only the special schools can be full."""
    return {
        "early_years": {"label": "Early years", "ages": [0, 4], "price_per_child_year": 5_000},
        "mainstream": {
            "label": "Mainstream",
            "ages": [3, 18],
            "price_per_child_year": 8_000,
            "transport_share": 0.2,
        },
        "state_special": {
            "label": "State special",
            "ages": [2, 19],
            "places": int(special_places * 1.3),
            "over_number": 0.05,
            "when_full": {"setting": "inmss", "share": 0.4},
            "place_funding_per_year": 10_000,
            "price_per_child_year": 14_000,
            "transport_share": 0.8,
        },
        "inmss": {
            "label": "Independent special",
            "ages": [2, 25],
            "price_per_child_year": 60_000,
            "price_cv": 0.6,
            "transport_share": 0.9,
        },
        "fe": {"label": "Further education", "ages": [16, 25], "price_per_child_year": 8_000},
        "tuition": {"label": "Tuition", "price_per_child_year": 25_000, "line": "tuition"},
    }


def placement() -> dict[str, Any]:
    return {
        "new_plans": {
            "under_5": {"early_years": 0.5, "mainstream": 0.4, "state_special": 0.1},
            "5_to_10": {"mainstream": 0.9, "state_special": 0.1},
            "11_to_15": {"mainstream": 0.85, "state_special": 0.1, "inmss": 0.05},
            "16_to_19": {"fe": 1.0},
            "20_to_25": {"fe": 1.0},
        },
        "special_odds": {"SLD": 5.0},
        "special_settings": ["state_special", "inmss"],
        "interim_setting": "tuition",
        "interim_share": 0.1,
        "waiting_setting": "mainstream",
        "school_entry": {"early_years": {"mainstream": 0.8, "state_special": 0.2}},
        "secondary": {"mainstream": {"state_special": 0.15}},
        "post_16": {"mainstream": {"fe": 0.9}, "state_special": {"fe": 0.5}, "inmss": {"fe": 0.5}},
        "at_review": {"mainstream": {"state_special": 0.01}},
        "breakdown_per_year": {"mainstream": 0.006, "state_special": 0.008},
        "after_breakdown": {"inmss": 0.5, "state_special": 0.5},
    }


def opening_plans(scale: float) -> dict[str, Any]:
    each = OPENING_PLANS * scale / sum(PLANS_BY_AGE)
    by_age = [round(plans * each) for plans in PLANS_BY_AGE]
    return {
        "by_age": by_age,
        "by_need": shared_out(sum(by_age), NEEDS),
        "by_setting": shared_out(sum(by_age), PLANS_BY_SETTING) | {"tuition": 0, "early_years": 0},
        "months_since_review": [{"months": [0, 12], "share": 0.8}, {"months": [12, 18], "share": 0.2}],
        "decision_outstanding": 0.14,
    }


def shared_out(total: int, shares: dict[str, float]) -> dict[str, int]:
    """Whole numbers in these shares; the first takes what rounding leaves."""
    whole = {name: int(total * share) for name, share in shares.items()}
    first = next(iter(whole))
    whole[first] += total - sum(whole.values())
    return whole


def open_cases(scale: float, ep_backlog: float) -> list[dict[str, Any]]:
    cases = (
        ("deciding_to_assess", 0, 6, 100.0),
        ("advice", 6, 16, 120 * ep_backlog),
        ("drafting", 15, 20, 30.0),
    )
    return [
        {"stage": stage, "weeks": [first, last], "count": round(count * scale)}
        for stage, first, last, count in cases
    ]
