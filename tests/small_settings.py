"""A small, valid config for tests: one officer pool of each kind, three settings, two needs."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

from sim.settings import AGE_BANDS, AGES, Settings

BANDS = list(AGE_BANDS)


def task(pool: str, hours: float) -> dict[str, Any]:
    return {"pool": pool, "hours": hours}


def by_band(value: Any) -> dict[str, Any]:
    return {band: deepcopy(value) for band in BANDS}


def small_config() -> dict[str, Any]:
    """The config as plain data: change what a test is about and leave the rest."""
    return {
        "schema_version": 1,
        "name": "small",
        "run": {"start": date(2020, 1, 1), "years": 2, "seed": 1},
        "authority": {
            "name": "Smallshire",
            "districts": {"North": 0.5, "South": 0.5},
            "population": {2020: [1000] * AGES},
        },
        "needs": {"ASD": {"growth_per_year": 0.0}, "SEMH": {"growth_per_year": 0.0}},
        "demand": {
            "base_year": 2020,
            "requests_per_1000": [4] * 16 + [0] * 10,
            "need_shares": by_band({"ASD": 0.5, "SEMH": 0.5}),
            "month_weights": [1] * 12,
            "sources": {"school": {"share": 0.6}, "parent": {"share": 0.4}},
        },
        "decisions": {
            "refuse_to_assess": 0.2,
            "refuse_to_issue": 0.05,
            "withdraw_per_year": 0.02,
            "advice_reuse": 0.0,
            "exception": 0.1,
            "outside_timeliness": 0.05,
        },
        "stages": small_stages(),
        "advice": {
            "ep": {"pool": "ep", "hours": 12, "delay": {"days": 10}},
            "school": {"delay": {"days": 20}, "paused_by_closure": True},
        },
        "staff_pools": {
            "ep": {"fte": 3, "cost_per_fte_year": 60_000},
            "casework_officer": {"fte": 4, "cost_per_fte_year": 40_000},
            "review_officer": {"fte": 2, "cost_per_fte_year": 40_000},
            "business_support": {"fte": 2, "cost_per_fte_year": 30_000},
        },
        "panels": {
            "assess": {"weekday": "tuesday", "cases": 10},
            "issue": {"weekday": "thursday", "cases": 10},
        },
        "settings": {
            "mainstream": {"label": "Mainstream", "price_per_child_year": 7_305},
            "special": {
                "label": "Special school",
                "price_per_child_year": 14_610,
                "places": 60,
                "over_number": 0.1,
                "place_funding_per_year": 10_000,
                "transport_share": 0.5,
            },
            "tuition": {"label": "Tuition", "price_per_child_year": 18_262.5, "line": "tuition"},
        },
        "placement": small_placement(),
        "reviews": {
            "held": 0.95,
            "meeting_spread_days": 90,
            "report_days": 10,
            "pool": "review_officer",
            "outcomes": by_band({"amend": 0.6, "cease": 0.01}),
            "unattended_multiplier": 0.5,
        },
        "leaving": {
            "at_31_august": [0] * 16 + [0.2] * 10,
            "transferred_out_per_year": 0.01,
            "needs_met_per_year": 0.001,
            "died_per_year": 0.001,
        },
        "prices": {
            "base_date": date(2020, 1, 1),
            "inflation_per_year": 0.02,
            "transport_per_child_year": 3_652.5,
        },
        "opening": {
            "plans": {
                "by_age": [0] * 5 + [10] * 15 + [0] * 6,
                "by_need": {"ASD": 90, "SEMH": 60},
                "by_setting": {"mainstream": 90, "special": 55, "tuition": 5},
                "months_since_review": [{"months": [0, 12], "share": 1.0}],
            },
            "cases": [{"stage": "advice", "weeks": [6, 12], "count": 5}],
        },
        "scenarios": {"baseline": {}},
    }


def small_stages() -> dict[str, Any]:
    return {
        "first_information": {"days": 14},
        "registration": [task("business_support", 1)],
        "decide_to_assess": [task("casework_officer", 1)],
        "refusal": [task("casework_officer", 1)],
        "decide_to_issue": [task("casework_officer", 1)],
        "refusal_to_issue": [task("casework_officer", 1)],
        "draft_plan": [task("casework_officer", 6)],
        "consultation": {"days": 15},
        "final_plan": [task("casework_officer", 2)],
        "annual_review": [task("review_officer", 3)],
        "phase_transfer": [task("review_officer", 4)],
        "emergency_review": [task("review_officer", 4)],
        "amendment": [task("review_officer", 3)],
    }


def small_placement() -> dict[str, Any]:
    return {
        "new_plans": by_band({"mainstream": 0.7, "special": 0.3}),
        "special_settings": ["special"],
        "interim_setting": "tuition",
        "interim_share": 0.3,
        "waiting_setting": "mainstream",
        "school_entry": {},
        "secondary": {"mainstream": {"special": 0.25}},
        "post_16": {},
        "at_review": {"mainstream": {"special": 0.02}},
        "breakdown_per_year": {"mainstream": 0.02},
        "after_breakdown": {"special": 0.6, "mainstream": 0.4},
    }


def small_settings(**changed: Any) -> Settings:
    """The small config with sections or parts of sections replaced: `small_settings(run={"years": 1})`."""
    config = small_config()
    for section, parts in changed.items():
        config[section] = {**config[section], **parts} if isinstance(parts, dict) else parts
    return Settings.model_validate(config)
